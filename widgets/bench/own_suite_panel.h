// SPDX-License-Identifier: GPL-3.0-or-later
//
// A suite of one's own: its questions about the picture shown, controls to edit
// it, and scores of the answers given so far. Asks for everything by signals.
#pragma once

#include "qmop/suite.h"

#include <QWidget>

#include <vector>

class QLabel;
class QMenu;
class QToolButton;

namespace qmop {

class BenchPanel;

class OwnSuitePanel : public QWidget {
    Q_OBJECT

public:
    explicit OwnSuitePanel(QWidget *parent = nullptr);

    BenchPanel *bench() const { return m_bench; }

    // What can be scored: compressors and budgets to choose from, all chosen at first.
    void setMethods(const QStringList &compressors, const std::vector<int> &budgets);
    QStringList compressors() const; // chosen
    std::vector<int> budgets() const;

    // Why a question cannot be added, or all be scored; empty where they can.
    void setObstacles(const QString &add, const QString &score);
    void setScoring(bool running);
    void setProgress(const QString &text);
    QString progress() const;

    QToolButton *addButton() const { return m_add; }
    QToolButton *editButton() const { return m_edit; }
    QToolButton *removeButton() const { return m_remove; }
    QToolButton *scoreButton() const { return m_score; }
    QToolButton *stopButton() const { return m_stop; }
    QMenu *menu() const { return m_menu; }

signals:
    void addRequested();
    void editRequested(const QString &sampleId);
    void removeRequested(const QString &sampleId);
    void scoreRequested();
    void stopRequested();
    void commandWanted();
    void importRequested();
    void exportRequested();
    void otherSuiteRequested();

private:
    QToolButton *makeButton(const QString &text, const QString &toolTip);
    void makeMenu();
    void updateButtons();

    BenchPanel *m_bench;
    QWidget *m_tools;
    QToolButton *m_add;
    QToolButton *m_edit;
    QToolButton *m_remove;
    QToolButton *m_score;
    QToolButton *m_stop;
    QToolButton *m_more;
    QMenu *m_menu;
    QMenu *m_methods;
    QLabel *m_progress;
    QString m_addObstacle;
    QString m_scoreObstacle;
    bool m_scoring = false;
};

} // namespace qmop
