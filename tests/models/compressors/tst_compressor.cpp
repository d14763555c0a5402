// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/compressors/compressor.h"
#include "models/compressors/training_free.h"
#include "models/projector/init.h"
#include "models/projector/pooling.h"
#include "models/projector/projector_mlp.h"
#include "models/projector/resampler.h"
#include "models/projector/router.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>
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

    // Cells of a 3 x 3 picture in 2 x 2: they overlap in the middle, as adaptive pooling cuts them.
    void averagingCellsByHand()
    {
        const at::Tensor cells = averagingCells(3, 2);
        const at::Tensor first = at::tensor({1., 1., 0., 1., 1., 0., 0., 0., 0.}) / 4;
        QVERIFY(at::allclose(cells[0], first.to(at::kFloat)));
        const at::Tensor last = at::tensor({0., 0., 0., 0., 1., 1., 0., 1., 1.}) / 4;
        QVERIFY(at::allclose(cells[3], last.to(at::kFloat)));
        QVERIFY(at::equal(averagingCells(5, 5), at::eye(25)));
        QVERIFY(at::allclose(averagingCells(4, 1), at::full({1, 16}, 1.0 / 16)));
    }

    void averagePoolEqualsLoops_data()
    {
        QTest::addColumn<int>("h");
        for (int h : {1, 2, 3, 4, 5, 6})
            QTest::addRow("%d x %d", h, h) << h;
    }

    void averagePoolEqualsLoops()
    {
        QFETCH(int, h);
        const ModelConfig config = makeConfig();
        const TensorMap tensors = makeTensors(config);
        const WeightScope root(tensors);
        const CompressorInput input = makeInput(8);
        CompressorOptions options;
        options.budget = h * h;
        const auto compressor = makeCompressor("avgpool", root, config);
        QVERIFY(!compressor->readsQuestion());
        const CompressedTokens tokens = compressor->compress(input, options);
        QVERIFY(!tokens.pruning && !tokens.routing);
        QVERIFY(at::allclose(tokens.provenance.sum(-1), at::ones({h * h}), 0, 1e-6));
        at::Tensor means = at::zeros({1, h * h, channels});
        for (int row = 0; row < h; ++row)
            for (int column = 0; column < h; ++column)
                for (int c = 0; c < channels; ++c) {
                    double sum = 0;
                    int count = 0;
                    for (int y = row * side / h; y < (row + 1) * side / double(h); ++y)
                        for (int x = column * side / h; x < (column + 1) * side / double(h); ++x, ++count)
                            sum += double(input.rows[0][y * side + x][c].item<float>());
                    means[0][row * h + column][c] = sum / count;
                }
        QVERIFY(at::allclose(tokens.rows, projectorMlp(root / "multi_modal_projector", means), 1e-5, 1e-5));
        // ATen's own adaptive pooling says the same.
        const at::Tensor grid = input.rows.transpose(1, 2).view({1, channels, side, side});
        const at::Tensor pooled = at::adaptive_avg_pool2d(grid, {h, h}).flatten(2).transpose(1, 2);
        QVERIFY(at::allclose(means, pooled, 1e-5, 1e-5));
    }

    void mostAttendedByHand()
    {
        const at::Tensor attention = at::tensor({0.1F, 0.4F, 0.4F, 0.05F, 0.4F, 0.2F}).unsqueeze(0);
        const auto kept
            = [&](const at::Tensor &padding, int budget) { return mostAttended(attention, padding, budget).flatten(); };
        QVERIFY(at::equal(kept({}, 2), at::tensor({1, 2}, at::kLong))); // ties: the lower index
        QVERIFY(at::equal(kept({}, 4), at::tensor({1, 2, 4, 5}, at::kLong))); // raster order
        const at::Tensor padding = at::tensor({0, 1, 0, 0, 0, 0}, at::kLong).to(at::kBool).unsqueeze(0);
        QVERIFY(at::equal(kept(padding, 2), at::tensor({2, 4}, at::kLong)));
        QVERIFY(at::equal(kept(padding, 6), at::arange(6))); // all: padding too
    }

    void classPruneKeepsRows()
    {
        const ModelConfig config = makeConfig();
        const TensorMap tensors = makeTensors(config);
        const WeightScope root(tensors);
        CompressorInput input = makeInput(8);
        CompressorOptions options;
        options.budget = 7; // any number will do
        const CompressedTokens tokens = makeCompressor("cls-prune", root, config)->compress(input, options);
        // By selection in a loop: 7 times the highest that is left.
        std::vector<float> left(patches);
        for (int i = 0; i < patches; ++i)
            left[std::size_t(i)] = input.classAttention[0][i].item<float>();
        std::vector<std::int64_t> kept;
        for (int i = 0; i < 7; ++i) {
            const auto highest = std::max_element(left.begin(), left.end());
            kept.push_back(highest - left.begin());
            *highest = -1;
        }
        std::sort(kept.begin(), kept.end());
        const at::Tensor index = at::tensor(at::ArrayRef<std::int64_t>(kept), at::kLong);
        QVERIFY(
            at::allclose(tokens.rows, projectorMlp(root / "multi_modal_projector", input.rows.index_select(1, index))));
        QVERIFY(at::equal(tokens.provenance, at::eye(patches).index_select(0, index)));
        options.budget = patches; // all of them: the uncompressed model
        QVERIFY(at::equal(makeCompressor("cls-prune", root, config)->compress(input, options).rows,
                          makeCompressor("none", root, config)->compress(input, {}).rows));
    }

    void budgetsThatDoNotFit_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<int>("budget");
        for (int budget : {0, 2, 49})
            QTest::addRow("avgpool %d", budget) << "avgpool" << budget;
        for (int budget : {-1, 0, 37})
            QTest::addRow("cls-prune %d", budget) << "cls-prune" << budget;
    }

    void budgetsThatDoNotFit()
    {
        QFETCH(QString, id);
        QFETCH(int, budget);
        const ModelConfig config = makeConfig();
        const TensorMap tensors = makeTensors(config);
        CompressorOptions options;
        options.budget = budget;
        try {
            makeCompressor(id.toStdString(), WeightScope(tensors), config)->compress(makeInput(8), options);
            QFAIL("was accepted");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidArgument);
            QVERIFY2(QString(error.what()).contains(id), error.what());
        }
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
