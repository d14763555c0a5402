// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window remembers: the journal, undo and redo.
#include "app/explorer/commands/commands.h"
#include "app/explorer/engine/engine_bridge.h"
#include "app/explorer/experiments/kept_sweeps.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/runs/run_status.h"
#include "app/explorer/window/main_window.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
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
    const auto missing = std::make_shared<QString>(); // what is said of a missing picture
    connect(m_history, &RunHistory::pictureMissing, this, [this, missing](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
        *missing = m_message->text();
    });
    connect(this, &MainWindow::traceShown, this, [this, missing](const std::shared_ptr<const RunTrace> &trace) {
        if (trace && !missing->isEmpty() && m_message->text() == *missing
            && m_sourcesOfRuns.contains(trace->imageSha256))
            m_message->clearNotice();
    });
    connect(m_history, &RunHistory::crashTold, this, [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Report, what, hint, what + u'\n' + hint);
    });
    connect(m_runs, &RunsPanel::allRunsRequested, m_history, &RunHistory::closeSession);
    m_history->setPictureFinder(
        [this](const PictureRecord &record, const PatchGrid &grid, const std::function<void(FoundPicture)> &then) {
            if (!m_bridge->isRunning()) {
                m_status->begin();
                m_status->setStage(tr("reading the picture"), 0, 0);
            }
            m_loader->find(record, grid, [this, then](const FoundPicture &found) {
                if (found.image)
                    m_image->view()->prepare(found.image, found.levels);
                then(found);
                if (!m_bridge->isRunning())
                    m_status->end(found.problem.isEmpty() ? tr("picture read") : tr("picture not read"));
                updateRunState();
            });
            updateRunState();
        });
    m_history->setPictureSource([this](const RunTrace &trace) { return sourceOf(trace); });
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
    addNumbersCommands();
}

void MainWindow::recall(const std::shared_ptr<const RunTrace> &trace)
{
    if (!trace || m_bridge->isRunning())
        return;
    setQuestion(QString::fromStdString(trace->request.question));
    m_controls->take(trace->request);
    showTrace(trace);
}

bool MainWindow::showRecoveredRun()
{
    m_history->open();
    const std::string uid = m_history->recoveredRun();
    if (uid.empty())
        return false;
    const std::shared_ptr<const RunTrace> trace = m_runs->model()->trace(m_runs->model()->indexOf(uid));
    showTrace(trace);
    m_keptSweeps->open(); // of that window's session
    recall(trace); // not what a sweep brought
    return true;
}

} // namespace qmop
