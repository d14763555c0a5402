// SPDX-License-Identifier: GPL-3.0-or-later
//
// Costs of the run beside those of all N tokens, and where its time went.
#pragma once

#include "qmop/run_trace.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QLabel;
class QTableWidget;

namespace qmop {

class Selection;
struct CostRow;

class CostsPanel : public QWidget {
    Q_OBJECT

public:
    explicit CostsPanel(QWidget *parent = nullptr);

    void setTrace(std::shared_ptr<const RunTrace> trace);
    // Says below the table which run the costs belong to; empty: the one shown.
    void setRunMark(const QString &mark);
    // The shown table as lines of tab-separated cells, for the clipboard.
    QString tableText() const;
    QString stateText() const; // below the table
    QTableWidget *table() const { return m_table; }
    // Rows of branches read and write it.
    void setSelection(Selection *selection);
    // Rows that light up, ascending.
    std::vector<int> highlighted(bool locked) const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateMarks();
    void fitColumns();
    void addRow(const CostRow &row);
    void addStages();
    void showState();

    std::shared_ptr<const RunTrace> m_trace;
    std::vector<std::optional<Branch>> m_branches; // of the table's rows
    Selection *m_selection = nullptr;
    QTableWidget *m_table;
    QLabel *m_state;
    QString m_runMark;
};

} // namespace qmop
