// SPDX-License-Identifier: GPL-3.0-or-later
//
// "Check this installation": one row per finding, with what to do about it.
#pragma once

#include "qmop/installation.h"

#include <QDialog>

#include <functional>
#include <thread>

class QLabel;
class QProgressBar;
class QPushButton;
class QTreeWidget;

namespace qmop {

class CheckPage : public QDialog {
    Q_OBJECT

public:
    // Tells how far hashing is, 0 ... 1; false: stop, with Error{Cancelled}.
    using GoOn = std::function<bool(double share)>;
    // `look` finds out; it is called on a thread of the page's own, since weights
    // of several GB take their time to hash.
    CheckPage(std::function<std::vector<CheckRow>(const GoOn &goOn)> look, QWidget *parent);
    ~CheckPage() override;

    void checkAgain();
    // What prints the same rows on a terminal; without it there is no button for it.
    void setCommand(const QString &command);
    const std::vector<CheckRow> &rows() const { return m_rows; }
    QTreeWidget *table() const { return m_table; }
    QPushButton *copyButton() const { return m_copy; }
    QPushButton *copyCommandButton() const { return m_copyCommand; }
    QPushButton *againButton() const { return m_again; }
    QPushButton *stopButton() const { return m_stop; }
    QProgressBar *progressBar() const { return m_progress; }
    QString summary() const; // "All is well." or what is not

signals:
    void checked();

private:
    void look(const std::stop_token &stopped);
    void show(std::vector<CheckRow> rows);
    void showLooking(bool looking);

    std::function<std::vector<CheckRow>(const GoOn &)> m_look;
    std::vector<CheckRow> m_rows;
    QLabel *m_summary;
    QTreeWidget *m_table;
    QPushButton *m_copy;
    QPushButton *m_copyCommand;
    QPushButton *m_again;
    QPushButton *m_stop;
    QProgressBar *m_progress;
    std::jthread m_thread; // last: joined before the rest goes
};

} // namespace qmop
