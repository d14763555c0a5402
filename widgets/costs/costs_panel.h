// SPDX-License-Identifier: GPL-3.0-or-later
//
// Costs of the run beside those of all N tokens, and where its time went.
#pragma once

#include "qmop/run_trace.h"

#include <QWidget>

#include <memory>

class QTableWidget;

namespace qmop {

class ElidedLabel;

class CostsPanel : public QWidget {
    Q_OBJECT

public:
    explicit CostsPanel(QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);
    // The shown table as lines of tab-separated cells, for the clipboard.
    QString tableText() const;
    QString stagesText() const;

private:
    QTableWidget *m_table;
    ElidedLabel *m_stages;
};

} // namespace qmop
