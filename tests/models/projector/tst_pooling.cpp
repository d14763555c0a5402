// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/init.h"
#include "models/projector/pooling.h"
#include "qmop/error.h"
#include "tests/models/projector/gradient_check.h"

#include <QTest>

using namespace qmop;

namespace {

ProjectorConfig makeConfig(int budget, int stride)
{
    ProjectorConfig config;
    config.budget = budget;
    config.stride = stride;
    config.resamplerHeads = 1;
    config.routerHidden = 3;
    return config;
}

struct Naive {
    std::vector<double> rows; // [M, C]
    std::vector<double> provenance; // [M, N]
};

// Equations 6 and 7 written out for one picture: every patch mapped on its own.
Naive poolNaively(const WeightScope &weights, const at::Tensor &rows, int side, int stride)
{
    const int channels = int(rows.size(1));
    const int out = side / stride;
    const auto x = rows.accessor<double, 2>();
    const auto query = weights["query"].accessor<double, 2>();
    const auto mapped = [&](const char *map, int patch, int c) {
        const auto matrix = weights[std::string(map) + ".weight"].accessor<double, 2>();
        double sum = weights[std::string(map) + ".bias"][c].item<double>();
        for (int k = 0; k < channels; ++k)
            sum += matrix[c][k] * x[patch][k];
        return sum;
    };
    Naive naive;
    naive.rows.assign(std::size_t(out * out * channels), 0.0);
    naive.provenance.assign(std::size_t(out * out) * side * side, 0.0);
    for (int m = 0; m < out * out; ++m) {
        std::vector<int> window;
        std::vector<double> weight;
        double total = 0;
        for (int y = 0; y < stride; ++y)
            for (int k = 0; k < stride; ++k)
                window.push_back((m / out * stride + y) * side + m % out * stride + k);
        for (int patch : window) {
            double score = 0;
            for (int c = 0; c < channels; ++c)
                score += query[m][c] * mapped("key", patch, c);
            weight.push_back(std::exp(score / std::sqrt(double(channels))));
            total += weight.back();
        }
        for (std::size_t i = 0; i < window.size(); ++i) {
            naive.provenance[std::size_t(m) * side * side + window[i]] = weight[i] / total;
            for (int c = 0; c < channels; ++c)
                naive.rows[std::size_t(m) * channels + c] += weight[i] / total * mapped("value", window[i], c);
        }
    }
    return naive;
}

double distance(const at::Tensor &tensor, const std::vector<double> &expected)
{
    const at::Tensor other = at::tensor(expected, at::kDouble).view(tensor.sizes());
    return largest(tensor.to(at::kDouble) - other);
}

} // namespace

