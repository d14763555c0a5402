// SPDX-License-Identifier: GPL-3.0-or-later
//
// Overrides and scores through the whole pipeline.
#include "core/pipeline/answer_score.h"
#include "core/pipeline/pipeline.h"
#include "core/store/trace_json.h"
#include "qmop/error.h"
#include "tests/core/pipeline/striped_request.h"
#include "tests/fixtures/random_checkpoint.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace qmop;

namespace {

constexpr int patches = 64; // 64 pixels, patches of 8

// A run's own answer, as the specification of "the original answer" says.
ScoreTarget originalAnswer(const RunTrace &trace)
{
    ScoreTarget target{{}, {}, trace.answer.complete};
    for (const DecodedToken &token : trace.answer.tokens)
        target.tokens.push_back(token.id);
    return target;
}

PerBranch<double> widened(const PerBranch<float> &weights)
{
    PerBranch<double> wide;
    for (Branch branch : allBranches)
        wide[branch] = double(weights[branch]);
    return wide;
}

void expectRefused(Pipeline &pipeline, const RunRequest &request, const char *part)
{
    try {
        pipeline.run(request);
        QFAIL("was accepted");
    } catch (const Error &error) {
        QCOMPARE(error.code(), ErrorCode::InvalidArgument);
        QVERIFY2(std::string(error.what()).find(part) != std::string::npos, error.what());
        QVERIFY(!error.hint().empty());
    }
}

} // namespace

class TestCounterfactuals : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::unique_ptr<Pipeline> m_pipeline;

    std::shared_ptr<const RunTrace> run(const RunRequest &request) const { return m_pipeline->run(request); }

    static RunRequest soft()
    {
        RunRequest request = stripedRequest();
        request.fusion = FusionMode::Soft; // all branches, pruning too
        request.trace = TraceLevel::Full;
        return request;
    }

