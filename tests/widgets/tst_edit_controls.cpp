// SPDX-License-Identifier: GPL-3.0-or-later
//
// The triangle of weights, and painting patches on the picture.
#include <QtTest>

#include "tests/widgets/what_if_fixture.h"
#include "widgets/counterfactual/alpha_triangle.h"
#include "widgets/image/image_view.h"
#include "widgets/theme/theme.h"

#include <QSlider>

#include <cmath>
#include <numeric>

using namespace qmop;
using Shown = fixture::ShownWhatIf;
using fixture::dragTo;

namespace {

double sum(const PerBranch<double> &weights)
{
    return std::accumulate(weights.values.begin(), weights.values.end(), 0.0);
}

}

class TestEditControls : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Light); }
    void triangleByHand();
    void triangleByMouse();
    void triangleByKeys();
    void paintsOnThePicture();
    void redrawsOftenEnough();
};

void TestEditControls::triangleByHand()
{
    const QPolygonF corners{{0, 10}, {10, 10}, {5, 0}};
    const PerBranch<double> middle = weightsAt(corners, {5, 5});
    QVERIFY(std::abs(middle[Branch::Pool] - 0.25) < 1e-12);
    QVERIFY(std::abs(middle[Branch::Resample] - 0.25) < 1e-12);
    QVERIFY(std::abs(middle[Branch::Prune] - 0.5) < 1e-12);
    QCOMPARE(weightsAt(corners, {0, 10}).values, (std::array<double, 3>{1, 0, 0}));
    QCOMPARE(weightsAt(corners, {5, -7}).values, (std::array<double, 3>{0, 0, 1})); // above: the corner
    QCOMPARE(weightsAt(corners, {4, 13}).values, (std::array<double, 3>{0.6, 0.4, 0})); // below: the edge
    for (double x = -3; x < 13; x += 0.7)
        for (double y = -3; y < 13; y += 0.7) {
            const PerBranch<double> weights = weightsAt(corners, {x, y});
            QVERIFY(std::abs(sum(weights) - 1) < 1e-12);
            QVERIFY(*std::min_element(weights.values.begin(), weights.values.end()) >= 0);
            const QPointF again = pointAt(corners, weights);
            const PerBranch<double> back = weightsAt(corners, again);
            for (Branch branch : allBranches)
                QVERIFY(std::abs(back[branch] - weights[branch]) < 1e-9);
        }
    const PerBranch<double> moved = shifted({{0.2, 0.2, 0.6}}, Branch::Pool, 0.2);
    QVERIFY(std::abs(moved[Branch::Pool] - 0.4) < 1e-12);
    QVERIFY(std::abs(moved[Branch::Resample] - 0.15) < 1e-12);
    QVERIFY(std::abs(moved[Branch::Prune] - 0.45) < 1e-12);
    QCOMPARE(shifted({{1, 0, 0}}, Branch::Pool, 0.5).values, (std::array<double, 3>{1, 0, 0}));
    QCOMPARE(shifted({{0, 0, 1}}, Branch::Prune, -0.5).values, (std::array<double, 3>{0.25, 0.25, 0.5}));
}

void TestEditControls::triangleByMouse()
{
    Shown s;
    AlphaTriangle *triangle = s.panel.triangle();
    const QPolygonF corners = triangle->corners();
    const QPoint middle = ((corners[0] + corners[1] + corners[2]) / 3).toPoint();
    QTest::mousePress(triangle, Qt::LeftButton, {}, middle);
    QVERIFY(s.panel.edit().overrides.alpha);
    QVERIFY(s.requests.empty()); // not while it is held
    dragTo(triangle, corners[2].toPoint());
    QTest::mouseRelease(triangle, Qt::LeftButton, {}, (corners[2] - QPointF(0, 30)).toPoint());
    QCOMPARE(s.requests.size(), std::size_t(1));
    const PerBranch<double> alpha = *s.requests[0].overrides.alpha;
    QVERIFY(alpha[Branch::Prune] > 0.95);
    QVERIFY(std::abs(sum(alpha) - 1) < 1e-12);
    QCOMPARE(alpha, triangle->weights());
    QVERIFY(triangle->accessibleDescription().contains("1.00") || triangle->accessibleDescription().contains("0.9"));
}

