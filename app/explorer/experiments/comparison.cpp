// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/experiments/comparison.h"

#include "app/explorer/commands/commands.h"
#include "qmop/command_line.h"
#include "qmop/method_text.h"
#include "widgets/compare/compare_panel.h"
#include "widgets/compare/comparison_panel.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/runs/runs_panel.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>

namespace qmop {

Comparison::Comparison(Selection *selection, ImagePanel *image, RunsPanel *runs, ComparisonHost host, QObject *parent)
    : QObject(parent)
    , m_selection(selection)
    , m_image(image)
    , m_runs(runs)
    , m_panel(new ComparePanel(selection, image))
    , m_host(std::move(host))
{
    m_panel->setPictureSource(image->view());
    image->addOther(
        m_panel,
        {m_panel->lockAction(), m_panel->swapAction(), m_panel->differenceAction(), m_panel->ownRangeAction()});
    connect(runs, &RunsPanel::referenceChosen, this, &Comparison::setA);
    connect(runs->model(), &RunsModel::pinnedChanged, this, [this](const std::shared_ptr<const RunTrace> &pinned) {
        if (pinned)
            setA(pinned);
    });
    connect(m_panel, &ComparePanel::swapRequested, this, &Comparison::swap);
    connect(m_panel, &ComparePanel::stripChanged, image, &ImagePanel::setOtherStrip);
    ComparedView *b = m_panel->view(CompareSide::B);
    // The slider above the picture is the picture's; the views follow it, and it them.
    connect(image->view(), &ImageView::opacityChanged, b, &ImageView::setOpacity);
    connect(b, &ImageView::opacityChanged, image->view(), &ImageView::setOpacity);
    for (CompareSide side : {CompareSide::A, CompareSide::B, CompareSide::Difference}) {
        ImageView *view = m_panel->view(side);
        connect(view, &ImageView::pictureOffered, image->view(), &ImageView::pictureOffered);
        connect(view, &ImageView::filesOffered, image->view(), &ImageView::filesOffered);
        // A key that was given to the picture is the views' too.
        for (QAction *own : image->view()->actions())
            for (QAction *same : view->actions())
                if (own->objectName() == same->objectName())
                    connect(own, &QAction::changed, same, [own, same] { same->setShortcuts(own->shortcuts()); });
    }
}

// B can be edited as the picture can.
void Comparison::setWhatIfPanel(WhatIfPanel *whatIf)
{
    ComparedView *b = m_panel->view(CompareSide::B);
    connect(whatIf, &WhatIfPanel::previewChanged, b, [whatIf, b] { b->setKeptPreview(whatIf->shownPreview()); });
    connect(whatIf, &WhatIfPanel::brushChanged, b, &ImageView::setBrushing);
    connect(b, &ImageView::patchesBrushed, whatIf, &WhatIfPanel::brushPatches);
    connect(b, &ImageView::brushEnded, whatIf, &WhatIfPanel::settle);
}

ComparisonPanel *Comparison::makeTable()
{
    m_table = new ComparisonPanel(m_panel->window());
    m_table->setSelection(m_selection);
    connect(m_table, &ComparisonPanel::commandWanted, this, &Comparison::copyCommand);
    m_table->setRuns(m_a, m_b);
    return m_table;
}

void Comparison::addCommands(Commands &commands) const
{
    for (QAction *action : {m_runs->referenceAction(), m_runs->showAction(), m_panel->lockAction(),
                            m_panel->swapAction(), m_panel->differenceAction(), m_panel->ownRangeAction()})
        commands.adopt(action->objectName(), action, tr("Compare: %1").arg(action->text()), KeyScope::Picture);
}

void Comparison::setVisible(bool visible)
{
    m_image->showOther(visible ? m_panel : nullptr);
}

void Comparison::setA(std::shared_ptr<const RunTrace> trace)
{
    m_a = std::move(trace);
    update();
}

void Comparison::setB(std::shared_ptr<const RunTrace> trace)
{
    m_b = std::move(trace);
    update();
}

void Comparison::swap()
{
    if (!m_a || !m_b)
        return;
    const std::shared_ptr<const RunTrace> before = m_b;
    m_host.show(m_a);
    if (m_b == before && m_a != m_b)
        return; // a run goes on: another cannot be shown now
    setA(before);
}

QString Comparison::titleOf(const std::shared_ptr<const RunTrace> &trace) const
{
    if (!trace)
        return {};
    const QModelIndex index = m_runs->model()->indexOf(trace);
    QStringList parts;
    if (index.isValid())
        parts << tr("run %1").arg(index.data(RunsModel::NumberRole).toInt());
    parts << QString::fromStdString(shownMethod(trace->request).text());
    parts << QString::fromStdString(trace->answer.text).trimmed();
    return parts.join(QStringLiteral(" · "));
}

void Comparison::update()
{
    m_panel->setTitles(titleOf(m_a), titleOf(m_b));
    m_panel->setRuns(m_a, m_b);
    if (m_table)
        m_table->setRuns(m_a, m_b);
    m_runs->setCompared(m_a, m_b);
}

void Comparison::copyCommand() const
{
    RunRequest a = m_a->request;
    RunRequest b = m_b->request;
    a.image = m_host.picture(*m_a);
    b.image = m_host.picture(*m_b);
    QGuiApplication::clipboard()->setText(QString::fromStdString(compareCommandLine(a, b)));
}

} // namespace qmop
