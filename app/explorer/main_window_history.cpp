// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window remembers: the journal, undo and redo.
#include "app/explorer/commands.h"
#include "app/explorer/main_window.h"
#include "app/explorer/message_bar.h"
#include "app/explorer/run_history.h"
#include "widgets/runs/runs_panel.h"

#include <QAction>
#include <QUndoStack>

namespace qmop {

void MainWindow::connectHistory()
{
    connect(m_history, &RunHistory::failed, this, &MainWindow::showFailure);
    connect(m_history, &RunHistory::notice, this, [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    });
    connect(m_history, &RunHistory::pictureFound, this,
            [this](const std::string &sha256, const ImageSource &source) { m_sourcesOfRuns[sha256] = source; });
}

void MainWindow::addHistoryCommands()
{
    QUndoStack *stack = m_history->undoStack();
    QAction *undo = m_commands->add(
        {QStringLiteral("edit.undo"), tr("Undo"), CommandMenu::Edit, {QKeySequence(Qt::CTRL | Qt::Key_Z)}, [stack] {
             stack->undo();
         }});
    QAction *redo = m_commands->add({QStringLiteral("edit.redo"),
                                     tr("Redo"),
                                     CommandMenu::Edit,
                                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z)},
                                     [stack] { stack->redo(); }});
    const auto update = [stack, undo, redo] {
        undo->setEnabled(stack->canUndo());
        redo->setEnabled(stack->canRedo());
        undo->setText(stack->canUndo() ? tr("Undo: %1").arg(stack->undoText()) : tr("Undo"));
        redo->setText(stack->canRedo() ? tr("Redo: %1").arg(stack->redoText()) : tr("Redo"));
    };
    connect(stack, &QUndoStack::indexChanged, undo, update);
    update();
}

bool MainWindow::showRecoveredRun()
{
    m_history->open();
    const std::string uid = m_history->recoveredRun();
    if (uid.empty())
        return false;
    showTrace(m_runs->model()->trace(m_runs->model()->indexOf(uid)));
    return true;
}

} // namespace qmop
