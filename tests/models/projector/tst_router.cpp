// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/router.h"
#include "tests/models/projector/gradient_check.h"

#include <QTest>

using namespace qmop;

namespace {

TensorMap randomRouter(std::int64_t features, std::int64_t hidden)
{
    return {{"linear_1.weight", at::randn({hidden, features}, seeded(1), at::kDouble)},
            {"linear_1.bias", at::randn({hidden}, seeded(2), at::kDouble)},
            {"linear_2.weight", at::randn({3, hidden}, seeded(3), at::kDouble)},
            {"linear_2.bias", at::randn({3}, seeded(4), at::kDouble)}};
}

double gelu(double x)
{
    return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0)));
}

} // namespace

class TestRouter : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Hidden unit 0 copies the class row's value 2, unit 1 the EOS value -1:
    // gelu(2) = 1.954500, gelu(-1) = -0.158655.
    void byHand()
    {
        const TensorMap tensors{{"linear_1.weight", at::eye(2)},
                                {"linear_1.bias", at::zeros({2})},
                                {"linear_2.weight", at::tensor({1.0F, 0.0F, 0.0F, 1.0F, 1.0F, 1.0F}).view({3, 2})},
                                {"linear_2.bias", at::tensor({0.0F, 0.0F, 1.0F})}};
        const at::Tensor logits = routerLogits(WeightScope(tensors), at::full({1, 1}, 2.0F), at::full({1, 1}, -1.0F));
        QVERIFY(at::allclose(logits, at::tensor({1.954500F, -0.158655F, 2.795845F}).view({1, 3}), 1e-5, 1e-5));
        // softmax of 0, ln 2, ln 5 is 1/8, 2/8, 5/8; at tau = 0.5 the ratios are squared.
        const at::Tensor simple = at::tensor({0.0F, std::log(2.0F), std::log(5.0F)}).view({1, 3});
        QVERIFY(at::allclose(routingWeights(simple, 1.0), at::tensor({0.125F, 0.25F, 0.625F}).view({1, 3})));
        QVERIFY(at::allclose(routingWeights(simple, 0.5), at::tensor({1.0F / 30, 4.0F / 30, 25.0F / 30}).view({1, 3})));
        const at::Tensor noise = at::tensor({std::log(4.0F), 0.0F, 0.0F}).view({1, 3});
        QVERIFY(at::allclose(routingWeights(simple, 1.0, 0.5, noise),
                             at::tensor({2.0F / 9, 2.0F / 9, 5.0F / 9}).view({1, 3})));
        QVERIFY(at::equal(routingWeights(simple, 1.0, 0.0, noise), routingWeights(simple, 1.0)));
    }

    void equalsDoubleLoop()
    {
        const TensorMap tensors = randomRouter(7, 5);
        const at::Tensor classRow = at::randn({3, 4}, seeded(5), at::kDouble);
        const at::Tensor eos = at::randn({3, 3}, seeded(6), at::kDouble);
        const at::Tensor logits = routerLogits(WeightScope(tensors), classRow, eos);
        for (int b = 0; b < 3; ++b)
            for (int k = 0; k < 3; ++k) {
                double logit = tensors.at("linear_2.bias")[k].item<double>();
                for (int h = 0; h < 5; ++h) {
                    double sum = tensors.at("linear_1.bias")[h].item<double>();
                    for (int c = 0; c < 7; ++c)
                        sum += tensors.at("linear_1.weight")[h][c].item<double>()
                            * (c < 4 ? classRow[b][c] : eos[b][c - 4]).item<double>();
                    logit += tensors.at("linear_2.weight")[k][h].item<double>() * gelu(sum);
                }
                QVERIFY(std::abs(logits[b][k].item<double>() - logit) < 1e-10);
            }
        QVERIFY(at::allclose(routingWeights(logits, 0.5).sum(-1), at::ones({3}, at::kDouble)));
    }

    void gradientsAreRight()
    {
        TensorMap tensors = randomRouter(5, 4);
        tensors["class"] = at::randn({2, 3}, seeded(7), at::kDouble);
        tensors["eos"] = at::randn({2, 2}, seeded(8), at::kDouble);
        const at::Tensor noise = at::randn({2, 3}, seeded(9), at::kDouble);
        const double error = gradientError(tensors, [&](const TensorMap &map) {
            return weighted(
                routingWeights(routerLogits(WeightScope(map), map.at("class"), map.at("eos")), 0.7, 0.5, noise));
        });
        QVERIFY2(error < 1e-7, qPrintable(QString::number(error)));
    }

    void bfloat16GivesFloat32Logits()
    {
        TensorMap narrow;
        for (const auto &[name, tensor] : randomRouter(7, 5))
            narrow[name] = tensor.to(at::kBFloat16);
        const at::Tensor logits
            = routerLogits(WeightScope(narrow), at::ones({1, 4}, at::kBFloat16), at::ones({1, 3}, at::kBFloat16));
        QCOMPARE(logits.scalar_type(), at::kFloat);
    }
};

QTEST_APPLESS_MAIN(TestRouter)
#include "tst_router.moc"
