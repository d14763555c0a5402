// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the panel is made of; what it does is in what_if_panel.cpp.
#include "widgets/counterfactual/alpha_triangle.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/theme/flow_layout.h"
#include "widgets/theme/scroll_area.h"
#include "widgets/theme/theme.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qmop {

namespace {

constexpr int lambdaSteps = 100;
constexpr int etaSteps = 500;

QLabel *mutedLabel(QWidget *parent)
{
    auto *label = new QLabel(parent);
    useFont(label, smallFactor);
    label->setWordWrap(true);
    return label;
}

QSlider *slider(int steps, const QString &name, QWidget *parent)
{
    auto *slider = new QSlider(Qt::Horizontal, parent);
    slider->setRange(0, steps);
    slider->setPageStep(steps / 10);
    slider->setAccessibleName(name);
    slider->setMinimumWidth(90);
    return slider;
}

}

WhatIfPanel::WhatIfPanel(Selection *selection, QWidget *parent)
    : QWidget(parent)
    , m_selection(selection)
{
    m_controls = new QWidget(this);
    auto *rows = new QVBoxLayout(m_controls);
    rows->setContentsMargins(metrics::margin, metrics::gap, metrics::margin, metrics::gap);
    rows->setSpacing(metrics::gap);
    m_obstacle = mutedLabel(m_controls);
    m_branchRow = makeBranchRow();
    for (QWidget *row : {static_cast<QWidget *>(m_obstacle), makeResult(), m_branchRow, makeWeights(), makeScores(),
                         makeBrushRow(), makeSearch()})
        rows->addWidget(row);
    rows->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scrollAreaAround(m_controls, this));
    refill();
}

QWidget *WhatIfPanel::makeBranchRow()
{
    auto *row = new QWidget(this);
    auto *grid = new QGridLayout(row);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(metrics::gap);
    const QString names[] = {tr("Router"), tr("P only"), tr("R only"), tr("K only")};
    for (std::size_t i = 0; i < m_force.size(); ++i) {
        m_force[i] = new QPushButton(names[i], row);
        m_force[i]->setCheckable(true);
        m_force[i]->setAccessibleName(i == 0 ? tr("Weights from the router")
                                             : tr("Force %1").arg(branchTitle(Branch(i - 1))));
        grid->addWidget(m_force[i], 0, int(i));
        connect(m_force[i], &QPushButton::clicked, this, [this, i] {
            setForced(i == 0 ? std::nullopt : std::optional(Branch(i - 1)));
            settle();
        });
    }
    grid->addWidget(new QLabel(tr("Takes part:"), row), 1, 0);
    for (Branch branch : allBranches) {
        auto *on = new QCheckBox(branchLetter(branch), row);
        on->setAccessibleName(tr("%1 takes part").arg(branchTitle(branch)));
        grid->addWidget(on, 1, int(branch) + 1);
        connect(on, &QCheckBox::clicked, this, [this, branch](bool checked) {
            m_edit.overrides.off[branch] = !checked;
            m_edit.overrides.force.reset();
            changed();
            settle();
        });
        m_on[std::size_t(branch)] = on;
    }
    return row;
}

QWidget *WhatIfPanel::makeWeights()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_triangle = new AlphaTriangle(row);
    m_weights = new QLabel(row);
    layout->addWidget(m_triangle, 1);
    layout->addWidget(m_weights);
    connect(m_triangle, &AlphaTriangle::dragged, this, [this](const PerBranch<double> &weights) {
        m_edit.overrides.alpha = weights;
        m_edit.overrides.force.reset();
        changed();
    });
    connect(m_triangle, &AlphaTriangle::released, this, &WhatIfPanel::settle);
    connect(m_triangle, &AlphaTriangle::routerWanted, this, [this] {
        setForced(std::nullopt);
        settle();
    });
    return row;
}

