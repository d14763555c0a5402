// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two runs side by side, with numbers worked out by hand.
#include <QtTest>

#include "qmop/comparison.h"
#include "qmop/sweep.h"
#include "qmop/took_part.h"
#include "tests/widgets/trace_fixture.h"

#include <cmath>
#include <limits>

using namespace qmop;

namespace {

DecodedToken token(const std::string &text, double probability, std::vector<TokenAlternative> others)
{
    others.insert(others.begin(), {int(text.size()), text, probability});
    return {int(text.size()), text, probability, others};
}

Answer answerOf(const std::vector<DecodedToken> &tokens, std::optional<double> end = std::nullopt)
{
    Answer answer;
    answer.tokens = tokens;
    answer.complete = end.has_value();
    for (const DecodedToken &each : tokens) {
        answer.text += each.text;
        answer.logProbability += std::log(each.probability);
    }
    if (end)
        answer.logProbability += std::log(*end);
    return answer;
}

const ComparedValue *row(const std::vector<ComparedValue> &rows, const std::string &key)
{
    const auto found = std::ranges::find(rows, key, &ComparedValue::key);
    return found == rows.end() ? nullptr : &*found;
}

}

class TestComparison : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void words_data();
    void words();
    void marginOfTheDecidingToken();
    void aRivalThatWasNotRecordedBoundsTheMargin();
    void aWordOfSeveralTokensPartsWithinIt();
    void anAnswerThatHasEnded();
    void rowsOfTwoRuns();
    void aBudgetIsWhatTheRunHad();
    void aForcedBranchHasOneName();
    void cachedStagesAreNoDifference();
    void mapsThatCannotBeCompared();
    void differenceOfMaps();
    void keptPatches();
    void everyCompressorIsAskedTheSame();
};

void TestComparison::words_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("other");
    QTest::addColumn<int>("first"); // -1: same
    const auto add = [](const char *name, const char *answer, const char *other, int first) {
        QTest::newRow(name) << QByteArray(answer) << QByteArray(other) << first;
    };
    add("same", "red fox", "red fox", -1);
    add("space and case", " Red  fox\n", "red Fox", -1);
    add("first word", "owl", "fox", 0);
    add("second word", "red fox", "red cat", 1);
    add("longer", "red fox", "red", 1);
    add("shorter", "red", "red fox", 1);
    add("empty", "", "fox", 0);
    add("both empty", "", " ", -1);
    add("Latin capitals", "ÉTÉ ŁÓDŹ", "été łódź", -1);
    add("Greek and Cyrillic", "ΑΒΩ ЖЁ", "αβω жё", -1);
    add("wide space", "red\u3000fox", "red fox", -1);
    add("times is no letter", "3×4", "3÷4", 0);
    add("not UTF-8", "red \xff", "red \xfe", 1);
    add("cut character", "red \xc3", "red \xc3\xa9", 1);
}

void TestComparison::words()
{
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, other);
    QFETCH(int, first);
    const std::string a = answer.toStdString();
    const std::string b = other.toStdString();
    const AnswerDiff diff = compareAnswers(std::string_view(a), std::string_view(b));
    QCOMPARE(diff.same, first < 0);
    QCOMPARE(diff.firstDifference, first);
    // The order does not matter.
    QCOMPARE(compareAnswers(std::string_view(b), std::string_view(a)).firstDifference, first);
    QCOMPARE(compareAnswers(std::string_view(b), std::string_view(a)).word, diff.otherWord);
}

void TestComparison::marginOfTheDecidingToken()
{
    const Answer a = answerOf({token("red", 0.9, {}), token(" fox", 0.6, {{1, " cat", 0.3}, {2, " dog", 0.05}})});
    const Answer b = answerOf({token("Red", 0.9, {}), token(" dog", 0.5, {{1, " fox", 0.25}, {2, " cow", 0.1}})});
    const AnswerComparison comparison = compareAnswers(a, b);
    QCOMPARE(comparison.words.firstDifference, 1);
    QCOMPARE(comparison.words.word, std::string("fox"));
    QCOMPARE(comparison.words.otherWord, std::string("dog"));
    QCOMPARE(comparison.a->token, 1);
    QCOMPARE(comparison.a->text, std::string(" fox"));
    QCOMPARE(*comparison.a->logProbability, std::log(0.6));
    QCOMPARE(*comparison.a->margin, std::log(0.6 / 0.05));
    QVERIFY(!comparison.a->marginIsBound);
    QCOMPARE(*comparison.b->margin, std::log(2.0));
    QVERIFY(!compareAnswers(a, a).a);
}

