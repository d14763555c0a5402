// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/command_line.h"
#include "qmop/has_budget.h"
#include "qmop/sweep.h"
#include "tests/widgets/trace_fixture.h"

#include <QProcess>
#include <QTest>

using namespace qmop;

namespace {

SweepCell cell(const char *compressor, int budget, bool unchanged)
{
    SweepCell cell;
    cell.point = {compressor, budget, budget};
    cell.unchanged = unchanged;
    return cell;
}

QuestionCell keeping(std::vector<int> kept)
{
    QuestionCell cell;
    cell.kept = std::move(kept);
    return cell;
}

} // namespace

class TestSweep : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void budgetsOfAModel()
    {
        // 16 x 16 patches: strides 2, 4, 8 give 64, 16, 4.
        QCOMPARE(sweepBudgets({64}, 256), (std::vector<int>{64, 16, 4}));
        QCOMPARE(sweepBudgets({100, 16}, 256), (std::vector<int>{100, 64, 16, 4}));
        QCOMPARE(sweepBudgets({}, 576), (std::vector<int>{144, 64, 36, 16, 9, 4}));
    }

    void pointsAreWhatCanRun()
    {
        QVERIFY(!hasBudget("none") && !hasBudget("blind") && hasBudget("qmop") && hasBudget("avgpool"));
        const auto points = sweepPoints({"none", "qmop", "prune"}, {16, 300, 64, 30, 64}, {64, 36}, 256);
        const std::vector<SweepPoint> expected{
            {"none", 0, 0}, {"qmop", 64, 64}, {"prune", 64, 64}, {"prune", 30, 36}, {"prune", 16, 36}};
        QCOMPARE(points.size(), expected.size());
        for (std::size_t i = 0; i < points.size(); ++i)
            QVERIFY2(points[i] == expected[i], points[i].compressor.c_str());
        // More than any was trained for: of the largest one.
        QCOMPARE(sweepPoints({"prune"}, {100}, {64, 36}, 256).front().trained, 64);
        QVERIFY(sweepPoints({"prune", "pool"}, {100}, {}, 256).empty());
        // Without training: any budget that fits, and square ones for averaging.
        const std::vector<SweepPoint> untrained{{"avgpool", 100, 100}, {"cls-prune", 100, 100}, {"cls-prune", 30, 30}};
        QCOMPARE(sweepPoints({"avgpool", "cls-prune"}, {300, 100, 30}, {64}, 256), untrained);
    }

    void whatIsLeftOutIsNamed()
    {
        const std::vector<std::string> expected{
            "qmop at M = 100, 30: trained for M = 64, 36 only",
            "avgpool at M = 300: a picture has 1 to 256 patches",
            "avgpool at M = 30: averages over a grid: M must be a square number",
            "prune at M = 300: a picture has 1 to 256 patches",
        };
        auto lines = leftOutLines({"none", "qmop", "qmop", "avgpool", "prune"}, {30, 64, 100}, {64, 36}, 256);
        QCOMPARE(lines, (std::vector{expected[0], expected[2]}));
        lines = leftOutLines({"qmop", "avgpool", "blind", "prune"}, {300, 64, 30}, {64, 36}, 256);
        QCOMPARE(lines,
                 (std::vector<std::string>{"qmop at M = 300, 30: trained for M = 64, 36 only", expected[1], expected[2],
                                           expected[3]}));
        QCOMPARE(leftOutLines({"prune", "cls-prune"}, {100}, {}, 256),
                 std::vector<std::string>{"prune at M = 100: this model holds no trained QMoP"});
        // Nothing is both run and left out.
        for (const std::string &compressor : compressorNames)
            for (int budget : {-1, 0, 1, 30, 36, 256, 257})
                QCOMPARE(sweepPoints({compressor}, {budget}, {64, 36}, 256).empty(),
                         !leftOutLines({compressor}, {budget}, {64, 36}, 256).empty());
    }

    // Every budget that is named can be run, and every one that can be run is named.
    void offeredBudgetsAreNamed()
    {
        QCOMPARE(offeredBudgets("qmop", {64, 4, 16}, 256),
                 std::string("M = 4, 16, 64, and with prune any number of patches from 1 to 256"));
        QCOMPARE(offeredBudgets("prune", {64}, 128), std::string("any number of patches from 1 to 128"));
        QCOMPARE(offeredBudgets("avgpool", {}, 256), std::string("a square number M from 1 to 256"));
        QCOMPARE(offeredBudgets("cls-prune", {}, 576), std::string("any M from 1 to 576"));
        for (const char *none : {"qmop", "pool", "resample", "prune"})
            QCOMPARE(offeredBudgets(none, {}, 256), std::string("no M"));
        for (const char *free : {"none", "blind"})
            QCOMPARE(offeredBudgets(free, {64}, 256), std::string("no M"));
    }

    // Also of class attention, which reads no question: the same patches for each.
    void questionsKeepWhatTheirRunsKept()
    {
        const auto attended = fixture::makeTrace({.kept = {2, 3, 200}, .compressor = "cls-prune"});
        const QuestionCell cell = questionCell(*attended);
        QCOMPARE(cell.kept, (std::vector<int>{2, 3, 200}));
        QVERIFY(cell.pruned && !cell.alpha);
        const auto beside = fixture::makeTrace({.kept = {2, 3}});
        QVERIFY(questionCell(*beside).pruned);
        fixture::pruneBeside(*beside);
        QCOMPARE(questionCell(*beside).kept, (std::vector<int>{2, 3}));
        QVERIFY(!questionCell(*beside).pruned);
        QCOMPARE(jaccardMatrix({cell, questionCell(*beside)})[0][1], 2.0 / 3);
        QCOMPARE(survivalMap({cell, questionCell(*beside)}, 256)[200], 0.5F);
    }

    void requestsOfPoints()
    {
        RunRequest base;
        base.question = "where?";
        base.overrides.lambda = 0.25;
        const RunRequest exact = atPoint(base, {"prune", 36, 36});
        QCOMPARE(exact.budget, 36);
        QVERIFY(!exact.overrides.keepCount);
        QCOMPARE(exact.question, base.question);
        const RunRequest fewer = atPoint(base, {"prune", 20, 36});
        QCOMPARE(fewer.budget, 36);
        QCOMPARE(fewer.overrides.keepCount, std::optional(20));
        QCOMPARE(fewer.overrides.lambda, std::optional(0.25));
        QCOMPARE(atPoint(base, {"none", 0, 0}).compressor, std::string("none"));
    }

    void cellsOfARun()
    {
        auto trace = fixture::makeTrace({.answer = "fox"});
        trace->score = AnswerScore{"owl", {{7, "owl", -2.5}}, false, true, -2.5};
        const SweepCell same = sweepCell({"qmop", 64, 64}, *trace, "fox");
        QVERIFY(same.unchanged);
        QCOMPARE(same.visualTokens, 64);
        QCOMPARE(same.logProbability, std::optional(-2.5));
        QCOMPARE(same.prefillSeconds, 0.004);
        QCOMPARE(same.kvBytes, std::int64_t((64 + 9) * 4096));
        QVERIFY(!sweepCell({"qmop", 64, 64}, *trace, "owl").unchanged);
        const ScoreTarget target = targetOf(trace->answer);
        QCOMPARE(target.tokens, (std::vector<int>{42}));
        QVERIFY(target.withEnd); // the fixture's answer is complete
    }

    void smallestBudget()
    {
        const std::vector<SweepCell> cells{cell("prune", 64, true), cell("prune", 36, false), cell("prune", 16, true),
                                           cell("prune", 4, false), cell("pool", 64, false)};
        const auto prune = smallestUnchanged(cells, "prune");
        QCOMPARE(prune->budget, 16);
        QVERIFY(!prune->everyLargerToo);
        QVERIFY(!smallestUnchanged(cells, "pool"));
        QVERIFY(!smallestUnchanged(cells, "qmop"));
        QVERIFY(smallestUnchanged({cells[0], cells[3]}, "prune")->everyLargerToo);
    }

    void overlapByHand()
    {
        const std::vector<QuestionCell> cells{keeping({0, 1, 2, 3}), keeping({2, 3, 4, 5}), keeping({6}), keeping({})};
        const auto matrix = jaccardMatrix(cells);
        QCOMPARE(matrix[0][0], 1.0);
        QCOMPARE(matrix[0][1], 2.0 / 6);
        QCOMPARE(matrix[1][0], 2.0 / 6);
        QCOMPARE(matrix[0][2], 0.0);
        QCOMPARE(matrix[2][3], 0.0);
        QCOMPARE(jaccardMatrix({keeping({}), keeping({})})[0][1], 1.0);
        QCOMPARE(survivalMap(cells, 7), (std::vector<float>{0.25F, 0.25F, 0.5F, 0.5F, 0.25F, 0.25F, 0.25F}));
    }

    void commandsReadBack_data()
    {
        QTest::addColumn<QString>("word");
        for (const char *word :
             {"plain", "two words", "it's", "", "$HOME `x` \"q\" \\", "für", "-dash", "*?[a]", "a\nb"})
            QTest::newRow(word) << word;
    }

    void commandsReadBack()
    {
        QFETCH(QString, word);
        QProcess shell;
        shell.start("sh", {"-c", "printf %s " + QString::fromStdString(shellWord(word.toStdString()))});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()), word);
    }

    void commandsOfRequests()
    {
        RunRequest request;
        request.image.path = "my picture.png";
        request.question = "what's this?";
        request.withUncompressed = true;
        request.overrides.force = Branch::Prune;
        request.overrides.keep = {3, 4};
        request.score = ScoreTarget{"fox", {42, 7}, false};
        QCOMPARE(commandLine(request),
                 std::string("qmop run 'my picture.png' 'what'\\''s this?' --compressor qmop --budget 64 --compare "
                             "--force prune --keep 3,4 --score-answer fox --score-tokens 42,7 --score-open"));
        request.search = PatchSearch{std::nullopt, 2};
        QCOMPARE(commandLine(request),
                 std::string("qmop search 'my picture.png' 'what'\\''s this?' --compressor qmop --budget 64 "
                             "--force prune --keep 3,4 --rounds 2"));
        request.image.bytes = {1}; // pasted: there is no file
        request.fusion = FusionMode::Threshold;
        request.model = "/models/a";
        QCOMPARE(sweepCommandLine(request, {"qmop", "prune"}, {64, 16}),
                 std::string("qmop sweep budgets PICTURE 'what'\\''s this?' --compressors qmop,prune --budgets 64,16 "
                             "--fusion threshold --threshold 0.25 --model /models/a --score-answer fox --score-tokens "
                             "42,7 --score-open"));
        QCOMPARE(sweepCommandLine(request, {"a?", "b c?"}),
                 std::string("qmop sweep questions PICTURE 'a?' 'b c?' --compressor qmop --budget 64 --fusion "
                             "threshold --threshold 0.25 --model /models/a --force prune --keep 3,4"));
        QCOMPARE(suiteCommandLine({"bench", "my suite", "--json"}, request, {"none", "qmop"}, {64, 16}),
                 std::string("qmop bench 'my suite' --json --model /models/a --fusion threshold --threshold 0.25 "
                             "--compressors none,qmop --budgets 64,16"));
        QCOMPARE(suiteCommandLine({"bench", "a"}, {}, {}, {}), std::string("qmop bench a"));
    }
};

QTEST_APPLESS_MAIN(TestSweep)
#include "tst_sweep.moc"
