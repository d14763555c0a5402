// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/commands/undo_steps.h"

#include "app/explorer/layout/panel_docks.h"
#include "widgets/counterfactual/what_if_panel.h"

#include <QUndoStack>

#include <utility>

namespace qmop {

namespace {

class Step : public QUndoCommand {
public:
    Step(const QString &text, std::function<void()> undo, std::function<void()> redo)
        : QUndoCommand(text)
        , m_undo(std::move(undo))
        , m_redo(std::move(redo))
    {
    }
    void undo() override { m_undo(); }
    void redo() override
    {
        if (!std::exchange(m_first, false)) // when it is pushed it has been done
            m_redo();
    }

private:
    std::function<void()> m_undo;
    std::function<void()> m_redo;
    bool m_first = true;
};

}

UndoSteps::UndoSteps(QUndoStack *stack, PanelDocks *docks, ShowRun show, FindRun find, QObject *parent)
    : QObject(parent)
    , m_stack(stack)
    , m_show(std::move(show))
    , m_find(std::move(find))
{
    connect(docks, &PanelDocks::arrangementChanged, this,
            [this, docks](const PanelArrangement &before, const PanelArrangement &after) {
                const QString text = before.layout == after.layout
                    ? tr("move panels")
                    : tr("show the layout %1").arg(layoutTitle(after.layout));
                push(
                    text, [docks, before] { docks->showArrangement(before); },
                    [docks, after] { docks->showArrangement(after); });
            });
}

void UndoSteps::setWhatIfPanel(WhatIfPanel *whatIf)
{
    m_whatIf = whatIf;
    connect(whatIf, &WhatIfPanel::edited, this, [this](const Overrides &before, const Overrides &after) {
        const std::shared_ptr<const RunTrace> original = m_whatIf->edit().originalRun();
        const QString text
            = after.empty() ? tr("reset the edit") : tr("edit: %1").arg(QString::fromStdString(overridesText(after)));
        push(
            text, [this, original, before] { apply(original, before); },
            [this, original, after] { apply(original, after); });
    });
}

void UndoSteps::push(const QString &text, std::function<void()> undo, std::function<void()> redo)
{
    m_stack->push(new Step(text, std::move(undo), std::move(redo)));
}

// The answer is asked for only where no run with these overrides is at hand.
void UndoSteps::apply(const std::shared_ptr<const RunTrace> &original, const Overrides &overrides)
{
    if (!original)
        return;
    if (m_whatIf->edit().original() != original.get() || overrides.empty())
        m_show(original);
    if (m_whatIf->edit().original() != original.get())
        return; // a run goes on: another cannot be shown now
    m_whatIf->setOverrides(overrides);
    if (overrides.empty())
        return;
    if (const auto known = m_find(m_whatIf->edit().request()))
        m_show(known);
    else
        m_whatIf->settle();
}

} // namespace qmop
