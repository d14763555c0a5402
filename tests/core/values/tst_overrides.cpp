// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/changes_text.h"
#include "qmop/error.h"
#include "qmop/method_text.h"
#include "qmop/overrides.h"

#include <QTest>

using namespace qmop;

namespace {

const std::vector<float> scores{0.2F, 0.9F, 0.5F, 0.5F, 0.1F, 0.8F};

Overrides pinned(std::vector<int> keep, std::vector<int> drop = {})
{
    Overrides overrides;
    overrides.keep = std::move(keep);
    overrides.drop = std::move(drop);
    return overrides;
}

// Ranks one patch by counting those before it: no sorting.
std::vector<int> naiveTop(const std::vector<float> &values, int budget)
{
    std::vector<int> kept;
    for (int i = 0; i < int(values.size()); ++i) {
        int before = 0;
        for (int j = 0; j < int(values.size()); ++j)
            before += values[std::size_t(j)] > values[std::size_t(i)]
                    || (values[std::size_t(j)] == values[std::size_t(i)] && j < i)
                ? 1
                : 0;
        if (before < budget)
            kept.push_back(i);
    }
    return kept;
}

} // namespace

class TestOverrides : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingSetIsTheTop()
    {
        QVERIFY(Overrides{}.empty());
        for (int budget = 1; budget <= int(scores.size()); ++budget)
            QCOMPARE(keptUnder(scores, {}, budget, {}), naiveTop(scores, budget));
        // Ties: patch 2 before patch 3.
        QCOMPARE(keptUnder(scores, {}, 3, {}), (std::vector<int>{1, 2, 5}));
    }

    void pinsKeepTheNumber()
    {
        QCOMPARE(keptUnder(scores, {}, 3, pinned({4})), (std::vector<int>{1, 4, 5})); // 2 falls out
        QCOMPARE(keptUnder(scores, {}, 3, pinned({}, {1})), (std::vector<int>{2, 3, 5})); // 3 comes in
        QCOMPARE(keptUnder(scores, {}, 3, pinned({0, 4}, {1})), (std::vector<int>{0, 4, 5}));
        QCOMPARE(keptUnder(scores, {}, 3, pinned({1, 5})), keptUnder(scores, {}, 3, {})); // kept anyway
    }

    void thresholdAndNumber()
    {
        Overrides overrides;
        overrides.eta = 0.5;
        QCOMPARE(keptUnder(scores, {}, 1, overrides), (std::vector<int>{1, 2, 3, 5}));
        overrides.keep = {4};
        overrides.drop = {1};
        QCOMPARE(keptUnder(scores, {}, 1, overrides), (std::vector<int>{2, 3, 4, 5})); // named, not counted
        overrides = {};
        overrides.keepCount = 2;
        QCOMPARE(keptUnder(scores, {}, 5, overrides), (std::vector<int>{1, 5}));
    }

    void paddingComesLast()
    {
        const std::vector<std::uint8_t> padding{0, 1, 0, 0, 0, 1};
        QCOMPARE(keptUnder(scores, padding, 3, {}), (std::vector<int>{0, 2, 3}));
        QCOMPARE(keptUnder(scores, padding, 3, pinned({5})), (std::vector<int>{2, 3, 5}));
        QCOMPARE(keptUnder(scores, padding, 5, {}), (std::vector<int>{0, 1, 2, 3, 4})); // where nothing else is left
        Overrides overrides;
        overrides.eta = 0;
        QCOMPARE(keptUnder(scores, padding, 3, overrides), (std::vector<int>{0, 2, 3, 4}));
        // A picture of nothing but padding: its patches count like any others.
        QCOMPARE(keptUnder(scores, std::vector<std::uint8_t>(6, 1), 2, {}), (std::vector<int>{1, 5}));
    }

    void mixesByHand()
    {
        const std::vector<float> importance{1, 0, 0.5F};
        const std::vector<float> relevance{0, 1, 0.25F};
        QCOMPARE(combinedScores(importance, relevance, 1), importance);
        QCOMPARE(combinedScores(importance, relevance, 0), relevance);
        QCOMPARE(combinedScores(importance, relevance, 0.25), (std::vector<float>{0.25F, 0.75F, 0.3125F}));
    }

    void impossible_data()
    {
        QTest::addColumn<QString>("what");
        for (const char *what :
             {"no such patch", "negative patch", "too many in", "too many out", "eta above all", "forced both ways",
              "alpha of a forced branch", "forced branch is off", "all off", "alpha of nothing", "negative alpha",
              "alpha only where off", "lambda", "eta", "eta and count", "count of nothing"})
            QTest::newRow(what) << what;
    }

    void impossible()
    {
        QFETCH(QString, what);
        Overrides o;
        if (what == "no such patch")
            o.keep = {6};
        else if (what == "negative patch")
            o.drop = {-1};
        else if (what == "too many in")
            o.keep = {0, 2, 3, 4};
        else if (what == "too many out")
            o.drop = {0, 1, 2, 3};
        else if (what == "eta above all")
            o.eta = 0.95;
        else if (what == "forced both ways")
            o.keep = o.drop = {1};
        else if (what == "alpha of a forced branch") {
            o.force = Branch::Pool;
            o.alpha = PerBranch<double>{{1, 0, 0}};
        } else if (what == "forced branch is off") {
            o.force = Branch::Pool;
            o.off[Branch::Pool] = true;
        } else if (what == "all off")
            o.off.values.fill(true);
        else if (what == "alpha of nothing")
            o.alpha = PerBranch<double>{};
        else if (what == "negative alpha")
            o.alpha = PerBranch<double>{{-1, 1, 1}};
        else if (what == "alpha only where off") {
            o.alpha = PerBranch<double>{{0, 0, 1}};
            o.off[Branch::Prune] = true;
        } else if (what == "lambda")
            o.lambda = 1.01;
        else if (what == "eta")
            o.eta = -0.01;
        else if (what == "eta and count") {
            o.eta = 0.5;
            o.keepCount = 2;
        } else
            o.keepCount = 0;
        try {
            checkOverrides(o);
            keptUnder(scores, {}, 3, o);
            QFAIL("was accepted");
        } catch (const Error &error) {
            QCOMPARE(error.code(), ErrorCode::InvalidArgument);
            QVERIFY(!error.hint().empty());
        }
    }

    void words()
    {
        QVERIFY(overrideOptions({}).empty());
        QVERIFY(overridesText({}).empty());
        RunRequest searched;
        QVERIFY(changesText(searched).empty());
        searched.search = PatchSearch();
        QCOMPARE(changesText(searched), std::string("search"));
        searched.overrides.force = Branch::Prune;
        QCOMPARE(changesText(searched), std::string("K forced · search"));
        Overrides overrides;
        overrides.alpha = PerBranch<double>{{0.1, 1.0 / 3, 0.5}};
        overrides.off[Branch::Resample] = true;
        overrides.lambda = 0.3;
        overrides.keepCount = 40;
        overrides.keep = {3, 17};
        overrides.drop = {4};
        QCOMPARE(overrideOptions(overrides),
                 (std::vector<std::string>{"--alpha", "0.1,0.3333333333333333,0.5", "--off", "resample", "--lambda",
                                           "0.3", "--keep-count", "40", "--keep", "3,17", "--drop", "4"}));
        QCOMPARE(overridesText(overrides),
                 std::string("α P 0.10 R 0.33 K 0.50 · R off · λ 0.30 · 40 patches · 2 in · 1 out"));
        overrides = {};
        overrides.force = Branch::Prune;
        overrides.eta = 0.625;
        QCOMPARE(overrideOptions(overrides), (std::vector<std::string>{"--force", "prune", "--eta", "0.625"}));
    }

    // As many tokens as the run had, named once; of headlines, which hold no request, too.
    void methodsAreNamedByTheirTokens()
    {
        const auto named = [](const std::string &compressor, int budget, const std::string &changes) {
            return shownMethod(compressor, budget, changes).text();
        };
        QCOMPARE(named("prune", 16, "7 patches"), std::string("prune · 7"));
        QCOMPARE(named("prune", 16, "λ 0.30 · 7 patches · 2 in · search"),
                 std::string("prune · 7 · λ 0.30 · 2 in · search"));
        QCOMPARE(named("qmop", 16, "K forced · 7 patches"), std::string("qmop · 7 · K forced"));
        QCOMPARE(named("pool", 16, "7 patches"), std::string("pool · 16 · 7 patches")); // pools all the same
        QCOMPARE(named("qmop", 64, ""), std::string("qmop · 64"));
        QCOMPARE(named("none", 64, ""), std::string("none"));
        RunHeadline headline;
        headline.compressor = "prune";
        headline.budget = 16;
        headline.changes = "7 patches";
        RunRequest request;
        request.compressor = "prune";
        request.budget = 16;
        request.overrides.keepCount = 7;
        QCOMPARE(shownMethod(headline).text(), std::string("prune · 7"));
        QCOMPARE(shownMethod(request).text(), std::string("prune · 7"));
    }
};

QTEST_APPLESS_MAIN(TestOverrides)
#include "tst_overrides.moc"
