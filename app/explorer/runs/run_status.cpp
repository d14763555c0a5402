// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/runs/run_status.h"

#include "widgets/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>

#include <algorithm>

namespace qmop {

RunStatus::RunStatus(QWidget *parent)
    : QWidget(parent)
    , m_label(new QLabel(this))
    , m_bar(new QProgressBar(this))
{
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

void RunStatus::begin()
{
    m_cancelling = false;
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
    m_label->setText(tr("%1 after %2 s").arg(outcome).arg(m_elapsed.elapsed() / 1000.0, 0, 'f', 2));
}

void RunStatus::updateText()
{
    m_label->setText(
        tr("%1 · %2 s").arg(m_cancelling ? tr("Cancelling…") : m_stage).arg(m_elapsed.elapsed() / 1000.0, 0, 'f', 1));
}

QString RunStatus::text() const
{
    return m_label->text();
}

} // namespace qmop
