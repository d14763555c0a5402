// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits by mouse and keys, on a run made by formulas.
#include <QtTest>

#include "tests/widgets/what_if_fixture.h"
#include "widgets/image/image_view.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QSlider>
#include <QTreeWidget>
#include <QWheelEvent>

#include <cmath>

using namespace qmop;

using Shown = fixture::ShownWhatIf;

class TestWhatIf : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Light); }
    void forcingABranch();
    void lambdaRedrawsBeforeItRuns();
    void etaKeepsWhatReachesIt();
    void etaBeginsWithWhatIsKept();
    void whatCannotBeRunSaysSo();
    void brushing();
    void changeOfTheOriginalAnswer();
    void resetIsTheOriginal();
    void whatCannotBeEdited();
    void waitsForTheRunThatGoesOn();
    void searchResults();
    void wheelScrollsAndChangesNothing();
};

void TestWhatIf::forcingABranch()
{
    Shown s;
    QTest::mouseClick(s.button("K only"), Qt::LeftButton);
    QCOMPARE(s.requests.size(), std::size_t(1));
    const RunRequest &request = s.requests[0];
    QCOMPARE(request.overrides.force, std::optional(Branch::Prune));
    // The original answer, by its tokens and with its end.
    QCOMPARE(request.score->tokens, (std::vector<int>{42}));
    QVERIFY(request.score->withEnd);
    QCOMPARE(request.question, s.trace->request.question);
    QVERIFY(s.button("K only")->isChecked() && !s.button("Router")->isChecked());
    QTest::mouseClick(s.button("Router"), Qt::LeftButton);
    QVERIFY(s.panel.edit().overrides.empty());
    for (QCheckBox *box : s.panel.findChildren<QCheckBox *>())
        if (box->text() == "P")
            QTest::mouseClick(box, Qt::LeftButton, {}, {8, box->height() / 2});
    QVERIFY(s.panel.edit().overrides.off[Branch::Pool]);
    // Of the two that are left, both run.
    const PerBranch<double> weights = s.panel.edit().weights();
    QVERIFY(std::abs(weights[Branch::Prune] - 0.75 / 0.79) < 1e-6);
    QVERIFY(std::abs(weights[Branch::Resample] - 0.04 / 0.79) < 1e-6);
}

void TestWhatIf::lambdaRedrawsBeforeItRuns()
{
    Shown s;
    QSignalSpy previews(&s.panel, &WhatIfPanel::previewChanged);
    s.panel.lambdaSlider()->setSliderDown(true);
    s.panel.lambdaSlider()->setValue(10);
    QVERIFY(previews.count() > 0);
    QVERIFY(s.requests.empty());
    QCOMPARE(s.panel.edit().overrides.lambda, std::optional(0.1));
    s.panel.lambdaSlider()->setSliderDown(false); // let go
    QCOMPARE(s.requests.size(), std::size_t(1));
    QCOMPARE(s.requests[0].overrides.lambda, std::optional(0.1));
    // A key step is an edit of its own; not where "on release" is off.
    QTest::keyClick(s.panel.lambdaSlider(), Qt::Key_Right);
    QCOMPARE(s.requests.size(), std::size_t(2));
    for (QCheckBox *box : s.panel.findChildren<QCheckBox *>())
        if (box->text() == "on release")
            box->setChecked(false);
    QTest::keyClick(s.panel.lambdaSlider(), Qt::Key_Right);
    QCOMPARE(s.requests.size(), std::size_t(2));
    QTest::mouseClick(s.button("Run edit"), Qt::LeftButton);
    QCOMPARE(s.requests.size(), std::size_t(3));
    QCOMPARE(s.requests[2].overrides.lambda, std::optional(0.12));
}

void TestWhatIf::etaKeepsWhatReachesIt()
{
    Shown s;
    QTest::mouseClick(s.button("K only"), Qt::LeftButton);
    s.requests.clear();
    // Starts where the budget's own threshold lies.
    const PruningTrace &pruning = *s.trace->pruning;
    const auto [low, high] = std::minmax_element(pruning.combined.begin(), pruning.combined.end());
    const double share = double(pruning.threshold - *low) / double(*high - *low);
    QCOMPARE(s.panel.etaSlider()->value(), int(std::lround(share * s.panel.etaSlider()->maximum())));
    s.panel.etaSlider()->setSliderDown(true);
    for (int position : {0, 100, 250, 400, s.panel.etaSlider()->maximum()}) {
        s.panel.etaSlider()->setValue(position);
        const double eta = *s.panel.edit().overrides.eta;
        const auto preview = s.panel.shownPreview();
        QVERIFY(preview);
        for (std::size_t i = 0; i < preview->kept.size(); ++i)
            QCOMPARE(preview->kept[i] != 0, double(s.trace->pruning->combined[i]) >= eta);
        QVERIFY(std::count(preview->kept.begin(), preview->kept.end(), 1) > 0);
    }
    s.panel.etaSlider()->setSliderDown(false);
    QCOMPARE(s.requests.size(), std::size_t(1));
    // With other branches beside pruning no other number fits: said, not sent.
    QTest::mouseClick(s.button("Router"), Qt::LeftButton);
    QCOMPARE(s.requests.size(), std::size_t(1));
    QVERIFY2(s.panel.obstacleText().contains("force K"), qPrintable(s.panel.obstacleText()));
    QVERIFY(!s.button("Run edit")->isEnabled());
}

