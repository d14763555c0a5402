// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/thread_priority.h"

#include <QTest>

#include <sys/resource.h>
#include <thread>
#include <unistd.h>

using namespace qmop;

namespace {

int niceness()
{
    return getpriority(PRIO_PROCESS, id_t(gettid()));
}

} // namespace

class TestThreadPriority : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isTheThreadsOwnAndInherited();
};

void TestThreadPriority::isTheThreadsOwnAndInherited()
{
    const int here = niceness();
    const int wanted = std::min(19, here + 3);
    int there = -1, inherited = -1, unchanged = -1;
    std::thread([&] {
        yieldToOthers(wanted);
        there = niceness();
        std::thread([&] { inherited = niceness(); }).join();
        yieldToOthers(here); // never back
        unchanged = niceness();
    }).join();
    QCOMPARE(there, wanted);
    QCOMPARE(inherited, wanted);
    QCOMPARE(unchanged, wanted);
    QCOMPARE(niceness(), here);
}

QTEST_GUILESS_MAIN(TestThreadPriority)
#include "tst_thread_priority.moc"
