// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions and packs that were cut or changed: what is whole is there to the bit,
// what is not is named, and nothing else is ever shown.
#include "core/store/session_appender.h"
#include "core/store/session_file.h"
#include "core/store/session_sums.h"
#include "core/store/store_format.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "tests/widgets/trace_fixture.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <random>

using namespace qmop;

namespace {

const std::string session(32, 'a');

struct Original {
    std::vector<StoredRun> runs; // with their notes
    StoredSweep sweep;
    std::vector<PictureRecord> pictures;
};

Bytes bytesOf(const QByteArray &content)
{
    return {content.begin(), content.end()};
}

// Bytes that zlib leaves as many as they are.
QByteArray noise(unsigned seed, int size)
{
    std::mt19937 random(seed);
    QByteArray bytes(size, '\0');
    for (char &byte : bytes)
        byte = char(random());
    return bytes;
}

StoredRun runOf(int index, const std::string &picture)
{
    auto trace = fixture::makeTrace(
        {.width = 64, .height = 64, .modelSize = 64, .answer = "answer of run " + std::to_string(index)});
    trace->request.question = "what is on sign number " + std::to_string(index) + "?";
    trace->pruning->importance[0] = float(index) / 16; // no two runs have the same numbers
    trace->imageSha256 = picture;
    trace->imageName = "picture-" + std::to_string(index % 3) + ".png";
    StoredRun run = storedRun(*trace, session);
    if (index % 2 == 0)
        run.headline.edits = {"note about run " + std::to_string(index), {"tag"}, false};
    return run;
}

// But for the time and session, which a run whose entry in the list is lost has not.
bool same(const RunHeadline &a, const RunHeadline &b)
{
    const bool listed = a.finishedAt > 0;
    return a.uid == b.uid && (!listed || (a.finishedAt == b.finishedAt && a.session == b.session))
        && a.question == b.question && a.answer == b.answer && a.compressor == b.compressor && a.budget == b.budget
        && a.modelName == b.modelName && a.changes == b.changes && a.pictureName == b.pictureName
        && a.pictureSha256 == b.pictureSha256;
}

}

