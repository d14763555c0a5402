// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/llama/decoder_ops.h"

#include <ATen/ATen.h>

#include <QTest>

#include <cmath>

using namespace qmop;

class TestDecoderOps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { at::manual_seed(5); }
    void rmsNormByHand();
    void rmsNormEqualsNaiveLoop();
    void rmsNormKeepsType();
    void rotationEqualsNaiveLoop();
    void rotationKeepsLengthAndDependsOnDistance();
    void groupsShareKeyHeads_data();
    void groupsShareKeyHeads();
    void lastRowAttentionByHand();
    void lastRowAttentionEqualsLoops();
};

// rms of (3, 4) is sqrt(12.5).
void TestDecoderOps::rmsNormByHand()
{
    const at::Tensor out = rmsNorm(at::tensor({3.0f, 4.0f}), at::tensor({2.0f, 10.0f}), 0.0);
    QVERIFY(std::abs(out[0].item<double>() - 6.0 / std::sqrt(12.5)) < 1e-6);
    QVERIFY(std::abs(out[1].item<double>() - 40.0 / std::sqrt(12.5)) < 1e-5);
}

void TestDecoderOps::rmsNormEqualsNaiveLoop()
{
    const at::Tensor x = at::randn({3, 7}, at::kDouble), weight = at::randn({7}, at::kDouble);
    const at::Tensor out = rmsNorm(x, weight, 1e-3);
    const auto xa = x.accessor<double, 2>();
    for (int i = 0; i < 3; ++i) {
        double sum = 0;
        for (int c = 0; c < 7; ++c)
            sum += xa[i][c] * xa[i][c];
        for (int c = 0; c < 7; ++c) {
            const double expected = xa[i][c] / std::sqrt(sum / 7 + 1e-3) * weight[c].item<double>();
            QVERIFY(std::abs(out[i][c].item<double>() - expected) < 1e-12);
        }
    }
}

void TestDecoderOps::rmsNormKeepsType()
{
    const at::Tensor x = at::randn({2, 64});
    const at::Tensor weight = at::randn({64});
    const at::Tensor narrow = rmsNorm(x.to(at::kBFloat16), weight, 1e-5);
    QCOMPARE(narrow.scalar_type(), at::kBFloat16);
    QVERIFY(at::allclose(narrow.to(at::kFloat), rmsNorm(x, weight, 1e-5), 2e-2, 2e-2));
}

void TestDecoderOps::rotationEqualsNaiveLoop()
{
    const int length = 5, width = 6;
    const at::Tensor x = at::randn({2, length, 3, width}, at::kDouble);
    const at::Tensor positions = at::tensor({0, 1, 7, 8, 100}, at::kLong);
    const at::Tensor out = rotate(x, makeRotary(positions, width, 10000.0, at::kDouble));
    for (int p = 0; p < length; ++p)
        for (int c = 0; c < width / 2; ++c) {
            const double angle = positions[p].item<double>() * std::pow(10000.0, -2.0 * c / width);
            const double first = x[1][p][2][c].item<double>(), second = x[1][p][2][c + width / 2].item<double>();
            const double left = first * std::cos(angle) - second * std::sin(angle);
            const double right = second * std::cos(angle) + first * std::sin(angle);
            // Angles are float32, as in the reference implementation.
            QVERIFY(std::abs(out[1][p][2][c].item<double>() - left) < 2e-5);
            QVERIFY(std::abs(out[1][p][2][c + width / 2].item<double>() - right) < 2e-5);
        }
}

void TestDecoderOps::rotationKeepsLengthAndDependsOnDistance()
{
    const at::Tensor x = at::randn({1, 1, 1, 8}), y = at::randn({1, 1, 1, 8});
    const auto turned = [](const at::Tensor &row, std::int64_t position) {
        return rotate(row, makeRotary(at::full({1}, position, at::kLong), 8, 10000.0, at::kFloat));
    };
    QVERIFY(std::abs((turned(x, 37).norm() - x.norm()).item<double>()) < 1e-5);
    const double near = (turned(x, 9) * turned(y, 4)).sum().item<double>();
    const double far = (turned(x, 59) * turned(y, 54)).sum().item<double>();
    QVERIFY(std::abs(near - far) < 1e-4);
}

