// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stories: their file and their sentences.
#include <QtTest>

#include "app/explorer/window/story.h"
#include "qmop/error.h"
#include "tests/app/two_stories.h"
#include "tests/app/window_fixture.h"

using namespace qmop;
using fixture::twoStories;

class TestStories : public QObject {
    Q_OBJECT

private slots:
    void stepsTakeOver();
    void damagedFilesAreRefused_data();
    void damagedFilesAreRefused();
    void sentencesAreFilledFromTheRun_data();
    void sentencesAreFilledFromTheRun();
    void keptIsWhatTheAnswerWasMadeFrom();
    void writtenStoriesReadBack();
};

void TestStories::stepsTakeOver()
{
    fixture::WindowFixture fixture;
    fixture::writeFile(fixture.path("s.json"), twoStories);
    const std::vector<Story> stories = readStories(fixture.path("s.json"), fixture.path("resources/samples"));
    QCOMPARE(stories.size(), std::size_t(2));
    QCOMPARE(stories[0].steps.size(), std::size_t(3));
    const StoryStep &second = stories[0].steps[1], &third = stories[0].steps[2], &other = stories[1].steps[0];
    QCOMPARE(second.picture, fixture.path("resources/samples/market.png"));
    QCOMPARE(second.suggested, 2);
    QCOMPARE(second.overlay, OverlayKind::Importance);
    QCOMPARE(second.budget, leastBudget);
    QCOMPARE(third.overlay, OverlayKind::Relevance);
    QVERIFY(third.asksTheSame(second) && !second.asksTheSame(stories[0].steps[0]));
    // Another story, and another picture, begin anew.
    QCOMPARE(other.suggested, 1);
    QCOMPARE(other.budget, 60);
    QVERIFY(readStories(fixture.path("none.json"), {}).empty());
}

void TestStories::damagedFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("complaint");
    const auto step = [](const char *fields) {
        return QByteArray(R"({"stories": [{"title": "T", "steps": [{"picture": "a.png"}, {)") + fields + "}]}]}";
    };
    QTest::newRow("no JSON") << QByteArray("{") << "s.json";
    QTest::newRow("no list") << QByteArray("{}") << "no list";
    QTest::newRow("no picture") << QByteArray(R"({"stories": [{"title": "T", "steps": [{"say": "x"}]}]})")
                                << "no picture";
    QTest::newRow("compressor") << step(R"("compressor": "zip")") << "step 2: no compressor “zip”";
    QTest::newRow("edits") << step(R"("edits": {"lambda": 7})") << "step 2: edits";
    QTest::newRow("overlay") << step(R"("overlay": "glow")") << "step 2: no overlay “glow”";
    QTest::newRow("budget") << step(R"("budget": "some")") << "budget";
    QTest::newRow("placeholder") << step(R"("say": "{anwser}")") << "{anwser}";
}

void TestStories::damagedFilesAreRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, complaint);
    QTemporaryDir folder;
    fixture::writeFile(folder.filePath("s.json"), text);
    try {
        readStories(folder.filePath("s.json"), {});
        QFAIL("it was read");
    } catch (const Error &error) {
        QVERIFY2(QString::fromStdString(error.what()).contains(complaint), error.what());
    }
}

// The fixture's run: 64 of 256 tokens, weights .21, .04, .75, a quarter of the work.
void TestStories::sentencesAreFilledFromTheRun_data()
{
    QTest::addColumn<QString>("say");
    QTest::addColumn<QString>("uncompressed");
    QTest::addColumn<QString>("filled");
    QTest::newRow("plain") << "As it is."
                           << "fox"
                           << "As it is.";
    QTest::newRow("numbers") << "{tokens} of {patches}: {work}, kept {kept}"
                             << "fox"
                             << "64 of 256: 25 %, kept 25 %";
    QTest::newRow("weights") << "{pool} {resample} {prune} {leader}"
                             << "fox"
                             << "21 % 4 % 75 % pruning";
    QTest::newRow("answer") << "{question} {answer}."
                            << "fox"
                            << "“what does the sign say?” “fox”.";
    QTest::newRow("edits") << "{changes}"
                           << "fox"
                           << "no edits";
    QTest::newRow("same") << "{comparison}"
                          << "Fox"
                          << "the same as with all 256 tokens";
    QTest::newRow("other") << "{comparison}"
                           << "cat"
                           << "where all 256 tokens give “cat”";
}

void TestStories::sentencesAreFilledFromTheRun()
{
    QFETCH(QString, say);
    QFETCH(QString, uncompressed);
    QFETCH(QString, filled);
    const auto trace = fixture::makeTrace({.uncompressed = uncompressed.toStdString()});
    QCOMPARE(filledSentence(say, trace.get()), filled);
    QVERIFY(!filledSentence(say, nullptr).contains(u'{'));
}

// Not what pruning would have kept, and also what class attention did.
void TestStories::keptIsWhatTheAnswerWasMadeFrom()
{
    const auto beside = fixture::makeTrace();
    fixture::pruneBeside(*beside);
    QCOMPARE(filledSentence("{kept}", beside.get()), QStringLiteral("none"));
    QCOMPARE(filledSentence("{kept}", fixture::makeTrace({.compressor = "cls-prune"}).get()), QStringLiteral("25 %"));
}

void TestStories::writtenStoriesReadBack()
{
    QTemporaryDir folder;
    const QString file = folder.filePath("new/stories.json");
    StoryStep step{"/a/b.png", "why?", 1, "prune", 16, OverlayKind::Combined, "{answer}"};
    writeStories(file, {{"T", {step}}});
    const std::vector<Story> stories = readStories(file, {});
    QCOMPARE(stories.size(), std::size_t(1));
    const StoryStep &read = stories[0].steps[0];
    QVERIFY(read.asksTheSame(step));
    QCOMPARE(read.overlay, step.overlay);
    QCOMPARE(read.say, step.say);
    QCOMPARE(read.budget, 16);
}

QTEST_MAIN(TestStories)
#include "tst_stories.moc"
