// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/scene.h"
#include "core/train/placing.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <QTest>

#include <cmath>
#include <vector>

using namespace qmop;
using namespace qmop::train;

namespace {

// A look at patches (none: at the begin token), with 3 text columns behind them.
at::Tensor lookAt(const std::vector<int> &patches)
{
    at::Tensor columns = at::zeros({1 + scenes::labelCount + 3}, at::kBool);
    columns[0] = patches.empty();
    for (const int patch : patches)
        columns[1 + patch] = true;
    return columns;
}

// A batch of one sequence of 3 text rows, whose words look from these rows.
LanguageBatch batchOf(const std::vector<std::int64_t> &rows, const std::vector<at::Tensor> &columns)
{
    LanguageBatch batch;
    batch.ids = at::zeros({1, 3}, at::kLong);
    batch.wordLooks = {at::tensor(rows, at::kLong), at::stack(columns)};
    return batch;
}

} // namespace

class TestPlacing : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The grid's quarters are 4 patches: patch 0 lies 7.5 of them left of and above the middle.
    void placeIsTheMeanOfItsPatches()
    {
        const at::Tensor places
            = lookPlaces(at::stack({lookAt({0}), lookAt({15}), lookAt({7 * 16 + 2, 8 * 16 + 4}), lookAt({})}), 3);
        const std::vector<std::pair<float, float>> expected{{-1.875F, -1.875F}, {-1.875F, 1.875F}, {0.0F, -1.125F}};
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QCOMPARE(places[std::int64_t(i)][0].item<float>(), expected[i].first);
            QCOMPARE(places[std::int64_t(i)][1].item<float>(), expected[i].second);
        }
        QVERIFY(std::isnan(places[3][0].item<float>()));
    }

    // Heads that always tell row 0.125 and column 0: of two looks one is 2 rows above, the other has no patch.
    void lossIsOfRowsThatLookedAtPatches()
    {
        at::Generator generator = at::make_generator<at::CPUGeneratorImpl>();
        TensorMap heads = initPlacedHeads(4, generator);
        heads.at("heads.placed.word_place.weight").zero_();
        heads.at("heads.placed.word_place.bias").copy_(at::tensor({0.125F, 0.0F}));
        const int above = 3 * 16 + 7, beside = 3 * 16 + 8; // row -1.125, columns -0.125 and 0.125
        const LanguageBatch batch = batchOf({2, 1}, {lookAt({above, beside}), lookAt({})});
        Placing placing(heads, batch, 2);
        at::Tensor hidden = at::randn({1, 5, 4}).requires_grad_();
        placing.observe(1, hidden); // not the words' layer
        placing.observe(0, hidden);
        LossSum sum(nullptr);
        placing.addTo(sum, 2);
        StepReport report;
        // |1.25| - 0.5 and 0, their mean, twice.
        QCOMPARE(sum.finish(report).item<float>(), 0.75F);
    }

    // Rows of the text are counted behind the prefix: only the last row of five gets a gradient.
    void gradientReachesTheRowThatLooked()
    {
        at::Generator generator = at::make_generator<at::CPUGeneratorImpl>();
        const TensorMap heads = initPlacedHeads(4, generator);
        const LanguageBatch batch = batchOf({2}, {lookAt({0})});
        Placing placing(heads, batch, 2);
        at::Tensor hidden = at::randn({1, 5, 4}).requires_grad_();
        placing.observe(0, hidden);
        LossSum sum(nullptr);
        placing.addTo(sum, 1);
        StepReport report;
        sum.finish(report).backward();
        const at::Tensor touched = hidden.grad().abs().sum(-1).squeeze(0) > 0;
        QVERIFY(touched.equal(at::tensor({0, 0, 0, 0, 1}, at::kLong).to(at::kBool)));
    }
};

QTEST_APPLESS_MAIN(TestPlacing)

#include "tst_placing.moc"
