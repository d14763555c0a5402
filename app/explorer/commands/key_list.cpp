// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/commands/key_list.h"

#include "app/explorer/commands/commands.h"
#include "widgets/theme/accessible_role.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace qmop {

namespace {

struct FixedKey {
    const char *keys;
    const char *does;
};

// What mouse and focus do: the same in every program, so not to be changed.
constexpr FixedKey fixedKeys[] = {
    {QT_TRANSLATE_NOOP("KeyList", "Enter in the question"), QT_TRANSLATE_NOOP("KeyList", "Run")},
    {QT_TRANSLATE_NOOP("KeyList", "Arrows in a plot or list"),
     QT_TRANSLATE_NOOP("KeyList", "Move the cursor over maps, windows, bars")},
    {QT_TRANSLATE_NOOP("KeyList", "Wheel, drag, double click"), QT_TRANSLATE_NOOP("KeyList", "Zoom, move, fit")},
    {QT_TRANSLATE_NOOP("KeyList", "Click"), QT_TRANSLATE_NOOP("KeyList", "Lock; again: unlock")},
    {QT_TRANSLATE_NOOP("KeyList", "Ctrl+click"), QT_TRANSLATE_NOOP("KeyList", "Add to what is locked, or take away")},
    {QT_TRANSLATE_NOOP("KeyList", "Shift+click"), QT_TRANSLATE_NOOP("KeyList", "Lock all up to here")},
    {QT_TRANSLATE_NOOP("KeyList", "Shift+drag"), QT_TRANSLATE_NOOP("KeyList", "Lock all patches in a rectangle")},
};

}

KeyList::KeyList(Commands *commands, QWidget *parent)
    : QDialog(parent)
    , m_commands(commands)
    , m_tree(new QTreeWidget(this))
    , m_keys(new QKeySequenceEdit(this))
    , m_set(new QPushButton(tr("Use these keys"), this))
    , m_remove(new QPushButton(tr("No keys"), this))
    , m_reset(new QPushButton(tr("Reset all"), this))
    , m_message(new QLabel(this))
{
    setWindowTitle(tr("Keys"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_tree->setHeaderLabels({tr("Command"), tr("Keys"), tr("Where")});
    m_tree->setRootIsDecorated(false);
    m_tree->setAlternatingRowColors(true);
    m_tree->setAccessibleName(tr("Commands and their keys"));
    setAccessibleRole(m_keys, QAccessible::EditableText);
    m_keys->setAccessibleName(tr("New keys of the chosen command"));
    m_set->setToolTip(tr("Give the chosen command the keys typed beside"));
    m_remove->setToolTip(tr("Take the chosen command's keys away"));
    m_reset->setToolTip(tr("Give every command its shipped keys again"));
    m_message->setWordWrap(true);
    auto *row = new QHBoxLayout;
    for (QWidget *control : std::initializer_list<QWidget *>{m_keys, m_set, m_remove, m_reset})
        row->addWidget(control);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_tree, 1);
    layout->addLayout(row);
    layout->addWidget(m_message);
    connect(m_tree, &QTreeWidget::currentItemChanged, this, &KeyList::showChosen);
    connect(m_set, &QPushButton::clicked, this, [this] { give({m_keys->keySequence()}); });
    connect(m_remove, &QPushButton::clicked, this, [this] { give({}); });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        m_commands->resetKeys();
        fill();
        m_message->setText(tr("All keys are as shipped."));
    });
    fill();
    resize(fontMetrics().averageCharWidth() * 92, fontMetrics().height() * 34);
}

void KeyList::fill()
{
    const QString chosen = chosenId();
    m_tree->clear();
    for (const Commands::Entry &entry : m_commands->entries()) {
        auto *item = new QTreeWidgetItem(m_tree);
        item->setText(0, entry.label);
        item->setText(1, keysText(entry.action->shortcuts()));
        item->setText(2, entry.scope == KeyScope::Window ? tr("anywhere") : tr("picture or plot"));
        item->setData(0, Qt::UserRole, entry.id);
        if (entry.action->shortcuts() != entry.shipped) {
            QFont font = item->font(1);
            font.setBold(true);
            item->setFont(1, font);
            item->setToolTip(1, tr("shipped: %1").arg(keysText(entry.shipped)));
        }
    }
    for (const FixedKey &fixed : fixedKeys) {
        auto *item = new QTreeWidgetItem(m_tree);
        item->setText(0, tr(fixed.does));
        item->setText(1, tr(fixed.keys));
        item->setText(2, tr("fixed"));
    }
    m_tree->sortItems(2, Qt::AscendingOrder);
    for (int column = 0; column < 3; ++column)
        m_tree->resizeColumnToContents(column);
    choose(chosen);
    showChosen();
}

void KeyList::choose(const QString &id)
{
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i)
        if (!id.isEmpty() && m_tree->topLevelItem(i)->data(0, Qt::UserRole).toString() == id)
            m_tree->setCurrentItem(m_tree->topLevelItem(i));
}

QString KeyList::chosenId() const
{
    const QTreeWidgetItem *item = m_tree->currentItem();
    return item ? item->data(0, Qt::UserRole).toString() : QString();
}

void KeyList::showChosen()
{
    const QString id = chosenId();
    const QAction *action = m_commands->action(id);
    for (QWidget *control : std::initializer_list<QWidget *>{m_keys, m_set, m_remove})
        control->setEnabled(action != nullptr);
    m_keys->setKeySequence(action ? action->shortcut() : QKeySequence());
    m_message->setText(action ? tr("Type other keys for “%1”.").arg(m_tree->currentItem()->text(0))
                              : tr("Choose a command to give it other keys."));
}

void KeyList::give(const QList<QKeySequence> &keys)
{
    const QString id = chosenId();
    if (const Commands::Entry *taken = m_commands->setKeys(id, keys)) {
        m_message->setText(
            tr("%1 belongs to “%2” already. Take it away there first.").arg(keysText(keys), taken->label));
        return;
    }
    fill();
    m_message->setText(keys.isEmpty() || keys.front().isEmpty() ? tr("The command has no keys now.")
                                                                : tr("Saved: %1").arg(keysText(keys)));
}

QString KeyList::message() const
{
    return m_message->text();
}

} // namespace qmop
