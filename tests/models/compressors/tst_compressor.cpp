// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/compressors/compressor.h"
#include "models/projector/init.h"
#include "models/projector/pooling.h"
#include "models/projector/projector_mlp.h"
#include "models/projector/resampler.h"
#include "models/projector/router.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <QTest>

#include <cmath>

using namespace qmop;

namespace {

constexpr int side = 6;
constexpr int patches = side * side;
constexpr int channels = 8;

at::Generator seeded(std::uint64_t seed)
{
    return at::detail::createCPUGenerator(seed);
}

at::Tensor unit(const at::Tensor &rows)
{
    return rows / rows.norm(2, {-1}, true);
}

ModelConfig makeConfig()
{
    ModelConfig config;
    config.name = "test";
    config.vision.hiddenSize = channels;
    config.vision.imageSize = side;
    config.vision.patchSize = 1;
    config.text.hiddenSize = 4;
    config.decoder.hiddenSize = 12;
    config.qmop = ProjectorConfig{};
    config.qmop->budget = 9;
    config.qmop->stride = 2;
    config.qmop->resamplerHeads = 2;
    config.qmop->routerHidden = 5;
    return config;
}

TensorMap makeTensors(const ModelConfig &config)
{
    TensorMap tensors
        = initProjector(*config.qmop, channels, config.text.hiddenSize, config.decoder.hiddenSize, side, seeded(1));
    at::Generator generator = seeded(2);
    for (auto &[name, tensor] : tensors)
        tensor = tensor + 0.4 * at::randn(tensor.sizes(), generator);
    return tensors;
}

CompressorInput makeInput(std::uint64_t seed)
{
    at::Generator generator = seeded(seed);
    CompressorInput input;
    input.rows = at::randn({1, patches, channels}, generator);
    input.classRow = at::randn({1, channels}, generator);
    input.classAttention = at::rand({1, patches}, generator);
    input.padding = at::zeros({1, patches}, at::kBool);
    input.jointPatches = [joint = unit(at::randn({1, patches, 6}, generator))] { return joint; };
    input.eos = at::randn({1, 4}, generator);
    input.jointText = unit(at::randn({1, 6}, generator));
    return input;
}

void poison(TensorMap &tensors, const std::string &prefix)
{
    for (auto &[name, tensor] : tensors)
        if (name.starts_with(prefix))
            tensor = at::full_like(tensor, NAN);
}

const std::string scopeOf[] = {"qmop.pooling.", "qmop.resampler.", "none"};

} // namespace

