// SPDX-License-Identifier: GPL-3.0-or-later
//
// Makes the batches of coming steps on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace qmop::train {

// Batches of the steps first, first + 1, ... last - 1, in order. `make` runs on
// the prefetching thread, at most `depth` batches ahead; what it throws comes
// out of next().
template<typename Batch> class Prefetch {
public:
    Prefetch(std::function<Batch(std::int64_t step)> make, std::int64_t first, std::int64_t last, std::size_t depth = 3)
        : m_thread([this, make = std::move(make), first, last, depth](std::stop_token stop) {
            run(stop, make, first, last, depth);
        })
    {
    }

    // `waited`: seconds until the batch was there.
    Batch next(double &waited)
    {
        const auto before = std::chrono::steady_clock::now();
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_ready.empty() || m_error; });
        waited = std::chrono::duration<double>(std::chrono::steady_clock::now() - before).count();
        if (m_ready.empty())
            std::rethrow_exception(m_error);
        Batch batch = std::move(m_ready.front());
        m_ready.pop_front();
        m_changed.notify_all();
        return batch;
    }

private:
    void run(std::stop_token stop, const std::function<Batch(std::int64_t)> &make, std::int64_t first,
             std::int64_t last, std::size_t depth)
    {
        try {
            for (std::int64_t step = first; step < last && !stop.stop_requested(); ++step) {
                Batch batch = make(step);
                std::unique_lock lock(m_mutex);
                if (!m_changed.wait(lock, stop, [this, depth] { return m_ready.size() < depth; }))
                    return;
                m_ready.push_back(std::move(batch));
                m_changed.notify_all();
            }
        } catch (...) {
            const std::scoped_lock lock(m_mutex);
            m_error = std::current_exception();
            m_changed.notify_all();
        }
    }

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<Batch> m_ready;
    std::exception_ptr m_error;
    std::jthread m_thread; // last: it uses the members above
};

} // namespace qmop::train
