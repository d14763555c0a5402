// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/worker.h"

#include <utility>

namespace qmop {

namespace {

// The one place that an outcome leaves by. A listener that throws must not take
// the thread, and with it the program, along.
void report(const std::function<void(const JobOutcome &)> &ended, const JobOutcome &outcome)
{
    if (!ended)
        return;
    try {
        ended(outcome);
    } catch (...) {
    }
}

}

void throwIfStopped(const std::stop_token &stop)
{
    if (stop.stop_requested())
        throw Error(ErrorCode::Cancelled, "cancelled");
}

Worker::Worker(WorkerHooks hooks)
    : m_hooks(std::move(hooks))
    , m_thread([this] { loop(); })
{
}

Worker::~Worker()
{
    std::stop_source running;
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
        dropWaiting();
        running = m_running;
    }
    m_changed.notify_one();
    running.request_stop();
    m_thread.join();
}

void Worker::submit(Job job)
{
    // Freed outside the lock: a job may hold a picture.
    std::optional<Job> replaced;
    {
        const std::lock_guard lock(m_mutex);
        replaced = std::exchange(m_waiting, std::move(job));
        if (replaced)
            m_dropped.push_back(std::move(replaced->ended));
    }
    m_changed.notify_one();
}

void Worker::cancel()
{
    std::stop_source running;
    {
        const std::lock_guard lock(m_mutex);
        dropWaiting();
        running = m_running;
    }
    m_changed.notify_one();
    // Outside the lock: stop callbacks run here, and may call back.
    running.request_stop();
}

void Worker::dropWaiting()
{
    if (m_waiting)
        m_dropped.push_back(std::move(m_waiting->ended));
    m_waiting.reset();
}

void Worker::loop()
{
    try {
        if (m_hooks.start)
            m_hooks.start();
    } catch (...) {
        m_startFailure = describeFailure(std::current_exception());
    }
    for (;;) {
        std::vector<Ended> dropped;
        std::optional<Job> job;
        std::stop_source stop;
        {
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [this] { return m_waiting || !m_dropped.empty() || m_closing; });
            dropped.swap(m_dropped);
            job = std::exchange(m_waiting, std::nullopt);
            m_running = stop;
            if (!job && dropped.empty())
                break;
        }
        for (const Ended &ended : dropped)
            report(ended, JobCancelled{});
        if (job)
            report(job->ended, runJob(*job, stop.get_token()));
    }
    try {
        if (m_hooks.stop)
            m_hooks.stop();
    } catch (...) {
        // Nobody is left to be told.
    }
}

JobOutcome Worker::runJob(const Job &job, const std::stop_token &stop) const
{
    if (m_startFailure)
        return *m_startFailure;
    try {
        throwIfStopped(stop);
        job.run(stop);
        return JobDone{};
    } catch (...) {
        Failure failure = describeFailure(std::current_exception());
        if (failure.code == ErrorCode::Cancelled)
            return JobCancelled{};
        return failure;
    }
}

} // namespace qmop