class TestDamagedSessions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        for (unsigned i = 0; i < 3; ++i) {
            const Bytes bytes = bytesOf(noise(i, 3000));
            m_original.pictures.push_back({sha256Hex(std::span<const std::uint8_t>(bytes)),
                                           "picture-" + std::to_string(i) + ".png",
                                           {},
                                           bytes,
                                           {2, 1, {1, 2, 3, 4, 5, 6}}});
        }
        for (int i = 0; i < runs; ++i)
            m_original.runs.push_back(runOf(i, m_original.pictures[std::size_t(i % 3)].sha256));
        StoredSweep &sweep = m_original.sweep;
        sweep.uid = std::string(32, 'd');
        sweep.session = session;
        sweep.overQuestions = true;
        sweep.patches = 64;
        sweep.runs = {m_original.runs[0].headline.uid};
        sweep.questions = {questionCell(*fixture::makeTrace({.width = 64, .height = 64, .modelSize = 64}))};
        sweep.questions[0].question = "which letters are swept?";
    }

    void init()
    {
        SessionWriter writer(file(), SessionKind::Pack);
        for (const PictureRecord &picture : m_original.pictures)
            writer.addPicture(picture);
        for (const StoredRun &run : m_original.runs)
            writer.addRun(run);
        writer.addSweep(m_original.sweep);
        writer.setState({{"layout", bytesOf("Compare")}});
        writer.commit();
        m_whole = read();
    }

    void aWholeOneHasNoProblem()
    {
        const SessionReader reader(file());
        QCOMPARE(reader.problems(), std::vector<std::string>());
        QVERIFY(reader.isComplete());
        QVERIFY(!isLess(reader));
        QVERIFY(!SessionSums::storedIn(Database(file(), Database::Access::ReadOnly)).isEmpty());
    }

    // At every page and between them. A file that is shorter has lost something.
    void cutAnywhere()
    {
        int opened = 0;
        std::size_t most = 0;
        for (qsizetype length = 0; length < m_whole.size(); length += 1536) {
            write(m_whole.left(length));
            const std::string line = problemOf([&](const SessionReader &reader) {
                ++opened;
                most = std::max(most, reader.headlines().size());
                QVERIFY2(!reader.problems().empty(), "opened as if it were whole");
                QVERIFY(isLess(reader) ? !reader.isComplete() : true);
            });
            if (QTest::currentTestFailed())
                return;
            QVERIFY2(line.find("one.qmopz: is ") != std::string::npos, line.c_str());
            QVERIFY2(length < 72 || line.find("is damaged") != std::string::npos, line.c_str());
        }
        QVERIFY2(opened >= 10, qPrintable(QString::number(opened)));
        QVERIFY(most > runs / 2);
    }

    void anyByteChanged_data()
    {
        QTest::addColumn<int>("bytes");
        QTest::newRow("one") << 1;
        QTest::newRow("three") << 3;
        QTest::newRow("a block") << 700;
    }

    // Wherever it lies: nothing is shown that was not written, and what is not shown is said.
    void anyByteChanged()
    {
        QFETCH(int, bytes);
        std::mt19937 random(11);
        int opened = 0;
        for (int round = 0; round < 120; ++round) {
            QByteArray changed = m_whole;
            const auto at = qsizetype(random() % std::size_t(m_whole.size() - bytes));
            for (int i = 0; i < bytes; ++i)
                changed[at + i] = char(changed[at + i] ^ char(1 + random() % 255));
            write(changed);
            const std::string line = problemOf([&](const SessionReader &reader) {
                ++opened;
                const bool less = isLess(reader);
                QVERIFY2(!less || !reader.isComplete(), qPrintable(QString::number(at)));
                QVERIFY2(!less || !reader.problems().empty(), qPrintable(QString::number(at)));
            });
            if (QTest::currentTestFailed())
                return;
            QVERIFY2(line.empty() || line.find("one.qmopz: ") != std::string::npos, line.c_str());
            QVERIFY2(line.find('\n') == std::string::npos, line.c_str());
        }
        QVERIFY2(opened > 90, qPrintable(QString::number(opened)));
    }

    void oneThingChanged_data()
    {
        QTest::addColumn<QByteArray>("where");
        QTest::addColumn<QString>("said");
        QTest::addColumn<int>("left"); // runs
        QTest::newRow("a letter of an answer")
            << QByteArray("answer of run 7") << "1 of its 12 runs cannot be read: “what is on sign number 7?” (" << 11;
        QTest::newRow("numbers") << QByteArray() << "1 of its 12 runs cannot be read: “what is on sign number " << 11;
        QTest::newRow("a note") << QByteArray("note about run 4")
                                << "the notes and tags are lost of “what is on sign number 4?” (" << 12;
        QTest::newRow("a picture") << noise(1, 3000).mid(1500, 30) << "without its picture: picture-1.png" << 12;
        QTest::newRow("a sweep") << QByteArray("which letters are swept?") << "1 sweep is damaged and left out" << 12;
        QTest::newRow("the layout") << QByteArray("Compare") << "how the window looked is lost" << 12;
    }

    void oneThingChanged()
    {
        QFETCH(QByteArray, where);
        QFETCH(QString, said);
        QFETCH(int, left);
        if (where.isEmpty())
            where = ownPart(m_original.runs[3].record);
        QByteArray changed = m_whole;
        int found = 0;
        for (qsizetype at = changed.indexOf(where); at >= 0; at = changed.indexOf(where, at + 1), ++found)
            changed[at + where.size() - 2] = char(changed[at + where.size() - 2] ^ 1);
        QVERIFY(!where.isEmpty() && found > 0);
        write(changed);
        const SessionReader reader(file());
        QCOMPARE(reader.problems().size(), std::size_t(1));
        const QString problem = QString::fromStdString(reader.problems()[0]);
        QVERIFY2(problem.contains("one.qmopz: is damaged: " + said), qPrintable(problem));
        QCOMPARE(int(reader.headlines().size()), left);
        QCOMPARE(reader.isComplete(), said.contains("window looked"));
        isLess(reader); // what is there is what was written
        // Nothing is added to it, and it is not written to.
        try {
            SessionAppender appender(file());
            QFAIL("taken for whole");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidSession);
            QVERIFY2(QString(error.what()).contains(said), error.what());
            QVERIFY(error.hint().find("nothing was added") != std::string::npos);
        }
        QCOMPARE(read(), changed);
    }

    // Without sums, as saved before there were any: what cannot be read is found.
    void olderFiles()
    {
        Database(file(), Database::Access::ReadWrite).execute("DROP TABLE sums; DELETE FROM state WHERE key = 'runs'");
        QCOMPARE(SessionReader(file()).problems(), std::vector<std::string>());
        QByteArray changed = read();
        const QByteArray numbers = ownPart(m_original.runs[3].record);
        changed[changed.indexOf(numbers) + 10] = char(changed[changed.indexOf(numbers) + 10] ^ 16);
        const QByteArray picture = noise(1, 3000).mid(1500, 30);
        changed[changed.indexOf(picture) + 5] = 'x';
        write(changed);
        const SessionReader reader(file());
        QVERIFY(!reader.isComplete() && reader.headlines().size() < runs && reader.headlines().size() > 0);
        const QString problem = QString::fromStdString(reader.problems().at(0));
        QVERIFY2(problem.contains("cannot be read: “what is on sign number ") && problem.contains("picture-1.png"),
                 qPrintable(problem));
        const auto left = reader.picture(m_original.pictures[1].sha256);
        QVERIFY(left && left->bytes.empty());
        QCOMPARE(left->name, std::string("picture-1.png"));
        // Cut, nobody knows how many there were.
        write(read().left(m_whole.size() / 2));
        const std::string line = problemOf([](const SessionReader &cut) { QVERIFY(!cut.isComplete()); });
        QVERIFY2(line.find("is damaged") != std::string::npos, line.c_str());
    }

    // Two leaves of the list of runs, and one run: what lies before, between and behind
    // them is there, and what they listed as well, but for the time.
    void holesInTheListOfRuns()
    {
        constexpr int many = 200;
        {
            SessionWriter writer(file(), SessionKind::Session);
            for (int i = 0; i < many; ++i)
                writer.addRun(runOf(i, std::string(64, 'b')));
            writer.commit();
        }
        QByteArray changed = read();
        std::set<qsizetype> pages;
        for (int i : {40, 150}) { // in the rows of runs the answer stands behind the question
            const QByteArray row = QStringLiteral("number %1?answer of run %1").arg(i).toUtf8();
            QVERIFY(changed.contains(row));
            const qsizetype page = changed.indexOf(row) / 4096;
            pages.insert(page);
            for (qsizetype at = 0; at < 4096; ++at)
                changed[page * 4096 + at] = char(0xA5);
        }
        QCOMPARE(pages.size(), std::size_t(2));
        const qsizetype lost = changed.indexOf("answer of run 41\""); // in its record
        QVERIFY(lost > 0);
        changed[lost] = 'A';
        write(changed);
        const SessionReader reader(file());
        QCOMPARE(reader.headlines().size(), std::size_t(many - 1));
        int timeless = 0;
        for (int i = 0; i < many - 1; ++i) {
            const RunHeadline &run = reader.headlines()[std::size_t(i)];
            QCOMPARE(run.question, "what is on sign number " + std::to_string(i < 41 ? i : i + 1) + "?");
            QVERIFY(reader.trace(run.uid));
            timeless += run.finishedAt == 0 ? 1 : 0;
        }
        QVERIFY2(timeless > 2 && timeless < 60, qPrintable(QString::number(timeless)));
        const QString problem = QString::fromStdString(reader.problems().at(0));
        QVERIFY2(
            problem.endsWith(QStringLiteral(": is damaged: 1 of its 200 runs cannot be read: nothing is left of it; "
                                            "when %1 runs were made is lost")
                                 .arg(timeless)),
            qPrintable(problem));
    }

    // What stands in a damaged file goes to a terminal.
    void namesAreOneLine()
    {
        SessionDamage damage;
        for (int i = 0; i < 7; ++i) {
            RunHeadline run;
            run.question = i == 0 ? "a\nb\x1b[31m" : i == 1 ? std::string(59, 'x') + "\xc3\xa4\xc3\xa4" : "q";
            run.compressor = "prune";
            run.budget = 4;
            damage.runs.push_back(run);
        }
        damage.wholeRuns = 2;
        damage.lostRuns = 1;
        QCOMPARE(QString::fromStdString(damage.text()),
                 QStringLiteral("is damaged: 8 of its 10 runs cannot be read: “a b [31m” (prune, M = 4), “%1…” (prune, "
                                "M = 4), “q” (prune, M = 4), “q” (prune, M = 4), “q” (prune, M = 4) and 2 more, and 1 "
                                "of which nothing is left")
                     .arg(QString(59, u'x')));
        SessionDamage none;
        QVERIFY(none.isComplete() && none.text().empty());
        none.lostRuns = 3;
        QCOMPARE(none.text(), std::string("is damaged: none of its 3 runs can be read: nothing is left of them"));
    }

