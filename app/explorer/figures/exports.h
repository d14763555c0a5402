// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers and reports that leave the window.
#pragma once

#include "app/explorer/figures/case_report.h"
#include "qmop/run_event.h"

#include <QObject>

#include <functional>

class QDialog;
class QDockWidget;

namespace qmop {

class RunsPanel;

// The window's side.
struct ExportHost {
    std::function<std::shared_ptr<const RunTrace>()> trace; // that is shown
    std::function<ImageSource(const std::string &sha256)> source; // of a run's picture; empty where it is not known
    std::function<std::filesystem::path()> session; // or pack, that holds what is listed; empty: none
    std::function<void(const QString &what, const QString &hint)> notice;
    std::function<void(const QString &what)> done; // passes by itself
    std::function<void(const RunFailed &)> failed;
    PictureDecoder decoder;
};

class Exports : public QObject {
    Q_OBJECT

public:
    Exports(RunsPanel *runs, ExportHost host, QWidget *window);

    // The table of the panel that has the focus; of the picture, its patches.
    // Nothing, and a word about why, where there is none.
    std::optional<Table> numbersInFocus() const;
    void copyNumbers() const; // as CSV
    void chooseNumbersFile() const;
    bool saveNumbers(const Table &table, const QString &file) const;

    // Asks which of the listed runs, and where to.
    QDialog *askForReport();
    // Why `qmop report` would not report the listed runs; empty where it would.
    QString commandObstacle() const;
    bool saveReport(const QString &tag, bool stripNames, const QString &file) const;

private:
    std::optional<Table> tableOf(const QDockWidget *dock) const;

    RunsPanel *m_runs;
    ExportHost m_host;
    QWidget *m_window;
};

} // namespace qmop
