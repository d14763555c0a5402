// SPDX-License-Identifier: GPL-3.0-or-later
//
// The history of runs: a click shows one again, a pin makes it the reference.
#pragma once

#include "widgets/runs/runs_model.h"

#include <QWidget>

class QListView;
class QToolButton;

namespace qmop {

class Selection;

class RunsPanel : public QWidget {
    Q_OBJECT

public:
    explicit RunsPanel(QWidget *parent = nullptr);

    RunsModel *model() const { return m_model; }
    QListView *list() const { return m_list; }
    QToolButton *pinButton() const { return m_pin; }
    void add(std::shared_ptr<const RunTrace> trace);
    // Marks the run that the window shows, without announcing it; null: none.
    void setCurrentRun(const std::shared_ptr<const RunTrace> &trace);
    // Runs read and write it: a run stands for its question.
    void setSelection(Selection *selection);
    // Numbers of the runs whose question lights up, ascending.
    std::vector<int> highlighted(bool locked) const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

signals:
    void runActivated(std::shared_ptr<const qmop::RunTrace> trace);

private:
    void updatePinButton();

    Selection *m_selection = nullptr;
    RunsModel *m_model;
    QListView *m_list;
    QToolButton *m_pin;
};

} // namespace qmop
