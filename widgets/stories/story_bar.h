// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the audience reads: the story's title, its sentence in large type, and
// how far it has come.
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace qmop {

class StoryBar : public QFrame {
    Q_OBJECT

public:
    explicit StoryBar(QWidget *parent = nullptr);

    // `place`: "2 of 10".
    void setStep(const QString &title, const QString &place, const QString &sentence);
    QString title() const;
    QString sentence() const;
    QToolButton *nextButton() const { return m_next; }
    QToolButton *backButton() const { return m_back; }

signals:
    void nextRequested();
    void backRequested();

private:
    QLabel *m_title;
    QLabel *m_sentence;
    QToolButton *m_back;
    QToolButton *m_next;
};

} // namespace qmop
