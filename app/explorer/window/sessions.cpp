// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/window/sessions.h"

#include "app/explorer/commands/commands.h"
#include "app/explorer/experiments/kept_sweeps.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/pictures/recent_files.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/window/main_window.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/runs/runs_panel.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>
#include <QStatusBar>

namespace qmop {

namespace {
const auto sessionsKey = QStringLiteral("sessions/recent");
}

Sessions::Sessions(MainWindow *window)
    : QObject(window)
    , m_window(window)
{
    Commands *commands = window->commands();
    QMenu *menu = commands->menu(CommandMenu::File);
    menu->addSeparator();
    commands->add({QStringLiteral("session.open"),
                   tr("Open a session or replay pack…"),
                   CommandMenu::File,
                   {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)},
                   [this] { choose(); }});
    m_recent = menu->addMenu(tr("Recent sessions"));
    connect(m_recent, &QMenu::aboutToShow, this, &Sessions::fillRecent);
    commands->add(
        {QStringLiteral("session.save"), tr("Save the session"), CommandMenu::File, {QKeySequence::Save}, [this] {
             saveOrChoose(false);
         }});
    commands->add({QStringLiteral("session.saveAs"),
                   tr("Save the session as…"),
                   CommandMenu::File,
                   {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_S)},
                   [this] { saveOrChoose(true); }});
    commands->add(
        {QStringLiteral("session.pack"), tr("Save the listed runs as a replay pack…"), CommandMenu::File, {}, [this] {
             choosePack();
         }});
}

SessionState Sessions::state() const
{
    const auto bytes = [](const QString &text) {
        const QByteArray utf8 = text.toUtf8();
        return Bytes(utf8.begin(), utf8.end());
    };
    const PanelArrangement panels = m_window->docks()->arrangement();
    return {{"layout", bytes(layoutTitle(m_window->docks()->layout()))},
            {"docks", Bytes(panels.state.begin(), panels.state.end())},
            {"panels", bytes(panels.panels.join(u'\n'))},
            {"question", bytes(m_window->answerPanel()->question())},
            {"shown", bytes(QString::fromStdString(m_window->runsPanel()->shownRun()))}};
}

void Sessions::open(const QString &file)
{
    m_window->messageBar()->clearNotice(); // of what is on the screen now
    const std::optional<SessionState> state = m_window->history()->openSession(file.toStdString());
    if (!state)
        return;
    remember(file);
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
            m_window->docks()->showArrangement(
                {layout,
                 usable
                     ? QByteArray(reinterpret_cast<const char *>(docks->second.data()), qsizetype(docks->second.size()))
                     : QByteArray(),
                 text("panels").split(u'\n', Qt::SkipEmptyParts)});
        }
    m_window->keptSweeps()->open();
    const RunsModel *model = m_window->runsPanel()->model();
    QModelIndex shown = model->indexOf(text("shown").toStdString());
    if (!shown.isValid() && model->rowCount() > 0)
        shown = model->index(0);
    m_window->recall(model->trace(shown));
    if (!text("question").isEmpty()) // that was in the box
        m_window->setQuestion(text("question"));
}

bool Sessions::save(const QString &file)
{
    if (!m_window->history()->saveSession(file.toStdString(), state()))
        return false;
    remember(file);
    m_window->statusBar()->showMessage(tr("Saved %1").arg(file), 5000);
    return true;
}

bool Sessions::savePack(const QString &file)
{
    if (!m_window->history()->savePack(file.toStdString(), state()))
        return false;
    m_window->statusBar()->showMessage(tr("Saved %1").arg(file), 5000);
    return true;
}

void Sessions::choose()
{
    const QString file = QFileDialog::getOpenFileName(m_window, tr("Open a session or replay pack"), {},
                                                      tr("Sessions and replay packs (*.qmops *.qmopz);;All files (*)"));
    if (!file.isEmpty())
        open(file);
}

void Sessions::saveOrChoose(bool anew)
{
    QString file = QString::fromStdString(m_window->history()->sessionFile().string());
    if (anew || file.isEmpty())
        file = QFileDialog::getSaveFileName(m_window, tr("Save the session"), file, tr("Sessions (*.qmops)"));
    if (file.isEmpty())
        return;
    save(file.endsWith(QStringLiteral(".qmops")) ? file : file + QStringLiteral(".qmops"));
}

void Sessions::choosePack()
{
    const QString file
        = QFileDialog::getSaveFileName(m_window, tr("Save a replay pack"), {}, tr("Replay packs (*.qmopz)"));
    if (!file.isEmpty())
        savePack(file.endsWith(QStringLiteral(".qmopz")) ? file : file + QStringLiteral(".qmopz"));
}

void Sessions::remember(const QString &file)
{
    if (!m_window->config().rememberLayout)
        return;
    constexpr int kept = 10;
    QSettings().setValue(sessionsKey, withNewest(QSettings().value(sessionsKey).toStringList(), file, kept));
}

void Sessions::fillRecent()
{
    m_recent->clear();
    for (const QString &file : QSettings().value(sessionsKey).toStringList()) {
        QAction *action = m_recent->addAction(QFileInfo(file).fileName(), this, [this, file] { open(file); });
        action->setToolTip(file);
        action->setEnabled(QFileInfo::exists(file));
    }
    if (m_recent->isEmpty())
        m_recent->addAction(tr("None yet"))->setEnabled(false);
}

} // namespace qmop
