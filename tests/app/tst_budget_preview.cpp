// SPDX-License-Identifier: GPL-3.0-or-later
//
// The budget slider: while it is dragged, what follows from the run on hand is
// drawn; let go, it runs.
#include <QtTest>

#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/run_controls.h"
#include "tests/app/real_engine.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/costs/costs_panel.h"
#include "widgets/image/budget_preview.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/pooling/pooling_panel.h"
#include "widgets/pooling/window_grid.h"
#include "widgets/pruning/pruning_panel.h"
#include "widgets/resampler/resampler_panel.h"
#include "widgets/selection/selection.h"

#include <QComboBox>

#include <set>

using namespace qmop;

namespace {

void mouse(QWidget *widget, QEvent::Type type, QPointF pos)
{
    const Qt::MouseButton button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    const Qt::MouseButtons buttons = type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, pos, widget->mapToGlobal(pos), button, buttons, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

// Where the handle stands for a budget.
QPointF handleAt(const BudgetSlider *slider, int budget)
{
    QStyleOptionSlider option;
    option.initFrom(slider);
    const int length = slider->style()->pixelMetric(QStyle::PM_SliderLength, &option, slider);
    return {
        length / 2.0
            + QStyle::sliderPositionFromValue(slider->minimum(), slider->maximum(), budget, slider->width() - length),
        slider->height() / 2.0};
}

std::vector<std::uint8_t> flags(const std::vector<int> &patches, int count)
{
    std::vector<std::uint8_t> kept(std::size_t(count), 0);
    for (int patch : patches)
        kept[std::size_t(patch)] = 1;
    return kept;
}

}

class TestBudgetPreview : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void windowsFollowFromTheGrid_data();
    void windowsFollowFromTheGrid();
    void ranksByScoreThenByPlace();
    void draggingRedrawsAndReleasingRuns();
    void theMarkSaysWhatBelongsToTheRun();
    void classAttentionIsShownAsItWas();
    void escapeGoesBack();
    void keysGoFromStopToStop();
    void withoutABudgetThereIsNoHandle();
    void previewIsWhatARunKeeps();

private:
    void ask();
    BudgetSlider *slider() { return m_window->controls()->budgetSlider(); }
    ImageView *view() { return m_window->imagePanel()->view(); }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

// A run with 64 of 256 tokens is shown.
void TestBudgetPreview::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    QVERIFY(m_fixture->openAnswered());
    m_window = m_fixture->window.get();
}

void TestBudgetPreview::cleanup()
{
    m_fixture.reset();
}

void TestBudgetPreview::windowsFollowFromTheGrid_data()
{
    QTest::addColumn<int>("budget");
    QTest::addColumn<int>("stride"); // 0: no windows
    QTest::newRow("4 x 4") << 16 << 4;
    QTest::newRow("8 x 8") << 64 << 2;
    QTest::newRow("each patch") << 256 << 1;
    QTest::newRow("one") << 1 << 16;
    QTest::newRow("3 x 3 does not divide 16") << 9 << 0;
    QTest::newRow("no square") << 37 << 0;
}

void TestBudgetPreview::windowsFollowFromTheGrid()
{
    QFETCH(int, budget);
    QFETCH(int, stride);
    const PatchGrid grid = makePatchGrid(640, 480, 128, 8, FitPolicy::Crop);
    const std::vector<int> windows = poolingWindowsFor(grid, budget);
    QCOMPARE(windows.empty(), stride == 0);
    for (int row = 0; stride > 0 && row < 16; ++row)
        for (int column = 0; column < 16; ++column)
            QCOMPARE(windows[std::size_t(16 * row + column)], row / stride * (16 / stride) + column / stride);
}

void TestBudgetPreview::ranksByScoreThenByPlace()
{
    auto trace = fixture::makeTrace();
    // Five scores only: nearly every rank is a tie, which the lower place wins.
    for (std::size_t i = 0; i < trace->pruning->combined.size(); ++i)
        trace->pruning->combined[i] = float(i * 7 % 5) / 4;
    for (int budget : {1, 16, 37, 63, 65, 200, 256}) {
        const std::optional<KeptPreview> preview = budgetPreview(*trace, budget);
        QVERIFY(preview);
        std::set<std::pair<float, int>> ranked; // by falling score, then by place
        for (int i = 0; i < 256; ++i)
            ranked.insert({-trace->pruning->combined[std::size_t(i)], i});
        std::vector<int> kept;
        for (auto at = ranked.begin(); int(kept.size()) < budget; ++at)
            kept.push_back(at->second);
        QCOMPARE(preview->kept, flags(kept, 256));
    }
    QVERIFY(!budgetPreview(*trace, 64)); // the run itself
    QVERIFY(!budgetPreview(*trace, 0));
    trace->request.overrides.lambda = 0.2; // its scores are not another run's
    QVERIFY(budgetPreview(*trace, 16)->kept.empty());
}

