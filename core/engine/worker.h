// SPDX-License-Identifier: GPL-3.0-or-later
//
// One thread that runs one job at a time, with one place to wait.
#pragma once

#include "core/engine/failure.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <variant>
#include <vector>

namespace qmop {

struct JobDone { };
struct JobCancelled { }; // stopped while it ran, or replaced or cancelled while it waited
using JobOutcome = std::variant<JobDone, JobCancelled, Failure>;

struct Job {
    // The work; polls the token and leaves by throwIfStopped(). Whatever it
    // throws becomes the outcome.
    std::function<void(const std::stop_token &)> run;
    // Called exactly once per submitted job. Should not throw: what it throws is lost.
    std::function<void(const JobOutcome &)> ended;
};

// Throws Error{Cancelled} when a stop was requested.
void throwIfStopped(const std::stop_token &stop);

struct WorkerHooks {
    std::function<void()> start; // before the first job; if it throws, every job fails with that
    std::function<void()> stop; // after the last job
};

// Hooks, jobs and their outcomes all happen on the worker's thread, one after
// another. submit() and cancel() may be called from any thread, also from
// within a job, and never wait for a job.
class Worker {
public:
    explicit Worker(WorkerHooks hooks = {});
    // Cancels the running and the waiting job, waits for the thread to report
    // both and to run the stop hook. Not to be called from the worker's thread.
    ~Worker();
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    // The newest job replaces one that still waits. The replaced job's `run` is
    // freed at once; its `ended` is called as soon as the thread is free.
    void submit(Job job);

    // Asks the running job to stop and drops the waiting one.
    void cancel();

private:
    using Ended = std::function<void(const JobOutcome &)>;

    void loop();
    JobOutcome runJob(const Job &job, const std::stop_token &stop) const;
    void dropWaiting(); // with m_mutex held

    WorkerHooks m_hooks;
    std::optional<Failure> m_startFailure; // worker's thread only

    std::mutex m_mutex; // guards the rest
    std::condition_variable m_changed;
    std::optional<Job> m_waiting;
    std::vector<Ended> m_dropped; // jobs that ended without having run
    std::stop_source m_running;
    bool m_closing = false;

    std::jthread m_thread; // last: it uses everything above
};

} // namespace qmop