private:
    static constexpr int runs = 12;

    std::string file() const { return m_folder.filePath("one.qmopz").toStdString(); }
    QByteArray read() const
    {
        QFile stored(QString::fromStdString(file()));
        return stored.open(QIODevice::ReadOnly) ? stored.readAll() : QByteArray();
    }
    void write(const QByteArray &content) const
    {
        QFile stored(QString::fromStdString(file()));
        QVERIFY(stored.open(QIODevice::WriteOnly) && stored.write(content) == content.size());
    }

    // Bytes of this record's numbers that stand nowhere else.
    QByteArray ownPart(const TraceRecord &record) const
    {
        const QByteArray all(reinterpret_cast<const char *>(record.numbers.data()), qsizetype(record.numbers.size()));
        for (qsizetype at = 0; at + 12 < all.size(); at += 4)
            if (m_whole.count(all.mid(at, 12)) == 1)
                return all.mid(at, 12);
        return {};
    }

    // What the reader says, or why it does not open.
    std::string problemOf(const std::function<void(const SessionReader &)> &check) const
    {
        try {
            const SessionReader reader(file());
            check(reader);
            return reader.problems().empty() ? std::string() : reader.problems().front();
        } catch (const Error &error) {
            const bool expected
                = error.code() == ErrorCode::InvalidSession || error.code() == ErrorCode::InvalidArgument;
            return expected && !error.hint().empty() ? error.what() : std::string("no remedy: ") + error.what();
        }
    }

    // Whether something of the original is not there; fails where something else is.
    bool isLess(const SessionReader &reader) const
    {
        bool less = false;
        std::size_t found = 0;
        for (const StoredRun &run : m_original.runs) {
            const auto listed = std::ranges::find(reader.headlines(), run.headline.uid, &RunHeadline::uid);
            if (listed == reader.headlines().end())
                continue;
            ++found;
            less = less || listed->finishedAt == 0;
            const auto record = reader.record(run.headline.uid);
            if (!same(*listed, run.headline) || !record || record->document != run.record.document
                || record->numbers != run.record.numbers)
                QTest::qFail("a run that was never written", __FILE__, __LINE__);
            if (listed->edits != run.headline.edits) {
                less = true;
                if (listed->edits != RunEdits())
                    QTest::qFail("notes that nobody wrote", __FILE__, __LINE__);
            }
            const PictureRecord &picture
                = *std::ranges::find(m_original.pictures, run.headline.pictureSha256, &PictureRecord::sha256);
            const auto stored = reader.picture(picture.sha256);
            less = less || !stored || stored->bytes.empty();
            if (stored && !stored->bytes.empty() && (stored->bytes != picture.bytes || stored->name != picture.name))
                QTest::qFail("another picture", __FILE__, __LINE__);
        }
        if (found != reader.headlines().size())
            QTest::qFail("runs that were never written", __FILE__, __LINE__);
        for (const StoredSweep &sweep : reader.sweeps())
            if (sweep.questions.at(0).question != m_original.sweep.questions[0].question
                || sweep.runs != m_original.sweep.runs)
                QTest::qFail("another sweep", __FILE__, __LINE__);
        return less || found < m_original.runs.size() || reader.sweeps().empty();
    }

    QTemporaryDir m_folder;
    Original m_original;
    QByteArray m_whole;
};

QTEST_APPLESS_MAIN(TestDamagedSessions)
#include "tst_damaged_sessions.moc"
