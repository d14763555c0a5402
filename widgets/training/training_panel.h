// SPDX-License-Identifier: GPL-3.0-or-later
//
// Training runs as curves: loss, accuracy on held-out questions, mean weights of
// the router, tau and gamma over the steps of a stage; several runs overlaid.
#pragma once

#include "qmop/training_curves.h"

#include <QString>
#include <QWidget>

#include <memory>
#include <vector>

class QBoxLayout;
class QComboBox;
class QLabel;
class QListWidget;
class QToolButton;

namespace qmop {

class TrainingPlot;

struct TrainingRun {
    QString path; // of the log
    std::shared_ptr<const TrainingCurves> curves;
    QString problem; // in place of curves: why there are none
    QString commandObstacle; // why no command makes this training; empty where one does
};

class TrainingPanel : public QWidget {
    Q_OBJECT

public:
    explicit TrainingPanel(QWidget *parent = nullptr);

    // Stage and quantity stay as chosen where the runs still have them.
    void setRuns(std::vector<TrainingRun> runs);

    QToolButton *openButton() const { return m_open; }
    QToolButton *removeButton() const { return m_remove; }
    QToolButton *copyButton() const { return m_copy; }
    QListWidget *runs() const { return m_list; }
    QComboBox *stages() const { return m_stages; }
    QComboBox *quantities() const { return m_quantities; }
    TrainingPlot *plot() const { return m_plot; }

signals:
    void openRequested();
    void removeRequested(int run);
    void commandWanted(int run);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void connectControls();
    void fillList();
    void updateButtons();
    void fillStages();
    void fillQuantities();
    void draw();
    const StageCurves *stageOf(const TrainingRun &run) const; // the chosen one; null where it has none

    std::vector<TrainingRun> m_runs;
    QToolButton *m_open;
    QToolButton *m_remove;
    QToolButton *m_copy;
    QListWidget *m_list; // a run is drawn while its box is ticked
    QComboBox *m_stages;
    QComboBox *m_quantities;
    TrainingPlot *m_plot;
    QBoxLayout *m_layout;
};

} // namespace qmop