// Also under another lambda, and with patches forced in and out.
void TestWhatIf::etaBeginsWithWhatIsKept()
{
    Shown s;
    QCheckBox *useEta = s.panel.findChild<QCheckBox *>(QStringLiteral("useEta"));
    QVERIFY(useEta);
    QTest::mouseClick(s.button("K only"), Qt::LeftButton);
    s.panel.lambdaSlider()->setValue(s.panel.lambdaSlider()->maximum() / 5);
    for (const bool forced : {false, true}) {
        if (forced) {
            const std::vector<std::uint8_t> kept = s.panel.edit().preview()->kept;
            const auto first = [&](int flag) { return int(std::ranges::find(kept, flag) - kept.begin()); };
            Overrides overrides = s.panel.edit().overrides;
            overrides.keep = {first(0)};
            overrides.drop = {first(1)};
            s.panel.setOverrides(overrides);
        }
        const std::vector<std::uint8_t> kept = s.panel.edit().preview()->kept;
        const int position = s.panel.etaSlider()->value();
        QTest::mouseClick(useEta, Qt::LeftButton, {}, QPoint(8, useEta->height() / 2));
        QVERIFY(s.panel.edit().overrides.eta);
        QCOMPARE(s.panel.edit().preview()->kept, kept);
        QCOMPARE(s.panel.etaSlider()->value(), position);
        QTest::mouseClick(useEta, Qt::LeftButton, {}, QPoint(8, useEta->height() / 2));
        QVERIFY(!s.panel.edit().overrides.eta);
    }
}

// Nothing offers to run it, and the answer of the edit before does not pass for its own.
void TestWhatIf::whatCannotBeRunSaysSo()
{
    Shown s;
    ImageView view(&s.selection);
    view.setTrace(s.trace);
    connect(&s.panel, &WhatIfPanel::previewChanged, &view, [&] { view.setKeptPreview(s.panel.shownPreview()); });
    s.panel.lambdaSlider()->setValue(s.panel.lambdaSlider()->maximum() / 5);
    QVERIFY2(view.trustStrip().contains("run it to see the answer"), qPrintable(view.trustStrip()));
    s.panel.setTrace(s.resultOf(s.requests.back(), -2));
    QVERIFY2(s.panel.resultText().contains("Edited: owl"), qPrintable(s.panel.resultText()));
    s.panel.etaSlider()->setSliderDown(true); // two branches make the tokens: their numbers must agree
    s.panel.etaSlider()->setValue(s.panel.etaSlider()->maximum() / 4);
    QVERIFY(!s.button("Run edit")->isEnabled());
    QVERIFY2(view.trustStrip().startsWith("edit that cannot be run: "), qPrintable(view.trustStrip()));
    QVERIFY2(view.trustStrip().contains(s.panel.obstacleText()), qPrintable(view.trustStrip()));
    QVERIFY2(s.panel.resultText().contains("Edit before this: owl"), qPrintable(s.panel.resultText()));
}

void TestWhatIf::brushing()
{
    Shown s;
    QSignalSpy brushes(&s.panel, &WhatIfPanel::brushChanged);
    QTest::mouseClick(s.brush("+ in"), Qt::LeftButton);
    QCOMPARE(brushes.last().first().toBool(), true);
    s.panel.brushPatches({200, 201});
    s.panel.brushPatches({100});
    QVERIFY(s.requests.empty()); // the stroke goes on
    QCOMPARE(s.panel.edit().overrides.keep, (std::vector<int>{100, 200, 201}));
    const auto preview = s.panel.shownPreview();
    QVERIFY(preview->kept[200] && preview->kept[100]);
    QVERIFY(!preview->kept[63] && !preview->kept[61]); // the three lowest fall out
    QVERIFY(preview->kept[60]);
    QCOMPARE(preview->forcedIn, (std::vector<int>{100, 200, 201}));
    s.panel.settle();
    QCOMPARE(s.requests.size(), std::size_t(1));
    QTest::mouseClick(s.brush("× out"), Qt::LeftButton);
    s.panel.brushPatches({0, 200});
    QCOMPARE(s.panel.edit().overrides.keep, (std::vector<int>{100, 201}));
    QCOMPARE(s.panel.edit().overrides.drop, (std::vector<int>{0, 200}));
    QTest::mouseClick(s.brush("erase"), Qt::LeftButton);
    s.panel.brushPatches({0, 200, 100, 201});
    QVERIFY(s.panel.edit().overrides.empty());
    QTest::mouseClick(s.brush("off"), Qt::LeftButton);
    QCOMPARE(brushes.last().first().toBool(), false);
}

