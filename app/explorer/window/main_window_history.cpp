// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window remembers: the journal, sessions, undo and redo.
#include "app/explorer/commands/commands.h"
#include "app/explorer/engine/engine_bridge.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/pictures/recent_files.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/runs/run_status.h"
#include "app/explorer/window/main_window.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/runs/runs_panel.h"

#include <QAction>
#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>
#include <QStatusBar>
#include <QUndoStack>

namespace qmop {

namespace {
const auto sessionsKey = QStringLiteral("sessions/recent");
}

void MainWindow::connectHistory()
{
    connect(m_history, &RunHistory::failed, this, &MainWindow::showFailure);
    connect(m_history, &RunHistory::notice, this, [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    });
    connect(m_runs, &RunsPanel::allRunsRequested, m_history, &RunHistory::closeSession);
    m_history->setPictureFinder(
        [this](const PictureRecord &record, const PatchGrid &grid, const std::function<void(FoundPicture)> &then) {
            if (!m_bridge->isRunning()) {
                m_status->begin();
                m_status->setStage(tr("reading the picture"), 0, 0);
            }
            m_loader->find(record, grid, [this, then](const FoundPicture &found) {
                if (!m_bridge->isRunning())
                    m_status->end(found.problem.isEmpty() ? tr("picture read") : tr("picture not read"));
                if (found.image)
                    m_image->view()->prepare(found.image, found.levels);
                then(found);
                updateRunState();
            });
            updateRunState();
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
    addNumbersCommands();
}

void MainWindow::addSessionCommands()
{
    QMenu *menu = m_commands->menu(CommandMenu::File);
    menu->addSeparator();
    m_commands->add({QStringLiteral("session.open"),
                     tr("Open a session or replay pack…"),
                     CommandMenu::File,
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)},
                     [this] { chooseSession(); }});
    m_recentSessions = menu->addMenu(tr("Recent sessions"));
    connect(m_recentSessions, &QMenu::aboutToShow, this, &MainWindow::fillRecentSessions);
    m_commands->add(
        {QStringLiteral("session.save"), tr("Save the session"), CommandMenu::File, {QKeySequence::Save}, [this] {
             saveOrChoose(false);
         }});
    m_commands->add({QStringLiteral("session.saveAs"),
                     tr("Save the session as…"),
                     CommandMenu::File,
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)},
                     [this] { saveOrChoose(true); }});
    m_commands->add(
        {QStringLiteral("session.pack"), tr("Save the listed runs as a replay pack…"), CommandMenu::File, {}, [this] {
             choosePack();
         }});
    menu->addSeparator();
    buildFigures();
    menu->addSeparator();
}

SessionState MainWindow::windowState() const
{
    const auto bytes = [](const QString &text) {
        const QByteArray utf8 = text.toUtf8();
        return Bytes(utf8.begin(), utf8.end());
    };
    const PanelArrangement panels = m_docks->arrangement();
    const std::optional<RunHeadline> shown = m_runs->model()->headline(m_runs->model()->indexOf(m_trace));
    return {{"layout", bytes(layoutTitle(m_docks->layout()))},
            {"docks", Bytes(panels.state.begin(), panels.state.end())},
            {"panels", bytes(panels.panels.join(u'\n'))},
            {"question", bytes(m_answer->question())},
            {"shown", bytes(shown ? QString::fromStdString(shown->uid) : QString())}};
}

void MainWindow::openSession(const QString &file)
{
    const std::optional<SessionState> state = m_history->openSession(file.toStdString());
    if (!state)
        return;
    rememberSession(file);
    const auto text = [&](const char *key) {
        const auto found = state->find(key);
        return found == state->end()
            ? QString()
            : QString::fromUtf8(reinterpret_cast<const char *>(found->second.data()), qsizetype(found->second.size()));
    };
    for (LayoutId layout : allLayouts)
        if (text("layout") == layoutTitle(layout)) {
            constexpr std::size_t most = 1 << 16; // a state takes about a kilobyte
            const auto docks = state->find("docks");
            const bool usable = docks != state->end() && docks->second.size() <= most;
            m_docks->showArrangement({layout,
                                      usable ? QByteArray(reinterpret_cast<const char *>(docks->second.data()),
                                                          qsizetype(docks->second.size()))
                                             : QByteArray(),
                                      text("panels").split(u'\n', Qt::SkipEmptyParts)});
        }
    const RunsModel *model = m_runs->model();
    QModelIndex shown = model->indexOf(text("shown").toStdString());
    if (!shown.isValid() && model->rowCount() > 0)
        shown = model->index(0);
    showTrace(model->trace(shown));
    if (!text("question").isEmpty())
        setQuestion(text("question"));
}

bool MainWindow::saveSession(const QString &file)
{
    if (!m_history->saveSession(file.toStdString(), windowState()))
        return false;
    rememberSession(file);
    statusBar()->showMessage(tr("Saved %1").arg(file), 5000);
    return true;
}

bool MainWindow::savePack(const QString &file)
{
    if (!m_history->savePack(file.toStdString(), windowState()))
        return false;
    statusBar()->showMessage(tr("Saved %1").arg(file), 5000);
    return true;
}

void MainWindow::chooseSession()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Open a session or replay pack"), {},
                                                      tr("Sessions and replay packs (*.qmops *.qmopz);;All files (*)"));
    if (!file.isEmpty())
        openSession(file);
}

void MainWindow::saveOrChoose(bool choose)
{
    QString file = QString::fromStdString(m_history->sessionFile().string());
    if (choose || file.isEmpty())
        file = QFileDialog::getSaveFileName(this, tr("Save the session"), file, tr("Sessions (*.qmops)"));
    if (file.isEmpty())
        return;
    saveSession(file.endsWith(QStringLiteral(".qmops")) ? file : file + QStringLiteral(".qmops"));
}

void MainWindow::choosePack()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Save a replay pack"), {}, tr("Replay packs (*.qmopz)"));
    if (!file.isEmpty())
        savePack(file.endsWith(QStringLiteral(".qmopz")) ? file : file + QStringLiteral(".qmopz"));
}

void MainWindow::rememberSession(const QString &file)
{
    if (!m_config.rememberLayout)
        return;
    constexpr int kept = 10;
    QSettings().setValue(sessionsKey, withNewest(QSettings().value(sessionsKey).toStringList(), file, kept));
}

void MainWindow::fillRecentSessions()
{
    m_recentSessions->clear();
    for (const QString &file : QSettings().value(sessionsKey).toStringList()) {
        QAction *action
            = m_recentSessions->addAction(QFileInfo(file).fileName(), this, [this, file] { openSession(file); });
        action->setToolTip(file);
        action->setEnabled(QFileInfo::exists(file));
    }
    if (m_recentSessions->isEmpty())
        m_recentSessions->addAction(tr("None yet"))->setEnabled(false);
}

bool MainWindow::showRecoveredRun()
{
    m_history->open();
    const std::string uid = m_history->recoveredRun();
    if (uid.empty())
        return false;
    const std::shared_ptr<const RunTrace> trace = m_runs->model()->trace(m_runs->model()->indexOf(uid));
    showTrace(trace);
    if (trace)
        setQuestion(QString::fromStdString(trace->request.question));
    return true;
}

} // namespace qmop