void TestEditControls::triangleByKeys()
{
    Shown s;
    AlphaTriangle *triangle = s.panel.triangle();
    const double before = triangle->weights()[Branch::Resample];
    QTest::keyClick(triangle, Qt::Key_Right);
    QVERIFY(std::abs(triangle->weights()[Branch::Resample] - before - 0.02) < 1e-9);
    QCOMPARE(s.requests.size(), std::size_t(1)); // on release
    QTest::keyClick(triangle, Qt::Key_Up, Qt::ShiftModifier);
    QCOMPARE(s.requests.size(), std::size_t(2));
    QCOMPARE(s.requests[1].overrides.alpha, std::optional(triangle->weights()));
    QTest::keyClick(triangle, Qt::Key_Home);
    QVERIFY(s.panel.edit().overrides.empty());
}

// Strokes on the picture reach the panel patch by patch, and show there.
void TestEditControls::paintsOnThePicture()
{
    Shown s;
    ImageView view(&s.selection);
    view.resize(640, 480);
    view.setTrace(s.trace);
    connect(&view, &ImageView::patchesBrushed, &s.panel, &WhatIfPanel::brushPatches);
    connect(&view, &ImageView::brushEnded, &s.panel, &WhatIfPanel::settle);
    connect(&s.panel, &WhatIfPanel::brushChanged, &view, &ImageView::setBrushing);
    connect(&s.panel, &WhatIfPanel::previewChanged, &view, [&] { view.setKeptPreview(s.panel.shownPreview()); });
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    const auto centreOf = [&](int patch) {
        const RectF box = s.trace->grid.patchInImage(patch);
        return view.widgetFromImage().map(QPointF(box.x + box.width / 2, box.y + box.height / 2)).toPoint();
    };
    const QImage before = view.grab().toImage();
    QTest::mouseClick(s.brush("+ in"), Qt::LeftButton);
    const WidgetFromImage place = view.widgetFromImage();
    QTest::mousePress(&view, Qt::LeftButton, {}, centreOf(130));
    dragTo(&view, centreOf(135)); // in one jump
    QTest::mouseRelease(&view, Qt::LeftButton, {}, centreOf(135));
    QCOMPARE(s.panel.edit().overrides.keep, (std::vector<int>{130, 131, 132, 133, 134, 135}));
    QCOMPARE(s.requests.size(), std::size_t(1)); // once, at the stroke's end
    QCOMPARE(view.widgetFromImage().offset, place.offset); // the picture did not move
    QCOMPARE(s.selection.lockedPatch(), -1);
    QVERIFY(view.grab().toImage() != before);
    QVERIFY(view.trustStrip().contains("64 patches would be kept"));
    // By keys: the patch cursor and Enter.
    s.selection.setHoveredPatch(140);
    QTest::keyClick(&view, Qt::Key_Return);
    QCOMPARE(int(s.panel.edit().overrides.keep.back()), 140);
    QTest::mouseClick(s.button("Reset"), Qt::LeftButton);
    QVERIFY(!view.keptPreview());
    QTest::mouseClick(s.brush("off"), Qt::LeftButton);
    QTest::mouseClick(&view, Qt::LeftButton, {}, centreOf(130));
    QCOMPARE(s.selection.lockedPatch(), 130);
}

// A slider's drag, painted: measured and printed, not judged.
void TestEditControls::redrawsOftenEnough()
{
    Shown s;
    auto big = fixture::makeTrace({.modelSize = 336, .patchSize = 14}); // LLaVA's 24 x 24
    s.panel.setTrace(big);
    ImageView view(&s.selection);
    view.resize(1280, 800);
    view.setTrace(big);
    connect(&s.panel, &WhatIfPanel::previewChanged, &view, [&] { view.setKeptPreview(s.panel.shownPreview()); });
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    s.panel.lambdaSlider()->setSliderDown(true);
    QElapsedTimer timer;
    timer.start();
    std::vector<std::uint8_t> last;
    int different = 0;
    constexpr int updates = 100;
    for (int i = 0; i < updates; ++i) {
        s.panel.lambdaSlider()->setValue((i * 37) % 101);
        view.grab(); // paints
        different += view.keptPreview() && view.keptPreview()->kept != last ? 1 : 0;
        last = view.keptPreview() ? view.keptPreview()->kept : last;
    }
    qInfo("576 patches at 1280 x 800: %.0f updates a second", updates * 1e3 / double(timer.elapsed()));
    QVERIFY(s.requests.empty());
    QVERIFY(different > 0);
}

QTEST_MAIN(TestEditControls)
#include "tst_edit_controls.moc"
