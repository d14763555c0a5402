// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sweeps in session files: whole, damaged, and missing in files of schema 1.
#include "core/store/session_file.h"
#include "core/store/store_format.h"
#include "tests/widgets/trace_fixture.h"

#include <QTemporaryDir>
#include <QTest>

using namespace qmop;

namespace {

const std::string session(32, 'a');

StoredRun runOf(const std::string &answer)
{
    return storedRun(*fixture::makeTrace({.width = 64, .height = 64, .modelSize = 64, .answer = answer}), session);
}

}

class TestSessionSweeps : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void sweepsComeBack()
    {
        StoredSweep sweep;
        sweep.uid = std::string(32, 'd');
        sweep.session = session;
        sweep.startedAt = 1'700'000'000'123;
        sweep.question = "what \xc3\xa4 sign";
        sweep.pictureName = "market.png";
        sweep.patches = 64;
        sweep.budgets.reference.point = {"none", 0, 0};
        sweep.budgets.reference.answer = "fox";
        SweepCell cell = sweep.budgets.reference;
        cell.point = {"prune", 4, 16};
        cell.visualTokens = 4;
        cell.unchanged = true;
        cell.logProbability = -0.1234567890123;
        cell.timeToFirstTokenSeconds = 0.0321;
        cell.kvBytes = 123456;
        sweep.budgets.cells = {cell};
        sweep.budgets.kept = {{0, 7, 63}};
        sweep.budgets.notAsked = 3;
        sweep.runs = {std::string(32, '1'), {}}; // the second was not written down
        {
            SessionWriter writer(file(), SessionKind::Session);
            writer.addRun(runOf("fox"));
            writer.addSweep(sweep);
            writer.commit();
        }
        const SessionReader reader(file());
        QVERIFY(reader.problems().empty());
        QCOMPARE(reader.sweeps().size(), std::size_t(1));
        const StoredSweep &found = reader.sweeps()[0];
        QVERIFY(found.uid == sweep.uid && found.session == session && found.startedAt == sweep.startedAt);
        QVERIFY(found.question == sweep.question && found.pictureName == "market.png" && found.patches == 64);
        QVERIFY(found.runs == sweep.runs && !found.overQuestions && found.budgets.kept == sweep.budgets.kept);
        QCOMPARE(found.budgets.notAsked, 3);
        const SweepCell &back = found.budgets.cells[0];
        QVERIFY(back.point == cell.point && back.visualTokens == 4 && back.answer == "fox" && back.unchanged);
        QVERIFY(back.logProbability == cell.logProbability && back.kvBytes == cell.kvBytes);
        QCOMPARE(back.timeToFirstTokenSeconds, cell.timeToFirstTokenSeconds);
    }

    void damagedSweepsAreLeftOut_data()
    {
        QTest::addColumn<QString>("sql");
        const auto changed = [](const char *from, const char *to) {
            return QStringLiteral("UPDATE sweeps SET document = replace(document, '%1', '%2')")
                .arg(QString::fromLatin1(from), QString::fromLatin1(to));
        };
        QTest::newRow("no JSON") << "UPDATE sweeps SET document = '{'";
        QTest::newRow("another kind") << changed("questions", "moods");
        QTest::newRow("a patch that there is not") << changed("\"patches\":64", "\"patches\":3");
        QTest::newRow("rows without runs") << changed("\"runs\":[\"", "\"runs\":[\"x\",\"");
        QTest::newRow("no numbers") << changed("\"kept\":[", "\"kept\":[true,");
        QTest::newRow("less than none left") << changed("\"not_asked\":2", "\"not_asked\":-2");
        QTest::newRow("a uid that is a path") << "UPDATE sweeps SET uid = '../x'";
    }

    void damagedSweepsAreLeftOut()
    {
        QFETCH(QString, sql);
        const auto trace = fixture::makeTrace({.width = 64, .height = 64, .modelSize = 64});
        StoredSweep sweep;
        sweep.uid = std::string(32, 'd');
        sweep.overQuestions = true;
        sweep.patches = 64;
        sweep.runs = {std::string(32, '1')};
        sweep.questions = {questionCell(*trace)};
        sweep.questionsNotAsked = 2;
        {
            SessionWriter writer(file(), SessionKind::Session);
            writer.addRun(runOf("fox"));
            writer.addSweep(sweep);
            writer.commit();
        }
        QCOMPARE(SessionReader(file()).sweeps().size(), std::size_t(1));
        QCOMPARE(SessionReader(file()).sweeps()[0].questionsNotAsked, 2);
        Database(file(), Database::Access::ReadWrite).execute(sql.toUtf8().constData());
        const SessionReader reader(file());
        QVERIFY(reader.sweeps().empty());
        QCOMPARE(reader.headlines().size(), std::size_t(1));
        QVERIFY(reader.problems().at(0).find("1 sweep is damaged and left out") != std::string::npos);
    }

    void olderSessionsHaveNoSweeps()
    {
        {
            SessionWriter writer(file(), SessionKind::Session);
            for (const char *answer : {"fox", "owl", "cat"})
                writer.addRun(runOf(answer));
            writer.commit();
        }
        Database(file(), Database::Access::ReadWrite).execute("DROP TABLE sweeps; PRAGMA user_version=1");
        const SessionReader reader(file());
        QVERIFY(reader.problems().empty() && reader.sweeps().empty());
        QCOMPARE(reader.headlines().size(), std::size_t(3));
    }

private:
    std::string file() const { return m_folder->filePath("changed.qmops").toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_APPLESS_MAIN(TestSessionSweeps)
#include "tst_session_sweeps.moc"