void TestBudgetPreview::draggingRedrawsAndReleasingRuns()
{
    const auto trace = m_window->shownTrace();
    mouse(slider(), QEvent::MouseButtonPress, handleAt(slider(), 64));
    std::set<int> seen;
    for (int budget = 60; budget >= 20; budget -= 4) {
        mouse(slider(), QEvent::MouseMove, handleAt(slider(), budget));
        const int now = slider()->value();
        seen.insert(now);
        QVERIFY(view()->keptPreview());
        QCOMPARE(view()->keptPreview()->kept,
                 flags(keptUnder(trace->pruning->combined, trace->grid.isPadding, now, {}), 256));
        QCOMPARE(m_window->controls()->budget(), now <= 40 ? 16 : 64); // what can be run
        QVERIFY(m_window->findChild<PruningPanel *>()->summary().contains(QString::number(now)));
    }
    QVERIFY(seen.size() > 8); // any number of tokens, not those that were trained alone
    QCOMPARE(m_fixture->engine->requests.size(), std::size_t(1)); // nothing ran so far
    mouse(slider(), QEvent::MouseButtonRelease, handleAt(slider(), 20));
    QCOMPARE(slider()->value(), 16);
    QCOMPARE(m_fixture->engine->requests.size(), std::size_t(2));
    QCOMPARE(m_fixture->engine->requests.back().budget, 16);
    QVERIFY(m_fixture->engine->requests.back().overrides.empty());
    QCOMPARE(view()->keptPreview()->budget, 16); // until the run is there
    m_fixture->engine->finish({.stride = 4});
    QTRY_VERIFY(m_window->shownTrace() != trace);
    QVERIFY(!view()->keptPreview());
    QVERIFY(m_window->answerPanel()->stateText().isEmpty());
}

void TestBudgetPreview::theMarkSaysWhatBelongsToTheRun()
{
    const QString mark = QStringLiteral("answer: M = 64 · preview: M = 16");
    m_window->selection()->setOverlay(OverlayKind::Pooling);
    slider()->setFocus();
    QTest::keyClick(slider(), Qt::Key_Left);
    QCOMPARE(m_window->answerPanel()->stateText(), mark);
    QVERIFY(m_window->resamplerPanel()->summary().startsWith(mark));
    QCOMPARE(m_window->findChild<CostsPanel *>()->stateText(), mark);
    auto *pooling = m_window->findChild<PoolingPanel *>();
    QVERIFY(pooling->details().startsWith(mark));
    QVERIFY(pooling->grid()->isPreview());
    QCOMPARE(pooling->grid()->windowOf(255), 15); // 4 x 4 windows
    QVERIFY(view()->trustStrip().contains("the windows of M = 16"));
    // A click there would name a window that the run does not have.
    QTest::mouseClick(pooling->grid(), Qt::LeftButton, {}, pooling->grid()->patchRect(200).center().toPoint());
    QCOMPARE(m_window->selection()->token().token, -1);
    m_window->selection()->setOverlay(OverlayKind::Kept);
    // Read out as drawn.
    QVERIFY2(view()->readoutOf(40).text().contains("· would be dropped"), qPrintable(view()->readoutOf(40).text()));
    QTest::keyClick(slider(), Qt::Key_Right);
    QVERIFY2(view()->readoutOf(40).text().contains("· kept"), qPrintable(view()->readoutOf(40).text()));
    QVERIFY(m_window->answerPanel()->stateText().isEmpty());
    QVERIFY(!pooling->grid()->isPreview());
    QCOMPARE(m_fixture->engine->requests.size(), std::size_t(1)); // keys choose, Ctrl+Enter runs
}

