// SPDX-License-Identifier: GPL-3.0-or-later
//
// Times the stages of one run, tells the listener, and is where a run stops.
#pragma once

#include "core/pipeline/pipeline.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

class StageRecorder {
public:
    StageRecorder(const RunSink &sink, const std::function<void()> &stop);

    // Polls the stop first; ends the stage before.
    void begin(std::string_view stage);
    void end();
    // Ends a stage that only had to find out that its result was there.
    void endCached();
    // A stage that cost nothing because its result was there.
    void addCached(std::string_view stage);

    // Within a stage: polls the stop and reports.
    void advance(std::int64_t done, std::int64_t total);
    void poll() const;

    // Seconds spent so far in a stage that has ended.
    double secondsOf(std::string_view stage) const;
    const std::vector<StageTime> &times() const { return m_times; }

private:
    using Clock = std::chrono::steady_clock;

    void end(bool cached);

    const RunSink &m_sink;
    const std::function<void()> &m_stop;
    std::vector<StageTime> m_times;
    std::string m_stage; // empty between stages
    Clock::time_point m_started;
};

} // namespace qmop
