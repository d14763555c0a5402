// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/adamw.h"
#include "core/train/muon.h"
#include "core/train/optimiser.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <nlohmann/json.hpp>

#include <QTest>

#include <cmath>
#include <fstream>

using namespace qmop;
using namespace qmop::train;

namespace {

// The golden's formulas: see make_optimiser_golden.py.
at::Tensor goldenParameter(at::IntArrayRef shape)
{
    at::Tensor tensor = at::empty(shape, at::kFloat);
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        tensor.data_ptr<float>()[i] = float(std::sin(double(i)));
    return tensor.set_requires_grad(true);
}

at::Tensor goldenGradient(at::IntArrayRef shape, int step)
{
    at::Tensor tensor = at::empty(shape, at::kFloat);
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        tensor.data_ptr<float>()[i] = float(std::cos(0.37 * double(i) * double(i) + step));
    return tensor;
}

nlohmann::json golden()
{
    std::ifstream stream(QMOP_SOURCE_DIR "/tests/golden/optimiser_golden.json");
    return nlohmann::json::parse(stream);
}

double largestDifference(const at::Tensor &tensor, const std::vector<double> &expected)
{
    double largest = 0;
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
        largest = std::max(largest, std::abs(double(tensor.data_ptr<float>()[i]) - expected[std::size_t(i)]));
    return largest;
}

} // namespace

