// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/pruning.h"
#include "qmop/error.h"
#include "tests/models/projector/gradient_check.h"

#include <QTest>

#include <algorithm>
#include <numeric>

using namespace qmop;

namespace {

ProjectorConfig makeConfig(int budget, double lambda = 0.5, int sign = 1)
{
    ProjectorConfig config;
    config.budget = budget;
    config.pruneLambda = lambda;
    config.relevanceSign = sign;
    return config;
}

std::vector<int> keptOf(const PruningScores &scores, int picture = 0)
{
    std::vector<int> kept;
    for (std::int64_t i = 0; i < scores.kept.size(1); ++i)
        kept.push_back(scores.kept[picture][i].item<int>());
    return kept;
}

at::Tensor unitRows(at::IntArrayRef shape, std::uint64_t seed)
{
    const at::Tensor rows = at::randn(shape, seeded(seed));
    return rows / rows.norm(2, {-1}, true);
}

// Equations 3 and 4 for one picture.
std::vector<int> keepNaively(const ProjectorConfig &config, std::vector<double> importance,
                             std::vector<double> relevance, const std::vector<bool> &excluded)
{
    const auto scale = [&](std::vector<double> &values) {
        double lowest = INFINITY;
        double highest = -INFINITY;
        for (std::size_t i = 0; i < values.size(); ++i)
            if (!excluded[i]) {
                lowest = std::min(lowest, values[i]);
                highest = std::max(highest, values[i]);
            }
        for (double &value : values)
            value = (value - lowest) / (highest - lowest);
    };
    for (double &value : relevance)
        value *= config.relevanceSign;
    scale(importance);
    scale(relevance);
    std::vector<int> order(importance.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        if (excluded[std::size_t(a)] != excluded[std::size_t(b)])
            return bool(excluded[std::size_t(b)]);
        if (excluded[std::size_t(a)])
            return false; // the score of padding says nothing: by index
        const auto score = [&](int i) {
            return config.pruneLambda * importance[std::size_t(i)]
                + (1 - config.pruneLambda) * relevance[std::size_t(i)];
        };
        return score(a) > score(b);
    });
    order.resize(std::size_t(config.budget));
    std::sort(order.begin(), order.end());
    return order;
}

} // namespace

