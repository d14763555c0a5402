// SPDX-License-Identifier: GPL-3.0-or-later
//
// Everything that the window can do, in one table: menus, keys, the list of
// keys and the command palette are made from it.
#pragma once

#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QSettings>
#include <QString>

#include <functional>
#include <vector>

class QAction;
class QMainWindow;
class QMenu;

namespace qmop {

enum class CommandMenu { File, Edit, Run, View, Help, None };

// Where a command's keys act. Picture: only while the picture or a plot has the
// focus, so that single letters stay text in the question box.
enum class KeyScope { Window, Picture };

struct Command {
    QString id; // names its keys in settings; never changed
    QString text; // without a mnemonic
    CommandMenu menu = CommandMenu::None;
    QList<QKeySequence> keys = {}; // as shipped
    std::function<void()> run;
    bool checkable = false;
};

class Commands : public QObject {
    Q_OBJECT

public:
    // Makes the menus of `window`.
    explicit Commands(QMainWindow *window);

    // The action is the window's; its keys act anywhere in it.
    QAction *add(const Command &command);
    // Takes in an action that a widget owns. With KeyScope::Picture its keys act
    // while one of the widgets that it was added to has the focus.
    void adopt(const QString &id, QAction *action, const QString &label, KeyScope scope);

    struct Entry {
        QString id;
        QString label; // in the palette and the list of keys
        QAction *action = nullptr;
        KeyScope scope = KeyScope::Window;
        QList<QKeySequence> shipped;
    };
    const std::vector<Entry> &entries() const { return m_entries; }
    QAction *action(const QString &id) const; // null where there is none
    QMenu *menu(CommandMenu menu) const;

    // Gives a command other keys and keeps them for later starts. Returns the
    // entry that has one of them already and whose scope overlaps, changing
    // nothing then; null where the keys were taken.
    const Entry *setKeys(const QString &id, const QList<QKeySequence> &keys);
    void resetKeys();

private:
    void remember(const QString &id, QAction *action, const QString &label, KeyScope scope);

    QMainWindow *m_window;
    std::vector<Entry> m_entries;
    std::vector<QMenu *> m_menus; // by CommandMenu, without None
    const QSettings m_chosenKeys; // opened once: there are a hundred commands
};

// "Ctrl+O, Ctrl+Shift+O", or an empty text.
QString keysText(const QList<QKeySequence> &keys);

} // namespace qmop
