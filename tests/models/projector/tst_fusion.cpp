// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/fusion.h"
#include "models/projector/projector_mlp.h"
#include "qmop/error.h"
#include "tests/models/projector/gradient_check.h"

#include <QTest>

using namespace qmop;

namespace {

using Weights = std::array<float, 3>;

PerBranch<at::Tensor> randomRows(std::uint64_t seed)
{
    PerBranch<at::Tensor> rows;
    for (Branch branch : allBranches)
        rows[branch] = at::randn({2, 4, 3}, seeded(seed + std::uint64_t(branch)), at::kDouble);
    return rows;
}

} // namespace

Q_DECLARE_METATYPE(Weights)

class TestFusion : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void selects_data()
    {
        QTest::addColumn<Weights>("alpha");
        QTest::addColumn<int>("mode");
        QTest::addColumn<double>("threshold");
        QTest::addColumn<Weights>("expected");
        const auto top2 = int(FusionMode::Top2);
        const auto above = int(FusionMode::Threshold);
        const auto soft = int(FusionMode::Soft);
        QTest::newRow("two highest") << Weights{0.5F, 0.2F, 0.3F} << top2 << 0.25 << Weights{0.625F, 0, 0.375F};
        QTest::newRow("tie: the last leaves")
            << Weights{0.4F, 0.3F, 0.3F} << top2 << 0.25 << Weights{4.0F / 7, 3.0F / 7, 0};
        QTest::newRow("all equal") << Weights{1.0F / 3, 1.0F / 3, 1.0F / 3} << top2 << 0.25 << Weights{0.5F, 0.5F, 0};
        QTest::newRow("collapsed router") << Weights{0, 0, 1} << top2 << 0.25 << Weights{0, 0, 1};
        QTest::newRow("above threshold") << Weights{0.5F, 0.2F, 0.3F} << above << 0.25 << Weights{0.625F, 0, 0.375F};
        QTest::newRow("exactly at threshold")
            << Weights{0.5F, 0.25F, 0.25F} << above << 0.25 << Weights{0.5F, 0.25F, 0.25F};
        QTest::newRow("only one above") << Weights{0.1F, 0.8F, 0.1F} << above << 0.25 << Weights{0, 1, 0};
        QTest::newRow("none above: the highest stays") << Weights{0.3F, 0.3F, 0.4F} << above << 0.9 << Weights{0, 0, 1};
        QTest::newRow("none above, tie") << Weights{0.4F, 0.4F, 0.2F} << above << 0.9 << Weights{1, 0, 0};
        QTest::newRow("soft") << Weights{0.5F, 0.2F, 0.3F} << soft << 0.25 << Weights{0.5F, 0.2F, 0.3F};
    }

    void selects()
    {
        QFETCH(Weights, alpha);
        QFETCH(int, mode);
        QFETCH(double, threshold);
        QFETCH(Weights, expected);
        const Selection selection = selectBranches({alpha}, FusionMode(mode), threshold);
        float sum = 0;
        for (Branch branch : allBranches) {
            const float weight = expected[std::size_t(branch)];
            QVERIFY(std::abs(selection.weights[branch] - weight) < 1e-6F);
            QVERIFY(selection.active[branch] || selection.weights[branch] == 0);
            sum += selection.weights[branch];
        }
        QVERIFY(std::abs(sum - 1) < 1e-6F);
        if (FusionMode(mode) == FusionMode::Top2) {
            QCOMPARE(int(selection.active[Branch::Pool]) + int(selection.active[Branch::Resample])
                         + int(selection.active[Branch::Prune]),
                     2);
        }
    }

    void branchesThatAreOff()
    {
        const PerBranch<float> alpha{{0.5F, 0.3F, 0.2F}};
        const PerBranch<bool> off{{true, false, false}};
        for (FusionMode mode : {FusionMode::Top2, FusionMode::Soft}) {
            const Selection both = selectBranches(alpha, mode, 0, off);
            QCOMPARE(both.active.values, (std::array<bool, 3>{false, true, true}));
            QCOMPARE(both.weights.values, (std::array<float, 3>{0, 0.6F, 0.4F}));
        }
        // The highest of those left stays, even below the threshold.
        const Selection one = selectBranches(alpha, FusionMode::Threshold, 0.9, off);
        QCOMPARE(one.weights.values, (std::array<float, 3>{0, 1, 0}));
        // Two off: the last one alone, even where its weight was rounded to 0.
        const Selection last = selectBranches({{0.9F, 0.1F, 0}}, FusionMode::Top2, 0, {{true, true, false}});
        QCOMPARE(last.weights.values, (std::array<float, 3>{0, 0, 1}));
    }

    void weightsThatAreGiven()
    {
        QCOMPARE(givenWeights({{1, 1, 2}}).weights.values, (std::array<float, 3>{0.25F, 0.25F, 0.5F}));
        QCOMPARE(givenWeights({{1, 1, 2}}, {{false, false, true}}).weights.values,
                 (std::array<float, 3>{0.5F, 0.5F, 0}));
        const Selection corner = givenWeights({{0, 5, 0}});
        QCOMPARE(corner.active.values, (std::array<bool, 3>{false, true, false}));
        QCOMPARE(corner.weights[Branch::Resample], 1.0F);
        // What a run selected comes back to the bit, though it sums to 1 only nearly.
        const Selection selected = selectBranches({{0.21F, 0.04F, 0.75F}}, FusionMode::Top2, 0);
        PerBranch<double> weights;
        for (Branch branch : allBranches)
            weights[branch] = double(selected.weights[branch]);
        QCOMPARE(givenWeights(weights).weights.values, selected.weights.values);
    }

    void equalsDoubleLoop()
    {
        const PerBranch<at::Tensor> rows = randomRows(1);
        const at::Tensor alpha = at::softmax(at::randn({2, 3}, seeded(5), at::kDouble), -1);
        const at::Tensor fused = fuseBranches(rows, alpha);
        for (int b = 0; b < 2; ++b)
            for (int m = 0; m < 4; ++m)
                for (int c = 0; c < 3; ++c) {
                    double sum = 0;
                    for (Branch branch : allBranches)
                        sum += alpha[b][std::int64_t(branch)].item<double>() * rows[branch][b][m][c].item<double>();
                    QVERIFY(std::abs(fused[b][m][c].item<double>() - sum) < 1e-12);
                }
    }

    void inactiveRowsAreNeverRead()
    {
        PerBranch<at::Tensor> rows = randomRows(11);
        const at::Tensor alpha = at::tensor({0.75, 0.0, 0.25}, at::kDouble).expand({2, 3});
        rows[Branch::Resample] = at::Tensor();
        const at::Tensor expected = fuseBranches(rows, alpha);
        rows[Branch::Resample] = at::full({2, 4, 3}, NAN, at::kDouble);
        QVERIFY(at::equal(fuseBranches(rows, alpha), expected));
        // One branch alone passes unchanged.
        const at::Tensor alone = at::tensor({0.0, 0.0, 1.0}, at::kDouble).expand({2, 3});
        QVERIFY(at::equal(fuseBranches(rows, alone), rows[Branch::Prune]));
        QVERIFY_EXCEPTION_THROWN(fuseBranches(PerBranch<at::Tensor>{}, alpha), Error);
    }

    void followsAPermutationOfTheBranches()
    {
        const PerBranch<at::Tensor> rows = randomRows(21);
        const at::Tensor alpha = at::softmax(at::randn({2, 3}, seeded(25), at::kDouble), -1);
        const PerBranch<at::Tensor> turned{{rows[Branch::Prune], rows[Branch::Pool], rows[Branch::Resample]}};
        QVERIFY(at::allclose(fuseBranches(rows, alpha), fuseBranches(turned, alpha.roll(1, 1))));
    }

    void gradientsAreRight()
    {
        const PerBranch<at::Tensor> rows = randomRows(31);
        TensorMap tensors{{"pool", rows[Branch::Pool]},
                          {"resample", rows[Branch::Resample]},
                          {"prune", rows[Branch::Prune]},
                          {"alpha", at::softmax(at::randn({2, 3}, seeded(35), at::kDouble), -1)}};
        const double error = gradientError(tensors, [](const TensorMap &map) {
            return weighted(fuseBranches({{map.at("pool"), map.at("resample"), map.at("prune")}}, map.at("alpha")));
        });
        QVERIFY2(error < 1e-7, qPrintable(QString::number(error)));
    }

    // One channel in, one out: 2 gelu(3 x + 1) - 1 at x = 1 and x = -1.
    void mlpByHand()
    {
        const TensorMap tensors{{"linear_1.weight", at::full({1, 1}, 3.0F)},
                                {"linear_1.bias", at::full({1}, 1.0F)},
                                {"linear_2.weight", at::full({1, 1}, 2.0F)},
                                {"linear_2.bias", at::full({1}, -1.0F)}};
        const at::Tensor out = projectorMlp(WeightScope(tensors), at::tensor({1.0F, -1.0F}).view({1, 2, 1}));
        QVERIFY(std::abs(out[0][0][0].item<float>() - 6.999747F) < 1e-5F);
        QVERIFY(std::abs(out[0][1][0].item<float>() + 1.091000F) < 1e-5F);
    }

    void mlpGradientsAreRight()
    {
        TensorMap tensors{{"linear_1.weight", at::randn({4, 3}, seeded(41), at::kDouble)},
                          {"linear_1.bias", at::randn({4}, seeded(42), at::kDouble)},
                          {"linear_2.weight", at::randn({5, 4}, seeded(43), at::kDouble)},
                          {"linear_2.bias", at::randn({5}, seeded(44), at::kDouble)},
                          {"rows", at::randn({1, 2, 3}, seeded(45), at::kDouble)}};
        const double error = gradientError(
            tensors, [](const TensorMap &map) { return weighted(projectorMlp(WeightScope(map), map.at("rows"))); });
        QVERIFY2(error < 1e-7, qPrintable(QString::number(error)));
    }
};

QTEST_APPLESS_MAIN(TestFusion)
#include "tst_fusion.moc"