class TestCompressor : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The whole of equations 1 to 7 put together by hand from its parts.
    void equalsItsParts()
    {
        const ModelConfig config = makeConfig();
        const TensorMap tensors = makeTensors(config);
        const WeightScope root(tensors);
        const CompressorInput input = makeInput(3);
        CompressorOptions options;
        options.fusion = FusionMode::Soft;
        const CompressedTokens tokens = makeCompressor("qmop", root, config)->compress(input, options);

        const at::Tensor alpha
            = routingWeights(routerLogits(root / "qmop" / "router", input.classRow, input.eos), 0.5).flatten();
        const BranchOutput pool = poolBranch(root / "qmop" / "pooling", *config.qmop, input.rows, true);
        const BranchOutput resample = resampleBranch(root / "qmop" / "resampler", *config.qmop, input.rows, true);
        const PruningScores scores
            = pruningScores(*config.qmop, input.classAttention, input.jointPatches(), input.jointText);
        const BranchOutput prune = pruneBranch(input.rows, scores, true);
        const at::Tensor fused = alpha[0] * pool.rows + alpha[1] * resample.rows + alpha[2] * prune.rows;
        QVERIFY(at::allclose(tokens.rows, projectorMlp(root / "multi_modal_projector", fused), 1e-4, 1e-5));
        const at::Tensor provenance
            = (alpha[0] * pool.provenance + alpha[1] * resample.provenance + alpha[2] * prune.provenance)[0];
        QVERIFY(at::allclose(tokens.provenance, provenance, 1e-4, 1e-6));
        QCOMPARE(tokens.rows.sizes(), at::IntArrayRef({1, 9, 12}));
        QCOMPARE(tokens.branchesComputed, 3);
    }

    void inactiveBranchesMayHoldAnything_data()
    {
        QTest::addColumn<int>("mode");
        QTest::addColumn<double>("threshold");
        QTest::newRow("top2") << int(FusionMode::Top2) << 0.25;
        QTest::newRow("only the highest") << int(FusionMode::Threshold) << 1.0;
    }

    void inactiveBranchesMayHoldAnything()
    {
        QFETCH(int, mode);
        QFETCH(double, threshold);
        const ModelConfig config = makeConfig();
        const CompressorOptions options{FusionMode(mode), threshold};
        int poisoned = 0;
        for (std::uint64_t seed = 10; seed < 40; ++seed) {
            TensorMap tensors = makeTensors(config);
            const CompressorInput input = makeInput(seed);
            const CompressedTokens clean
                = makeCompressor("qmop", WeightScope(tensors), config)->compress(input, options);
            for (Branch branch : allBranches)
                if (!clean.routing->selection.active[branch] && branch != Branch::Prune) {
                    poison(tensors, scopeOf[int(branch)]);
                    ++poisoned;
                }
            const CompressedTokens after
                = makeCompressor("qmop", WeightScope(tensors), config)->compress(input, options);
            QVERIFY(at::equal(clean.rows, after.rows));
            QVERIFY(at::equal(clean.provenance, after.provenance));
        }
        QVERIFY(poisoned > 0);
    }

    void forcedBranchesIgnoreTheRouter_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("branch");
        QTest::newRow("pool") << "pool" << 0;
        QTest::newRow("resample") << "resample" << 1;
        QTest::newRow("prune") << "prune" << 2;
    }

    void forcedBranchesIgnoreTheRouter()
    {
        QFETCH(QString, id);
        QFETCH(int, branch);
        const ModelConfig config = makeConfig();
        TensorMap tensors = makeTensors(config);
        for (int other = 0; other < 2; ++other)
            if (other != branch)
                poison(tensors, scopeOf[other]);
        const CompressorInput input = makeInput(5);
        const CompressedTokens tokens
            = makeCompressor(id.toStdString(), WeightScope(tensors), config)->compress(input, {});
        QVERIFY(tokens.rows.isfinite().all().item<bool>());
        QCOMPARE(tokens.branchesComputed, 1);
        QVERIFY(tokens.routing->forced);
        QCOMPARE(tokens.routing->selection.weights[Branch(branch)], 1.0F);
        QCOMPARE(int(tokens.branches.size()), 1);
        QCOMPARE(int(tokens.branches[0].branch), branch);
        QVERIFY(at::equal(tokens.provenance, tokens.branches[0].provenance));
        float sum = 0;
        for (Branch each : allBranches)
            sum += tokens.routing->alpha[each];
        QVERIFY(std::abs(sum - 1) < 1e-5F);
    }

    void addingInactiveBranchesChangesNothing()
    {
        const ModelConfig config = makeConfig();
        const TensorMap tensors = makeTensors(config);
        const auto compressor = makeCompressor("prune", WeightScope(tensors), config);
        const CompressorInput input = makeInput(6);
        CompressedTokens tokens = compressor->compress(input, {});
        const at::Tensor rows = tokens.rows.clone();
        const at::Tensor provenance = tokens.provenance.clone();
        compressor->addInactiveBranches(input, {}, tokens);
        QVERIFY(at::equal(tokens.rows, rows));
        QVERIFY(at::equal(tokens.provenance, provenance));
        QCOMPARE(int(tokens.branches.size()), 3);
        QCOMPARE(tokens.branchesComputed, 1);
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(int(tokens.branches[std::size_t(i)].branch), i);
            QCOMPARE(tokens.branches[std::size_t(i)].onMainPath, i == 2);
            QVERIFY(at::allclose(tokens.branches[std::size_t(i)].provenance.sum(-1), at::ones({9}), 0, 1e-5));
        }
    }

    void paddingIsNotKept()
    {
        const ModelConfig config = makeConfig();
        const TensorMap tensors = makeTensors(config);
        CompressorInput input = makeInput(7);
        input.padding.narrow(1, 0, 20).fill_(true);
        const CompressedTokens tokens = makeCompressor("prune", WeightScope(tensors), config)->compress(input, {});
        QVERIFY(tokens.pruning->kept.min().item<std::int64_t>() >= 20);
    }

    void theTwoEnds()
    {
        const ModelConfig config = makeConfig();
        const TensorMap tensors = makeTensors(config);
        const WeightScope root(tensors);
        const CompressorInput input = makeInput(8);
        const auto none = makeCompressor("none", root, config);
        QVERIFY(!none->readsQuestion());
        const CompressedTokens all = none->compress(input, {});
        QVERIFY(at::equal(all.rows, projectorMlp(root / "multi_modal_projector", input.rows)));
        QVERIFY(at::equal(all.provenance, at::eye(patches)));
        const auto blind = makeCompressor("blind", root, config);
        QVERIFY(!blind->readsPicture());
        const CompressedTokens nothing = blind->compress({}, {});
        QCOMPARE(nothing.rows.sizes(), at::IntArrayRef({1, 0, 12}));
        QCOMPARE(nothing.provenance.sizes(), at::IntArrayRef({0, patches}));
    }

    void saysItsParts()
    {
        const ModelConfig config = makeConfig();
        const TensorMap tensors = makeTensors(config);
        std::vector<std::string> parts;
        const auto observer = [&](std::string_view part) { parts.emplace_back(part); };
        makeCompressor("qmop", WeightScope(tensors), config)->compress(makeInput(9), {}, observer);
        QCOMPARE(parts, (std::vector<std::string>{"route", "branches", "project"}));
    }

    void refuses()
    {
        ModelConfig config = makeConfig();
        TensorMap tensors = makeTensors(config);
        const WeightScope root(tensors);
        QVERIFY_EXCEPTION_THROWN(makeCompressor("average", root, config), Error);
        // Weights of the router that are no numbers select nothing.
        poison(tensors, "qmop.router.");
        QVERIFY_EXCEPTION_THROWN(makeCompressor("qmop", root, config)->compress(makeInput(4), {}), Error);
        config.qmop.reset();
        QVERIFY_EXCEPTION_THROWN(makeCompressor("qmop", root, config), Error);
        QVERIFY(makeCompressor("none", root, config) != nullptr);
    }
};

QTEST_APPLESS_MAIN(TestCompressor)
#include "tst_compressor.moc"
