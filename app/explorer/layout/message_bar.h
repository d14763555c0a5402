// SPDX-License-Identifier: GPL-3.0-or-later
//
// Errors and notices above the picture: not modal. Errors stay until dismissed.
#pragma once

#include <QFrame>
#include <QString>

#include <functional>
#include <optional>
#include <vector>

class QBoxLayout;
class QLabel;
class QToolButton;

namespace qmop {

class MessageBar : public QFrame {
    Q_OBJECT

public:
    explicit MessageBar(QWidget *parent = nullptr);

    // Report: what became of earlier work. It stays until dismissed, as an error does, and
    // comes back from under other messages.
    enum class Kind { Error, Notice, Report };

    // `what` says what happened, `hint` what to do; `details` goes to the clipboard.
    void showMessage(Kind kind, const QString &what, const QString &hint, const QString &details);
    // Hides a notice, which speaks of one picture; errors and reports stay until dismissed.
    void clearNotice();
    // Buttons beside the message that do what helps; gone with the message.
    void offer(const QString &title, std::function<void()> action);
    QString text() const;
    QString details() const { return m_details; }
    const std::vector<QToolButton *> &offers() const { return m_offers; }
    QToolButton *copyButton() const { return m_copy; }
    QToolButton *dismissButton() const { return m_dismiss; }

protected:
    bool event(QEvent *event) override;

private:
    void goAway();
    void takeOffersBack();

    QBoxLayout *m_layout = nullptr;
    QBoxLayout *m_buttons = nullptr;
    QLabel *m_icon;
    QLabel *m_text;
    std::vector<QToolButton *> m_offers;
    QToolButton *m_copy;
    QToolButton *m_dismiss;
    QString m_details;
    Kind m_kind = Kind::Notice;
    struct Report {
        QString what, hint, details;
    };
    std::optional<Report> m_report; // that nobody dismissed
};

} // namespace qmop