void TestWhatIf::changeOfTheOriginalAnswer()
{
    Shown s;
    QTest::mouseClick(s.button("P only"), Qt::LeftButton);
    s.panel.setTrace(s.resultOf(s.requests[0], s.trace->answer.logProbability - 1.5));
    QVERIFY2(s.panel.resultText().contains("-1.5000"), qPrintable(s.panel.resultText()));
    QVERIFY(s.panel.resultText().contains("owl (changed)"));
    // No change is exactly 0, and shown as such.
    s.panel.setTrace(s.resultOf(s.requests[0], s.trace->answer.logProbability));
    QVERIFY(s.panel.resultText().endsWith(": 0"));
    // And nothing else is: a change of a few millionths has digits of its own.
    s.panel.setTrace(s.resultOf(s.requests[0], s.trace->answer.logProbability - 4e-6));
    QVERIFY2(s.panel.resultText().endsWith(": -4.0e-06"), qPrintable(s.panel.resultText()));
    // Another answer's score says nothing about the original one.
    auto other = s.resultOf(s.requests[0], -3);
    other->score->tokens[0].id = 7;
    s.panel.setTrace(other);
    QVERIFY(!s.panel.resultText().contains("Δ"));
    QVERIFY(!s.panel.edit().change(*other));
}

void TestWhatIf::resetIsTheOriginal()
{
    Shown s;
    QTest::mouseClick(s.button("R only"), Qt::LeftButton);
    s.panel.lambdaSlider()->setValue(90);
    QVERIFY(s.panel.shownPreview());
    QTest::mouseClick(s.button("Reset"), Qt::LeftButton);
    QVERIFY(s.panel.edit().overrides.empty());
    QVERIFY(!s.panel.shownPreview());
    QCOMPARE(s.panel.lambdaSlider()->value(), 50);
    QVERIFY(!s.button("Reset")->isEnabled());
    // A new run is a new original.
    QTest::mouseClick(s.button("R only"), Qt::LeftButton);
    s.panel.setTrace(fixture::makeTrace({.question = "is it day?"}));
    QVERIFY(s.panel.edit().overrides.empty());
    QCOMPARE(s.panel.edit().original()->request.question, std::string("is it day?"));
}

void TestWhatIf::whatCannotBeEdited()
{
    Shown s;
    s.panel.setTrace(nullptr);
    QVERIFY(s.panel.obstacleText().contains("Run a question first"));
    QVERIFY(!s.button("Run edit")->isEnabled());
    auto none = fixture::makeTrace({.compressor = "none"});
    none->routing.reset();
    none->pruning.reset();
    s.panel.setTrace(none);
    QVERIFY(s.panel.obstacleText().contains("none"));
    QVERIFY(!s.panel.lambdaSlider()->isEnabled());
    // One branch alone: its weights are not to choose, its scores are.
    auto prune = fixture::makeTrace({.compressor = "prune"});
    prune->routing->selected.values = {0, 0, 1};
    s.panel.setTrace(prune);
    QVERIFY(!s.button("K only")->isEnabled());
    QVERIFY(s.panel.lambdaSlider()->isEnabled());
    QVERIFY(s.button("Run edit")->isEnabled());
}

void TestWhatIf::waitsForTheRunThatGoesOn()
{
    Shown s;
    s.panel.setRunning(true);
    QTest::mouseClick(s.button("K only"), Qt::LeftButton);
    QTest::mouseClick(s.button("P only"), Qt::LeftButton);
    QVERIFY(s.requests.empty());
    s.panel.setRunning(false);
    QCOMPARE(s.requests.size(), std::size_t(1)); // the last one alone
    QCOMPARE(s.requests[0].overrides.force, std::optional(Branch::Pool));
}

