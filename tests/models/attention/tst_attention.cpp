// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/attention/attention.h"

#include <ATen/ATen.h>

#include <QTest>

#include <cmath>
#include <vector>

using namespace qmop;

namespace {

// The definition, in double, one row at a time.
at::Tensor naive(const at::Tensor &q, const at::Tensor &k, const at::Tensor &v, const at::Tensor &mayAttend)
{
    const at::Tensor query = q.detach().to(at::kDouble).contiguous(), key = k.detach().to(at::kDouble).contiguous();
    const at::Tensor value = v.detach().to(at::kDouble).contiguous();
    at::Tensor out = at::zeros({q.size(0), q.size(1), q.size(2), v.size(3)}, at::kDouble);
    const auto qa = query.accessor<double, 4>(), ka = key.accessor<double, 4>(), va = value.accessor<double, 4>();
    auto oa = out.accessor<double, 4>();
    for (std::int64_t b = 0; b < q.size(0); ++b)
        for (std::int64_t h = 0; h < q.size(1); ++h)
            for (std::int64_t i = 0; i < q.size(2); ++i) {
                std::vector<double> weights(k.size(2));
                double sum = 0;
                for (std::int64_t j = 0; j < k.size(2); ++j) {
                    double dot = 0;
                    for (std::int64_t c = 0; c < q.size(3); ++c)
                        dot += qa[b][h][i][c] * ka[b][h][j][c];
                    const bool seen
                        = !mayAttend.defined() || mayAttend[mayAttend.size(0) == 1 ? 0 : b][0][i][j].item<bool>();
                    weights[j] = seen ? std::exp(dot / std::sqrt(double(q.size(3)))) : 0;
                    sum += weights[j];
                }
                for (std::int64_t j = 0; j < k.size(2); ++j)
                    for (std::int64_t c = 0; c < v.size(3); ++c)
                        oa[b][h][i][c] += weights[j] / sum * va[b][h][j][c];
            }
    return out;
}

at::Tensor heads(std::int64_t batch, std::int64_t length)
{
    return at::randn({batch, length, 3, 8}).transpose(1, 2); // as a linear layer leaves them
}

double relative(const at::Tensor &a, const at::Tensor &b)
{
    return ((a.to(at::kDouble) - b.to(at::kDouble)).norm() / b.to(at::kDouble).norm()).item<double>();
}

} // namespace

class TestAttention : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void byHand();
    void equalsNaiveLoop_data();
    void equalsNaiveLoop();
    void gradientEqualsFloatAutograd_data() { equalsNaiveLoop_data(); }
    void gradientEqualsFloatAutograd();
    void fullyMaskedRowIsFinite();
    void sequencesDoNotMix();
};

// Keys (0, 0) and (ln 3, 0) times sqrt(2): weights 1/4 and 3/4.
void TestAttention::byHand()
{
    const at::Tensor query = at::tensor({std::sqrt(2.0), 0.0}).view({1, 1, 1, 2}).to(at::kFloat);
    const at::Tensor key = at::tensor({0.0, 0.0, std::log(3.0), 0.0}).view({1, 1, 2, 2}).to(at::kFloat);
    const at::Tensor value = at::tensor({0.0, 4.0, 8.0, 0.0}).view({1, 1, 2, 2}).to(at::kFloat);
    const at::Tensor out = attend(query, key, value).flatten();
    QVERIFY(std::abs(out[0].item<double>() - 6.0) < 1e-5);
    QVERIFY(std::abs(out[1].item<double>() - 1.0) < 1e-5);
}

void TestAttention::equalsNaiveLoop_data()
{
    QTest::addColumn<int>("batch");
    QTest::addColumn<int>("length");
    QTest::addColumn<QString>("mask");
    for (const char *mask : {"none", "causal", "shared", "own"})
        for (const auto &[batch, length] : {std::pair{1, 5}, {7, 17}, {4, 33}})
            QTest::newRow(qPrintable(QString("%1 %2x%3").arg(mask).arg(batch).arg(length))) << batch << length << mask;
}

