// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/pipeline.h"
#include "core/store/trace_json.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/checkpoint/tensor_writer.h"
#include "qmop/error.h"
#include "qmop/sha256.h"

#include <ATen/ATen.h>

#include "tests/core/pipeline/tiny_pipeline.h"

#include <QTest>

#include <cmath>

using namespace qmop;

namespace fs = std::filesystem;

namespace {

constexpr int patches = 64; // 64 pixels, patches of 8

bool hasStage(const RunTrace &trace, const std::string &name, bool cached)
{
    return std::any_of(trace.stages.begin(), trace.stages.end(),
                       [&](const StageTime &time) { return time.stage == name && time.cached == cached; });
}

double worstRowSum(const Provenance &provenance)
{
    double worst = 0;
    for (int token = 0; token < provenance.tokens; ++token) {
        double sum = 0;
        for (float weight : provenance.row(token))
            sum += double(weight);
        worst = std::max(worst, std::abs(sum - 1));
    }
    return worst;
}

void poison(const fs::path &folder, const std::string &prefix)
{
    TensorMap tensors;
    for (const auto &[name, tensor] : readTensors(folder))
        tensors[name] = name.starts_with(prefix) ? at::full_like(tensor, NAN) : tensor.clone();
    writeSafetensors(folder / "model.safetensors", tensors);
}

} // namespace

class TestPipeline : public QObject {
    Q_OBJECT

private:
    TinyPipeline m_tiny;

private Q_SLOTS:
    void sameRequestSameAnswer()
    {
        const EngineConfig twoThreads = m_tiny.config(2);
        const auto first = Pipeline(twoThreads).run(stripedRequest());
        const auto second = Pipeline(twoThreads).run(stripedRequest());
        QCOMPARE(int(first->answer.logitsSha256.size()), 64);
        QCOMPARE(first->answer.logitsSha256, second->answer.logitsSha256);
        QCOMPARE(first->answer.text, second->answer.text);
        QVERIFY(!first->answer.tokens.empty());
        QCOMPARE(first->visionPasses, 1);
        QVERIFY(first->request.image.bytes.empty());
        QCOMPARE(first->imageName, std::string("stripes.png"));
        QCOMPARE(first->imageSha256, sha256Hex(std::span<const std::uint8_t>(stripedRequest().image.bytes)));
        QCOMPARE(first->image->width, 90);
        QCOMPARE(first->grid.imageHeight, 60);
        QCOMPARE(first->grid.patchCount(), patches);
        QCOMPARE(first->environment.threads, 2);
        QCOMPARE(int(first->environment.modelHash.size()), 64);
        for (const char *stage : {"decode image", "vision", "text", "route", "branches", "project", "prefill"})
            QVERIFY2(hasStage(*first, stage, false), stage);
    }

    void tokensAreConsistent()
    {
        const auto trace = m_tiny.run(stripedRequest());
        double sum = 0;
        std::string text;
        for (const DecodedToken &token : trace->answer.tokens) {
            QVERIFY(token.probability > 0 && token.probability <= 1);
            QCOMPARE(int(token.alternatives.size()), 5);
            QCOMPARE(token.alternatives[0].id, token.id); // greedy
            sum += std::log(token.probability);
            text += token.text;
        }
        if (!trace->answer.complete)
            QVERIFY(std::abs(sum - trace->answer.logProbability) < 1e-9);
        QVERIFY(int(trace->answer.tokens.size()) <= 6);
    }

