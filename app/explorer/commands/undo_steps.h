// SPDX-License-Identifier: GPL-3.0-or-later
//
// Steps that Ctrl+Z takes back beside those of the history: edits of a run (one
// drag is one step) and where panels stand. Runs are never taken back.
#pragma once

#include "qmop/run_trace.h"

#include <QObject>

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

    // The run that has answered an edit already; null: none.
    using FindRun = std::function<std::shared_ptr<const RunTrace>(const RunRequest &)>;

    UndoSteps(QUndoStack *stack, PanelDocks *docks, ShowRun show, FindRun find, QObject *parent);

    // It comes later; its edits are steps.
    void setWhatIfPanel(WhatIfPanel *whatIf);

private:
    void push(const QString &text, std::function<void()> undo, std::function<void()> redo);
    void apply(const std::shared_ptr<const RunTrace> &original, const Overrides &overrides);

    QUndoStack *m_stack;
    WhatIfPanel *m_whatIf = nullptr;
    ShowRun m_show;
    FindRun m_find;
};

} // namespace qmop
