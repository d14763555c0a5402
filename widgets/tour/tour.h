// SPDX-License-Identifier: GPL-3.0-or-later
//
// A few steps through a window: a callout that points at one widget after the
// other. Everything else can be used meanwhile.
#pragma once

#include <QFrame>
#include <QPointer>
#include <QRect>

#include <functional>
#include <vector>

class QLabel;
class QPushButton;
class QTimer;

namespace qmop {

struct TourStep {
    QString title;
    QString text;
    std::function<QWidget *()> target; // asked each time that the callout is placed
    QString whenHidden; // said instead of an arrow while the target cannot be seen
    std::function<void()> enter = {}; // brings the target to the front
    std::function<void()> leave = {}; // puts back what it covered there
};

class Tour : public QFrame {
    Q_OBJECT

public:
    // Over `window`, above all its widgets.
    Tour(QWidget *window, std::vector<TourStep> steps);
    ~Tour() override;

    void start(); // at the first step
    void showStep(int index); // beyond the last one: ends
    void end();
    bool isRunning() const { return m_step >= 0; }
    int step() const { return m_step; } // -1: not running
    int stepCount() const { return int(m_steps.size()); }
    // What the callout points at, in the window's coordinates; empty: nothing to be seen.
    QRect targetRect() const { return m_target; }
    QString text() const;
    QPushButton *nextButton() const { return m_next; }
    QPushButton *backButton() const { return m_back; }
    QPushButton *skipButton() const { return m_skip; }

signals:
    void ended();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void place();
    void leaveStep();
    QRect visibleRect(const QWidget *widget) const;
    bool takeKey(int key);

    QWidget *m_window;
    QWidget *m_pointer; // frame and arrow
    std::vector<TourStep> m_steps;
    int m_step = -1;
    QRect m_target;
    QPointer<QWidget> m_watched;
    QPointer<QWidget> m_focusBefore;
    QTimer *m_later;
    QLabel *m_count;
    QLabel *m_title;
    QLabel *m_text;
    QPushButton *m_back;
    QPushButton *m_next;
    QPushButton *m_skip;
};

// Where a callout of `size` stands beside `target` within `room`: at the side
// with enough place for it, else within the target or in the middle.
QRect calloutPlace(const QRect &target, const QSize &size, const QRect &room);

} // namespace qmop
