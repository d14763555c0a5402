// SPDX-License-Identifier: GPL-3.0-or-later
//
// The history of runs: a click shows one again, a pin makes it the reference, a
// note and tags say what was found; the filter finds it among thousands.
#pragma once

#include "widgets/runs/runs_model.h"

#include <QWidget>

#include <optional>
#include <string>

class QAction;
class QLayout;
class QLineEdit;
class QListView;
class QToolButton;

namespace qmop {

class ElidedLabel;
class RunsFilter;
class Selection;

class RunsPanel : public QWidget {
    Q_OBJECT

public:
    explicit RunsPanel(QWidget *parent = nullptr);

    RunsModel *model() const { return m_model; }
    QListView *list() const { return m_list; }
    QToolButton *pinButton() const { return m_pin; }
    // The runs are those of a file of that name; empty: all that are remembered.
    void setSource(const QString &name);
    QToolButton *allRunsButton() const { return m_allRuns; }
    // Those that the filter lets through, oldest first.
    std::vector<RunHeadline> listed() const;
    QLineEdit *filterEdit() const { return m_filterEdit; }
    QLineEdit *noteEdit() const { return m_note; }
    QLineEdit *tagsEdit() const { return m_tags; }
    // With a headline it is a stored run.
    void add(std::shared_ptr<const RunTrace> trace, std::optional<RunHeadline> headline = std::nullopt);
    // Marks the run that the window shows, without announcing it; null: none. Hidden by
    // the filter it is marked as soon as it is listed again, unless another was chosen.
    void setCurrentRun(const std::shared_ptr<const RunTrace> &trace);
    // The run that the window shows, listed or not; empty: none of these.
    const std::string &shownRun() const { return m_shown; }
    // Marks the two runs that are compared; null: none.
    void setCompared(const std::shared_ptr<const RunTrace> &a, const std::shared_ptr<const RunTrace> &b);
    // Keys A and B while the list has the focus, and the list's context menu: the
    // selected run becomes the reference of the comparison, or is shown.
    QAction *referenceAction() const { return m_reference; }
    QAction *showAction() const { return m_show; }
    // Runs read and write it: a run stands for its question.
    void setSelection(Selection *selection);
    // Numbers of the runs whose question lights up, ascending.
    std::vector<int> highlighted(bool locked) const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

signals:
    void runActivated(std::shared_ptr<const qmop::RunTrace> trace);
    // This run shall be A of the comparison.
    void referenceChosen(std::shared_ptr<const qmop::RunTrace> trace);
    // The person wants this of a run; RunsModel::setEdits() does it.
    void allRunsRequested();
    void editsRequested(const QString &uid, const qmop::RunEdits &edits);

private:
    QModelIndex current() const; // in the model
    void buildSource();
    void followList();
    void markShown();
    void addCompareActions(QLayout *bar);
    void requestEdits();
    void updateEdits();

    Selection *m_selection = nullptr;
    RunsModel *m_model;
    RunsFilter *m_filter;
    QWidget *m_source;
    ElidedLabel *m_sourceName;
    QToolButton *m_allRuns;
    QLineEdit *m_filterEdit;
    QListView *m_list;
    std::string m_shown; // uid
    std::string m_edited; // the run that the fields below speak of
    QLineEdit *m_note;
    QLineEdit *m_tags;
    QToolButton *m_pin;
    QAction *m_reference = nullptr;
    QAction *m_show = nullptr;
    std::string m_uidA; // of the runs that are compared
    std::string m_uidB;
};

} // namespace qmop
