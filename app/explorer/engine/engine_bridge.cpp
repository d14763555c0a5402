// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/engine/engine_bridge.h"

#include <utility>

namespace qmop {

namespace {

constexpr int flushIntervalMs = 34; // at most 30 updates a second

template<typename... Handlers> struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template<typename... Handlers> Overloaded(Handlers...) -> Overloaded<Handlers...>;

}

EngineBridge::EngineBridge(BackendFactory factory, QObject *parent)
    : QObject(parent)
    , m_factory(std::move(factory))
{
    m_flushTimer.setSingleShot(true);
    m_flushTimer.setTimerType(Qt::PreciseTimer); // a coarse one may fire 5 % early
    connect(&m_flushTimer, &QTimer::timeout, this, &EngineBridge::flushProgress);
}

EngineBridge::~EngineBridge() = default;

void EngineBridge::run(RunRequest request)
{
    request.id = m_current = ++m_lastId;
    m_stage.reset();
    m_text.clear();
    m_tokens.clear();
    m_textChanged = false;
    m_flushTimer.stop();
    try {
        if (!m_backend)
            m_backend = m_factory([this](const RunEvent &event) { receive(event); });
        m_backend->submit(std::move(request));
    } catch (const std::exception &error) {
        // An engine that cannot start ends this run, not the window.
        m_current = 0;
        emit failed({ErrorCode::Internal, error.what(), {}});
    }
}

void EngineBridge::cancel()
{
    if (m_backend && isRunning())
        m_backend->cancel();
}

// On the engine's thread: no more than a copy and, once per batch, a post.
void EngineBridge::receive(const RunEvent &event)
{
    const std::scoped_lock lock(m_mutex);
    m_pending.push_back(event);
    if (std::exchange(m_deliveryPosted, true))
        return;
    QMetaObject::invokeMethod(this, &EngineBridge::deliver, Qt::QueuedConnection);
}

void EngineBridge::deliver()
{
    std::vector<RunEvent> events;
    {
        const std::scoped_lock lock(m_mutex);
        events.swap(m_pending);
        m_deliveryPosted = false;
    }
    for (const RunEvent &event : events)
        if (event.requestId == m_current) // else of a run that was replaced
            deliverEvent(event);
    if (!m_stage && !m_textChanged)
        return;
    if (!m_sinceFlush.isValid() || m_sinceFlush.elapsed() >= flushIntervalMs)
        flushProgress();
    else if (!m_flushTimer.isActive())
        m_flushTimer.start(flushIntervalMs - int(m_sinceFlush.elapsed()));
}

void EngineBridge::deliverEvent(const RunEvent &event)
{
    const auto end = [this] {
        flushProgress();
        m_current = 0;
    };
    std::visit(Overloaded{[&](const StageProgress &progress) { m_stage = progress; },
                          [&](const TokenStreamed &streamed) {
                              m_text = QString::fromStdString(streamed.text);
                              m_tokens.push_back(streamed.token);
                              m_textChanged = true;
                          },
                          [&](const RunFinished &done) {
                              end();
                              emit finished(done.trace);
                          },
                          [&](const RunFailed &failure) {
                              end();
                              emit failed(failure);
                          },
                          [&](const RunCancelled &stopped) {
                              end();
                              emit cancelled(QString::fromStdString(stopped.partialAnswer));
                          }},
               event.payload);
}

void EngineBridge::flushProgress()
{
    m_flushTimer.stop(); // a flush that was still due would follow at once
    m_sinceFlush.start();
    if (const auto stage = std::exchange(m_stage, std::nullopt))
        emit stageChanged(QString::fromStdString(stage->stage), stage->done, stage->total);
    if (std::exchange(m_textChanged, false))
        emit answerStreamed(m_text, m_tokens);
}

} // namespace qmop
