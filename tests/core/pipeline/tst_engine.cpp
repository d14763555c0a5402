// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/engine.h"
#include "tests/fixtures/random_checkpoint.h"

#include <QTemporaryDir>
#include <QTest>

#include <condition_variable>
#include <mutex>
#include <thread>

using namespace qmop;

namespace {

template<typename Payload> const Payload *last(const std::vector<RunEvent> &events)
{
    return events.empty() ? nullptr : std::get_if<Payload>(&events.back().payload);
}

bool endsRun(const RunEvent &event)
{
    return std::holds_alternative<RunFinished>(event.payload) || std::holds_alternative<RunFailed>(event.payload)
        || std::holds_alternative<RunCancelled>(event.payload);
}

// Collects events; waits for the ends of runs.
class Recorder {
public:
    std::function<void(const RunEvent &)> onEvent; // on the engine's thread, before recording

    void operator()(const RunEvent &event)
    {
        if (onEvent)
            onEvent(event);
        {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(event);
            m_ended += endsRun(event) ? 1 : 0;
        }
        m_changed.notify_all();
    }

    std::vector<RunEvent> waitForEnds(int count)
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] { return m_ended >= count; });
        return m_events;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<RunEvent> m_events;
    int m_ended = 0;
};

RunRequest makeRequest(std::uint64_t id)
{
    RunRequest request;
    request.id = id;
    request.image.bytes = stripedPng(70, 50);
    request.question = "where is this?";
    request.budget = 16;
    request.decode.maxNewTokens = 8;
    return request;
}

} // namespace

class TestEngine : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    EngineConfig m_config;

private Q_SLOTS:
    void initTestCase()
    {
        m_config.defaultModel = m_dir.path().toStdString();
        m_config.threads = 1;
        RandomCheckpointOptions options;
        options.imageSize = 64;
        writeRandomCheckpoint(m_config.defaultModel, options);
    }

    void finishes()
    {
        Recorder recorder;
        Engine engine(m_config, std::ref(recorder));
        engine.submit(makeRequest(7));
        const auto events = recorder.waitForEnds(1);
        const RunFinished *finished = last<RunFinished>(events);
        QVERIFY(finished != nullptr);
        QCOMPARE(int(finished->trace->answer.tokens.size()), 8);
        int streamed = 0;
        for (const RunEvent &event : events) {
            QCOMPARE(event.requestId, std::uint64_t(7));
            streamed += std::holds_alternative<TokenStreamed>(event.payload) ? 1 : 0;
        }
        QCOMPARE(streamed, 8);
    }

    void cachesLiveBetweenRequests()
    {
        Recorder recorder;
        Engine engine(m_config, std::ref(recorder));
        engine.submit(makeRequest(1));
        recorder.waitForEnds(1);
        RunRequest second = makeRequest(2);
        second.question = "what does the sign say?";
        engine.submit(second);
        const auto events = recorder.waitForEnds(2);
        QCOMPARE(last<RunFinished>(events)->trace->visionPasses, 0);
    }

    void cancellingKeepsThePartialAnswer()
    {
        Recorder recorder;
        Engine *running = nullptr;
        std::string seen;
        recorder.onEvent = [&](const RunEvent &event) {
            const auto *token = std::get_if<TokenStreamed>(&event.payload);
            if (token != nullptr && seen.empty()) {
                seen = token->text;
                running->cancel();
            }
        };
        Engine engine(m_config, std::ref(recorder));
        running = &engine;
        engine.submit(makeRequest(3));
        const auto events = recorder.waitForEnds(1);
        const RunCancelled *cancelled = last<RunCancelled>(events);
        QVERIFY(cancelled != nullptr);
        QCOMPARE(cancelled->partialAnswer, seen);
        // And the thread lives on.
        recorder.onEvent = {};
        engine.submit(makeRequest(4));
        QVERIFY(last<RunFinished>(recorder.waitForEnds(2)) != nullptr);
    }

    void failuresBecomeEvents()
    {
        Recorder recorder;
        Engine engine(m_config, std::ref(recorder));
        RunRequest request = makeRequest(5);
        request.image.bytes = {'n', 'o', ' ', 'p', 'i', 'c', 't', 'u', 'r', 'e'};
        engine.submit(request);
        const auto events = recorder.waitForEnds(1);
        const RunFailed *failed = last<RunFailed>(events);
        QVERIFY(failed != nullptr);
        QCOMPARE(failed->code, ErrorCode::ImageUnreadable);
        QVERIFY(!failed->hint.empty());
        engine.submit(makeRequest(6));
        QVERIFY(last<RunFinished>(recorder.waitForEnds(2)) != nullptr);
    }

    // Closing the window in the middle of a run.
    void destroyingCancels()
    {
        Recorder recorder;
        {
            Engine engine(m_config, std::ref(recorder));
            engine.submit(makeRequest(8));
            engine.submit(makeRequest(9));
        }
        int ends = 0;
        for (const RunEvent &event : recorder.waitForEnds(2))
            ends += endsRun(event) ? 1 : 0;
        QCOMPARE(ends, 2);
    }
};

QTEST_APPLESS_MAIN(TestEngine)
#include "tst_engine.moc"