private Q_SLOTS:
    void initTestCase()
    {
        RandomCheckpointOptions options;
        options.imageSize = 64;
        options.decoderPositions = 300;
        writeRandomCheckpoint(m_dir.path().toStdString(), options);
        m_pipeline = std::make_unique<Pipeline>(EngineConfig{m_dir.path().toStdString(), 1, 10'000'000});
    }

    // What restates the run is no edit: not a bit of the logits changes.
    void noEditIsBitIdentical_data()
    {
        QTest::addColumn<QString>("restated");
        for (const char *what : {"nothing", "alpha", "lambda", "kept patches", "keep count", "eta"})
            QTest::newRow(what) << what;
    }

    void noEditIsBitIdentical()
    {
        QFETCH(QString, restated);
        const bool alone = restated == "keep count" || restated == "eta";
        RunRequest request = soft();
        if (alone)
            request.overrides.force = Branch::Prune;
        const auto plain = run(request);
        Overrides &overrides = request.overrides;
        if (restated == "alpha")
            overrides.alpha = widened(plain->routing->selected);
        else if (restated == "lambda")
            overrides.lambda = double(plain->pruning->lambda);
        else if (restated == "kept patches")
            overrides.keep = plain->pruning->kept;
        else if (restated == "keep count")
            overrides.keepCount = int(plain->pruning->kept.size());
        else if (restated == "eta")
            overrides.eta = double(plain->pruning->threshold);
        request.score = originalAnswer(*plain);
        const auto again = run(request);
        QCOMPARE(again->visionPasses, 0);
        QCOMPARE(again->answer.logitsSha256, plain->answer.logitsSha256);
        QCOMPARE(again->pruning->kept, plain->pruning->kept);
        QCOMPARE(again->provenance.weights, plain->provenance.weights);
        QCOMPARE(again->score->logProbability, plain->answer.logProbability); // exactly: the change is 0
        QCOMPARE(again->routing->given, restated == "alpha");
    }

    // A budget that nothing was trained for is a number of patches to keep.
    void pruningTakesAnyBudget()
    {
        RunRequest request = stripedRequest("prune");
        request.budget = 16;
        request.overrides.keepCount = 5;
        const auto kept = run(request);
        request.overrides = {};
        request.budget = 5;
        const auto asked = run(request);
        QCOMPARE(int(asked->pruning->kept.size()), 5);
        QCOMPARE(asked->answer.logitsSha256, kept->answer.logitsSha256);
        QCOMPARE(asked->costs.visualTokens, 5);
        // The trace's request gives the run again.
        QCOMPARE(asked->request.budget, 16);
        QCOMPARE(asked->request.overrides.keepCount, std::optional(5));
        RunRequest again = asked->request;
        again.image = request.image; // traces keep no bytes
        QCOMPARE(run(again)->answer.logitsSha256, asked->answer.logitsSha256);
        request.budget = patches + 1;
        expectRefused(*m_pipeline, request, "M = 65");
        request.compressor = "pool";
        request.budget = 5;
        expectRefused(*m_pipeline, request, "M = 5");
    }

    void patchesAreCheckedWithoutPruning()
    {
        for (const char *compressor : {"pool", "prune"}) {
            RunRequest request = stripedRequest(compressor);
            request.overrides.keep = {patches};
            expectRefused(*m_pipeline, request, "there is no patch 64");
            request.overrides.keep = {patches - 1};
            QVERIFY(run(request) != nullptr);
        }
    }

    void forcingEqualsTheBranch_data()
    {
        QTest::addColumn<int>("branch");
        for (Branch branch : allBranches)
            QTest::newRow(std::string(branchKey(branch)).c_str()) << int(branch);
    }

    void forcingEqualsTheBranch()
    {
        QFETCH(int, branch);
        RunRequest request = stripedRequest();
        request.overrides.force = Branch(branch);
        const auto forced = run(request);
        const auto alone = run(stripedRequest(std::string(branchKey(Branch(branch)))));
        QCOMPARE(forced->answer.logitsSha256, alone->answer.logitsSha256);
        QVERIFY(forced->routing->forced);
        // A corner of the triangle is the same place.
        request.overrides = {};
        request.overrides.alpha = PerBranch<double>{};
        (*request.overrides.alpha)[Branch(branch)] = 3;
        QCOMPARE(run(request)->answer.logitsSha256, alone->answer.logitsSha256);
        QCOMPARE(run(request)->branchesComputed, 1);
    }

    void switchedOffBranchesStayOut()
    {
        RunRequest request = soft();
        const auto plain = run(request);
        request.overrides.off[Branch::Pool] = true;
        const auto without = run(request);
        QVERIFY(!without->routing->active[Branch::Pool]);
        const float left = plain->routing->alpha[Branch::Resample] + plain->routing->alpha[Branch::Prune];
        for (Branch branch : {Branch::Resample, Branch::Prune})
            QVERIFY(std::abs(without->routing->selected[branch] - plain->routing->alpha[branch] / left) < 1e-6F);
        QVERIFY(without->answer.logitsSha256 != plain->answer.logitsSha256);
        // Top 2 of the two that are left: both.
        request.fusion = FusionMode::Top2;
        QCOMPARE(run(request)->answer.logitsSha256, without->answer.logitsSha256);
    }

    // The window redraws from the trace what the engine would keep.
    void previewKeepsWhatTheEngineKeeps()
    {
        RunRequest request = stripedRequest();
        request.overrides.force = Branch::Prune;
        const auto plain = run(request);
        const PruningTrace &scores = *plain->pruning;
        int different = 0;
        for (double lambda : {0.0, 0.1, 0.3, 1.0 / 3, 0.7, 0.9, 1.0})
            for (int kind = 0; kind < 4; ++kind) {
                Overrides overrides;
                overrides.force = Branch::Prune;
                overrides.lambda = lambda;
                if (kind == 1)
                    overrides.eta = 0.4;
                else if (kind == 2)
                    overrides.keepCount = 7;
                else if (kind == 3)
                    overrides.keep = {9, 60};
                const std::vector<float> combined = combinedScores(scores.importance, scores.relevance, lambda);
                request.overrides = overrides;
                const auto trace = run(request);
                QCOMPARE(trace->pruning->combined, combined);
                QCOMPARE(trace->pruning->kept, keptUnder(combined, plain->grid.isPadding, request.budget, overrides));
                QCOMPARE(trace->provenance.tokens, int(trace->pruning->kept.size()));
                different += trace->pruning->kept != scores.kept ? 1 : 0;
            }
        QVERIFY(different >= 14);
    }

    void patchesForcedInMakeTokens()
    {
        RunRequest request = soft();
        const auto plain = run(request);
        const auto dropped = [&](int patch) {
            return !plain->grid.isPadding[std::size_t(patch)]
                && !std::binary_search(plain->pruning->kept.begin(), plain->pruning->kept.end(), patch);
        };
        int patch = 0;
        while (!dropped(patch))
            ++patch;
        request.overrides.keep = {patch};
        const auto edited = run(request);
        QCOMPARE(edited->visionPasses, 0);
        QCOMPARE(edited->pruning->kept.size(), plain->pruning->kept.size());
        const auto at = std::find(edited->pruning->kept.begin(), edited->pruning->kept.end(), patch);
        QVERIFY(at != edited->pruning->kept.end());
        // In the provenance: the token of that rank has the patch with the branch's weight.
        const int token = int(at - edited->pruning->kept.begin());
        QVERIFY(edited->provenance.row(token)[std::size_t(patch)] >= edited->routing->selected[Branch::Prune] - 1e-6F);
        QVERIFY(edited->answer.logitsSha256 != plain->answer.logitsSha256);
        QVERIFY(toText(runSummary(*edited), -1).find(R"("overrides":{"keep":[)") != std::string::npos);
    }

    // A pass over the whole sequence instead of token by token.
    void scoresAgreeWithNaiveSums()
    {
        const auto trace = run(stripedRequest());
        RunRequest request = stripedRequest();
        request.score = ScoreTarget{"is there a ball?", {}, true};
        const auto scored = run(request);
        QCOMPARE(scored->answer.logitsSha256, trace->answer.logitsSha256);
        const AnswerScore &score = *scored->score;
        QVERIFY(score.tokens.size() >= 2);
        QCOMPARE(score.tokens.back().id, 2); // end-of-sequence
        double sum = 0;
        for (const ScoredToken &token : score.tokens)
            sum += token.logProbability;
        QCOMPARE(score.logProbability, sum);
        // By ids and without the end: all but the last summand.
        request.score->tokens.clear();
        for (std::size_t i = 0; i + 1 < score.tokens.size(); ++i)
            request.score->tokens.push_back(score.tokens[i].id);
        request.score->withEnd = false;
        const auto open = run(request);
        QVERIFY(open->score->textSuffices);
        QCOMPARE(open->score->logProbability + score.tokens.back().logProbability, sum);
        // The first token's probability is the one that the run itself lists.
        request = stripedRequest();
        request.decode.topK = 320;
        request.score = ScoreTarget{"is there a ball?", {}, true};
        const auto listed = run(request);
        for (const TokenAlternative &other : listed->answer.tokens[0].alternatives)
            if (other.id == score.tokens[0].id)
                QVERIFY(std::abs(std::log(other.probability) - score.tokens[0].logProbability) < 1e-9);
    }

    void longTargetsFit()
    {
        RunRequest request = stripedRequest();
        request.decode.maxNewTokens = 1;
        const auto plain = run(request);
        request.score = ScoreTarget{"where is this? how many animals are there? what does the sign say?", {}, true};
        const auto trace = run(request);
        QVERIFY(trace->score->tokens.size() > 6);
        QVERIFY(std::isfinite(trace->score->logProbability));
        QCOMPARE(trace->answer.logitsSha256, plain->answer.logitsSha256);
    }

    void theUncompressedAnswerIsDecodedOnce()
    {
        Pipeline pipeline({m_dir.path().toStdString(), 1, 10'000'000});
        RunRequest request = stripedRequest();
        request.withUncompressed = true;
        const auto first = pipeline.run(request);
        request.overrides.force = Branch::Pool;
        const auto second = pipeline.run(request);
        const auto cached = [](const RunTrace &trace) {
            return std::any_of(trace.stages.begin(), trace.stages.end(), [](const StageTime &time) {
                return time.stage == "uncompressed prefill" && time.cached;
            });
        };
        QVERIFY(!cached(*first));
        QVERIFY(cached(*second));
        QCOMPARE(second->uncompressed->logitsSha256, first->uncompressed->logitsSha256);
        QCOMPARE(second->uncompressedCosts->visualTokens, patches);
        // Another question is another answer.
        request.question = "how many animals?";
        const auto third = pipeline.run(request);
        QVERIFY(!cached(*third));
        QVERIFY(third->uncompressed->logitsSha256 != first->uncompressed->logitsSha256);
    }

    void whatHasNoEffectIsSaid()
    {
        RunRequest request = stripedRequest("pool");
        request.overrides.lambda = 0.1;
        const auto trace = run(request);
        QVERIFY(!trace->notices.empty());
        QVERIFY(trace->notices.back().find("pruning was off") != std::string::npos);
        QCOMPARE(trace->answer.logitsSha256, run(stripedRequest("pool"))->answer.logitsSha256);
    }

    void refuses()
    {
        RunRequest request = soft();
        request.overrides.keepCount = 5;
        expectRefused(*m_pipeline, request, "keeps 5 patches");
        request.overrides = {};
        request.overrides.keep = {patches};
        expectRefused(*m_pipeline, request, "no patch 64");
        request = stripedRequest("none");
        request.overrides.lambda = 0.5;
        expectRefused(*m_pipeline, request, "no branches");
        request = stripedRequest("prune");
        request.overrides.force = Branch::Pool;
        expectRefused(*m_pipeline, request, "one branch already");
        request = stripedRequest();
        request.score = ScoreTarget{"", {}, false};
        expectRefused(*m_pipeline, request, "empty");
        request.score = ScoreTarget{"", {320}, false};
        expectRefused(*m_pipeline, request, "no token 320");
        request.score.reset();
        request.search = PatchSearch{};
        expectRefused(*m_pipeline, request, "no answer to look for");
    }
};

QTEST_APPLESS_MAIN(TestCounterfactuals)
#include "tst_counterfactuals.moc"
