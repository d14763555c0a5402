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
    const std::string &current() const { return m_stage; } // empty between stages
    // Ends a stage that only had to find out that its result was there; `saved`: seconds that it took then.
    void endCached(double saved);
    // A stage that cost nothing because its result was there.
    void addCached(std::string_view stage, double saved);

    // Within a stage: a part of it was there; it had taken so long.
    void addSaved(double seconds) { m_saved += seconds; }
    // Within a stage: polls the stop and reports.
    void advance(std::int64_t done, std::int64_t total);
    void poll() const;

    // Of a stage that has ended: StageTime::cost().
    double costOf(std::string_view stage) const;
    const std::vector<StageTime> &times() const { return m_times; }

private:
    using Clock = std::chrono::steady_clock;

    void end(bool cached);

    const RunSink &m_sink;
    const std::function<void()> &m_stop;
    std::vector<StageTime> m_times;
    std::string m_stage; // empty between stages
    Clock::time_point m_started;
    double m_saved = 0; // of this stage
};

} // namespace qmop
