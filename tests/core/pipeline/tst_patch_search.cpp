// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which dropped patch would have given another answer: against trying each one
// by a run of its own.
#include "core/pipeline/pipeline.h"
#include "qmop/engine.h"
#include "qmop/error.h"
#include "tests/core/pipeline/striped_request.h"
#include "tests/fixtures/random_checkpoint.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <future>

using namespace qmop;

namespace {

ScoreTarget answerOf(const RunTrace &trace)
{
    ScoreTarget target{{}, {}, trace.answer.complete};
    for (const DecodedToken &token : trace.answer.tokens)
        target.tokens.push_back(token.id);
    return target;
}

} // namespace

class TestPatchSearch : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    std::unique_ptr<Pipeline> m_pipeline;
    RunRequest m_request;
    std::vector<int> m_dropped; // and not padding
    std::shared_ptr<const RunTrace> m_plain;

    std::shared_ptr<const RunTrace> runWith(std::vector<int> keep, std::optional<ScoreTarget> score = {}) const
    {
        RunRequest request = m_request;
        request.overrides.keep = std::move(keep);
        request.score = std::move(score);
        return m_pipeline->run(request);
    }

    // A patch which, forced in alone, gives an answer that no other one gives.
    int fixingPatch() const
    {
        std::map<std::string, std::vector<int>> byAnswer;
        for (int patch : m_dropped)
            byAnswer[runWith({patch})->answer.text].push_back(patch);
        for (const auto &[answer, patches] : byAnswer)
            if (patches.size() == 1 && answer != m_plain->answer.text)
                return patches.front();
        return -1;
    }

