// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/commands/command_palette.h"

#include "app/explorer/commands/commands.h"
#include "app/explorer/commands/fuzzy_match.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace qmop {

CommandPalette::CommandPalette(const Commands &commands, QWidget *window)
    : QDialog(window)
    , m_edit(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    setWindowTitle(tr("Commands"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_edit->setPlaceholderText(tr("Type a few letters of a command"));
    m_edit->setAccessibleName(tr("Search for a command"));
    m_edit->installEventFilter(this);
    m_list->setAccessibleName(tr("Commands that fit"));
    m_list->setUniformItemSizes(true);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_edit);
    layout->addWidget(m_list);
    collect(commands, window);
    connect(m_edit, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_edit, &QLineEdit::returnPressed, this, &CommandPalette::trigger);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::trigger);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::trigger);
    filter({});
    resize(fontMetrics().averageCharWidth() * 64, fontMetrics().height() * 22);
    move(window->mapToGlobal(QPoint((window->width() - width()) / 2, window->height() / 8)));
}

void CommandPalette::collect(const Commands &commands, QWidget *window)
{
    std::set<QAction *> known;
    for (const Commands::Entry &entry : commands.entries()) {
        known.insert(entry.action);
        m_entries.push_back({entry.label, entry.action});
    }
    for (QAction *action : window->findChildren<QAction *>())
        if (!action->isSeparator() && !action->menu() && action->isVisible() && !action->text().isEmpty()
            && known.insert(action).second)
            m_entries.push_back({QString(action->text()).remove(u'&'), action});
}

void CommandPalette::filter(const QString &pattern)
{
    std::vector<std::pair<int, const Entry *>> found;
    for (const Entry &entry : m_entries)
        if (const std::optional<int> score = entry.action ? fuzzyScore(pattern, entry.label) : std::nullopt)
            found.emplace_back(*score, &entry);
    std::ranges::stable_sort(found, std::greater<>(), &std::pair<int, const Entry *>::first);
    m_list->clear();
    for (const auto &[score, entry] : found) {
        const QString keys = keysText(entry->action->shortcuts());
        auto *item = new QListWidgetItem(
            keys.isEmpty() ? entry->label : QStringLiteral("%1    %2").arg(entry->label, keys), m_list);
        item->setData(Qt::UserRole, QVariant::fromValue<QObject *>(entry->action.data()));
        if (!entry->action->isEnabled()) {
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
            item->setToolTip(entry->action->toolTip());
        }
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::trigger()
{
    const QListWidgetItem *item = m_list->currentItem();
    auto *action = item ? qobject_cast<QAction *>(item->data(Qt::UserRole).value<QObject *>()) : nullptr;
    if (!action || !action->isEnabled())
        return;
    close();
    // After the palette has gone, so that what opens is in front of the window.
    QTimer::singleShot(0, action, &QAction::trigger);
}

// Up and down choose while the letters keep the focus.
bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_edit && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_PageUp || key == Qt::Key_PageDown) {
            QApplication::sendEvent(m_list, event);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace qmop
