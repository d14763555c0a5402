// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/commands/commands.h"

#include <QAction>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>

#include <algorithm>

namespace qmop {

namespace {

QString settingsKey(const QString &id)
{
    return QStringLiteral("keys/") + id;
}

}

QString keysText(const QList<QKeySequence> &keys)
{
    return QKeySequence::listToString(keys, QKeySequence::NativeText)
        .replace(QStringLiteral("; "), QStringLiteral(", "));
}

Commands::Commands(QMainWindow *window)
    : QObject(window)
    , m_window(window)
{
    window->menuBar()->setAccessibleName(tr("Menus"));
    for (const QString &title : {tr("&File"), tr("&Edit"), tr("&Run"), tr("&View"), tr("&Help")})
        m_menus.push_back(window->menuBar()->addMenu(title));
}

QMenu *Commands::menu(CommandMenu menu) const
{
    return menu == CommandMenu::None ? nullptr : m_menus[std::size_t(menu)];
}

QAction *Commands::add(const Command &command)
{
    auto *action = new QAction(command.text, m_window);
    action->setShortcuts(command.keys);
    action->setShortcutContext(Qt::WindowShortcut);
    action->setCheckable(command.checkable);
    connect(action, &QAction::triggered, this, command.run);
    m_window->addAction(action);
    if (QMenu *where = menu(command.menu))
        where->addAction(action);
    action->setObjectName(command.id);
    remember(command.id, action, command.text, KeyScope::Window);
    return action;
}

void Commands::adopt(const QString &id, QAction *action, const QString &label, KeyScope scope)
{
    remember(id, action, label, scope);
}

void Commands::remember(const QString &id, QAction *action, const QString &label, KeyScope scope)
{
    m_entries.push_back({id, label, action, scope, action->shortcuts()});
    if (m_chosenKeys.contains(settingsKey(id)))
        action->setShortcuts(QKeySequence::listFromString(m_chosenKeys.value(settingsKey(id)).toString()));
}

QAction *Commands::action(const QString &id) const
{
    const auto found = std::ranges::find(m_entries, id, &Entry::id);
    return found == m_entries.end() ? nullptr : found->action;
}

const Commands::Entry *Commands::setKeys(const QString &id, const QList<QKeySequence> &keys)
{
    const auto wanted = std::ranges::find(m_entries, id, &Entry::id);
    if (wanted == m_entries.end())
        return nullptr;
    for (const Entry &other : m_entries)
        if (other.id != id)
            for (const QKeySequence &key : keys)
                // A window's key and a picture's key of the same sequence would both match.
                if (!key.isEmpty() && other.action->shortcuts().contains(key))
                    return &other;
    wanted->action->setShortcuts(keys);
    QSettings settings;
    if (keys == wanted->shipped)
        settings.remove(settingsKey(id));
    else
        settings.setValue(settingsKey(id), QKeySequence::listToString(keys));
    return nullptr;
}

void Commands::resetKeys()
{
    QSettings settings;
    for (Entry &entry : m_entries) {
        entry.action->setShortcuts(entry.shipped);
        settings.remove(settingsKey(entry.id));
    }
}

} // namespace qmop
