// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/init.h"
#include "models/projector/resampler.h"
#include "tests/models/projector/gradient_check.h"

#include <QTest>

using namespace qmop;

namespace {

ProjectorConfig makeConfig(int budget, int stride, int heads)
{
    ProjectorConfig config;
    config.budget = budget;
    config.stride = stride;
    config.resamplerHeads = heads;
    config.routerHidden = 3;
    return config;
}

using Matrix = std::vector<std::vector<double>>;

Matrix matrixOf(const at::Tensor &tensor)
{
    const at::Tensor wide = tensor.to(at::kDouble).contiguous();
    Matrix matrix(std::size_t(wide.size(0)), std::vector<double>(std::size_t(wide.size(1))));
    for (std::size_t i = 0; i < matrix.size(); ++i)
        for (std::size_t j = 0; j < matrix[i].size(); ++j)
            matrix[i][j] = wide[std::int64_t(i)][std::int64_t(j)].item<double>();
    return matrix;
}

Matrix mapRows(const WeightScope &linear, const Matrix &rows)
{
    const Matrix weight = matrixOf(linear["weight"]);
    Matrix out(rows.size(), std::vector<double>(weight.size()));
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t o = 0; o < weight.size(); ++o) {
            out[r][o] = linear["bias"][std::int64_t(o)].item<double>();
            for (std::size_t i = 0; i < weight[o].size(); ++i)
                out[r][o] += weight[o][i] * rows[r][i];
        }
    return out;
}

Matrix normaliseRows(const WeightScope &norm, Matrix rows)
{
    for (auto &row : rows) {
        double mean = 0;
        double variance = 0;
        for (double value : row)
            mean += value / double(row.size());
        for (double value : row)
            variance += (value - mean) * (value - mean) / double(row.size());
        for (std::size_t c = 0; c < row.size(); ++c)
            row[c] = (row[c] - mean) / std::sqrt(variance + 1e-5) * norm["weight"][std::int64_t(c)].item<double>()
                + norm["bias"][std::int64_t(c)].item<double>();
    }
    return rows;
}

Matrix plus(Matrix rows, const Matrix &other)
{
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < rows[r].size(); ++c)
            rows[r][c] += other[r][c];
    return rows;
}

// Equation 5 with the defaults of the header, one picture, head by head.
Matrix resampleNaively(const WeightScope &weights, int heads, const at::Tensor &x, const Matrix &queryPositions,
                       const Matrix &rowPositions, Matrix &provenance)
{
    const Matrix rows = normaliseRows(weights / "row_norm", matrixOf(x));
    const Matrix queries = normaliseRows(weights / "query_norm", matrixOf(weights["query"]));
    const Matrix q = mapRows(weights / "query_projection", plus(queries, queryPositions));
    const Matrix k = mapRows(weights / "key_projection", plus(rows, rowPositions));
    const Matrix v = mapRows(weights / "value_projection", rows);
    const std::size_t width = q[0].size() / std::size_t(heads);
    Matrix mixed(q.size(), std::vector<double>(q[0].size(), 0.0));
    provenance.assign(q.size(), std::vector<double>(k.size(), 0.0));
    for (std::size_t m = 0; m < q.size(); ++m)
        for (std::size_t head = 0; head < std::size_t(heads); ++head) {
            std::vector<double> weight(k.size());
            double total = 0;
            for (std::size_t n = 0; n < k.size(); ++n) {
                double score = 0;
                for (std::size_t c = head * width; c < (head + 1) * width; ++c)
                    score += q[m][c] * k[n][c];
                weight[n] = std::exp(score / std::sqrt(double(width)));
                total += weight[n];
            }
            for (std::size_t n = 0; n < k.size(); ++n) {
                provenance[m][n] += weight[n] / total / heads;
                for (std::size_t c = head * width; c < (head + 1) * width; ++c)
                    mixed[m][c] += weight[n] / total * v[n][c];
            }
        }
    return mapRows(weights / "output_projection", mixed);
}

double distance(const at::Tensor &tensor, const Matrix &expected)
{
    double worst = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
        for (std::size_t j = 0; j < expected[i].size(); ++j)
            worst = std::max(worst, std::abs(tensor[std::int64_t(i)][std::int64_t(j)].item<double>() - expected[i][j]));
    return worst;
}

} // namespace

