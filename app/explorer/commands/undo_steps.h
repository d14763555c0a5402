// SPDX-License-Identifier: GPL-3.0-or-later
//
// Steps that Ctrl+Z takes back beside those of the history: edits of a run (one
// drag is one step) and where panels stand. Runs are never taken back.
#pragma once

#include "qmop/run_trace.h"

#include <QObject>

#include <deque>
#include <functional>
#include <memory>

class QUndoStack;

namespace qmop {

class PanelDocks;
class WhatIfPanel;

class UndoSteps : public QObject {
    Q_OBJECT

public:
    using ShowRun = std::function<void(std::shared_ptr<const RunTrace>)>; // does nothing while a run goes on

    UndoSteps(QUndoStack *stack, WhatIfPanel *whatIf, PanelDocks *docks, ShowRun show, QObject *parent);

    // A run is shown: the results of edits are found again without asking.
    void remember(const std::shared_ptr<const RunTrace> &trace);

private:
    void push(const QString &text, std::function<void()> undo, std::function<void()> redo);
    void apply(const std::shared_ptr<const RunTrace> &original, const Overrides &overrides);

    QUndoStack *m_stack;
    WhatIfPanel *m_whatIf;
    ShowRun m_show;
    std::shared_ptr<const RunTrace> m_original; // shown last without an edit
    std::deque<std::shared_ptr<const RunTrace>> m_results; // of edits, newest last
};

} // namespace qmop