void TestComparison::aRivalThatWasNotRecordedBoundsTheMargin()
{
    const Answer a = answerOf({token("fox", 0.6, {{1, "cat", 0.3}, {2, "dog", 0.05}})});
    const Answer b = answerOf({token("owl", 0.5, {})});
    const AnswerComparison comparison = compareAnswers(a, b);
    QCOMPARE(*comparison.a->margin, std::log(0.6 / 0.05));
    QVERIFY(comparison.a->marginIsBound);
    QVERIFY(!comparison.b->margin); // nothing was recorded beside it
}

void TestComparison::aWordOfSeveralTokensPartsWithinIt()
{
    const Answer a = answerOf({token("a", 1, {}), token(" sun", 0.8, {}), token("flower", 0.7, {{1, "shine", 0.2}})});
    const Answer b = answerOf({token("a sun", 0.8, {}), token("shine", 0.9, {{1, "flower", 0.1}})});
    // The tokens are cut otherwise: they part where the word begins.
    QCOMPARE(compareAnswers(a, b).a->token, 1);
    const Answer c = answerOf({token("a", 1, {}), token(" sun", 0.8, {}), token("shine", 0.9, {{1, "flower", 0.1}})});
    const AnswerComparison comparison = compareAnswers(a, c);
    QCOMPARE(comparison.words.firstDifference, 1);
    QCOMPARE(comparison.a->token, 2);
    QCOMPARE(*comparison.a->margin, std::log(3.5));
    QCOMPARE(*comparison.b->margin, std::log(9.0));
}

void TestComparison::anAnswerThatHasEnded()
{
    const Answer a = answerOf({token("red", 0.9, {})}, 0.8);
    const Answer b = answerOf({token("red", 0.9, {}), token(" fox", 0.5, {{9, "</s>", 0.4}})}, 1);
    const AnswerComparison comparison = compareAnswers(a, b);
    QCOMPARE(comparison.words.word, std::string());
    QCOMPARE(comparison.words.otherWord, std::string("fox"));
    QCOMPARE(comparison.a->token, -1);
    QVERIFY(std::abs(*comparison.a->logProbability - std::log(0.8)) < 1e-12);
    // Whatever else: it shares the remaining 0.2 with all others.
    QVERIFY(std::abs(*comparison.a->margin - std::log(0.8 / 0.2)) < 1e-9);
    QVERIFY(comparison.a->marginIsBound);
    // The end may be any of the others: it is at most the most probable of them.
    QCOMPARE(*comparison.b->margin, std::log(0.5 / 0.4));
    QVERIFY(comparison.b->marginIsBound);
    // An answer that was cut has no end to speak of.
    QVERIFY(!compareAnswers(answerOf({token("red", 0.9, {})}), b).a->logProbability);
}

void TestComparison::rowsOfTwoRuns()
{
    const auto a = fixture::makeTrace({.stride = 2});
    const auto b = fixture::makeTrace({.stride = 4, .answer = "owl"});
    b->costs.timeToFirstTokenSeconds = 0;
    b->request.overrides.force = Branch::Prune;
    const std::vector<ComparedValue> rows = compareRuns(*a, *b);
    QVERIFY(!row(rows, "question")->differs());
    QCOMPARE(row(rows, "budget")->change(), std::optional(16.0 - 64));
    QCOMPARE(row(rows, "visual_tokens")->change(), std::optional(-48.0));
    QCOMPARE(row(rows, "prefill_macs")->change(), std::optional(-48e6));
    QVERIFY(!row(rows, "changes")); // the compressor says it
    QVERIFY(!row(rows, "time_to_first_token")->change()); // not measured in b
    QVERIFY(row(rows, "answer")->differs());
    QVERIFY(!row(rows, "score_log_probability"));
    // Names that are the same for two things are told apart.
    b->imageSha256 = std::string(64, 'c');
    QCOMPARE(std::get<std::string>(row(compareRuns(*a, *b), "picture")->b), std::string("sample.png (cccccccc)"));
    // An answer that both scored.
    a->score = AnswerScore{"fox", {{42, "fox", -1}}, true, true, -1};
    b->score = AnswerScore{"fox", {{42, "fox", -1.5}}, true, true, -1.5};
    QCOMPARE(row(compareRuns(*a, *b), "score_log_probability")->change(), std::optional(-0.5));
    b->score->tokens[0].id = 43;
    QVERIFY(!row(compareRuns(*a, *b), "score_log_probability"));
}