class TestPooling : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // 4 x 4 patches of one channel, 2 x 2 windows, numbered 0 ... 15: by hand.
    void fromInitialisationIsTheWindowMean()
    {
        const ProjectorConfig config = makeConfig(4, 2);
        TensorMap tensors = initBranches(config, 4, 2, 4, seeded(1));
        const at::Tensor rows = at::arange(16, at::kFloat).view({1, 16, 1}).expand({1, 16, 4});
        const BranchOutput out = poolBranch(WeightScope(tensors, "qmop.pooling"), config, rows, true);
        const at::Tensor expected = at::tensor({2.5F, 4.5F, 10.5F, 12.5F}).view({1, 4, 1}).expand({1, 4, 4});
        QVERIFY(at::allclose(out.rows, expected, 1e-6, 1e-6));
        // Token 1 looks at patches 2, 3, 6, 7, a quarter each.
        at::Tensor window = at::zeros({16});
        for (int patch : {2, 3, 6, 7})
            window[patch] = 0.25F;
        QVERIFY(at::allclose(out.provenance[0][1], window));
    }

    void equalsDoubleLoop_data()
    {
        QTest::addColumn<int>("side");
        QTest::addColumn<int>("stride");
        QTest::newRow("4 by 4, windows of 2") << 4 << 2;
        QTest::newRow("odd grid, windows of 3") << 9 << 3;
        QTest::newRow("one token") << 3 << 3;
        QTest::newRow("every patch a token") << 3 << 1;
    }

    void equalsDoubleLoop()
    {
        QFETCH(int, side);
        QFETCH(int, stride);
        const int tokens = side / stride * (side / stride);
        const ProjectorConfig config = makeConfig(tokens, stride);
        const TensorMap tensors = shaken(initBranches(config, 8, 2, side, seeded(2)), 0.7, 3);
        const WeightScope weights(tensors, "qmop.pooling");
        const at::Tensor rows = at::randn({2, side * side, 8}, seeded(4), at::kDouble);
        const BranchOutput out = poolBranch(weights, config, rows, true);
        QCOMPARE(out.rows.sizes(), at::IntArrayRef({2, tokens, 8}));
        for (int b = 0; b < 2; ++b) {
            const Naive naive = poolNaively(weights, rows[b], side, stride);
            QVERIFY(distance(out.rows[b], naive.rows) < 1e-10);
            QVERIFY(distance(out.provenance[b], naive.provenance) < 1e-6);
        }
        QVERIFY(at::allclose(out.provenance.sum(-1), at::ones({2, tokens}), 0, 1e-5));
    }

    void gradientsAreRight()
    {
        const ProjectorConfig config = makeConfig(4, 2);
        TensorMap tensors = shaken(initBranches(config, 4, 2, 4, seeded(5)), 0.5, 6);
        std::erase_if(tensors, [](const auto &item) { return !item.first.starts_with("qmop.pooling."); });
        tensors["rows"] = at::randn({2, 16, 4}, seeded(7), at::kDouble);
        const double error = gradientError(tensors, [&](const TensorMap &map) {
            return weighted(poolBranch(WeightScope(map, "qmop.pooling"), config, map.at("rows"), true).rows);
        });
        QVERIFY2(error < 1e-7, qPrintable(QString::number(error)));
    }

    // A patch outside a token's window cannot change it.
    void tokensSeeOnlyTheirWindow()
    {
        const ProjectorConfig config = makeConfig(4, 2);
        const TensorMap tensors = shaken(initBranches(config, 4, 2, 4, seeded(8)), 0.5, 9);
        const WeightScope weights(tensors, "qmop.pooling");
        const at::Tensor rows = at::randn({1, 16, 4}, seeded(10), at::kDouble);
        at::Tensor other = rows.clone();
        other[0][5] += 3.0; // in window 0
        const at::Tensor moved
            = (poolBranch(weights, config, rows, false).rows - poolBranch(weights, config, other, false).rows).abs();
        QVERIFY(largest(moved[0][0]) > 1e-3);
        QCOMPARE(largest(moved[0].narrow(0, 1, 3)), 0.0);
        QVERIFY(!poolBranch(weights, config, rows, false).provenance.defined());
    }

    void bfloat16StaysClose()
    {
        const ProjectorConfig config = makeConfig(16, 2);
        TensorMap tensors = initBranches(config, 16, 2, 8, seeded(11));
        TensorMap narrow;
        for (const auto &[name, tensor] : tensors)
            narrow[name] = tensor.to(at::kBFloat16);
        const at::Tensor rows = at::randn({1, 64, 16}, seeded(12));
        const at::Tensor full = poolBranch(WeightScope(tensors, "qmop.pooling"), config, rows, false).rows;
        const at::Tensor half
            = poolBranch(WeightScope(narrow, "qmop.pooling"), config, rows.to(at::kBFloat16), false).rows;
        QCOMPARE(half.scalar_type(), at::kBFloat16);
        QVERIFY(largest(full - half.to(at::kFloat)) < 0.02 * largest(full));
    }

    void oddGridsAreRefused()
    {
        const ProjectorConfig config = makeConfig(4, 2);
        const TensorMap tensors = initBranches(config, 4, 2, 4, seeded(1));
        QVERIFY_EXCEPTION_THROWN(poolBranch(WeightScope(tensors, "qmop.pooling"), config, at::zeros({1, 25, 4}), false),
                                 Error);
    }
};

QTEST_APPLESS_MAIN(TestPooling)
#include "tst_pooling.moc"