namespace {

at::Tensor mayAttend(const QString &mask, int batch, int length)
{
    if (mask == "none")
        return {};
    if (mask == "causal")
        return at::ones({1, 1, length, length}, at::kBool).tril();
    const at::Tensor random = at::rand({mask == "own" ? batch : 1, 1, length, length}) < 0.6;
    return random | at::eye(length, at::kBool); // no empty row
}

} // namespace

void TestAttention::equalsNaiveLoop()
{
    QFETCH(int, batch);
    QFETCH(int, length);
    QFETCH(QString, mask);
    at::manual_seed(1);
    const at::Tensor q = heads(batch, length), k = heads(batch, length), v = heads(batch, length);
    const at::Tensor seen = mayAttend(mask, batch, length);
    const bool causal = mask == "causal";
    for (const at::ScalarType type : {at::kFloat, at::kBFloat16})
        for (const bool training : {false, true}) {
            const at::Tensor query = q.to(type).detach().set_requires_grad(training);
            const at::Tensor additive = causal || !seen.defined() ? at::Tensor() : additiveMask(seen, type);
            const at::Tensor out = attend(query, k.to(type), v.to(type), additive, causal);
            QCOMPARE(out.scalar_type(), type);
            QVERIFY(out.transpose(1, 2).is_contiguous());
            QVERIFY(relative(out, naive(query, k.to(type), v.to(type), seen)) < (type == at::kFloat ? 1e-5 : 1e-2));
        }
}

// The bfloat16 form computes its own gradient: compare with autograd's through
// the written-out formula in double.
void TestAttention::gradientEqualsFloatAutograd()
{
    QFETCH(int, batch);
    QFETCH(int, length);
    QFETCH(QString, mask);
    at::manual_seed(2);
    const at::Tensor seen = mayAttend(mask, batch, length);
    std::vector<at::Tensor> narrow, wide;
    for (int i = 0; i < 3; ++i) {
        narrow.push_back(heads(batch, length).to(at::kBFloat16).detach().set_requires_grad(true));
        wide.push_back(narrow.back().detach().to(at::kDouble).set_requires_grad(true));
    }
    const at::Tensor incoming = heads(batch, length).to(at::kBFloat16);
    const bool causal = mask == "causal";
    const at::Tensor additive = causal || !seen.defined() ? at::Tensor() : additiveMask(seen, at::kBFloat16);
    attend(narrow[0], narrow[1], narrow[2], additive, causal).backward(incoming);

    at::Tensor scores = at::matmul(wide[0], wide[1].transpose(-1, -2)) / std::sqrt(8.0);
    if (seen.defined())
        scores = scores.masked_fill(seen.logical_not(), -INFINITY);
    at::matmul(scores.softmax(-1), wide[2]).backward(incoming.to(at::kDouble));
    for (int i = 0; i < 3; ++i)
        QVERIFY2(relative(narrow[i].grad(), wide[i].grad()) < 2e-2, qPrintable(QString::number(i)));
}

void TestAttention::fullyMaskedRowIsFinite()
{
    at::manual_seed(3);
    for (const at::ScalarType type : {at::kFloat, at::kBFloat16})
        for (const bool training : {false, true}) {
            const at::Tensor query = heads(2, 6).to(type).detach().set_requires_grad(training);
            const at::Tensor mask = additiveMask(at::zeros({2, 1, 6, 6}, at::kBool), type);
            const at::Tensor out = attend(query, heads(2, 6).to(type), heads(2, 6).to(type), mask);
            QVERIFY(out.isfinite().all().item<bool>());
        }
}

void TestAttention::sequencesDoNotMix()
{
    at::manual_seed(4);
    const at::Tensor query = heads(9, 20).to(at::kBFloat16).detach().set_requires_grad(true);
    const at::Tensor key = heads(9, 20).to(at::kBFloat16), value = heads(9, 20).to(at::kBFloat16);
    const at::Tensor together = attend(query, key, value);
    for (std::int64_t i = 0; i < 9; ++i) {
        const auto one = [&](const at::Tensor &x) { return x.narrow(0, i, 1); };
        QVERIFY(at::allclose(attend(one(query), one(key), one(value)), one(together), 1e-2, 1e-2));
    }
}

QTEST_GUILESS_MAIN(TestAttention)
#include "tst_attention.moc"
