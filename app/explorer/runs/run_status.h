// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stage, progress and elapsed time of the run, for the status bar.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;

namespace qmop {

class RunStatus : public QWidget {
    Q_OBJECT

public:
    explicit RunStatus(QWidget *parent = nullptr);

    void begin();
    // total == 0: busy.
    void setStage(const QString &stage, qint64 done, qint64 total);
    void showCancelling();
    void end(const QString &outcome);
    QString text() const;

private:
    void updateText();

    QLabel *m_label;
    QProgressBar *m_bar;
    QString m_stage;
    QElapsedTimer m_elapsed;
    QTimer m_tick;
    bool m_cancelling = false;
};

} // namespace qmop
