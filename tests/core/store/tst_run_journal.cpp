// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/run_journal.h"

#include "core/store/store_format.h"
#include "qmop/error.h"
#include "tests/core/store/same_trace.h"
#include "tests/widgets/trace_fixture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace qmop;

namespace {

const std::string session(32, 'a');
const PictureRecord picture{std::string(64, 'b'), "sample.png", "/pictures/sample.png", {}, {2, 1, {1, 2, 3, 4, 5, 6}}};

// No file of this process may grow beyond a size, as on a full disk.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes)
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
        m_signal = std::signal(SIGXFSZ, SIG_IGN);
    }
    ~FullDisk()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_signal);
    }

private:
    rlimit m_before{};
    void (*m_signal)(int) = nullptr;
};

QByteArray contentOf(const std::string &path)
{
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const std::string &path, const QByteArray &content)
{
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", path.c_str());
}

}

class TestRunJournal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void runsAreThereAfterReopening()
    {
        std::vector<RunHeadline> written;
        const auto trace = fixture::makeTrace();
        {
            RunJournal journal(file());
            for (const char *answer : {"fox", "owl", "bär"})
                written.push_back(journal.append(*fixture::makeTrace({.answer = answer}), picture, session));
            journal.setEdits(written[1].uid, {"two\nlines", {"wrong", "night"}, true});
        }
        const RunJournal journal(file());
        const std::vector<RunHeadline> runs = journal.headlines();
        QCOMPARE(runs.size(), std::size_t(3));
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(runs[i].uid, written[i].uid);
            QCOMPARE(runs[i].answer, written[i].answer);
            QCOMPARE(runs[i].finishedAt, written[i].finishedAt);
        }
        QCOMPARE(runs[2].answer, std::string("bär"));
        QCOMPARE(runs[0].question, std::string("what does the sign say?"));
        QCOMPARE(runs[0].budget, 64);
        QCOMPARE(runs[0].session, session);
        QCOMPARE(runs[0].pictureSha256, picture.sha256);
        QVERIFY((runs[1].edits == RunEdits{"two\nlines", {"wrong", "night"}, true}));
        QVERIFY(runs[0].edits == RunEdits());
        QCOMPARE(fixture::firstDifference(*journal.trace(runs[0].uid), *fixture::makeTrace({.answer = "fox"})),
                 std::string());
        QVERIFY(!journal.trace(newUid()));
        const auto stored = journal.picture(picture.sha256);
        QVERIFY(stored);
        QCOMPARE(stored->path.string(), std::string("/pictures/sample.png"));
        QCOMPARE(stored->thumbnail.rgb, picture.thumbnail.rgb);
    }

    // The same picture by path, later by its bytes: both ways to find it are kept.
    void pictureKeepsPathAndBytes()
    {
        RunJournal journal(file());
        journal.append(*fixture::makeTrace(), picture, session);
        PictureRecord pasted = picture;
        pasted.path.clear();
        pasted.bytes = {9, 8, 7};
        journal.append(*fixture::makeTrace(), pasted, session);
        const auto stored = journal.picture(picture.sha256);
        QCOMPARE(stored->path.string(), std::string("/pictures/sample.png"));
        QCOMPARE(stored->bytes, pasted.bytes);
        QCOMPARE(journal.pictures().size(), std::size_t(1));
        QVERIFY(journal.pictures()[0].bytes.empty());
    }

    void aFullDiskKeepsWhatWasWritten()
    {
        RunJournal journal(file());
        journal.openWindow(session);
        journal.append(*fixture::makeTrace(), picture, session);
        {
            const FullDisk full(1024);
            try {
                journal.append(*fixture::makeTrace({.answer = "lost"}), picture, session);
                QFAIL("written beyond the limit");
            } catch (const Error &error) {
                QCOMPARE(error.code(), ErrorCode::OutputFailed);
                QVERIFY2(QString(error.what()).contains("journal.sqlite"), error.what());
                QVERIFY(QString::fromStdString(error.hint()).contains("free some space"));
            }
            QCOMPARE(journal.headlines().size(), std::size_t(1));
        }
        // There is room again: the same journal goes on.
        journal.append(*fixture::makeTrace({.answer = "found"}), picture, session);
        RunJournal again(file());
        QCOMPARE(again.headlines().size(), std::size_t(2));
        QCOMPARE(again.headlines()[1].answer, std::string("found"));
    }

    void twoProgramsShareAJournal()
    {
        RunJournal one(file());
        RunJournal two(file());
        one.append(*fixture::makeTrace({.answer = "one"}), picture, session);
        two.append(*fixture::makeTrace({.answer = "two"}), picture, session);
        one.append(*fixture::makeTrace({.answer = "three"}), picture, session);
        QCOMPARE(one.headlines().size(), std::size_t(3));
        QCOMPARE(two.headlines()[2].answer, std::string("three"));
    }

    void truncatedJournalIsSalvaged_data()
    {
        QTest::addColumn<int>("keepPercent");
        QTest::newRow("two thirds") << 66;
        QTest::newRow("nearly all") << 95;
    }

    void truncatedJournalIsSalvaged()
    {
        QFETCH(int, keepPercent);
        fill(40);
        const QByteArray whole = contentOf(file());
        write(file(), whole.left(whole.size() * keepPercent / 100));
        RunJournal journal(file());
        QVERIFY(!journal.isReadOnly());
        const std::size_t saved = journal.headlines().size();
        QVERIFY2(saved > 0 && saved <= 40, qPrintable(QString::number(saved)));
        QVERIFY2(!journal.notices().empty(), "nothing said");
        // The damaged file is kept, as it was.
        const QStringList kept = QDir(m_folder->path()).entryList({"journal.sqlite.damaged-*"});
        QCOMPARE(kept.size(), 1);
        QCOMPARE(contentOf(m_folder->filePath(kept[0]).toStdString()), whole.left(whole.size() * keepPercent / 100));
        journal.append(*fixture::makeTrace(), picture, session);
        QCOMPARE(RunJournal(file()).headlines().size(), saved + 1);
    }

    void aFileOfSomethingElseIsSetAside()
    {
        write(file(),
              "these are words, and enough of them to be longer than SQLite's header of a hundred bytes is. "
              "More words.");
        RunJournal journal(file());
        QVERIFY(journal.headlines().empty());
        QCOMPARE(QDir(m_folder->path()).entryList({"journal.sqlite.damaged-*"}).size(), 1);
        QVERIFY(!journal.notices().empty());
    }

    // Schema 1 had no sweeps.
    void anOlderJournalGetsSweeps()
    {
        fill(2);
        Database(file(), Database::Access::ReadWrite).execute("DROP TABLE sweeps; PRAGMA user_version=1");
        StoredSweep sweep;
        sweep.uid = std::string(32, 'c');
        sweep.session = session;
        sweep.overQuestions = true;
        sweep.patches = 256;
        {
            RunJournal journal(file());
            QVERIFY(!journal.isReadOnly() && journal.notices().empty());
            QCOMPARE(journal.headlines().size(), std::size_t(2));
            QVERIFY(journal.sweeps(session).empty());
            for (const RunHeadline &run : journal.headlines()) {
                sweep.runs.push_back(run.uid);
                sweep.questions.push_back(questionCell(*journal.trace(run.uid)));
                journal.keepSweep(sweep);
            }
        }
        const RunJournal again(file());
        QVERIFY(again.sweeps(std::string(32, 'd')).empty());
        QCOMPARE(again.sweeps(session).size(), std::size_t(1)); // it grew
        const StoredSweep found = again.sweeps(session)[0];
        QVERIFY(found.runs == sweep.runs && found.overQuestions);
        QVERIFY(found.questions[1].kept == sweep.questions[1].kept && !found.questions[1].kept.empty());
        QVERIFY(found.questions[1].alpha->values == sweep.questions[1].alpha->values);
        QCOMPARE(found.questions[1].answer, sweep.questions[1].answer);
    }

    void aNewerJournalIsReadAndLeftAlone()
    {
        fill(2);
        Database(file(), Database::Access::ReadWrite)
            .execute("PRAGMA user_version=99; ALTER TABLE runs ADD COLUMN mood TEXT DEFAULT 'fine'");
        RunJournal journal(file());
        QVERIFY(journal.isReadOnly());
        QCOMPARE(journal.headlines().size(), std::size_t(2));
        QVERIFY(journal.trace(journal.headlines()[0].uid));
        QVERIFY2(journal.notices().at(0).find("newer version") != std::string::npos, journal.notices()[0].c_str());
        QVERIFY_EXCEPTION_THROWN(journal.append(*fixture::makeTrace(), picture, session), Error);
        QVERIFY_EXCEPTION_THROWN(journal.keepSweep({}), Error);
        QVERIFY(journal.openWindow(session).empty());
        journal.closeWindow();
    }

    // Rights do not bind root, in whose name tests may run: a child gives them up.
    void aFolderWithoutRightsIsReadOnly()
    {
        fill(3);
        ::chmod(m_folder->path().toLocal8Bit().constData(), 0555);
        ::chmod(file().c_str(), 0444);
        const std::string path = file();
        const pid_t child = ::fork();
        if (child == 0) {
            if (::getuid() == 0 && ::setuid(65534) != 0)
                ::_exit(10);
            try {
                RunJournal journal(path);
                if (!journal.isReadOnly() || journal.headlines().size() != 3 || journal.notices().empty())
                    ::_exit(11);
                try {
                    journal.append(*fixture::makeTrace(), picture, session);
                    ::_exit(12);
                } catch (const Error &error) {
                    ::_exit(error.code() == ErrorCode::OutputFailed ? 0 : 13);
                }
            } catch (const std::exception &) {
                ::_exit(14);
            }
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        ::chmod(m_folder->path().toLocal8Bit().constData(), 0755);
        QCOMPARE(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        write(m_folder->filePath("file").toStdString(), "x");
        try {
            RunJournal journal(m_folder->filePath("file/below/journal.sqlite").toStdString());
            QFAIL("opened");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::OutputFailed);
            QVERIFY2(QString(error.what()).contains("file/below"), error.what());
        }
    }

    void aWindowThatDiedIsToldOfOnce()
    {
        const std::string path = file();
        const pid_t child = ::fork();
        if (child == 0) {
            RunJournal journal(path);
            journal.openWindow(session);
            journal.setSession(session, "/somewhere/mine.qmops");
            journal.append(*fixture::makeTrace(), picture, session);
            journal.runBegins("is it day?", "market.png");
            ::kill(::getpid(), SIGKILL);
        }
        ::waitpid(child, nullptr, 0);
        RunJournal journal(path);
        const std::vector<CrashReport> crashes = journal.openWindow(newUid());
        QCOMPARE(crashes.size(), std::size_t(1));
        QCOMPARE(crashes[0].runs, 1);
        QCOMPARE(crashes[0].session, session);
        QCOMPARE(crashes[0].sessionFile.string(), std::string("/somewhere/mine.qmops"));
        QVERIFY(crashes[0].sessionChanged);
        QVERIFY(crashes[0].runUnderWay);
        QCOMPARE(crashes[0].question, std::string("is it day?"));
        QCOMPARE(crashes[0].picture, std::string("market.png"));
        // Once; and a window of a process that lives is none that died.
        RunJournal second(path);
        QVERIFY(second.openWindow(newUid()).empty());
        // A window that was closed is none either.
        second.closeWindow();
        journal.closeWindow();
        QVERIFY(RunJournal(path).openWindow(newUid()).empty());
    }

    void processesAreToldApart()
    {
        QVERIFY(isAlive(processIdentity()));
        const std::string own = processIdentity();
        QVERIFY(!isAlive(own + "1")); // another start of the same number
        QVERIFY(!isAlive("another-boot" + own.substr(own.find(':'))));
        for (const char *bad : {"", ":", "::", "a:b:c", "x:../../etc:1"})
            QVERIFY2(!isAlive(bad), bad);
    }

    // Killed, but still in the kernel's list until its parent asks.
    void theKilledAreDeadAtOnce()
    {
        int toChild[2];
        int toParent[2];
        QVERIFY(::pipe(toChild) == 0 && ::pipe(toParent) == 0);
        const pid_t child = ::fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            const std::string own = processIdentity();
            char byte = 0;
            const bool told = ::write(toParent[1], own.c_str(), own.size() + 1) > 0;
            ::_exit(told && ::read(toChild[0], &byte, 1) == 1 ? 0 : 1);
        }
        char identity[256] = {};
        QVERIFY(::read(toParent[0], identity, sizeof identity - 1) > 0);
        QVERIFY(isAlive(identity));
        QVERIFY(::kill(child, SIGKILL) == 0);
        siginfo_t ended;
        QVERIFY(::waitid(P_PID, id_t(child), &ended, WEXITED | WNOWAIT) == 0); // leaves it there
        QVERIFY(!isAlive(identity));
        QVERIFY(::waitpid(child, nullptr, 0) == child);
        for (const int end : {toChild[0], toChild[1], toParent[0], toParent[1]})
            ::close(end);
    }

private:
    std::string file() const { return m_folder->filePath("journal.sqlite").toStdString(); }
    void fill(int runs)
    {
        RunJournal journal(file());
        for (int i = 0; i < runs; ++i)
            journal.append(*fixture::makeTrace({.answer = "answer " + std::to_string(i)}), picture, session);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_APPLESS_MAIN(TestRunJournal)
#include "tst_run_journal.moc"
