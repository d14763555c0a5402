// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs under ThreadSanitizer too (preset tsan). Threads meet at latches, never
// by waiting for a while.
#include "core/engine/worker.h"
#include "qmop/memory.h"

#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <stdexcept>

using namespace qmop;

namespace {

// A job whose outcome can be waited for.
struct Probe {
    std::promise<JobOutcome> outcome;
    std::atomic<int> calls{0};

    std::function<void(const JobOutcome &)> ended()
    {
        return [this](const JobOutcome &value) {
            if (++calls == 1)
                outcome.set_value(value);
        };
    }
    JobOutcome wait() { return outcome.get_future().get(); }
};

// Runs until it is stopped; `started` opens when it runs.
std::function<void(const std::stop_token &)> untilStopped(std::latch &started)
{
    return [&started](const std::stop_token &stop) {
        started.count_down();
        std::promise<void> stopped;
        const std::stop_callback wake(stop, [&stopped] { stopped.set_value(); });
        stopped.get_future().wait();
        throwIfStopped(stop);
    };
}

bool isCancelled(const JobOutcome &outcome)
{
    return std::holds_alternative<JobCancelled>(outcome);
}

}

class TestWorker : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsOnOneThreadOfItsOwn()
    {
        std::vector<std::thread::id> threads; // written by the worker only, read after it has ended
        auto note = [&threads] { threads.push_back(std::this_thread::get_id()); };
        Probe first;
        Probe second;
        {
            Worker worker({note, note});
            worker.submit({[&](const std::stop_token &) { note(); }, first.ended()});
            QVERIFY(std::holds_alternative<JobDone>(first.wait()));
            worker.submit({[&](const std::stop_token &) { note(); }, second.ended()});
            QVERIFY(std::holds_alternative<JobDone>(second.wait()));
        }
        QCOMPARE(int(threads.size()), 4); // start hook, two jobs, stop hook
        for (const std::thread::id &thread : threads) {
            QVERIFY(thread == threads.front());
            QVERIFY(thread != std::this_thread::get_id());
        }
    }

    void newestReplacesWaiting()
    {
        std::latch started(1);
        Probe running;
        Probe replaced;
        Probe newest;
        std::atomic<bool> replacedRan = false;
        auto payload = std::make_shared<int>(1);
        const std::weak_ptr<int> replacedPayload = payload;
        Worker worker;
        worker.submit({untilStopped(started), running.ended()});
        started.wait();
        worker.submit(
            {[&, payload = std::move(payload)](const std::stop_token &) { replacedRan = true; }, replaced.ended()});
        worker.submit({[](const std::stop_token &) {}, newest.ended()});
        QVERIFY(replacedPayload.expired()); // freed although the first job still runs
        QCOMPARE(running.calls.load(), 0);
        // Stops the running job alone: cancel() would drop the newest one too.
        Probe last;
        worker.submit({[](const std::stop_token &) {}, last.ended()});
        worker.cancel();
        QVERIFY(isCancelled(running.wait()));
        QVERIFY(isCancelled(replaced.wait()));
        QVERIFY(isCancelled(newest.wait()));
        QVERIFY(isCancelled(last.wait()));
        QVERIFY(!replacedRan);
    }

    void newestRunsAfterTheRunningOne()
    {
        std::latch started(1);
        std::latch proceed(1);
        Probe running;
        Probe replaced;
        Probe newest;
        std::atomic<int> order = 0;
        int newestOrder = 0;
        Worker worker;
        worker.submit({[&](const std::stop_token &) {
                           started.count_down();
                           proceed.wait();
                           ++order;
                       },
                       running.ended()});
        started.wait();
        worker.submit({[&](const std::stop_token &) { ++order; }, replaced.ended()});
        worker.submit({[&](const std::stop_token &) { newestOrder = ++order; }, newest.ended()});
        proceed.count_down();
        QVERIFY(std::holds_alternative<JobDone>(newest.wait()));
        QVERIFY(std::holds_alternative<JobDone>(running.wait()));
        QVERIFY(isCancelled(replaced.wait()));
        QCOMPARE(newestOrder, 2);
    }

    void cancelWhileRunning()
    {
        std::latch started(1);
        Probe running;
        Probe next;
        Worker worker;
        worker.submit({untilStopped(started), running.ended()});
        started.wait();
        worker.cancel();
        QVERIFY(isCancelled(running.wait()));
        // A cancelled job leaves no trace on the next one.
        bool stopped = true;
        worker.submit({[&](const std::stop_token &stop) { stopped = stop.stop_requested(); }, next.ended()});
        QVERIFY(std::holds_alternative<JobDone>(next.wait()));
        QVERIFY(!stopped);
    }

    void cancelIdleDoesNothing()
    {
        Probe job;
        Worker worker;
        worker.cancel();
        worker.submit({[](const std::stop_token &stop) { throwIfStopped(stop); }, job.ended()});
        QVERIFY(std::holds_alternative<JobDone>(job.wait()));
    }

    void cancelWhileWaiting()
    {
        std::latch started(1);
        std::latch proceed(1);
        Probe running;
        Probe waiting;
        std::atomic<bool> waitingRan = false;
        Worker worker;
        // Ignores its token, as work between two polls does.
        worker.submit({[&](const std::stop_token &) {
                           started.count_down();
                           proceed.wait();
                       },
                       running.ended()});
        started.wait();
        worker.submit({[&](const std::stop_token &) { waitingRan = true; }, waiting.ended()});
        worker.cancel();
        proceed.count_down();
        QVERIFY(isCancelled(waiting.wait()));
        QVERIFY(std::holds_alternative<JobDone>(running.wait())); // it had finished its work
        QVERIFY(!waitingRan);
    }

    void exceptionsBecomeOutcomes_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("what");
        QTest::newRow("error") << 0 << int(ErrorCode::ImageUnreadable) << "a.png: truncated";
        QTest::newRow("bad_alloc") << 1 << int(ErrorCode::OutOfMemory) << "not enough memory";
        QTest::newRow("standard") << 2 << int(ErrorCode::Internal) << "internal error: first line";
        QTest::newRow("allocator of LibTorch")
            << 3 << int(ErrorCode::OutOfMemory) << "not enough memory: 3.00 GiB more in one piece";
        QTest::newRow("allocator of a device")
            << 5 << int(ErrorCode::OutOfMemory) << "not enough memory: CUDA out of memory. Tried to allocate 2.00 GiB.";
        QTest::newRow("not an exception class") << 4 << int(ErrorCode::Internal) << "internal error of an unknown kind";
    }

    void exceptionsBecomeOutcomes()
    {
        QFETCH(int, kind);
        QFETCH(int, code);
        QFETCH(QString, what);
        Probe failing;
        Probe next;
        Worker worker;
        worker.submit({[kind](const std::stop_token &) {
                           switch (kind) {
                           case 0:
                               throw Error(ErrorCode::ImageUnreadable, "a.png: truncated", "copy it again");
                           case 1:
                               throw std::bad_alloc();
                           case 2:
                               throw std::runtime_error("first line\nbacktrace");
                           case 3:
                               throw std::runtime_error(
                                   "DefaultCPUAllocator: can't allocate memory: you tried to allocate 3221225472 "
                                   "bytes.\nframe");
                           case 5:
                               throw std::runtime_error("CUDA out of memory. Tried to allocate 2.00 GiB.\nframe");
                           default:
                               throw 42;
                           }
                       },
                       failing.ended()});
        const JobOutcome outcome = failing.wait();
        QVERIFY(std::holds_alternative<Failure>(outcome));
        const auto &failure = std::get<Failure>(outcome);
        QCOMPARE(int(failure.code), code);
        QString said = QString::fromStdString(failure.what);
        if (failure.code == ErrorCode::OutOfMemory && systemMemory().available > 0) {
            const QRegularExpression free(QStringLiteral(R"( \(the system has \d+\.\d\d GiB free\)$)"));
            QVERIFY2(free.match(said).hasMatch(), qPrintable(said));
            said.remove(free);
        }
        QCOMPARE(said, what);
        QVERIFY(!failure.hint.empty());
        worker.submit({[](const std::stop_token &) {}, next.ended()}); // the thread lives on
        QVERIFY(std::holds_alternative<JobDone>(next.wait()));
    }

    void throwingListenerIsSurvived()
    {
        Probe next;
        Worker worker;
        std::latch ended(1);
        worker.submit({[](const std::stop_token &) {},
                       [&](const JobOutcome &) {
                           ended.count_down();
                           throw std::runtime_error("listener");
                       }});
        ended.wait();
        worker.submit({[](const std::stop_token &) {}, next.ended()});
        QVERIFY(std::holds_alternative<JobDone>(next.wait()));
    }

    void failedStartFailsEveryJob()
    {
        bool stopHook = false;
        bool ran = false;
        Probe first;
        Probe second;
        {
            Worker worker({[] { throw Error(ErrorCode::InvalidModel, "m: no such folder", "give another"); },
                           [&] { stopHook = true; }});
            for (Probe *probe : {&first, &second}) {
                worker.submit({[&](const std::stop_token &) { ran = true; }, probe->ended()});
                const JobOutcome outcome = probe->wait();
                QCOMPARE(int(std::get<Failure>(outcome).code), int(ErrorCode::InvalidModel));
            }
        }
        QVERIFY(stopHook);
        QVERIFY(!ran);
    }

    void destroyedWhileRunning()
    {
        std::latch started(1);
        Probe running;
        Probe waiting;
        bool stopHook = false;
        {
            Worker worker({{}, [&] { stopHook = running.calls == 1 && waiting.calls == 1; }});
            worker.submit({untilStopped(started), running.ended()});
            started.wait();
            worker.submit({[](const std::stop_token &) {}, waiting.ended()});
        }
        QVERIFY(stopHook); // after both had been reported
        QVERIFY(isCancelled(running.wait()));
        QVERIFY(isCancelled(waiting.wait()));
    }

    void destroyedAtOnce()
    {
        for (int round = 0; round < 200; ++round) {
            Probe job;
            {
                Worker worker;
                worker.submit({[](const std::stop_token &stop) { throwIfStopped(stop); }, job.ended()});
            }
            job.wait();
            QCOMPARE(job.calls.load(), 1);
        }
    }

    void submitsFromWithinAJob()
    {
        Probe inner;
        Worker worker;
        worker.submit({[&](const std::stop_token &) {
                           worker.submit({[](const std::stop_token &) {}, inner.ended()});
                       },
                       {}});
        QVERIFY(std::holds_alternative<JobDone>(inner.wait()));
    }

    // Every job ends exactly once, and never two at a time.
    void manyThreads()
    {
        constexpr int threadCount = 4;
        constexpr int jobsPerThread = 500;
        std::atomic<int> running = 0;
        std::atomic<bool> overlapped = false;
        std::vector<std::atomic<int>> ends(threadCount * jobsPerThread);
        std::atomic<int> done = 0;
        {
            Worker worker;
            std::vector<std::jthread> threads;
            for (int t = 0; t < threadCount; ++t)
                threads.emplace_back([&, t] {
                    for (int i = 0; i < jobsPerThread; ++i) {
                        std::atomic<int> &count = ends[std::size_t(t * jobsPerThread + i)];
                        worker.submit({[&](const std::stop_token &stop) {
                                           if (++running != 1)
                                               overlapped = true;
                                           --running;
                                           throwIfStopped(stop);
                                       },
                                       [&](const JobOutcome &outcome) {
                                           ++count;
                                           done += std::holds_alternative<JobDone>(outcome);
                                       }});
                        if (i % 50 == 0)
                            worker.cancel();
                    }
                });
            threads.clear(); // joins
        }
        for (const std::atomic<int> &count : ends)
            QCOMPARE(count.load(), 1);
        QVERIFY(done > 0);
        QVERIFY(!overlapped);
    }
};

QTEST_APPLESS_MAIN(TestWorker)
#include "tst_worker.moc"