// Class attention has no scores from which another budget's patches would follow.
void TestBudgetPreview::classAttentionIsShownAsItWas()
{
    m_window->controls()->choose("cls-prune", 64);
    m_window->startRun();
    m_fixture->engine->finish({.compressor = "cls-prune"});
    QTRY_COMPARE(m_window->shownTrace()->request.compressor, std::string("cls-prune"));
    m_window->selection()->setOverlay(OverlayKind::Kept);
    const QString legend = view()->legendText(), strip = view()->trustStrip();
    QCOMPARE(legend, QStringLiteral("kept 64 (blue outline) · dropped 192 (orange hatch)"));
    QVERIFY2(strip.startsWith("cls-prune: the 64 patches of highest class attention"), qPrintable(strip));
    slider()->setFocus();
    QTest::keyClick(slider(), Qt::Key_Left);
    QVERIFY(view()->keptPreview());
    QCOMPARE(view()->legendText(), legend);
    QCOMPARE(view()->trustStrip(), strip);
    QVERIFY2(view()->readoutOf(40).text().endsWith("· kept"), qPrintable(view()->readoutOf(40).text()));
}

void TestBudgetPreview::escapeGoesBack()
{
    slider()->setFocus();
    QTest::keyClick(slider(), Qt::Key_Left);
    m_window->selection()->setLockedPatch(3);
    QVERIFY(view()->keptPreview());
    QTest::keyClick(m_window, Qt::Key_Escape);
    QVERIFY(!view()->keptPreview());
    QCOMPARE(slider()->value(), 64);
    QCOMPARE(m_window->selection()->lockedPatch(), 3); // the next Esc
}

void TestBudgetPreview::keysGoFromStopToStop()
{
    RunControls *controls = m_window->controls();
    const auto stops = [&] { return slider()->stops(); };
    QCOMPARE(stops(), (std::vector<int>{16, 64}));
    controls->choose("avgpool", 0);
    QCOMPARE(stops(), (std::vector<int>{1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144, 169, 196, 225, 256}));
    slider()->setFocus();
    QTest::keyClick(slider(), Qt::Key_Right);
    QCOMPARE(slider()->value(), 81);
    QTest::keyClick(slider(), Qt::Key_Home);
    QCOMPARE(slider()->value(), 1);
    controls->choose("prune", 0);
    QTest::keyClick(slider(), Qt::Key_Right);
    QCOMPARE(slider()->value(), 2);
    // Pruning keeps any number; its projector is that of the nearest training.
    m_window->startRun();
    const RunRequest &request = m_fixture->engine->requests.back();
    QCOMPARE(request.compressor, std::string("prune"));
    QCOMPARE(request.budget, 16);
    QCOMPARE(request.overrides.keepCount, std::optional(2));
}

// "256 of 256" beside a handle at 64 would be two budgets.
void TestBudgetPreview::withoutABudgetThereIsNoHandle()
{
    for (const char *all : {"none", "blind"}) {
        m_window->controls()->choose(all, 0);
        QVERIFY(!slider()->isEnabled());
        slider()->setValue(slider()->minimum());
        const QImage low = slider()->grab().toImage();
        slider()->setValue(slider()->maximum());
        QCOMPARE(slider()->grab().toImage(), low);
    }
    m_window->controls()->choose("qmop", 0);
    const QImage high = slider()->grab().toImage();
    slider()->setValue(slider()->minimum());
    QVERIFY(slider()->grab().toImage() != high);
}

// The embedded model, whatever its answers are.
void TestBudgetPreview::previewIsWhatARunKeeps()
{
    QTemporaryDir folder;
    MainWindow window(fixture::realConfig(folder.filePath("journal.sqlite").toStdString()));
    window.show();
    QSignalSpy ended(&window, &MainWindow::runEnded);
    window.openFirstSample();
    QVERIFY(ended.wait(60'000));
    const auto first = window.shownTrace();
    QVERIFY(first && first->pruning);
    window.controls()->choose("prune", 0);
    BudgetSlider *budget = window.controls()->budgetSlider();
    for (int wanted : {37, 5}) {
        std::optional<KeptPreview> preview;
        QVERIFY(budget->stops().size() > 100);
        budget->setSliderDown(true);
        budget->setSliderPosition(wanted);
        preview = window.imagePanel()->view()->keptPreview();
        QVERIFY(preview);
        QCOMPARE(preview->budget, wanted);
        budget->setSliderDown(false);
        QVERIFY(ended.wait(60'000));
        const auto run = window.shownTrace();
        QCOMPARE(int(run->pruning->kept.size()), wanted);
        QCOMPARE(preview->kept, flags(run->pruning->kept, run->grid.patchCount()));
    }
}

QTEST_MAIN(TestBudgetPreview)
#include "tst_budget_preview.moc"
