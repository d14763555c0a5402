// SPDX-License-Identifier: GPL-3.0-or-later
//
// Costs of the run beside those of all N tokens, and where its time went.
#pragma once

#include "qmop/run_trace.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QTableWidget;

namespace qmop {

class ElidedLabel;
class Selection;

class CostsPanel : public QWidget {
    Q_OBJECT

public:
    explicit CostsPanel(QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);
    // The shown table as lines of tab-separated cells, for the clipboard.
    QString tableText() const;
    QString stagesText() const;
    QTableWidget *table() const { return m_table; }
    // Rows of branches read and write it.
    void setSelection(Selection *selection);
    // Rows that light up, ascending.
    std::vector<int> highlighted(bool locked) const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateMarks();

    std::shared_ptr<const RunTrace> m_trace;
    std::vector<std::optional<Branch>> m_branches; // of the table's rows
    Selection *m_selection = nullptr;
    QTableWidget *m_table;
    ElidedLabel *m_stages;
};

} // namespace qmop
