// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions that `qmop run --session` writes: read by the store's code, and opened by
// the window.
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/window/sessions.h"
#include "core/store/session_file.h"
#include "tests/app/history_fixture.h"
#include "tests/app/program.h"
#include "tests/app/small_run.h"

#include <nlohmann/json.hpp>

#include <set>

using namespace qmop;
using nlohmann::json;

class TestSessionCommand : public fixture::HistoryFixture {
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanup() { m_window.reset(); }

    void runsFromTwoProgramsAreThere();
    void theWindowOpensThem();
    void theWindowSavesOverNoneOfThem();
    void whatFinishedIsKept();
    void refusedBeforeTheWork();

private:
    QByteArray file(const char *name) const { return m_folder.filePath(name).toUtf8(); }
    QByteArrayList asking(const QByteArrayList &rest) const
    {
        return QByteArrayList{"run",          "--model", file("model"), "--budget",     "16",
                              "--max-tokens", "4",       "--session",   file("a.qmops")}
        + rest;
    }

    QTemporaryDir m_folder;
    QTemporaryDir m_elsewhere;
    json m_first, m_second; // what the programs printed
};

void TestSessionCommand::initTestCase()
{
    fixture::makeSmallRun(m_folder.path().toStdString(), "market.png", "");
    const auto png = stripedPng(90, 50);
    std::ofstream(m_elsewhere.filePath("beach.png").toStdString(), std::ios::binary)
        .write(reinterpret_cast<const char *>(png.data()), std::streamsize(png.size()));
    const ProgramResult first = runProgram(asking({file("market.png"), "where is this?", "--compare"}));
    QVERIFY2(first.exitCode == 0 && first.errors.isEmpty(), first.errors.constData());
    m_first = json::parse(first.output.toStdString());
    const ProgramResult second
        = runProgram(asking({m_elsewhere.filePath("beach.png").toUtf8(), "is it day?", "--compressor", "prune"}));
    QVERIFY2(second.exitCode == 0 && second.errors.isEmpty(), second.errors.constData());
    m_second = json::parse(second.output.toStdString());
}

void TestSessionCommand::runsFromTwoProgramsAreThere()
{
    const SessionReader reader(file("a.qmops").toStdString());
    QVERIFY(reader.problems().empty());
    QCOMPARE(reader.headlines().size(), std::size_t(2));
    const json *printed[] = {&m_first, &m_second};
    for (std::size_t i = 0; i < 2; ++i) {
        const auto trace = reader.trace(reader.headlines()[i].uid);
        QCOMPARE(trace->answer.logitsSha256, (*printed[i])["logits_sha256"].get<std::string>());
        QCOMPARE(trace->branches.size(), std::size_t(3)); // all that the panels draw
        QVERIFY(trace->pruning && trace->pruning->combined.size() == 64);
        QVERIFY(reader.picture(trace->imageSha256));
    }
    QVERIFY(reader.trace(reader.headlines()[0].uid)->uncompressed);
    // Below the session's folder by its path, from elsewhere whole.
    QCOMPARE(reader.picture(reader.headlines()[0].pictureSha256)->path.string(), file("market.png").toStdString());
    QVERIFY(reader.picture(reader.headlines()[1].pictureSha256)->bytes == stripedPng(90, 50));
}

void TestSessionCommand::theWindowOpensThem()
{
    begin();
    m_window->sessions()->open(QString::fromUtf8(file("a.qmops")));
    QVERIFY2(m_window->messageBar()->isHidden(), qPrintable(m_window->messageBar()->text()));
    QCOMPARE(list()->model()->rowCount(), 2);
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("is it day?")); // of the run that is shown
    for (int row : {0, 1}) { // the newest first
        click(row);
        const json &printed = row == 0 ? m_second : m_first;
        QTRY_COMPARE(m_window->shownTrace()->answer.logitsSha256, printed["logits_sha256"].get<std::string>());
        QCOMPARE(m_window->shownTrace()->image->width, row == 0 ? 90 : 60); // the picture itself
        QCOMPARE(m_window->answerPanel()->question(),
                 QString::fromStdString(printed["request"]["question"].get<std::string>()));
        QVERIFY2(m_window->messageBar()->isHidden(), qPrintable(m_window->messageBar()->text()));
    }
}

// Saving in the window does not undo what a program has added since it was opened.
void TestSessionCommand::theWindowSavesOverNoneOfThem()
{
    QVERIFY(QFile::copy(QString::fromUtf8(file("a.qmops")), QString::fromUtf8(file("shared.qmops"))));
    begin();
    m_window->sessions()->open(QString::fromUtf8(file("shared.qmops")));
    QCOMPARE(list()->model()->rowCount(), 2);
    QByteArrayList words = asking({file("market.png"), "who came later?"});
    words[words.indexOf(file("a.qmops"))] = file("shared.qmops");
    QCOMPARE(runProgram(words).exitCode, 0);
    openPicture();
    ask("what does the sign say?", "fox");
    QVERIFY(m_window->sessions()->save(QString::fromUtf8(file("shared.qmops"))));
    QVERIFY2(m_window->messageBar()->text().contains("has added to shared.qmops meanwhile stay in it: 1."),
             qPrintable(m_window->messageBar()->text()));
    std::set<std::string> questions;
    const SessionReader reader(file("shared.qmops").toStdString());
    for (const RunHeadline &run : reader.headlines()) {
        questions.insert(run.question);
        QVERIFY(reader.trace(run.uid) && reader.picture(run.pictureSha256));
    }
    QCOMPARE(questions,
             (std::set<std::string>{"where is this?", "is it day?", "who came later?", "what does the sign say?"}));
    QCOMPARE(reader.headlines().size(), std::size_t(4));
    // Another session under that name is another one.
    start();
    openPicture();
    ask("is it night?", "no");
    QVERIFY(m_window->sessions()->save(QString::fromUtf8(file("shared.qmops"))));
    QCOMPARE(SessionReader(file("shared.qmops").toStdString()).headlines().size(), std::size_t(1));
}

void TestSessionCommand::whatFinishedIsKept()
{
    QByteArrayList words = asking({file("market.png"), "one?", "two?", "\xff"});
    words[words.indexOf(file("a.qmops"))] = file("kept.qmops");
    const ProgramResult result = runProgram(words);
    QCOMPARE(result.exitCode, 5);
    const SessionReader reader(file("kept.qmops").toStdString());
    QCOMPARE(reader.headlines().size(), std::size_t(2));
    QCOMPARE(reader.headlines()[1].question, std::string("two?"));
}

void TestSessionCommand::refusedBeforeTheWork()
{
    fixture::writeFile(m_folder.filePath("words.qmops"), "these are words");
    for (const auto &[name, code] :
         {std::pair{"words.qmops", 2}, {"mine.json", 2}, {"nowhere/a.qmops", 10}, {"model", 2}}) {
        QByteArrayList words = asking({file("market.png"), "one?"});
        words[words.indexOf(file("a.qmops"))] = file(name);
        const ProgramResult result = runProgram(words);
        QVERIFY2(result.errors.startsWith("qmop run: " + file(name)), result.errors.constData());
        QCOMPARE(result.errors.count('\n'), 1);
        QCOMPARE(result.exitCode, code);
        QVERIFY(result.output.isEmpty());
    }
}

QTEST_MAIN(TestSessionCommand)
#include "tst_session_command.moc"