    void everyCompressor_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("branches");
        QTest::addColumn<int>("visionPasses");
        QTest::newRow("none") << "none" << patches << 0 << 1;
        QTest::newRow("qmop") << "qmop" << 16 << 2 << 1;
        QTest::newRow("pool") << "pool" << 16 << 1 << 1;
        QTest::newRow("resample") << "resample" << 16 << 1 << 1;
        QTest::newRow("prune") << "prune" << 16 << 1 << 1;
        QTest::newRow("blind") << "blind" << 0 << 0 << 0;
    }

    void everyCompressor()
    {
        QFETCH(QString, id);
        QFETCH(int, tokens);
        QFETCH(int, branches);
        QFETCH(int, visionPasses);
        const auto trace = m_tiny.run(stripedRequest(id.toStdString()));
        QCOMPARE(trace->provenance.tokens, tokens);
        QCOMPARE(trace->provenance.patches, patches);
        QVERIFY(worstRowSum(trace->provenance) < 1e-4);
        QCOMPARE(trace->branchesComputed, branches);
        QCOMPARE(int(trace->branches.size()), branches);
        QCOMPARE(trace->visionPasses, visionPasses);
        QCOMPARE(trace->costs.visualTokens, tokens);
        QCOMPARE(trace->routing.has_value(), branches > 0);
        // Two layers, two key heads of 12, all positions, float32, keys and values.
        const int positions = tokens + trace->costs.textTokens + 6 - 1;
        QCOMPARE(trace->costs.kvBytesMeasured, std::int64_t(2) * 2 * 2 * 12 * positions * 4);
        QCOMPARE(trace->costs.kvBytes, std::int64_t(2) * 2 * 2 * 12 * tokens * 2);
        if (trace->routing) {
            float sum = 0;
            for (Branch branch : allBranches)
                sum += trace->routing->selected[branch];
            QVERIFY(std::abs(sum - 1) < 1e-5F);
            QCOMPARE(trace->routing->forced, id != "qmop");
        }
        if (id == "prune")
            for (int token = 0; token < tokens; ++token)
                QCOMPARE(trace->provenance.row(token)[std::size_t(trace->pruning->kept[std::size_t(token)])], 1.0F);
    }

    void provenanceIsTheMixtureOfItsBranches()
    {
        const auto trace = m_tiny.run(stripedRequest());
        for (std::size_t i = 0; i < trace->provenance.weights.size(); ++i) {
            double sum = 0;
            for (const BranchTrace &branch : trace->branches)
                sum += double(trace->routing->selected[branch.branch]) * double(branch.provenance.weights[i]);
            QVERIFY(std::abs(sum - double(trace->provenance.weights[i])) < 1e-5);
        }
    }

    void tracingChangesNothing_data()
    {
        QTest::addColumn<QString>("id");
        for (const char *id : {"qmop", "pool", "resample", "prune", "none", "blind"})
            QTest::newRow(id) << id;
    }

    void tracingChangesNothing()
    {
        QFETCH(QString, id);
        RunRequest request = stripedRequest(id.toStdString());
        const auto plain = m_tiny.run(request);
        request.trace = TraceLevel::Full;
        const auto traced = m_tiny.run(request);
        QCOMPARE(plain->answer.logitsSha256, traced->answer.logitsSha256);
        QCOMPARE(plain->branchesComputed, traced->branchesComputed);
        if (!traced->routing)
            return;
        QCOMPARE(int(traced->branches.size()), 3);
        QVERIFY(traced->pruning.has_value());
        QCOMPARE(int(traced->pruning->combined.size()), patches);
        int onMainPath = 0;
        for (const BranchTrace &branch : traced->branches) {
            onMainPath += branch.onMainPath ? 1 : 0;
            QVERIFY(worstRowSum(branch.provenance) < 1e-4);
            QCOMPARE(branch.onMainPath, traced->routing->active[branch.branch]);
        }
        QCOMPARE(onMainPath, traced->branchesComputed);
    }

    void inactiveBranchesMayHoldAnything_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QStringList>("poisoned");
        QTest::newRow("pool") << "pool" << QStringList{"qmop.resampler."};
        QTest::newRow("resample") << "resample" << QStringList{"qmop.pooling."};
        QTest::newRow("prune") << "prune" << QStringList{"qmop.pooling.", "qmop.resampler."};
        QTest::newRow("the router's choice") << "qmop" << QStringList{};
    }

    void inactiveBranchesMayHoldAnything()
    {
        QFETCH(QString, id);
        QFETCH(QStringList, poisoned);
        RunRequest request = stripedRequest(id.toStdString());
        request.fusion = FusionMode::Threshold; // leaves one branch, so one with weights is off
        request.fusionThreshold = 1;
        const auto clean = m_tiny.run(request);
        if (poisoned.isEmpty())
            for (Branch branch : {Branch::Pool, Branch::Resample})
                if (!clean->routing->active[branch])
                    poisoned << (branch == Branch::Pool ? "qmop.pooling." : "qmop.resampler.");
        QVERIFY(!poisoned.isEmpty());
        const fs::path copy = m_tiny.folder() / ("poisoned-" + id.toStdString());
        fs::copy(m_tiny.model(), copy, fs::copy_options::recursive);
        for (const QString &prefix : poisoned)
            poison(copy / "qmop-16", prefix.toStdString());
        request.model = copy;
        for (TraceLevel level : {TraceLevel::Answer, TraceLevel::Full}) {
            request.trace = level;
            const auto trace = m_tiny.run(request);
            QCOMPARE(trace->answer.logitsSha256, clean->answer.logitsSha256);
            QVERIFY(trace->environment.modelHash != clean->environment.modelHash);
        }
    }

    // Loaded again where the numbers are others, and only there.
    void precisionIsTheRequests()
    {
        Pipeline pipeline(m_tiny.config());
        RunRequest request = stripedRequest();
        const auto automatic = pipeline.run(request);
        QCOMPARE(automatic->environment.computeType, std::string("float32")); // the model is small
        QVERIFY((pipeline.smallerPrecisions(request) == std::vector{Precision::BFloat16}));
        request.precision = Precision::Float32;
        QVERIFY(!hasStage(*pipeline.run(request), "load model", false));
        request.precision = Precision::BFloat16;
        QVERIFY(pipeline.smallerPrecisions(request).empty());
        const auto half = pipeline.run(request);
        QVERIFY(hasStage(*half, "load model", false));
        QCOMPARE(half->environment.computeType, std::string("bfloat16"));
        QCOMPARE(half->environment.modelHash, automatic->environment.modelHash);
        QVERIFY(half->answer.logitsSha256 != automatic->answer.logitsSha256);
        QCOMPARE(half->costs.kvBytesMeasured * 2, automatic->costs.kvBytesMeasured);
        QVERIFY(pipeline.smallerPrecisions(request).empty());
        const auto back = pipeline.run(stripedRequest());
        QCOMPARE(back->environment.computeType, std::string("float32"));
        QCOMPARE(back->answer.logitsSha256, automatic->answer.logitsSha256);
    }

    // Another question, budget mode or compressor on a picture that was seen.
    void picturesAreEncodedOnce()
    {
        Pipeline pipeline(m_tiny.config());
        const auto first = pipeline.run(stripedRequest());
        const auto second = pipeline.run(stripedRequest("qmop", "how many animals?"));
        QCOMPARE(first->visionPasses, 1);
        QCOMPARE(second->visionPasses, 0);
        QVERIFY(hasStage(*second, "vision", true));
        QVERIFY(hasStage(*second, "text", false));
        QCOMPARE(second->image, first->image);
        const auto third = pipeline.run(stripedRequest("pool", "how many animals?"));
        QCOMPARE(third->visionPasses, 0);
        QVERIFY(hasStage(*third, "text", true));
        // What came from the cache is what would have been computed.
        QCOMPARE(second->answer.logitsSha256,
                 m_tiny.run(stripedRequest("qmop", "how many animals?"))->answer.logitsSha256);
        QCOMPARE(third->answer.logitsSha256,
                 m_tiny.run(stripedRequest("pool", "how many animals?"))->answer.logitsSha256);
        RunRequest other = stripedRequest();
        other.image.bytes = stripedPng(61, 90);
        QCOMPARE(pipeline.run(other)->visionPasses, 1);
        QCOMPARE(pipeline.run(stripedRequest())->visionPasses, 0);
    }

    // The cache knows content; what is said of the file is of the one that was asked for.
    void cachedPicturesKeepNoName()
    {
        Pipeline pipeline(m_tiny.config());
        RunRequest request = stripedRequest();
        request.image.path = "folder/first.jpg";
        const auto first = pipeline.run(request);
        QCOMPARE(first->imageName, std::string("first.jpg"));
        QCOMPARE(first->notices, std::vector<std::string>{"named like a JPEG file, but it is a PNG"});
        QVERIFY(hasStage(*first, "decode image", false));
        request.image.path = "second.png";
        const auto second = pipeline.run(request);
        QCOMPARE(second->visionPasses, 0);
        QCOMPARE(second->imageName, std::string("second.png"));
        QVERIFY(second->notices.empty());
        QVERIFY(hasStage(*second, "decode image", true));
        QVERIFY(!hasStage(*second, "decode image", false));
        request.image.path = "third.tiff";
        QCOMPARE(pipeline.run(request)->notices, std::vector<std::string>{"named like a TIFF file, but it is a PNG"});
        // ... and in what `qmop run` prints.
        for (const auto &stage : runSummary(*second)["stages"])
            if (stage["stage"] == "decode image" || stage["stage"] == "vision" || stage["stage"] == "text")
                QVERIFY(stage["cached"].get<bool>());
    }

    void blindSeesNothing()
    {
        Pipeline pipeline(m_tiny.config());
        RunRequest other = stripedRequest("blind");
        other.image.bytes = stripedPng(30, 90);
        QCOMPARE(pipeline.run(stripedRequest("blind"))->answer.logitsSha256, pipeline.run(other)->answer.logitsSha256);
        RunRequest seeing = stripedRequest("none");
        RunRequest otherSeeing = seeing;
        otherSeeing.image.bytes = other.image.bytes;
        QVERIFY(pipeline.run(seeing)->answer.logitsSha256 != pipeline.run(otherSeeing)->answer.logitsSha256);
    }

    void uncompressedBeside()
    {
        RunRequest request = stripedRequest();
        const auto alone = m_tiny.run(request);
        QVERIFY(!alone->uncompressed);
        request.withUncompressed = true;
        const auto both = m_tiny.run(request);
        const auto none = m_tiny.run(stripedRequest("none"));
        QCOMPARE(both->answer.logitsSha256, alone->answer.logitsSha256);
        QCOMPARE(both->uncompressed->logitsSha256, none->answer.logitsSha256);
        QCOMPARE(none->uncompressed->logitsSha256, none->answer.logitsSha256);
        QCOMPARE(both->visionPasses, 1);
        QCOMPARE(both->uncompressedCosts->visualTokens, patches);
        QVERIFY(both->uncompressedCosts->prefillMacs > both->costs.prefillMacs);
        QVERIFY(both->costs.timeToFirstTokenSeconds > 0);
    }

    // Both sides of a run, and runs that find more or less in the cache, count the same stages.
    void timeToFirstTokenCountsTheSameStages()
    {
        const auto sum = [](const RunTrace &trace, std::initializer_list<const char *> names) {
            double seconds = 0;
            for (const char *name : names)
                for (const StageTime &time : trace.stages)
                    if (time.stage == name)
                        seconds += time.cached ? time.savedSeconds : time.seconds + time.savedSeconds;
            return seconds;
        };
        const std::initializer_list<const char *> encoding{"decode image", "vision"};
        Pipeline pipeline(m_tiny.config());
        RunRequest request = stripedRequest();
        request.withUncompressed = true;
        const auto cold = pipeline.run(request);
        const double encoded = sum(*cold, encoding);
        QVERIFY(encoded > 0);
        RunRequest pruned = request;
        pruned.overrides.force = Branch::Prune; // the first time that the patches are mapped into the joint space
        RunRequest question = request;
        question.question = "how many?";
        for (const RunRequest &next : {request, pruned, question, pruned}) {
            const auto warm = pipeline.run(next);
            QVERIFY(hasStage(*warm, "vision", true));
            QCOMPARE(sum(*warm, encoding), encoded);
        }
        RunRequest plain = pruned;
        plain.withUncompressed = false;
        for (const auto &trace : {cold, pipeline.run(request), pipeline.run(question), pipeline.run(pruned),
                                  pipeline.run(plain), pipeline.run(stripedRequest("none"))}) {
            const double now = sum(*trace, {"text", "route", "branches", "project", "prefill"});
            QVERIFY(std::abs(trace->costs.timeToFirstTokenSeconds - encoded - now) < 1e-12);
            if (trace->request.compressor != "qmop" || !trace->uncompressed)
                continue;
            const double full = sum(*trace, {"uncompressed project", "uncompressed prefill"});
            QVERIFY(full > 0);
            QVERIFY(std::abs(trace->uncompressedCosts->timeToFirstTokenSeconds - encoded - full) < 1e-12);
        }
        // The joint space was computed for another run: pruning pays for it all the same.
        const auto again = pipeline.run(plain);
        const auto branches = std::ranges::find(again->stages, "branches", &StageTime::stage);
        QVERIFY(branches != again->stages.end() && branches->savedSeconds > 0);
        // Without the picture, its encoding is no cost, though the answer beside it needs it.
        RunRequest blind = stripedRequest("blind");
        blind.withUncompressed = true;
        const auto unseeing = pipeline.run(blind);
        QVERIFY(
            std::abs(unseeing->costs.timeToFirstTokenSeconds - sum(*unseeing, {"decode image", "project", "prefill"}))
            < 1e-12);
        // No prefill pays for what the first pass of a process costs.
        QVERIFY(hasStage(*cold, "warm up", false));
        QVERIFY(!hasStage(*again, "warm up", false));
    }
};

QTEST_APPLESS_MAIN(TestPipeline)
#include "tst_pipeline.moc"
