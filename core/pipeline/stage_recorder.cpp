// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/stage_recorder.h"

namespace qmop {

StageRecorder::StageRecorder(const RunSink &sink, const std::function<void()> &stop)
    : m_sink(sink)
    , m_stop(stop)
{
}

void StageRecorder::begin(std::string_view stage)
{
    end();
    poll();
    m_stage = stage;
    m_started = Clock::now();
    if (m_sink.progress)
        m_sink.progress({m_stage, 0, 0});
}

void StageRecorder::end()
{
    end(false);
}

void StageRecorder::endCached(double saved)
{
    m_saved = saved;
    end(true);
}

void StageRecorder::end(bool cached)
{
    if (m_stage.empty())
        return;
    m_times.push_back({m_stage, std::chrono::duration<double>(Clock::now() - m_started).count(), cached, m_saved});
    m_stage.clear();
    m_saved = 0;
}

void StageRecorder::addCached(std::string_view stage, double saved)
{
    end();
    m_times.push_back({std::string(stage), 0, true, saved});
}

void StageRecorder::advance(std::int64_t done, std::int64_t total)
{
    poll();
    if (m_sink.progress)
        m_sink.progress({m_stage, done, total});
}

void StageRecorder::poll() const
{
    if (m_stop)
        m_stop();
}

double StageRecorder::costOf(std::string_view stage) const
{
    double sum = 0;
    for (const StageTime &time : m_times)
        if (time.stage == stage)
            sum += time.cost();
    return sum;
}

} // namespace qmop