class TestOptimisers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // One step from p = 1, g = 2 with rate 0.1, decay 0.5: decayed to 0.95; both
    // moments corrected to g and g^2, so the step is the rate itself: 0.85.
    void adamwByHand()
    {
        at::Tensor p = at::ones({1, 1}).set_requires_grad(true);
        AdamW adam({{"p", p}}, {0.9, 0.98, 1e-8, 0.5});
        p.mutable_grad() = at::full({1, 1}, 2.0F);
        adam.step(0.1);
        QVERIFY(std::abs(p.item<double>() - 0.85) < 1e-6);
        QVERIFY(!p.grad().defined());
    }

    void adamwAgainstLoop()
    {
        const std::vector<std::int64_t> shape{3, 4};
        at::Tensor p = goldenParameter(shape);
        AdamW adam({{"p", p}}, {0.9, 0.98, 1e-8, 0.05});
        std::vector<double> value(12), m(12, 0.0), v(12, 0.0);
        for (std::size_t i = 0; i < 12; ++i)
            value[i] = double(p.data_ptr<float>()[i]);
        for (int t = 1; t <= 7; ++t) {
            const double rate = 0.01 / t;
            p.mutable_grad() = goldenGradient(shape, t);
            for (std::size_t i = 0; i < 12; ++i) {
                const double g = double(p.grad().data_ptr<float>()[i]);
                value[i] -= rate * 0.05 * value[i];
                m[i] = 0.9 * m[i] + 0.1 * g;
                v[i] = 0.98 * v[i] + 0.02 * g * g;
                value[i] -= rate * (m[i] / (1 - std::pow(0.9, t))) / (std::sqrt(v[i] / (1 - std::pow(0.98, t))) + 1e-8);
            }
            adam.step(rate);
        }
        QVERIFY(largestDifference(p, value) < 1e-6);
    }

    void adamwAgainstPyTorch()
    {
        const nlohmann::json expected = golden()["adamw"];
        const auto shape = expected["shape"].get<std::vector<std::int64_t>>();
        at::Tensor p = goldenParameter(shape);
        AdamW adam({{"p", p}}, {0.9, 0.98, 1e-8, 0.05});
        for (int t = 1; t <= 5; ++t) {
            p.mutable_grad() = goldenGradient(shape, t);
            adam.step(0.01);
        }
        QVERIFY(largestDifference(p, expected["values"].get<std::vector<double>>()) < 1e-6);
    }

    // Vectors (biases, norms) are not decayed.
    void adamwDecaysMatricesOnly()
    {
        at::Tensor bias = at::ones({3}).set_requires_grad(true);
        at::Tensor matrix = at::ones({3, 1}).set_requires_grad(true);
        AdamW adam({{"bias", bias}, {"matrix", matrix}}, {0.9, 0.98, 1e-8, 0.5});
        adam.step(0.1); // no gradients: zero ones
        QVERIFY(at::equal(bias.detach(), at::ones({3})));
        QVERIFY(at::allclose(matrix.detach(), at::full({3, 1}, 0.95F)));
    }

    void muonAgainstPyTorch_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("tall") << "muon_tall";
        QTest::newRow("wide") << "muon_wide";
    }

    void muonAgainstPyTorch()
    {
        QFETCH(QString, name);
        const nlohmann::json expected = golden()[name.toStdString()];
        const auto shape = expected["shape"].get<std::vector<std::int64_t>>();
        at::Tensor p = goldenParameter(shape);
        Muon muon({{"p", p}}, {0.95, 0.01, 5, at::kFloat});
        for (int t = 1; t <= 5; ++t) {
            p.mutable_grad() = goldenGradient(shape, t);
            muon.step(0.02);
        }
        QVERIFY(largestDifference(p, expected["values"].get<std::vector<double>>()) < 1e-4);
    }

    // Singular values of a random matrix are brought near 1, its singular
    // vectors stay: U^T O V is nearly diagonal.
    void orthogonalises()
    {
        at::Generator generator = at::make_generator<at::CPUGeneratorImpl>(5);
        const at::Tensor matrices = at::randn({3, 24, 16}, generator);
        const at::Tensor result = orthogonalise(matrices, 5, at::kFloat);
        QCOMPARE(result.sizes(), matrices.sizes());
        for (std::int64_t i = 0; i < 3; ++i) {
            const auto [u, s, vh] = at::linalg_svd(matrices[i], false);
            const at::Tensor inner = at::mm(at::mm(u.t(), result[i]), vh.t());
            const at::Tensor diagonal = inner.diagonal();
            QVERIFY(diagonal.min().item<double>() > 0.5);
            QVERIFY(diagonal.max().item<double>() < 1.4);
            QVERIFY((inner - at::diag(diagonal)).abs().max().item<double>() < 1e-3);
        }
    }

    // Scaling a gradient does not change the update: Muon's step has a fixed size.
    void muonIgnoresScale()
    {
        const at::Tensor g = goldenGradient({6, 6}, 1);
        QVERIFY(at::allclose(orthogonalise(g.unsqueeze(0), 5, at::kFloat),
                             orthogonalise((g * 1000).unsqueeze(0), 5, at::kFloat), 1e-3, 1e-4));
    }

    void stateContinues()
    {
        const std::vector<std::int64_t> shape{4, 4};
        at::Tensor whole = goldenParameter(shape);
        AdamW adamWhole({{"p", whole}}, {});
        for (int t = 1; t <= 6; ++t) {
            whole.mutable_grad() = goldenGradient(shape, t);
            adamWhole.step(0.01);
        }
        at::Tensor halves = goldenParameter(shape);
        TensorMap state;
        for (int part = 0; part < 2; ++part) {
            AdamW adam({{"p", halves}}, {});
            if (part == 1)
                adam.load(state);
            for (int t = 3 * part + 1; t <= 3 * part + 3; ++t) {
                halves.mutable_grad() = goldenGradient(shape, t);
                adam.step(0.01);
            }
            adam.save(state);
        }
        QVERIFY(at::equal(whole.detach(), halves.detach()));
    }

    void refusesForeignState()
    {
        at::Tensor p = goldenParameter({4, 4});
        Muon muon({{"p", p}}, {});
        try {
            muon.load({{"muon.momentum.p", at::zeros({4, 5})}});
            QFAIL("a state of another shape was taken");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidModel);
            QVERIFY(QString(error.what()).contains("muon.momentum.p"));
        }
    }

    // Norm of (3, 4) is 5; limit 1 leaves (0.6, 0.8).
    void clips()
    {
        at::Tensor a = at::zeros({1}).set_requires_grad(true);
        at::Tensor b = at::zeros({1}).set_requires_grad(true);
        a.mutable_grad() = at::full({1}, 3.0F);
        b.mutable_grad() = at::full({1}, 4.0F);
        const TensorMap both{{"a", a}, {"b", b}};
        QVERIFY(std::abs(clipGradients(both, 1.0) - 5.0) < 1e-6);
        QVERIFY(std::abs(a.grad().item<double>() - 0.6) < 1e-5);
        QVERIFY(std::abs(b.grad().item<double>() - 0.8) < 1e-5);
        QVERIFY(std::abs(clipGradients(both, 2.0) - 1.0) < 1e-5);
        QVERIFY(std::abs(b.grad().item<double>() - 0.8) < 1e-5);
    }
};

QTEST_APPLESS_MAIN(TestOptimisers)
#include "tst_optimisers.moc"
