// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "app/explorer/engine/engine_bridge.h"
#include "tests/app/window_fixture.h"

#include <QThread>

#include <stop_token>

using namespace qmop;
using fixture::ScriptedBackend;

namespace {

TokenStreamed token(const std::string &text)
{
    return {text, {7, text, 0.5, {}}};
}

// Like the engine: events come from its own thread until it is destroyed.
class StreamingBackend : public RunBackend {
public:
    StreamingBackend(std::function<void(const RunEvent &)> listener, std::atomic<int> &sent)
        : m_listener(std::move(listener))
        , m_sent(sent)
    {
    }
    void submit(RunRequest request) override
    {
        m_thread = std::jthread([this, id = request.id](std::stop_token stop) {
            while (!stop.stop_requested()) {
                m_listener({id, token("word")});
                ++m_sent;
            }
        });
    }
    void cancel() override { m_thread.request_stop(); }

private:
    std::function<void(const RunEvent &)> m_listener;
    std::atomic<int> &m_sent;
    std::jthread m_thread;
};

}

class TestEngineBridge : public QObject {
    Q_OBJECT

private slots:
    void deliversOnTheWindowsThread();
    void tokensAreCoalescedAndComplete();
    void updatesStayUnderThirtyASecond();
    void staleRunsAreDropped();
    void failureToStartEndsTheRun();
    void destructionWhileEventsFlood();
};

void TestEngineBridge::deliversOnTheWindowsThread()
{
    auto log = std::make_shared<ScriptedBackend::Log>();
    EngineBridge bridge(fixture::scripted(log));
    QThread *thread = nullptr;
    std::shared_ptr<const RunTrace> got;
    connect(&bridge, &EngineBridge::finished, this, [&](std::shared_ptr<const RunTrace> trace) {
        thread = QThread::currentThread();
        got = trace;
    });
    bridge.run({});
    QVERIFY(bridge.isRunning());
    QCOMPARE(log->requests.size(), std::size_t(1));
    log->finish();
    QVERIFY(!got); // queued, not called from the engine's thread
    QTRY_VERIFY(got);
    QCOMPARE(thread, QThread::currentThread());
    QVERIFY(!bridge.isRunning());
}

void TestEngineBridge::tokensAreCoalescedAndComplete()
{
    auto log = std::make_shared<ScriptedBackend::Log>();
    EngineBridge bridge(fixture::scripted(log));
    int updates = 0;
    std::vector<DecodedToken> last;
    QStringList order;
    connect(&bridge, &EngineBridge::answerStreamed, this,
            [&](const QString &, const std::vector<DecodedToken> &tokens) {
                ++updates;
                last = tokens;
                order << "tokens";
            });
    connect(&bridge, &EngineBridge::finished, this, [&] { order << "finished"; });
    bridge.run({});
    const std::uint64_t id = log->requests.back().id;
    std::vector<RunEvent> events;
    for (int i = 0; i < 500; ++i)
        events.push_back({id, token(std::to_string(i))});
    events.push_back({id, RunFinished{fixture::makeTrace()}});
    log->send(events);
    QTRY_VERIFY(order.contains("finished"));
    QCOMPARE(updates, 1);
    QCOMPARE(last.size(), std::size_t(500));
    QCOMPARE(last.back().text, std::string("499"));
    QCOMPARE(order, (QStringList{"tokens", "finished"}));
}

void TestEngineBridge::updatesStayUnderThirtyASecond()
{
    std::atomic<int> sent = 0;
    EngineBridge bridge([&](std::function<void(const RunEvent &)> listener) -> std::unique_ptr<RunBackend> {
        return std::make_unique<StreamingBackend>(std::move(listener), sent);
    });
    int updates = 0;
    connect(&bridge, &EngineBridge::answerStreamed, this, [&] { ++updates; });
    QElapsedTimer timer;
    timer.start();
    bridge.run({});
    QTRY_VERIFY(updates >= 5);
    bridge.cancel();
    // The first comes at once, each other after the interval.
    QVERIFY2(updates <= 1 + timer.elapsed() / 33, qPrintable(QString::number(updates)));
    QVERIFY(sent > updates);
}

void TestEngineBridge::staleRunsAreDropped()
{
    auto log = std::make_shared<ScriptedBackend::Log>();
    EngineBridge bridge(fixture::scripted(log));
    QSignalSpy finished(&bridge, &EngineBridge::finished);
    QSignalSpy cancelled(&bridge, &EngineBridge::cancelled);
    bridge.run({});
    bridge.run({});
    QVERIFY(log->requests[0].id != log->requests[1].id);
    log->send({{log->requests[0].id, RunCancelled{"old"}}, {log->requests[0].id, RunFinished{fixture::makeTrace()}}});
    log->send({{log->requests[1].id, RunCancelled{"new"}}});
    QTRY_COMPARE(cancelled.size(), 1);
    QCOMPARE(cancelled[0][0].toString(), QStringLiteral("new"));
    QCOMPARE(finished.size(), 0);
}

void TestEngineBridge::failureToStartEndsTheRun()
{
    EngineBridge bridge([](auto) -> std::unique_ptr<RunBackend> { throw std::runtime_error("no engine"); });
    std::string what;
    connect(&bridge, &EngineBridge::failed, this, [&](const RunFailed &failure) { what = failure.what; });
    bridge.run({});
    QCOMPARE(what, std::string("no engine"));
    QVERIFY(!bridge.isRunning());
    bridge.cancel(); // nothing to cancel
}

void TestEngineBridge::destructionWhileEventsFlood()
{
    for (int i = 0; i < 20; ++i) {
        std::atomic<int> sent = 0;
        EngineBridge bridge([&](std::function<void(const RunEvent &)> listener) -> std::unique_ptr<RunBackend> {
            return std::make_unique<StreamingBackend>(std::move(listener), sent);
        });
        bridge.run({});
        QTRY_VERIFY(sent > 10);
    } // the backend's thread ends before the bridge it reports to
    QCoreApplication::processEvents();
}

QTEST_GUILESS_MAIN(TestEngineBridge)
#include "tst_engine_bridge.moc"
