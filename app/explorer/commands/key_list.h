// SPDX-License-Identifier: GPL-3.0-or-later
//
// `?`: all keys in one list, and where a command gets other keys.
#pragma once

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QPushButton;
class QTreeWidget;

namespace qmop {

class Commands;

class KeyList : public QDialog {
    Q_OBJECT

public:
    KeyList(Commands *commands, QWidget *parent);

    QTreeWidget *tree() const { return m_tree; }
    QKeySequenceEdit *keyEdit() const { return m_keys; }
    QPushButton *setButton() const { return m_set; }
    QPushButton *resetButton() const { return m_reset; }
    QString message() const;
    // Makes the command the one that is edited.
    void choose(const QString &id);

private:
    void fill();
    void showChosen();
    QString chosenId() const;
    void give(const QList<QKeySequence> &keys);

    Commands *m_commands;
    QTreeWidget *m_tree;
    QKeySequenceEdit *m_keys;
    QPushButton *m_set;
    QPushButton *m_remove;
    QPushButton *m_reset;
    QLabel *m_message;
};

} // namespace qmop
