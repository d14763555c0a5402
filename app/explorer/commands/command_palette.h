// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ctrl+Shift+P: type a few letters of what you want, Enter does it.
#pragma once

#include <QDialog>
#include <QPointer>

class QLineEdit;
class QListWidget;

namespace qmop {

class Commands;

class CommandPalette : public QDialog {
    Q_OBJECT

public:
    // Lists the commands and every other action of `window` that has a text.
    CommandPalette(const Commands &commands, QWidget *window);

    QLineEdit *edit() const { return m_edit; }
    QListWidget *list() const { return m_list; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Entry {
        QString label;
        QPointer<QAction> action;
    };
    void collect(const Commands &commands, QWidget *window);
    void filter(const QString &pattern);
    void trigger();

    QLineEdit *m_edit;
    QListWidget *m_list;
    std::vector<Entry> m_entries;
};

} // namespace qmop
