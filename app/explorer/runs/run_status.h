// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stage, progress and elapsed time of the run, for the status bar: of what people
// wait for, which is from what they pressed until they see it painted.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <optional>

class QProgressBar;

namespace qmop {

class ElidedLabel;

class RunStatus : public QWidget {
    Q_OBJECT

public:
    explicit RunStatus(QWidget *parent = nullptr);

    // Where answers are shown: they count from its next painting on.
    void watch(QWidget *answer);
    void begin();
    // The answer that is being written has grown. What the run does after its last
    // word (the uncompressed answer, for one) is not waited for in the same way.
    void showAnswer();
    // total == 0: busy.
    void setStage(const QString &stage, qint64 done, qint64 total);
    void showCancelling();
    void end(const QString &outcome);
    // What is shown from now on was not waited for.
    void clear();
    QString text() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void updateText();
    void painted();
    double seconds() const { return double(m_elapsed.elapsed()) / 1000; }

    QWidget *m_watched = nullptr;
    ElidedLabel *m_label;
    QProgressBar *m_bar;
    QString m_stage;
    QElapsedTimer m_elapsed;
    QTimer m_tick;
    bool m_cancelling = false;
    QString m_outcome; // empty: the run goes on, or nothing is to be said
    double m_seconds = 0; // until it ended
    std::optional<double> m_answer; // until its answer was on screen, in seconds
    bool m_answerComes = false; // with the next painting
    bool m_endComes = false;
};

} // namespace qmop
