// SPDX-License-Identifier: GPL-3.0-or-later
//
// Times from an event to the painted frame, and the engine's load beside them.
#pragma once

#include "tests/app/real_engine.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QString>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <fstream>
#include <functional>
#include <malloc.h>
#include <memory>
#include <thread>
#include <vector>

namespace qmop::fixture {

inline double seconds(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return double(time.tv_sec) + double(time.tv_nsec) / 1e9;
}

inline double residentMib()
{
    long pages = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> pages >> resident;
    return double(resident) * double(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

// What the program holds of the heap: without what the allocator keeps for later.
inline double inUseMib()
{
    const struct mallinfo2 info = mallinfo2();
    return double(info.uordblks + info.hblkhd) / (1 << 20);
}

// The engine at uncompressed decodes, one after another, on all its threads.
class Decoding {
public:
    explicit Decoding(bool on)
    {
        if (!on)
            return;
        m_request.image.path = readSamples(realConfig({}).resources / "samples").front().path.toStdString();
        m_request.question = "what is to the left of the sign?";
        m_request.compressor = "none";
        m_engine = realEngine().makeBackend(embeddedModel, [this](const RunEvent &event) { next(event); });
        m_engine->submit(m_request);
        while (m_runs == 0) // until the model is loaded
            std::this_thread::yield();
        m_cpuAtStart = seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID);
        m_runsAtStart = m_runs;
        m_timer.start();
    }
    ~Decoding()
    {
        m_ending = true;
        m_engine.reset();
    }
    // What the process used beside the calling thread.
    QString text() const
    {
        if (!m_engine)
            return {};
        const double wall = double(m_timer.nsecsElapsed()) / 1e9;
        const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - seconds(CLOCK_THREAD_CPUTIME_ID) - m_cpuAtStart;
        return QStringLiteral("  beside it: %1 uncompressed runs, %2 cores of %3 busy")
            .arg(m_runs - m_runsAtStart)
            .arg(cpu / wall, 0, 'f', 2)
            .arg(std::thread::hardware_concurrency());
    }

private:
    void next(const RunEvent &event)
    {
        if (const auto *failure = std::get_if<RunFailed>(&event.payload))
            qFatal("%s", failure->what.c_str());
        if (!std::holds_alternative<RunFinished>(event.payload) || m_ending)
            return;
        ++m_runs;
        m_engine->submit(m_request);
    }

    RunRequest m_request;
    std::unique_ptr<RunBackend> m_engine;
    std::atomic<int> m_runs = 0;
    std::atomic<bool> m_ending = false;
    int m_runsAtStart = 0;
    double m_cpuAtStart = 0; // of the engine's threads
    QElapsedTimer m_timer;
};

struct Frames {
    std::vector<double> wall; // ms
    std::vector<double> cpu; // ms, of the window's thread

    QString text(const QString &what)
    {
        const auto at = [](std::vector<double> &values, double share) {
            std::ranges::sort(values);
            return values[std::min(values.size() - 1, std::size_t(share * double(values.size())))];
        };
        return QStringLiteral("%1 n %2  p50 %3  p95 %4  max %5 ms  (CPU p50 %6  p95 %7)")
            .arg(what, -32)
            .arg(wall.size(), 4)
            .arg(at(wall, 0.5), 7, 'f', 3)
            .arg(at(wall, 0.95), 7, 'f', 3)
            .arg(at(wall, 1), 6, 'f', 2)
            .arg(at(cpu, 0.5), 0, 'f', 3)
            .arg(at(cpu, 0.95), 0, 'f', 3);
    }
};

// From the event until everything that it changed is on the screen.
inline Frames measure(const std::function<void(int)> &send, int count)
{
    Frames frames;
    QElapsedTimer timer;
    for (int i = 0; i < count; ++i) {
        const double cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
        timer.start();
        send(i);
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
        frames.wall.push_back(double(timer.nsecsElapsed()) / 1e6);
        frames.cpu.push_back((seconds(CLOCK_THREAD_CPUTIME_ID) - cpu) * 1e3);
    }
    return frames;
}

} // namespace qmop::fixture