void TestDecoderOps::groupsShareKeyHeads_data()
{
    QTest::addColumn<int>("kvHeads");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("mask");
    for (const int kvHeads : {1, 2, 4})
        for (const auto &[length, mask] : {std::pair{1, "none"}, {5, "causal"}, {5, "shared"}, {5, "own"}})
            QTest::addRow("%d kv heads, %d rows, %s", kvHeads, length, mask) << kvHeads << length << mask;
}

// Every layout that attendGrouped chooses equals plain attention over repeated heads.
void TestDecoderOps::groupsShareKeyHeads()
{
    QFETCH(int, kvHeads);
    QFETCH(int, length);
    QFETCH(QString, mask);
    const std::int64_t batch = 3, heads = 4, width = 8, total = 5;
    const at::Tensor query = at::randn({batch, length, heads, width});
    const at::Tensor key = at::randn({batch, kvHeads, total, width}), value = at::randn({batch, kvHeads, total, width});
    at::Tensor seen = at::ones({1, 1, length, total}, at::kBool);
    if (mask == "causal")
        seen = seen.tril();
    if (mask == "shared" || mask == "own")
        seen = (at::rand({mask == "own" ? batch : 1, 1, length, total}) < 0.6) | at::eye(total, at::kBool);
    const at::Tensor additive = mask == "shared" || mask == "own"
        ? at::zeros(seen.sizes()).masked_fill(seen.logical_not(), -1e30)
        : at::Tensor();
    const at::Tensor out = attendGrouped(query, key, value, additive, mask == "causal");

    const at::Tensor keys = key.repeat_interleave(heads / kvHeads, 1),
                     values = value.repeat_interleave(heads / kvHeads, 1);
    at::Tensor scores = at::matmul(query.transpose(1, 2), keys.transpose(-1, -2)) / std::sqrt(double(width));
    scores = scores.masked_fill(seen.logical_not(), -INFINITY);
    const at::Tensor expected = at::matmul(scores.softmax(-1), values).transpose(1, 2).reshape(out.sizes());
    QVERIFY(at::allclose(out, expected, 1e-5, 1e-5));
}

// One head of width 1 and query 1: softmax over ln 1 ... ln 4 is 1/10 ... 4/10.
void TestDecoderOps::lastRowAttentionByHand()
{
    at::Tensor query = at::zeros({1, 2, 1, 1});
    query[0][1][0][0] = 1; // the last row alone counts
    const at::Tensor key = at::tensor({1., 2., 3., 4.}, at::kDouble).log().view({1, 1, 4, 1});
    const at::Tensor weights = lastRowAttention(query, key);
    QVERIFY(at::allclose(weights.flatten(), at::tensor({0.1, 0.2, 0.3, 0.4}, at::kDouble), 1e-12, 1e-12));
}

void TestDecoderOps::lastRowAttentionEqualsLoops()
{
    const int batch = 2, length = 3, heads = 4, kvHeads = 2, total = 5, width = 6;
    const at::Tensor query = at::randn({batch, length, heads, width});
    const at::Tensor key = at::randn({batch, kvHeads, total, width});
    const at::Tensor weights = lastRowAttention(query, key);
    QCOMPARE(weights.sizes(), (std::vector<std::int64_t>{batch, heads, total}));
    for (int b = 0; b < batch; ++b)
        for (int h = 0; h < heads; ++h) {
            std::vector<double> scores(total, 0.0);
            double sum = 0;
            for (int t = 0; t < total; ++t) {
                for (int c = 0; c < width; ++c)
                    scores[std::size_t(t)] += double(query[b][length - 1][h][c].item<float>())
                        * double(key[b][h / (heads / kvHeads)][t][c].item<float>());
                scores[std::size_t(t)] = std::exp(scores[std::size_t(t)] / std::sqrt(double(width)));
                sum += scores[std::size_t(t)];
            }
            for (int t = 0; t < total; ++t)
                QVERIFY(std::abs(weights[b][h][t].item<double>() - scores[std::size_t(t)] / sum) < 1e-12);
        }
}

QTEST_GUILESS_MAIN(TestDecoderOps)
#include "tst_decoder_ops.moc"
