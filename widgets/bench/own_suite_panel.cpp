// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bench/own_suite_panel.h"

#include "widgets/bench/bench_panel.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QLabel>
#include <QMenu>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace qmop {

OwnSuitePanel::OwnSuitePanel(QWidget *parent)
    : QWidget(parent)
    , m_bench(new BenchPanel(this))
    , m_tools(new QWidget(this))
    , m_add(makeButton(tr("Add…"), tr("Add a question about the picture shown")))
    , m_edit(makeButton(tr("Edit…"), tr("Edit the question chosen below")))
    , m_remove(makeButton(tr("Delete"), tr("Delete the question chosen below (undo brings it back)")))
    , m_score(makeButton(tr("Score all"), tr("Ask every question of this suite under every chosen method")))
    , m_stop(makeButton(tr("Stop"), tr("Stop scoring; the answers given so far stay (Esc)")))
    , m_more(makeButton(tr("More"), tr("Methods to score, import, export, another suite")))
    , m_menu(new QMenu(this))
    , m_methods(new QMenu(tr("Methods to score"), this))
    , m_progress(new QLabel(this))
{
    auto *row = new FlowLayout(m_tools);
    row->setContentsMargins(metrics::gap, 0, metrics::gap, 0);
    row->setSpacing(2);
    for (QWidget *control :
         {static_cast<QWidget *>(m_add), static_cast<QWidget *>(m_edit), static_cast<QWidget *>(m_remove),
          static_cast<QWidget *>(m_score), static_cast<QWidget *>(m_stop), static_cast<QWidget *>(m_more),
          static_cast<QWidget *>(m_progress)})
        row->addWidget(control);
    useFont(m_progress, smallFactor);
    m_progress->setForegroundRole(QPalette::PlaceholderText);
    m_progress->hide();
    m_bench->setTools(m_tools);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_bench);
    makeMenu();
    connect(m_add, &QToolButton::clicked, this, &OwnSuitePanel::addRequested);
    connect(m_edit, &QToolButton::clicked, this, [this] { emit editRequested(m_bench->currentSample()); });
    connect(m_remove, &QToolButton::clicked, this, [this] { emit removeRequested(m_bench->currentSample()); });
    connect(m_score, &QToolButton::clicked, this, &OwnSuitePanel::scoreRequested);
    connect(m_stop, &QToolButton::clicked, this, &OwnSuitePanel::stopRequested);
    connect(m_bench->questions(), &QTableWidget::itemSelectionChanged, this, &OwnSuitePanel::updateButtons);
    updateButtons();
}

QToolButton *OwnSuitePanel::makeButton(const QString &text, const QString &toolTip)
{
    auto *button = new QToolButton(m_tools);
    button->setText(text);
    button->setToolTip(toolTip);
    button->setAccessibleDescription(toolTip);
    button->setFocusPolicy(Qt::StrongFocus);
    useFont(button, smallFactor);
    return button;
}

void OwnSuitePanel::makeMenu()
{
    m_more->setMenu(m_menu);
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_menu->addMenu(m_methods);
    m_menu->addAction(tr("Copy scoring as command"), this, &OwnSuitePanel::commandWanted);
    m_menu->addSeparator();
    m_menu->addAction(tr("Import questions of another suite…"), this, &OwnSuitePanel::importRequested);
    m_menu->addAction(tr("Export with pictures…"), this, &OwnSuitePanel::exportRequested);
    m_menu->addAction(tr("Use another suite…"), this, &OwnSuitePanel::otherSuiteRequested);
}

void OwnSuitePanel::setMethods(const QStringList &compressors, const std::vector<int> &budgets)
{
    m_methods->clear();
    const auto add = [this](const QString &text, const QVariant &value) {
        QAction *action = m_methods->addAction(text);
        action->setCheckable(true);
        action->setChecked(true);
        action->setData(value);
        connect(action, &QAction::toggled, this, &OwnSuitePanel::updateButtons);
    };
    for (const QString &compressor : compressors)
        add(compressor, compressor);
    m_methods->addSeparator();
    for (int budget : budgets)
        add(tr("%1 tokens").arg(budget), budget);
    updateButtons();
}

QStringList OwnSuitePanel::compressors() const
{
    QStringList chosen;
    for (const QAction *action : m_methods->actions())
        if (action->isChecked() && action->data().userType() == QMetaType::QString)
            chosen << action->data().toString();
    return chosen;
}

std::vector<int> OwnSuitePanel::budgets() const
{
    std::vector<int> chosen;
    for (const QAction *action : m_methods->actions())
        if (action->isChecked() && action->data().userType() == QMetaType::Int)
            chosen.push_back(action->data().toInt());
    return chosen;
}

void OwnSuitePanel::setObstacles(const QString &add, const QString &score)
{
    m_addObstacle = add;
    m_scoreObstacle = score;
    updateButtons();
}

void OwnSuitePanel::setScoring(bool running)
{
    m_scoring = running;
    updateButtons();
}

void OwnSuitePanel::setProgress(const QString &text)
{
    m_progress->setText(text);
    m_progress->setVisible(!text.isEmpty());
}

QString OwnSuitePanel::progress() const
{
    return m_progress->text();
}

// A disabled control says why.
void OwnSuitePanel::updateButtons()
{
    const auto set = [](QToolButton *button, const QString &obstacle) {
        button->setEnabled(obstacle.isEmpty());
        button->setToolTip(obstacle.isEmpty() ? button->accessibleDescription() : obstacle);
    };
    const QString choose = m_bench->currentSample().isEmpty() ? tr("Choose a question below first") : QString();
    const QString score = !m_scoreObstacle.isEmpty() ? m_scoreObstacle
        : compressors().isEmpty()                    ? tr("Choose methods to score under More")
                                                     : QString();
    set(m_add, m_addObstacle);
    set(m_edit, choose);
    set(m_remove, choose);
    set(m_score, score);
    m_score->setVisible(!m_scoring);
    m_stop->setVisible(m_scoring);
}

} // namespace qmop