QWidget *WhatIfPanel::makeScores()
{
    auto *block = new QWidget(this);
    auto *grid = new QGridLayout(block);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(metrics::gap);
    m_lambda = slider(lambdaSteps, tr("Lambda: share of importance in the score"), block);
    m_lambda->setToolTip(tr("Left: relevance to the question alone. Right: importance alone."));
    m_lambdaText = new QLabel(block);
    m_useEta = new QCheckBox(tr("η"), block);
    m_useEta->setObjectName(QStringLiteral("useEta"));
    m_useEta->setAccessibleName(tr("Keep by threshold eta"));
    m_useEta->setToolTip(tr("Keep every patch whose score reaches η, instead of as many as the budget says. Needs "
                            "pruning alone."));
    m_eta = slider(etaSteps, tr("Eta: lowest combined score that is kept"), block);
    m_etaText = new QLabel(block);
    grid->addWidget(new QLabel(tr("λ"), block), 0, 0);
    grid->addWidget(m_lambda, 0, 1);
    grid->addWidget(m_lambdaText, 0, 2);
    grid->addWidget(m_useEta, 1, 0);
    grid->addWidget(m_eta, 1, 1);
    grid->addWidget(m_etaText, 1, 2);
    grid->setColumnStretch(1, 1);
    for (QLabel *text : {m_lambdaText, m_etaText})
        text->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("0.000 · 256 kept")));
    connect(m_lambda, &QSlider::valueChanged, this, [this](int value) {
        if (m_filling)
            return;
        m_edit.overrides.lambda = value / double(lambdaSteps);
        changed();
    });
    connect(m_eta, &QSlider::valueChanged, this, [this](int position) {
        if (m_filling)
            return;
        m_edit.overrides.eta = etaAt(position);
        changed();
    });
    connect(m_useEta, &QCheckBox::clicked, this, [this](bool checked) {
        m_edit.overrides.eta = checked ? std::optional(m_edit.threshold()) : std::nullopt; // keeps what is kept
        changed();
        settle();
    });
    // A step by key or wheel is an edit of its own; a drag is one when let go.
    for (QSlider *each : {m_lambda, m_eta}) {
        connect(each, &QSlider::sliderReleased, this, &WhatIfPanel::settle);
        connect(each, &QSlider::valueChanged, this, [this, each] {
            if (!m_filling && !each->isSliderDown())
                settle();
        });
    }
    return block;
}

QWidget *WhatIfPanel::makeBrushRow()
{
    auto *row = new QWidget(this);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::gap);
    layout->addWidget(new QLabel(tr("Brush"), row));
    auto *group = new QButtonGroup(row);
    const std::array<std::pair<QString, QString>, 4> modes{{
        {tr("off"), tr("The mouse moves the picture and locks patches")},
        {tr("+ in"), tr("Paint patches that are kept in any case")},
        {tr("× out"), tr("Paint patches that are dropped in any case")},
        {tr("erase"), tr("Take patches back to what their score says")},
    }};
    for (std::size_t i = 0; i < modes.size(); ++i) {
        auto *button = new QToolButton(row);
        button->setText(modes[i].first);
        button->setToolTip(modes[i].second);
        button->setAccessibleName(tr("Brush: %1").arg(modes[i].second));
        button->setCheckable(true);
        button->setChecked(i == 0);
        group->addButton(button);
        layout->addWidget(button);
        connect(button, &QToolButton::clicked, this, [this, i] {
            m_brush = BrushMode(i);
            emit brushChanged(m_brush != BrushMode::Off);
        });
        m_brushes[i] = button;
    }
    m_pins = new QLabel(row);
    useFont(m_pins, smallFactor);
    layout->addWidget(m_pins, 1);
    return row;
}