private Q_SLOTS:
    void initTestCase()
    {
        RandomCheckpointOptions options;
        options.imageSize = 64;
        options.strides = {4}; // 4 of 64 patches: each one counts
        writeRandomCheckpoint(m_dir.path().toStdString(), options);
        m_pipeline = std::make_unique<Pipeline>(EngineConfig{m_dir.path().toStdString(), 1, 10'000'000});
        m_request = stripedRequest();
        m_request.budget = 4;
        m_request.decode.maxNewTokens = 3;
        m_request.overrides.force = Branch::Prune;
        m_plain = m_pipeline->run(m_request);
        for (int patch = 0; patch < m_plain->grid.patchCount(); ++patch)
            if (!m_plain->grid.isPadding[std::size_t(patch)]
                && !std::binary_search(m_plain->pruning->kept.begin(), m_plain->pruning->kept.end(), patch))
                m_dropped.push_back(patch);
        QVERIFY(m_dropped.size() > 20);
    }

    void findsTheOneThatFixesIt()
    {
        const int patch = fixingPatch();
        QVERIFY(patch >= 0);
        const ScoreTarget target = answerOf(*runWith({patch}));
        RunRequest request = m_request;
        request.search = PatchSearch{target, 3};
        const auto trace = m_pipeline->run(request);
        const SearchTrace &search = *trace->search;
        QVERIFY(search.complete);
        QVERIFY(!search.rounds.empty());
        QCOMPARE(trace->answer.logitsSha256, m_plain->answer.logitsSha256);
        QCOMPARE(trace->visionPasses, 0);
        // Every gain is what a run of its own gives.
        const double before = runWith({}, target)->score->logProbability;
        QCOMPARE(search.target.logProbability, before);
        int best = -1;
        double highest = 0;
        for (int other = 0; other < int(search.gains.size()); ++other) {
            const bool tried = std::binary_search(m_dropped.begin(), m_dropped.end(), other);
            QCOMPARE(std::isnan(search.gains[std::size_t(other)]), !tried);
            if (!tried)
                continue;
            const double gain = runWith({other}, target)->score->logProbability - before;
            QVERIFY(std::abs(gain - double(search.gains[std::size_t(other)])) < 1e-4);
            if (gain > highest) {
                highest = gain;
                best = other;
            }
        }
        const SearchRound &first = search.rounds.front();
        QCOMPARE(first.patch, best);
        QVERIFY(std::abs(first.gain - highest) < 1e-9);
        QCOMPARE(first.answer, runWith({best})->answer.text);
        // The patch it pushed out was kept before and is not now.
        QVERIFY(std::binary_search(m_plain->pruning->kept.begin(), m_plain->pruning->kept.end(), first.replaced));
        const auto now = runWith({best})->pruning->kept;
        QVERIFY(!std::binary_search(now.begin(), now.end(), first.replaced));
        // And the answer flips in the end, as a run with these patches says.
        QVERIFY(search.rounds.back().reachesTarget);
        std::vector<int> found;
        for (const SearchRound &round : search.rounds)
            found.push_back(round.patch);
        std::sort(found.begin(), found.end());
        const auto fixed = runWith(found, target);
        QCOMPARE(answerOf(*fixed).tokens, target.tokens);
        QCOMPARE(search.rounds.back().logProbability, fixed->score->logProbability);
        QVERIFY(search.tried >= int(m_dropped.size()));
    }

    void nothingToFix()
    {
        RunRequest request = m_request;
        request.search = PatchSearch{answerOf(*m_plain), 3};
        const auto trace = m_pipeline->run(request);
        QVERIFY(trace->search->complete);
        QVERIFY(trace->search->rounds.empty());
        QCOMPARE(trace->search->tried, 0);
        QCOMPARE(trace->search->target.logProbability, m_plain->answer.logProbability);
    }

    void looksForTheUncompressedAnswer()
    {
        RunRequest request = m_request;
        request.withUncompressed = true;
        request.search = PatchSearch{std::nullopt, 1};
        const auto trace = m_pipeline->run(request);
        QCOMPARE(trace->search->target.text, trace->uncompressed->text);
        QVERIFY(trace->search->target.tokens.size() >= trace->uncompressed->tokens.size());
    }

    // Other branches beside pruning: their rows stay, the number of tokens too.
    void fusedRuns()
    {
        RunRequest request = m_request;
        request.overrides = {};
        request.fusion = FusionMode::Soft;
        request.search = PatchSearch{ScoreTarget{"is there a ball?", {}, true}, 1};
        const auto trace = m_pipeline->run(request);
        const SearchTrace &search = *trace->search;
        for (int patch : {m_dropped.front(), m_dropped.back()}) {
            RunRequest single = request;
            single.search.reset();
            single.score = request.search->target;
            single.overrides.keep = {patch};
            const double value = m_pipeline->run(single)->score->logProbability;
            QVERIFY(std::abs(value - search.target.logProbability - double(search.gains[std::size_t(patch)])) < 1e-4);
        }
    }

    void needsPruning()
    {
        RunRequest request = m_request;
        request.overrides.force = Branch::Pool;
        request.search = PatchSearch{answerOf(*m_plain), 1};
        QVERIFY_EXCEPTION_THROWN(m_pipeline->run(request), Error);
    }

    // Esc in the middle: the run ends as finished, with what it has.
    void cancellingKeepsWhatItHas()
    {
        std::promise<std::shared_ptr<const RunTrace>> ended;
        std::atomic<Engine *> running = nullptr;
        QElapsedTimer sinceCancel;
        const auto listener = [&](const RunEvent &event) {
            const auto *progress = std::get_if<StageProgress>(&event.payload);
            // In the second round: the first one is done.
            if (progress && progress->stage == "search" && progress->done > progress->total / 3 + 1
                && !sinceCancel.isValid()) {
                sinceCancel.start();
                running.load()->cancel();
            }
            if (const auto *done = std::get_if<RunFinished>(&event.payload))
                ended.set_value(done->trace);
            else if (!progress && !std::holds_alternative<TokenStreamed>(event.payload))
                ended.set_value(nullptr);
        };
        Engine engine({m_dir.path().toStdString(), 1}, listener);
        running = &engine;
        RunRequest request = m_request;
        // No patch makes the answer this, so all rounds would run.
        request.search = PatchSearch{ScoreTarget{"is there a small red ball?", {}, true}, 3};
        engine.submit(request);
        const auto trace = ended.get_future().get();
        QVERIFY(trace != nullptr);
        qInfo("cancelled within %lld ms", static_cast<long long>(sinceCancel.elapsed()));
        QVERIFY(!trace->search->complete);
        QCOMPARE(int(trace->search->rounds.size()), 1);
        QVERIFY(trace->search->rounds.front().gain > 0);
        QVERIFY(trace->search->tried >= int(m_dropped.size()));
        QCOMPARE(trace->answer.logitsSha256, m_plain->answer.logitsSha256);
    }
};

QTEST_APPLESS_MAIN(TestPatchSearch)
#include "tst_patch_search.moc"