void TestWhatIf::searchResults()
{
    Shown s;
    QTest::mouseClick(s.button("P only"), Qt::LeftButton);
    QVERIFY(!s.button("Search")->isEnabled()); // pruning has no weight
    QTest::mouseClick(s.button("K only"), Qt::LeftButton);
    s.requests.clear();
    QTest::mouseClick(s.button("Search"), Qt::LeftButton);
    QVERIFY(s.requests.at(0).search);
    QVERIFY(!s.requests[0].search->target); // the uncompressed answer
    QVERIFY(s.requests[0].withUncompressed);
    QCOMPARE(s.requests[0].overrides.force, std::optional(Branch::Prune));
    s.panel.setSearchProgress(12, 40);

    auto result = s.resultOf(s.requests[0], -2);
    SearchTrace search;
    search.target.text = "owl";
    search.gains.assign(256, NAN);
    search.gains[70] = 0.5F;
    search.gains[90] = 1.25F;
    search.gains[91] = -1;
    search.rounds = {{90, 63, -1, 1.25, "fox", false}, {70, 62, -0.5, 0.5, "owl", true}};
    search.tried = 300;
    search.complete = true;
    result->search = search;
    s.panel.setTrace(result);
    QTreeWidget *found = s.panel.foundPatches();
    QCOMPARE(found->topLevelItemCount(), 4); // two rounds, two gains above 0
    QCOMPARE(found->topLevelItem(0)->text(0), QStringLiteral("1. row 5, column 10"));
    QCOMPARE(found->topLevelItem(0)->text(1), QStringLiteral("+1.2500"));
    QVERIFY(found->topLevelItem(1)->text(2).contains("found"));
    QVERIFY(found->topLevelItem(2)->text(0).endsWith("row 5, column 10")); // alone, highest first
    found->setCurrentItem(found->topLevelItem(1));
    QCOMPARE(s.selection.lockedPatch(), 70);
    s.requests.clear();
    QTest::mouseClick(s.button("Force them in"), Qt::LeftButton);
    QCOMPARE(s.panel.edit().overrides.keep, (std::vector<int>{70, 90}));
    QCOMPARE(s.requests.size(), std::size_t(1));

    // It stays with the run that was searched, and says what of it the edit has.
    s.panel.setTrace(s.resultOf(s.requests[0], -3));
    QCOMPARE(found->topLevelItemCount(), 4);
    QCOMPARE(found->topLevelItem(0)->text(3), QStringLiteral("in"));
    QTest::mouseClick(s.brush("× out"), Qt::LeftButton);
    s.panel.brushPatches({90});
    QCOMPARE(found->topLevelItem(0)->text(3), QStringLiteral("out"));
    QCOMPARE(found->topLevelItem(1)->text(3), QStringLiteral("in"));
    QTest::mouseClick(s.button("Reset"), Qt::LeftButton);
    QCOMPARE(found->topLevelItemCount(), 4);
    QCOMPARE(found->topLevelItem(0)->text(3), QString());
    QTest::mouseClick(s.button("Force them in"), Qt::LeftButton);
    QCOMPARE(s.panel.edit().overrides.force, std::optional(Branch::Prune)); // as it was searched
    QCOMPARE(s.panel.edit().overrides.keep, (std::vector<int>{70, 90}));
    s.panel.setTrace(fixture::makeTrace({.question = "is it day?"}));
    QCOMPARE(found->topLevelItemCount(), 0);
    QVERIFY(!s.button("Force them in")->isEnabled());
    s.panel.setTrace(s.trace);
    QCOMPARE(found->topLevelItemCount(), 4);
}

// The panel is longer than its dock: sliders come under the pointer while it scrolls.
void TestWhatIf::wheelScrollsAndChangesNothing()
{
    Shown s;
    QTest::mouseClick(s.button("K only"), Qt::LeftButton);
    const std::size_t runs = s.requests.size();
    QSlider *slider = s.panel.lambdaSlider();
    // True: the slider took it, and what is around does not scroll.
    const auto takesTheWheel = [&] {
        const QPointF at = slider->rect().center();
        QWheelEvent wheel(at, slider->mapToGlobal(at), {}, QPoint(0, -120), Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(slider, &wheel);
        return wheel.isAccepted();
    };
    slider->clearFocus();
    const int before = slider->value();
    QVERIFY(!takesTheWheel());
    QCOMPARE(slider->value(), before);
    QVERIFY(!slider->hasFocus());
    QCOMPARE(s.requests.size(), runs);
    s.panel.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&s.panel));
    slider->setFocus();
    QVERIFY(takesTheWheel()); // chosen first, it moves
    QVERIFY(slider->value() != before);
}

QTEST_MAIN(TestWhatIf)
#include "tst_what_if.moc"