class TestResampler : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // One frequency per axis: [sin y, cos y, sin x, cos x].
    void positionsByHand()
    {
        const at::Tensor positions = gridPositions(2, 2, 4);
        const float s = std::sin(1.0F);
        const float c = std::cos(1.0F);
        const at::Tensor expected
            = at::tensor({0.0F, 1.0F, 0.0F, 1.0F, 0.0F, 1.0F, s, c, s, c, 0.0F, 1.0F, s, c, s, c}).view({4, 4});
        QVERIFY(at::allclose(positions, expected, 1e-6, 1e-6));
        // The centre of a 2 x 2 grid lies at half a patch.
        const at::Tensor centre = gridPositions(2, 1, 4);
        const float half[] = {std::sin(0.5F), std::cos(0.5F), std::sin(0.5F), std::cos(0.5F)};
        for (int i = 0; i < 4; ++i)
            QVERIFY(std::abs(centre[0][i].item<float>() - half[i]) < 1e-6F);
    }

    // Zero maps: all scores equal, so every token is the value bias through the
    // output map, from all patches alike.
    void uniformAttentionByHand()
    {
        const ProjectorConfig config = makeConfig(1, 2, 2);
        TensorMap tensors = initBranches(config, 4, 2, 2, seeded(1));
        for (auto &[name, tensor] : tensors)
            if (name.starts_with("qmop.resampler."))
                tensor = at::zeros_like(tensor);
        tensors["qmop.resampler.value_projection.bias"] = at::tensor({1.0F, 2.0F, 3.0F, 4.0F});
        tensors["qmop.resampler.output_projection.weight"] = 2.0F * at::eye(4);
        tensors["qmop.resampler.output_projection.bias"] = at::full({4}, 0.5F);
        const BranchOutput out
            = resampleBranch(WeightScope(tensors, "qmop.resampler"), config, at::randn({1, 4, 4}, seeded(2)), true);
        QVERIFY(at::allclose(out.rows.flatten(), at::tensor({2.5F, 4.5F, 6.5F, 8.5F})));
        QVERIFY(at::allclose(out.provenance.flatten(), at::full({4}, 0.25F)));
    }

    void equalsDoubleLoop()
    {
        const ProjectorConfig config = makeConfig(4, 3, 2);
        const TensorMap tensors = shaken(initBranches(config, 8, 2, 6, seeded(3)), 0.3, 4);
        const WeightScope weights(tensors, "qmop.resampler");
        const at::Tensor rows = at::randn({2, 36, 8}, seeded(5), at::kDouble);
        const BranchOutput out = resampleBranch(weights, config, rows, true);
        QCOMPARE(out.rows.sizes(), at::IntArrayRef({2, 4, 8}));
        const Matrix queryPositions = matrixOf(gridPositions(6, 2, 8));
        const Matrix rowPositions = matrixOf(gridPositions(6, 6, 8));
        for (int b = 0; b < 2; ++b) {
            Matrix provenance;
            const Matrix expected = resampleNaively(weights, 2, rows[b], queryPositions, rowPositions, provenance);
            QVERIFY(distance(out.rows[b], expected) < 1e-10);
            QVERIFY(distance(out.provenance[b], provenance) < 1e-6);
        }
        QVERIFY(at::allclose(out.provenance.sum(-1), at::ones({2, 4}), 0, 1e-5));
    }

    void gradientsAreRight()
    {
        const ProjectorConfig config = makeConfig(1, 2, 2);
        TensorMap tensors = shaken(initBranches(config, 4, 2, 2, seeded(6)), 0.3, 7);
        std::erase_if(tensors, [](const auto &item) { return !item.first.starts_with("qmop.resampler."); });
        tensors["rows"] = at::randn({2, 4, 4}, seeded(8), at::kDouble);
        const double error = gradientError(tensors, [&](const TensorMap &map) {
            return weighted(resampleBranch(WeightScope(map, "qmop.resampler"), config, map.at("rows"), false).rows);
        });
        QVERIFY2(error < 1e-7, qPrintable(QString::number(error)));
    }

    // Swapping two queries swaps the tokens when their places are swapped too:
    // tokens do not see each other. Here the places are made equal by a zero map.
    void queriesAreIndependent()
    {
        const ProjectorConfig config = makeConfig(4, 2, 2);
        TensorMap tensors = shaken(initBranches(config, 8, 2, 4, seeded(9)), 0.3, 10);
        const at::Tensor rows = at::randn({1, 16, 8}, seeded(11), at::kDouble);
        const at::Tensor before = resampleBranch(WeightScope(tensors, "qmop.resampler"), config, rows, false).rows;
        tensors["qmop.resampler.query"] = tensors["qmop.resampler.query"].clone();
        tensors["qmop.resampler.query"][2] += at::randn({8}, seeded(12), at::kDouble);
        const at::Tensor after = resampleBranch(WeightScope(tensors, "qmop.resampler"), config, rows, false).rows;
        const at::Tensor moved = (before - after).abs().amax({0, 2});
        QVERIFY(moved[2].item<double>() > 1e-4);
        for (int other : {0, 1, 3})
            QVERIFY(moved[other].item<double>() < 1e-12);
    }

    // The initialisation: with the embedded model's sizes, most of a query's
    // attention begins near its own place, and the output is near the local mean.
    void beginsNearPooling_data()
    {
        QTest::addColumn<int>("stride");
        QTest::newRow("64 tokens") << 2;
        QTest::newRow("16 tokens") << 4;
    }

    void beginsNearPooling()
    {
        QFETCH(int, stride);
        const int side = 16 / stride;
        const ProjectorConfig config = makeConfig(side * side, stride, 4);
        ProjectorInit options;
        options.rowScale = 2.5;
        const TensorMap tensors = initBranches(config, 192, 128, 16, seeded(13), options);
        const at::Tensor rows = 2.5 * at::randn({1, 256, 192}, seeded(14));
        const BranchOutput out = resampleBranch(WeightScope(tensors, "qmop.resampler"), config, rows, true);
        double near = 0;
        for (int m = 0; m < config.budget; ++m)
            for (int n = 0; n < 256; ++n) {
                const double dy = n / 16 - (m / side * stride + (stride - 1) / 2.0);
                const double dx = n % 16 - (m % side * stride + (stride - 1) / 2.0);
                if (std::max(std::abs(dx), std::abs(dy)) < stride)
                    near += out.provenance[0][m][n].item<double>() / config.budget;
            }
        qInfo("share of attention within one stride: %.3f", near);
        QVERIFY2(near > 0.7, qPrintable(QString::number(near)));
        // Its rows are the attention's mean of X, at X's scale.
        const at::Tensor local = at::matmul(out.provenance, rows);
        const double error = ((out.rows - local).norm() / local.norm()).item<double>();
        qInfo("distance from the local mean: %.3f", error);
        QVERIFY2(error < 0.5, qPrintable(QString::number(error)));
    }
};

QTEST_APPLESS_MAIN(TestResampler)
#include "tst_resampler.moc"
