// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/routing_report.h"

#include <ATen/ATen.h>

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace qmop::train;

namespace {

at::Tensor rows(const std::vector<std::vector<double>> &values)
{
    at::Tensor tensor = at::empty({std::int64_t(values.size()), 3}, at::kDouble);
    for (std::size_t i = 0; i < values.size(); ++i)
        std::copy(values[i].begin(), values[i].end(), tensor.data_ptr<double>() + 3 * i);
    return tensor;
}

} // namespace

class TestRoutingReport : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Two labels, each with a branch of its own: one bit. The same weights for all: nothing.
    void informationByHand()
    {
        const std::vector<std::string> labels{"a", "a", "b", "b"};
        const std::vector<double> pool{1, 0, 0}, prune{0, 0, 1}, mixed{0.2, 0.5, 0.3};
        QVERIFY(std::abs(mutualInformation(labels, rows({pool, pool, prune, prune})) - 1.0) < 1e-12);
        QVERIFY(mutualInformation(labels, rows({mixed, mixed, mixed, mixed})) < 1e-12);
        QVERIFY(mutualInformation(labels, rows({pool, prune, pool, prune})) < 1e-12);
        // p(k|a) = (3/4, 0, 1/4), p(k|b) = (1/4, 0, 3/4), p(k) = (1/2, 0, 1/2): 1 - H(1/4).
        const std::vector<double> most{0.75, 0, 0.25}, least{0.25, 0, 0.75};
        const double expected = 1 + 0.75 * std::log2(0.75) + 0.25 * std::log2(0.25);
        QVERIFY(std::abs(mutualInformation(labels, rows({most, most, least, least})) - expected) < 1e-12);
        // Three labels, three branches: log2(3).
        QVERIFY(std::abs(mutualInformation({"a", "b", "c"}, rows({pool, {0, 1, 0}, prune})) - std::log2(3.0)) < 1e-12);
    }

    void permutationsKeepEveryNumber()
    {
        const at::Tensor order = permutation(50, 3);
        QVERIFY(at::equal(std::get<0>(order.sort()), at::arange(50)));
        QVERIFY(!at::equal(order, at::arange(50)));
        QVERIFY(at::equal(order, permutation(50, 3)));
        QVERIFY(!at::equal(order, permutation(50, 4)));
    }

    void reportsBothSides()
    {
        RoutingReport report;
        QVERIFY(report.json().empty());
        const std::vector<double> pool{1, 0, 0}, prune{0, 0, 1};
        report.add({"a", "b"}, rows({pool, prune}), {true, true}, {true, false}, {false, false});
        report.add({"a", "b"}, rows({pool, prune}), {true, false}, {false, true}, {true, false});
        const nlohmann::json json = report.json();
        QCOMPARE(json["mutual_information"].get<double>(), 1.0);
        QVERIFY(json["by_chance"].get<double>() < 0.8);
        QCOMPARE(json["own"].get<double>(), 75.0);
        QCOMPARE(json["shuffled"].get<double>(), 50.0);
        QCOMPARE(json["mean"].get<double>(), 25.0);
        QCOMPARE(json["own_only"].get<int>(), 2);
        QCOMPARE(json["shuffled_only"].get<int>(), 1);
    }
};

QTEST_APPLESS_MAIN(TestRoutingReport)
#include "tst_routing_report.moc"
