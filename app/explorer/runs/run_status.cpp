// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/run_status.h"

#include "widgets/theme/elided_label.h"
#include "widgets/theme/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QProgressBar>

#include <algorithm>
#include <utility>

namespace qmop {

RunStatus::RunStatus(QWidget *parent)
    : QWidget(parent)
    , m_label(new ElidedLabel(this))
    , m_bar(new QProgressBar(this))
{
    m_label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed); // whole where there is room
    m_bar->setFixedWidth(120);
    m_bar->setMaximumHeight(fontMetrics().height());
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the run"));
    m_bar->hide();
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(metrics::gap);
    layout->addWidget(m_label);
    layout->addWidget(m_bar);
    m_tick.setInterval(100);
    connect(&m_tick, &QTimer::timeout, this, &RunStatus::updateText);
}

void RunStatus::watch(QWidget *answer)
{
    m_watched = answer;
    answer->installEventFilter(this);
}

// The frame is on screen once the event that paints it has been handled.
bool RunStatus::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Paint && (m_answerComes || m_endComes))
        QMetaObject::invokeMethod(this, &RunStatus::painted, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

void RunStatus::painted()
{
    if (std::exchange(m_answerComes, false))
        m_answer = seconds();
    if (std::exchange(m_endComes, false)) {
        m_seconds = seconds();
        updateText();
    }
}

void RunStatus::showAnswer()
{
    m_answerComes = m_tick.isActive();
}

void RunStatus::begin()
{
    m_cancelling = false;
    m_outcome.clear();
    m_answer.reset();
    m_answerComes = m_endComes = false;
    m_stage = tr("starting");
    m_bar->setRange(0, 0);
    m_bar->show();
    m_elapsed.start();
    m_tick.start();
    updateText();
}

void RunStatus::setStage(const QString &stage, qint64 done, qint64 total)
{
    if (!m_tick.isActive())
        return;
    m_stage = stage;
    if (total > 0) {
        // Bytes of a checkpoint do not fit an int: the bar counts thousandths.
        m_bar->setRange(0, 1000);
        m_bar->setValue(int(std::clamp(double(done) / double(total), 0.0, 1.0) * 1000));
        m_stage += total < 100'000 ? tr(" %1/%2").arg(done).arg(total)
                                   : tr(" %1/%2 MB").arg(done / 1e6, 0, 'f', 0).arg(total / 1e6, 0, 'f', 0);
    } else {
        m_bar->setRange(0, 0);
    }
    updateText();
}

void RunStatus::showCancelling()
{
    m_cancelling = true;
    updateText();
}

void RunStatus::end(const QString &outcome)
{
    m_tick.stop();
    m_bar->hide();
    m_outcome = outcome;
    m_seconds = seconds();
    // Painted now, not when something else happens to; out of sight there is nothing to wait for.
    m_endComes = m_watched && !m_watched->visibleRegion().isEmpty();
    if (m_endComes)
        m_watched->update();
    updateText();
}

void RunStatus::clear()
{
    m_tick.stop();
    m_bar->hide();
    m_outcome.clear();
    m_answerComes = m_endComes = false;
    m_label->setText({});
    m_label->setToolTip({});
}

void RunStatus::updateText()
{
    if (m_outcome.isEmpty()) {
        m_label->setText(tr("%1 · %2 s").arg(m_cancelling ? tr("Cancelling…") : m_stage).arg(seconds(), 0, 'f', 1));
        return;
    }
    // Of a short run the two differ by nothing that anybody noticed.
    constexpr double noticed = 0.1;
    const QString end = tr("%1 after %2 s").arg(m_outcome).arg(m_seconds, 0, 'f', 2);
    m_label->setText(m_answer && m_seconds - *m_answer >= noticed
                         ? tr("answer after %1 s · %2").arg(*m_answer, 0, 'f', 2).arg(end)
                         : end);
    if (m_answer)
        m_label->setToolTip(tr("%1\nCounted from what you pressed until it was painted. After the answer come the "
                               "uncompressed answer and the maps.")
                                .arg(m_label->text()));
}

QString RunStatus::text() const
{
    return m_label->text();
}

} // namespace qmop
