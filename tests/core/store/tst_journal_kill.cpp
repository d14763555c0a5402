// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two hundred programs killed while they write runs into one journal.
#include "core/store/run_journal.h"
#include "tests/core/store/same_trace.h"
#include "tests/widgets/trace_fixture.h"

#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <map>
#include <random>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace qmop;

namespace {

// What it had said when it was gone, up to the last whole line. Killed after
// `bytes` bytes of its output were read, `spins` rounds later: nearly always in
// the middle of a run.
std::string outputOfKilledWriter(const std::string &journal, const std::string &session, std::size_t bytes, int spins)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return {};
    const pid_t writer = ::fork();
    if (writer == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::execl(JOURNAL_WRITER, JOURNAL_WRITER, journal.c_str(), session.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string output;
    char piece[512];
    const auto readSome = [&](std::size_t size) {
        const ssize_t count = ::read(ends[0], piece, size);
        output.append(piece, count > 0 ? std::size_t(count) : 0);
        return count > 0;
    };
    while (output.size() < bytes && readSome(std::min(sizeof piece, bytes - output.size()))) { }
    // Reading the clock takes some 50 ns and sleeps never.
    std::int64_t clock = 0;
    for (int i = 0; i < spins; ++i)
        clock ^= nowMilliseconds();
    if (clock < 0) // never, but the compiler cannot know
        return {};
    ::kill(writer, SIGKILL);
    while (readSome(sizeof piece)) { } // said before it died: it counts
    ::close(ends[0]);
    int status = 0;
    ::waitpid(writer, &status, 0);
    if (!WIFSIGNALED(status))
        return {};
    return output.substr(0, output.rfind('\n') + 1);
}

}

class TestJournalKill : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void noRunThatWasLoggedIsLost()
    {
        QTemporaryDir folder;
        const std::string file = folder.filePath("journal.sqlite").toStdString();
        std::mt19937 random(20261122);
        std::map<std::string, std::string> logged; // uid, answer
        std::map<std::string, int> runsOfSession;
        int died = 0;
        for (int kill = 0; kill < 200; ++kill) {
            const std::string session = QStringLiteral("%1").arg(kill, 32, 16, QLatin1Char('0')).toStdString();
            // 0 ... 5 lines of some 42 bytes, then up to 8 ms.
            const std::string output = outputOfKilledWriter(file, session, random() % 210, int(random() % 160'000));
            ++died;
            for (const QString &line : QString::fromStdString(output).split('\n', Qt::SkipEmptyParts)) {
                logged[line.left(32).toStdString()] = line.mid(33).toStdString();
                ++runsOfSession[session];
            }
        }
        QVERIFY2(logged.size() > 200, qPrintable(QString::number(logged.size())));

        RunJournal journal(file);
        QVERIFY2(journal.notices().empty(), journal.notices().empty() ? "" : journal.notices()[0].c_str());
        std::map<std::string, std::string> found;
        for (const RunHeadline &run : journal.headlines())
            found[run.uid] = run.answer;
        QCOMPARE(found.size(), journal.headlines().size());
        int lost = 0;
        for (const auto &[uid, answer] : logged)
            lost += !found.contains(uid) || found[uid] != answer;
        QCOMPARE(lost, 0);
        // Whole runs, not only their lines: no trace of the others is a half one.
        for (const auto &[uid, answer] : found) {
            const auto trace = journal.trace(uid);
            QVERIFY(trace);
            RunTrace expected = *fixture::makeTrace({.width = 64, .height = 64, .modelSize = 64, .answer = answer});
            QCOMPARE(fixture::firstDifference(*trace, expected), std::string());
        }
        // A sweep has every row that was said, and no row without its run.
        std::size_t rows = 0;
        for (const auto &[session, runs] : runsOfSession) {
            const std::vector<StoredSweep> sweeps = journal.sweeps(session);
            QCOMPARE(sweeps.size(), std::size_t(1));
            QVERIFY(int(sweeps[0].runs.size()) >= runs);
            QCOMPARE(sweeps[0].questions.size(), sweeps[0].runs.size());
            for (std::size_t row = 0; row < sweeps[0].runs.size(); ++row, ++rows)
                QCOMPARE(found[sweeps[0].runs[row]], sweeps[0].questions[row].answer);
        }
        QVERIFY(rows >= logged.size());
        // Each writer was told of by the next; the last one is told of now.
        const std::vector<CrashReport> crashes = journal.openWindow(std::string(32, 'f'));
        QVERIFY(crashes.size() <= 1);
        for (const CrashReport &crash : crashes)
            QVERIFY(crash.runs >= runsOfSession[crash.session]);
        qInfo("%d writers killed, %zu runs logged, %zu in the journal, %zu rows of sweeps, 0 lost", died, logged.size(),
              found.size(), rows);
    }
};

QTEST_APPLESS_MAIN(TestJournalKill)
#include "tst_journal_kill.moc"