class TestPruning : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Importance 0, 1/3, 2/3, 1; relevance 1, 0, 0, 0 -> s = 0.5, 1/6, 1/3, 0.5.
    void byHand()
    {
        const at::Tensor attention = at::tensor({0.1F, 0.2F, 0.3F, 0.4F}).view({1, 4});
        const at::Tensor patches = at::tensor({1.0F, 0.0F, 0.0F, 1.0F, 0.0F, 1.0F, 0.0F, 1.0F}).view({1, 4, 2});
        const at::Tensor text = at::tensor({1.0F, 0.0F}).view({1, 2});
        const PruningScores scores = pruningScores(makeConfig(2), attention, patches, text);
        QVERIFY(at::allclose(scores.combined, at::tensor({0.5F, 1.0F / 6, 1.0F / 3, 0.5F}).view({1, 4}), 1e-5, 1e-6));
        QCOMPARE(keptOf(scores), (std::vector<int>{0, 3}));
        // With the sign of TRIM the similar patch is the worst one.
        QCOMPARE(keptOf(pruningScores(makeConfig(2, 0.5, -1), attention, patches, text)), (std::vector<int>{2, 3}));
        QCOMPARE(keptOf(pruningScores(makeConfig(2, 1.0), attention, patches, text)), (std::vector<int>{2, 3}));

        const at::Tensor rows = at::arange(8, at::kFloat).view({1, 4, 2});
        const BranchOutput out = pruneBranch(rows, scores, true);
        QVERIFY(at::equal(out.rows.flatten(), at::tensor({0.0F, 1.0F, 6.0F, 7.0F})));
        QVERIFY(at::equal(out.provenance.flatten(), at::tensor({1.0F, 0.0F, 0.0F, 0.0F, 0.0F, 0.0F, 0.0F, 1.0F})));
    }

    void tiesGoToTheLowerIndex()
    {
        const at::Tensor same = at::full({1, 50}, 0.02F);
        const at::Tensor patches = at::ones({1, 50, 1});
        const PruningScores scores = pruningScores(makeConfig(7), same, patches, at::ones({1, 1}));
        QCOMPARE(keptOf(scores), (std::vector<int>{0, 1, 2, 3, 4, 5, 6}));
        QCOMPARE(largest(scores.combined), 0.0); // a constant scales to 0, not to NaN
    }

    void equalsDoubleLoop_data()
    {
        QTest::addColumn<int>("budget");
        QTest::addColumn<double>("lambda");
        QTest::addColumn<int>("sign");
        QTest::addColumn<bool>("padded");
        QTest::newRow("defaults") << 16 << 0.5 << 1 << false;
        QTest::newRow("negated") << 16 << 0.5 << -1 << false;
        QTest::newRow("importance only") << 5 << 1.0 << 1 << false;
        QTest::newRow("relevance only") << 9 << 0.0 << 1 << false;
        QTest::newRow("padding left out") << 16 << 0.3 << 1 << true;
        QTest::newRow("more asked than is no padding") << 40 << 0.3 << 1 << true;
        QTest::newRow("all kept") << 64 << 0.5 << 1 << false;
    }

    void equalsDoubleLoop()
    {
        QFETCH(int, budget);
        QFETCH(double, lambda);
        QFETCH(int, sign);
        QFETCH(bool, padded);
        const ProjectorConfig config = makeConfig(budget, lambda, sign);
        const at::Tensor attention = at::rand({3, 64}, seeded(1)) / 64;
        const at::Tensor patches = unitRows({3, 64, 8}, 2);
        const at::Tensor text = unitRows({3, 8}, 3);
        at::Tensor excluded;
        if (padded)
            excluded = at::arange(64).remainder(2).to(at::kBool).unsqueeze(0).expand({3, 64}).contiguous();
        const PruningScores scores = pruningScores(config, attention, patches, text, excluded);
        for (int b = 0; b < 3; ++b) {
            std::vector<double> importance(64);
            std::vector<double> relevance(64);
            std::vector<bool> skip(64, false);
            for (int n = 0; n < 64; ++n) {
                importance[std::size_t(n)] = attention[b][n].item<double>();
                relevance[std::size_t(n)] = (patches[b][n] * text[b]).sum().item<double>();
                skip[std::size_t(n)] = padded && n % 2 == 1;
            }
            QCOMPARE(keptOf(scores, b), keepNaively(config, importance, relevance, skip));
        }
        QVERIFY(scores.combined.min().item<double>() >= 0 && scores.combined.max().item<double>() <= 1 + 1e-6);
    }

    void aPictureOfPaddingStillGivesTokens()
    {
        const PruningScores scores = pruningScores(makeConfig(2), at::tensor({0.1F, 0.3F, 0.2F}).view({1, 3}),
                                                   at::ones({1, 3, 1}), at::ones({1, 1}), at::ones({1, 3}, at::kBool));
        QCOMPARE(keptOf(scores), (std::vector<int>{1, 2}));
    }

    // Renumbering the patches renumbers what is kept.
    void followsAPermutation()
    {
        const ProjectorConfig config = makeConfig(10);
        const at::Tensor attention = at::rand({1, 36}, seeded(4));
        const at::Tensor patches = unitRows({1, 36, 4}, 5);
        const at::Tensor text = unitRows({1, 4}, 6);
        const at::Tensor order = at::randperm(36, seeded(7), at::TensorOptions().dtype(at::kLong));
        const std::vector<int> kept = keptOf(pruningScores(config, attention, patches, text));
        const PruningScores permuted
            = pruningScores(config, attention.index_select(1, order), patches.index_select(1, order), text);
        std::vector<int> back;
        for (int i : keptOf(permuted))
            back.push_back(order[i].item<int>());
        std::sort(back.begin(), back.end());
        QCOMPARE(back, kept);
    }

    void gradientReachesTheKeptRowsOnly()
    {
        const PruningScores scores
            = pruningScores(makeConfig(3), at::rand({1, 9}, seeded(8)), unitRows({1, 9, 4}, 9), unitRows({1, 4}, 10));
        TensorMap tensors{{"rows", at::randn({1, 9, 5}, seeded(11), at::kDouble)}};
        const double error = gradientError(
            tensors, [&](const TensorMap &map) { return weighted(pruneBranch(map.at("rows"), scores, false).rows); });
        QVERIFY2(error < 1e-7, qPrintable(QString::number(error)));
        const at::Tensor reached = (tensors["rows"].grad().abs().sum(-1) > 0).nonzero().select(1, 1);
        QVERIFY(at::equal(reached, scores.kept[0]));
    }

    void moreThanThereAreIsRefused()
    {
        QVERIFY_EXCEPTION_THROWN(pruningScores(makeConfig(5), at::rand({1, 4}), at::ones({1, 4, 1}), at::ones({1, 1})),
                                 Error);
    }
};

QTEST_APPLESS_MAIN(TestPruning)
#include "tst_pruning.moc"