// Pruning keeps 7 patches with the projector that was trained for 16.
void TestComparison::aBudgetIsWhatTheRunHad()
{
    const auto plain = fixture::makeTrace({.compressor = "prune"});
    const auto swept = fixture::makeTrace({.compressor = "prune"});
    swept->request = atPoint(swept->request, {"prune", 7, 16});
    for (const bool forced : {false, true}) {
        if (forced) {
            swept->request.compressor = "qmop";
            swept->request.overrides.force = Branch::Prune;
        }
        const std::vector<ComparedValue> rows = compareRuns(*plain, *swept);
        QCOMPARE(std::get<double>(row(rows, "budget")->b), 7.0);
        QVERIFY(!row(rows, "changes"));
    }
}

// However it was asked for: that branch made all tokens, and nothing was fused.
void TestComparison::aForcedBranchHasOneName()
{
    const auto chosen = fixture::makeTrace({.compressor = "prune"});
    const auto forced = fixture::makeTrace();
    forced->request.overrides.force = Branch::Prune;
    forced->request.overrides.lambda = 0.25;
    const std::vector<ComparedValue> rows = compareRuns(*chosen, *forced);
    QCOMPARE(std::get<std::string>(row(rows, "compressor")->a), std::string("prune"));
    QVERIFY(!row(rows, "compressor")->differs());
    QVERIFY(!row(rows, "fusion"));
    QCOMPARE(std::get<std::string>(row(rows, "changes")->b), std::string("λ 0.25"));
    // Against the router's choice both differ, by the same words.
    for (const auto &other : {chosen, forced}) {
        const std::vector<ComparedValue> against = compareRuns(*fixture::makeTrace(), *other);
        QCOMPARE(std::get<std::string>(row(against, "compressor")->a), std::string("qmop"));
        QCOMPARE(std::get<std::string>(row(against, "compressor")->b), std::string("prune"));
        QCOMPARE(std::get<std::string>(row(against, "fusion")->a), std::string("top2"));
        QCOMPARE(row(against, "fusion")->b.index(), std::size_t(0));
    }
    // Given weights are the fusion themselves.
    forced->request.overrides.force.reset();
    forced->request.overrides.alpha = {{0.5, 0, 0.5}};
    QVERIFY(!row(compareRuns(*chosen, *forced), "fusion"));
    QCOMPARE(std::get<std::string>(row(compareRuns(*chosen, *forced), "compressor")->b), std::string("qmop"));
}

// The costs count what the cache held, see Costs: they are compared as they are.
void TestComparison::cachedStagesAreNoDifference()
{
    const auto a = fixture::makeTrace();
    const auto b = fixture::makeTrace();
    a->stages = {{"vision", 1, false}, {"prefill", 0.5, false}};
    b->stages = {{"vision", 0, true, 1}, {"prefill", 0.25, false}};
    a->costs.timeToFirstTokenSeconds = 1.5;
    b->costs.timeToFirstTokenSeconds = 1.25;
    const auto compared = compareRuns(*a, *b);
    const ComparedValue *time = row(compared, "time_to_first_token");
    QCOMPARE(time->change(), std::optional(-0.25));
}

