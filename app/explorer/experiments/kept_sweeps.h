// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sweeps of the session that is open: written down as they grow, listed above
// the panel, and shown again with their rows when the session is opened again.
#pragma once

#include "qmop/stored_sweep.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace qmop {

class Experiments;
class SweepPanel;

// The window's side.
struct KeptSweepsHost {
    std::function<void(const StoredSweep &)> write; // into journal and session
    std::function<const std::vector<StoredSweep> &()> sweeps; // of the session, oldest first
    std::function<std::shared_ptr<const RunTrace>(const std::string &uid)> run; // null: not there any more
    std::function<QString(const RunTrace &)> modelProblem; // why the open model would answer otherwise
    std::function<void(const QString &what, const QString &hint)> notice;
    std::function<SweepPanel *()> panel; // builds it where it is not yet
};

class KeptSweeps : public QObject {
    Q_OBJECT

public:
    KeptSweeps(Experiments *experiments, KeptSweepsHost host, QObject *parent);

    // One that is being made, with each of its rows.
    void keep(const StoredSweep &sweep);
    // Another session was opened, or this one closed: the newest of each kind is shown.
    void open();

private:
    void show(const StoredSweep &sweep);
    void list();
    static QString titleOf(const StoredSweep &sweep);

    Experiments *m_experiments;
    KeptSweepsHost m_host;
    std::string m_newest; // uid: kept or chosen last
    bool m_connected = false;
};

} // namespace qmop