QWidget *WhatIfPanel::makeResult()
{
    auto *block = new QWidget(this);
    auto *layout = new QVBoxLayout(block);
    layout->setContentsMargins(0, 0, 0, 0);
    m_resultText = new QLabel(block);
    m_resultText->setWordWrap(true);
    m_resultText->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_resultText->setTextFormat(Qt::PlainText);
    m_resultText->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_resultText->setAccessibleName(tr("Result of the edit"));
    layout->addWidget(m_resultText);
    auto *row = new QWidget(block);
    auto *buttons = new FlowLayout(row);
    buttons->setContentsMargins(0, 0, 0, 0);
    m_run = new QPushButton(tr("Run edit"), block);
    m_reset = new QPushButton(tr("Reset"), block);
    m_reset->setToolTip(tr("Back to the original run"));
    m_copy = new QPushButton(tr("Copy as command"), block);
    m_auto = new QCheckBox(tr("on release"), block);
    m_auto->setToolTip(tr("Run as soon as a control is let go"));
    m_auto->setAccessibleName(tr("Run when a control is let go"));
    m_auto->setChecked(true);
    for (QWidget *widget : {static_cast<QWidget *>(m_run), static_cast<QWidget *>(m_auto),
                            static_cast<QWidget *>(m_reset), static_cast<QWidget *>(m_copy)})
        buttons->addWidget(widget);
    layout->addWidget(row);
    connect(m_run, &QPushButton::clicked, this, [this] {
        m_asked = m_edit.overrides;
        emit runRequested(m_edit.request());
    });
    connect(m_reset, &QPushButton::clicked, this, &WhatIfPanel::reset);
    connect(m_copy, &QPushButton::clicked, this, [this] { emit commandWanted(m_edit.request()); });
    return block;
}

QWidget *WhatIfPanel::makeSearch()
{
    auto *block = new QWidget(this);
    auto *layout = new QVBoxLayout(block);
    layout->setContentsMargins(0, metrics::gap, 0, 0);
    auto *title = new QLabel(tr("Which dropped patch would have given this answer?"), block);
    useFont(title, 1, true);
    title->setWordWrap(true);
    layout->addWidget(title);
    m_target = new QLineEdit(block);
    m_target->setAccessibleName(tr("Answer to look for"));
    m_rounds = new QSpinBox(block);
    m_rounds->setRange(1, 20);
    m_rounds->setValue(3);
    m_rounds->setPrefix(tr("up to "));
    m_rounds->setSuffix(tr(" patches"));
    m_rounds->setAccessibleName(tr("Patches to find at most"));
    m_search = new QPushButton(tr("Search"), block);
    m_copySearch = new QPushButton(tr("Copy as command"), block);
    m_copySearch->setAccessibleName(tr("Copy the search as command"));
    auto *row = new QWidget(block);
    auto *buttons = new FlowLayout(row);
    buttons->setContentsMargins(0, 0, 0, 0);
    for (QWidget *widget :
         {static_cast<QWidget *>(m_rounds), static_cast<QWidget *>(m_search), static_cast<QWidget *>(m_copySearch)})
        buttons->addWidget(widget);
    m_searchText = mutedLabel(block);
    m_found = new QTreeWidget(block);
    m_found->setRootIsDecorated(false);
    m_found->setHeaderLabels({tr("Patch"), tr("Gain"), tr("Answer with it"), tr("In the edit")});
    m_found->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_found->setAccessibleName(tr("Patches found"));
    m_found->setMinimumHeight(fontMetrics().height() * 6);
    m_useFound = new QPushButton(tr("Force them in"), block);
    m_useFound->setToolTip(tr("Edit the run as it was searched, with the patches of the rounds forced in"));
    layout->addWidget(m_target);
    layout->addWidget(row);
    layout->addWidget(m_searchText);
    layout->addWidget(m_found);
    layout->addWidget(m_useFound, 0, Qt::AlignLeft);
    connect(m_search, &QPushButton::clicked, this,
            [this] { emit runRequested(m_edit.searchRequest(m_target->text(), m_rounds->value())); });
    connect(m_copySearch, &QPushButton::clicked, this,
            [this] { emit commandWanted(m_edit.searchRequest(m_target->text(), m_rounds->value())); });
    connect(m_useFound, &QPushButton::clicked, this, &WhatIfPanel::useFound);
    connect(m_found, &QTreeWidget::currentItemChanged, this, &WhatIfPanel::showFound);
    return block;
}

} // namespace qmop