void TestComparison::mapsThatCannotBeCompared()
{
    const auto a = fixture::makeTrace();
    const auto b = fixture::makeTrace();
    QCOMPARE(mapObstacle(*a, *b), MapObstacle::None);
    b->imageSha256 = std::string(64, 'c');
    QCOMPARE(mapObstacle(*a, *b), MapObstacle::OtherPicture);
    QCOMPARE(mapObstacle(*a, *fixture::makeTrace({.patchSize = 16})), MapObstacle::OtherGrid);
    // As many patches, but elsewhere on the picture.
    QCOMPARE(mapObstacle(*a, *fixture::makeTrace({.fit = FitPolicy::Pad})), MapObstacle::OtherGrid);
    QVERIFY(!compareKept(*a, *b));
}

void TestComparison::differenceOfMaps()
{
    const float missing = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> a{0.25F, 1, missing, 0.5F};
    const std::vector<float> b{0.75F, 0.25F, 1, missing};
    const std::vector<float> difference = mapDifference(a, b);
    QCOMPARE(difference[0], 0.5F);
    QCOMPARE(difference[1], -0.75F);
    QVERIFY(std::isnan(difference[2]) && std::isnan(difference[3]));
    QCOMPARE(largestMagnitude(difference), 0.75);
    QCOMPARE(largestMagnitude(std::vector<float>{missing}), 0.0);
    QVERIFY(mapDifference(a, std::vector<float>{1}).empty());
}

void TestComparison::keptPatches()
{
    const auto a = fixture::makeTrace({.kept = {1, 2, 3, 4}});
    const auto b = fixture::makeTrace({.kept = {3, 4, 200}});
    const std::optional<KeptComparison> kept = compareKept(*a, *b);
    QCOMPARE(kept->both, (std::vector<int>{3, 4}));
    QCOMPARE(kept->onlyA, (std::vector<int>{1, 2}));
    QCOMPARE(kept->onlyB, std::vector<int>{200});
    QCOMPARE(kept->jaccard, 0.4);
    // Rows 0 and 1 of 16 patches, and the last two, show padding only: 31 and 255 are not counted, 32 is.
    const auto c = fixture::makeTrace({.fit = FitPolicy::Pad, .kept = {31, 32, 40, 255}});
    const auto d = fixture::makeTrace({.fit = FitPolicy::Pad, .kept = {1, 31, 40}});
    const std::optional<KeptComparison> padded = compareKept(*c, *d);
    QCOMPARE(padded->both, std::vector<int>{40});
    QCOMPARE(padded->onlyA, std::vector<int>{32});
    QCOMPARE(padded->onlyB, std::vector<int>());
    QCOMPARE(padded->jaccard, 0.5);
}

// One question for every compressor: which patches, what chose them, did the answer come through them.
void TestComparison::everyCompressorIsAskedTheSame()
{
    const auto scored = fixture::makeTrace({.kept = {1, 2, 3}});
    QCOMPARE(keptSet(*scored)->patches, (std::vector<int>{1, 2, 3}));
    QVERIFY(keptSet(*scored)->by == KeptBy::Scores && keptSet(*scored)->tookPart);
    const auto attended = fixture::makeTrace({.kept = {2, 3, 200, 201}, .compressor = "cls-prune"});
    QCOMPARE(keptSet(*attended)->patches, (std::vector<int>{2, 3, 200, 201}));
    QVERIFY(keptSet(*attended)->by == KeptBy::ClassAttention && keptSet(*attended)->tookPart);
    const std::optional<KeptComparison> kept = compareKept(*scored, *attended);
    QVERIFY(kept);
    QCOMPARE(kept->both, (std::vector<int>{2, 3}));
    QCOMPARE(kept->onlyB, (std::vector<int>{200, 201}));
    QCOMPARE(kept->jaccard, 0.4);
    fixture::pruneBeside(*scored);
    QVERIFY(!keptSet(*scored)->tookPart);
    attended->request.compressor = "avgpool"; // its tokens are no patches
    QVERIFY(!keptSet(*attended) && !compareKept(*scored, *attended));
    attended->request.compressor = "cls-prune";
    attended->provenance.weights.pop_back(); // damaged
    QVERIFY(!keptSet(*attended));
}

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"
