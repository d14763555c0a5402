// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/widgets/colour_areas.h"
#include "tests/widgets/trace_fixture.h"
#include "widgets/image/image_view.h"
#include "widgets/theme/theme.h"

#include <QAccessible>
#include <QClipboard>
#include <QMimeData>

#include <set>

using namespace qmop;
using fixture::areasOfColour;
using fixture::describe;

namespace {

constexpr QSize viewSize(760, 704); // see overlay_table.py

void wheel(QWidget *widget, QPointF pos, int notches)
{
    for (int i = 0; i < notches; ++i) {
        QWheelEvent event(pos, widget->mapToGlobal(pos), {}, QPoint(0, 120), Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(widget, &event);
    }
}

}

class TestImageView : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void everyKeptPatchIsOutlined();
    void outlinesOnDenseScreens();
    void droppedIsDimmedAndHatched();
    void paddingIsHatchedNotDimmed();
    void halfPaddedPatchesEndWithThePicture_data();
    void halfPaddedPatchesEndWithThePicture();
    void fieldColoursAreTheMaps();
    void keysChangeTheView();
    void spaceHidesTheOverlay();
    void cursorMovesAndLocks();
    void hoverAndClick();
    void clickPicksThePoolingWindow();
    void dragPans();
    void dropOfAFile();
    void dropAndPasteOfPixels();
    void readoutAndAccessibility();
    void captionSaysWhetherPruningRan();
    void emptyViewIsQuiet();

private:
    std::unique_ptr<Selection> m_selection;
    std::unique_ptr<ImageView> m_view;
};

void TestImageView::init()
{
    m_selection = std::make_unique<Selection>();
    m_view = std::make_unique<ImageView>(m_selection.get());
    m_view->resize(viewSize);
    m_view->resize(viewSize.width(), 2 * viewSize.height() - m_view->canvasSize().height()); // and the legend's line
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void TestImageView::cleanup()
{
    m_view.reset();
    m_selection.reset();
}

void TestImageView::everyKeptPatchIsOutlined()
{
    // A chessboard: no outline touches another.
    std::vector<int> kept;
    for (int patch = 0; patch < 256; ++patch)
        if ((patch / 16 + patch % 16) % 2 == 0 && patch % 16 % 2 == 0)
            kept.push_back(patch);
    QCOMPARE(int(kept.size()), 64);
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512, .kept = kept}));
    const std::vector<QRect> found = areasOfColour(m_view->grab().toImage(), keptColour);
    QCOMPARE(found.size(), std::size_t(64));
    // 512 at fit: 672 / 16 = 42 a patch, from (44, 16).
    for (std::size_t i = 0; i < kept.size(); ++i)
        QCOMPARE(found[i], QRect(44 + kept[i] % 16 * 42, 16 + kept[i] / 16 * 42, 42, 42));
}

void TestImageView::outlinesOnDenseScreens()
{
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512, .kept = {101, 154}}));
    QImage image(viewSize * 2, QImage::Format_RGB32);
    image.setDevicePixelRatio(2);
    m_view->render(&image);
    const std::vector<QRect> found = areasOfColour(image, keptColour);
    const std::vector<QRect> expected{QRect(2 * 254, 2 * 268, 84, 84), QRect(2 * 464, 2 * 394, 84, 84)};
    QVERIFY2(found == expected, qPrintable(describe(found)));
}

void TestImageView::droppedIsDimmedAndHatched()
{
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512, .kept = {101, 154}}));
    m_view->setOpacity(1);
    const QImage image = m_view->grab().toImage();
    const QRect dropped(254 + 84, 268, 42, 42); // patch 103
    const QRect kept(254 + 6, 268 + 6, 30, 30); // inside patch 101, clear of its outline
    int orange = 0, dark = 0;
    for (int y = dropped.top(); y <= dropped.bottom(); ++y)
        for (int x = dropped.left(); x <= dropped.right(); ++x) {
            const QColor c = image.pixelColor(x, y);
            orange += c.red() > 150 && c.red() - c.blue() > 80;
            dark += c.lightness() < 90;
        }
    QVERIFY2(orange > 60, qPrintable(QString::number(orange)));
    QVERIFY2(dark > 700, qPrintable(QString::number(dark)));
    for (int y = kept.top(); y <= kept.bottom(); ++y)
        for (int x = kept.left(); x <= kept.right(); ++x)
            QVERIFY(image.pixelColor(x, y).lightness() > 190); // the fixture's picture, untouched
}

void TestImageView::paddingIsHatchedNotDimmed()
{
    m_view->setTrace(fixture::makeTrace({.width = 640, .height = 480, .fit = FitPolicy::Pad, .kept = {101, 154}}));
    const QImage image = m_view->grab().toImage();
    // Rows 0 and 1 of patches: y 16 ... 100 at fit. Two tones: canvas and hatch; no orange.
    const QRgb canvas = panelColours(m_view->palette()).canvas.rgb();
    int plain = 0, lines = 0;
    for (int y = 20; y < 96; ++y)
        for (int x = 50; x < 300; ++x) {
            const QColor c = image.pixelColor(x, y);
            QVERIFY(c.red() - c.blue() < 40);
            (c.rgb() == canvas ? plain : lines) += 1;
        }
    QVERIFY(plain > 4000);
    QVERIFY(lines > 1500);
    // 16 x 12 patches of the square hold the picture; said before a run, too.
    const auto trace = fixture::makeTrace({.width = 640, .height = 480, .fit = FitPolicy::Pad});
    m_view->setPicture(trace->image, trace->grid);
    QVERIFY2(m_view->trustStrip().contains("64 of 256"), qPrintable(m_view->trustStrip()));
    const auto cropped = fixture::makeTrace({.width = 640, .height = 480});
    m_view->setPicture(cropped->image, cropped->grid);
    QVERIFY2(m_view->trustStrip().isEmpty(), qPrintable(m_view->trustStrip()));
}

void TestImageView::halfPaddedPatchesEndWithThePicture_data()
{
    QTest::addColumn<int>("overlay");
    for (OverlayKind kind : {OverlayKind::Kept, OverlayKind::Importance, OverlayKind::Pooling, OverlayKind::Resampler})
        QTest::addRow("%s", qPrintable(overlayTitle(kind))) << int(kind);
}

// 640 x 440 in a square of 640, patches of 40: row 2 has padding above, picture below.
void TestImageView::halfPaddedPatchesEndWithThePicture()
{
    QFETCH(int, overlay);
    const std::vector<int> kept{2 * 16 + 5, 8 * 16 + 3};
    m_view->setTrace(fixture::makeTrace({.width = 640, .height = 440, .fit = FitPolicy::Pad, .kept = kept}));
    m_selection->setOverlay(OverlayKind(overlay));
    m_view->setOpacity(1);
    const QImage with = m_view->grab().toImage();
    QTest::keyPress(m_view.get(), Qt::Key_Space);
    const QImage without = m_view->grab().toImage();
    QTest::keyRelease(m_view.get(), Qt::Key_Space);
    const QRect picture = deviceRect(QRectF(0, 0, 640, 440), m_view->widgetFromImage(), 1);
    QCOMPARE(picture, QRect(44, 121, 672, 462));
    int changed[3] = {};
    for (int y = 0; y < m_view->canvasSize().height(); ++y)
        for (int x = 0; x < with.width(); ++x)
            if (with.pixel(x, y) != without.pixel(x, y)) {
                QVERIFY2(picture.contains(x, y), qPrintable(QStringLiteral("%1, %2").arg(x).arg(y)));
                changed[0] += y < 142; // in row 2, whose lower half is picture
                changed[1] += y >= 562; // in row 13, whose upper half is
                ++changed[2];
            }
    QVERIFY2(changed[0] > 100 && changed[1] > 100, "patches that hold a part of the picture are drawn");
    QVERIFY(changed[2] > 1000);
}

void TestImageView::fieldColoursAreTheMaps()
{
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512}));
    m_selection->setOverlay(OverlayKind::Importance);
    m_view->setOpacity(1);
    const QImage image = m_view->grab().toImage();
    const ColourMap map;
    for (int patch : {0, 17, 100, 200, 250}) {
        const QPoint centre(44 + patch % 16 * 42 + 21, 16 + patch / 16 * 42 + 21);
        QCOMPARE(image.pixel(centre), map.colour(1 - patch / 255.0F, 0, 1));
        // Crisp: the same up to the patch's corners.
        QCOMPARE(image.pixel(centre - QPoint(21, 21)), image.pixel(centre));
        QCOMPARE(image.pixel(centre + QPoint(20, 20)), image.pixel(centre));
    }
}

void TestImageView::keysChangeTheView()
{
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512}));
    QCOMPARE(m_view->widgetFromImage().scale, 672.0 / 512);
    QTest::keyClick(m_view.get(), Qt::Key_1);
    QCOMPARE(m_view->widgetFromImage().scale, 1.0);
    QTest::keyClick(m_view.get(), Qt::Key_0);
    QCOMPARE(m_view->widgetFromImage().scale, 672.0 / 512);
    m_selection->setLockedPatch(101);
    QTest::keyClick(m_view.get(), Qt::Key_Z);
    // Five patches of 32 pixels into 672.
    QCOMPARE(m_view->widgetFromImage().scale, 672.0 / 160);
    QTest::keyClick(m_view.get(), Qt::Key_O);
    QCOMPARE(m_selection->overlay(), OverlayKind::Importance);
    const double opacity = m_view->opacity();
    QTest::keyClick(m_view.get(), Qt::Key_BracketLeft);
    QCOMPARE(m_view->opacity(), opacity - 0.1);
    for (int i = 0; i < 20; ++i)
        QTest::keyClick(m_view.get(), Qt::Key_BracketRight);
    QCOMPARE(m_view->opacity(), 1.0);
    // Shortcuts of the window are left alone.
    QTest::keyClick(m_view.get(), Qt::Key_O, Qt::ControlModifier);
    QCOMPARE(m_selection->overlay(), OverlayKind::Importance);
}

void TestImageView::spaceHidesTheOverlay()
{
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512, .kept = {101}}));
    QCOMPARE(areasOfColour(m_view->grab().toImage(), keptColour).size(), std::size_t(1));
    QTest::keyPress(m_view.get(), Qt::Key_Space);
    QVERIFY(m_view->overlayHidden());
    QVERIFY(areasOfColour(m_view->grab().toImage(), keptColour).empty());
    QTest::keyRelease(m_view.get(), Qt::Key_Space);
    QVERIFY(!m_view->overlayHidden());
    QCOMPARE(areasOfColour(m_view->grab().toImage(), keptColour).size(), std::size_t(1));
}

void TestImageView::cursorMovesAndLocks()
{
    m_view->setTrace(fixture::makeTrace());
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QCOMPARE(m_selection->hoveredPatch(), 8 * 16 + 8);
    QTest::keyClick(m_view.get(), Qt::Key_Right);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QCOMPARE(m_selection->hoveredPatch(), 9 * 16 + 9);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(m_selection->lockedPatch(), 9 * 16 + 9);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    QCOMPARE(m_selection->lockedPatch(), -1);
    // Every cell is reachable, and the border stops the cursor.
    for (int i = 0; i < 20; ++i) {
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QTest::keyClick(m_view.get(), Qt::Key_Left);
    }
    QCOMPARE(m_selection->hoveredPatch(), 0);
    std::set<int> visited{0};
    for (int row = 0; row < 16; ++row) {
        for (int column = 0; column < 15; ++column) {
            QTest::keyClick(m_view.get(), row % 2 ? Qt::Key_Left : Qt::Key_Right);
            visited.insert(m_selection->hoveredPatch());
        }
        QTest::keyClick(m_view.get(), Qt::Key_Down);
        visited.insert(m_selection->hoveredPatch());
    }
    QCOMPARE(visited.size(), std::size_t(256));
}

void TestImageView::hoverAndClick()
{
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512}));
    QTest::mouseMove(m_view.get(), QPoint(44 + 5 * 42 + 1, 16 + 6 * 42 + 1));
    QCOMPARE(m_selection->hoveredPatch(), 101);
    QTest::mouseMove(m_view.get(), QPoint(5, 5));
    QCOMPARE(m_selection->hoveredPatch(), -1);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(44 + 6 * 42 - 1, 16 + 7 * 42 - 1));
    QCOMPARE(m_selection->lockedPatch(), 101);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(44 + 6 * 42 - 1, 16 + 7 * 42 - 1));
    QCOMPARE(m_selection->lockedPatch(), -1);
}

void TestImageView::clickPicksThePoolingWindow()
{
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512}));
    m_selection->setOverlay(OverlayKind::Pooling);
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(44 + 5 * 42 + 20, 16 + 6 * 42 + 20));
    QCOMPARE(m_selection->token(), (TokenRef{Branch::Pool, 3 * 8 + 2}));
}

void TestImageView::dragPans()
{
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512}));
    const QPointF before = m_view->widgetFromImage().offset;
    QTest::mousePress(m_view.get(), Qt::LeftButton, {}, QPoint(300, 300));
    QMouseEvent move(QEvent::MouseMove, QPointF(340, 270), m_view->mapToGlobal(QPointF(340, 270)), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_view.get(), &move);
    QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, QPoint(340, 270));
    QCOMPARE(m_view->widgetFromImage().offset, before + QPointF(40, -30));
    QCOMPARE(m_selection->lockedPatch(), -1); // a drag is no click
    QTest::mouseDClick(m_view.get(), Qt::LeftButton, {}, QPoint(300, 300));
    QCOMPARE(m_view->widgetFromImage().offset, before);
}

void TestImageView::dropOfAFile()
{
    QMimeData data;
    data.setUrls({QUrl("https://example.org/a.png"), QUrl::fromLocalFile("/pictures/my photo.jpg")});
    ImageSource offered;
    connect(m_view.get(), &ImageView::pictureOffered, this, [&](const ImageSource &source) { offered = source; });
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_view.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_view.get(), &drop);
    QVERIFY(drop.isAccepted());
    QCOMPARE(offered.path.string(), std::string("/pictures/my photo.jpg"));
    QVERIFY(offered.bytes.empty());
}

void TestImageView::dropAndPasteOfPixels()
{
    QImage pixels(5, 3, QImage::Format_RGB32);
    pixels.fill(QColor(1, 2, 3));
    ImageSource offered;
    connect(m_view.get(), &ImageView::pictureOffered, this, [&](const ImageSource &source) { offered = source; });
    QMimeData data;
    data.setImageData(pixels);
    QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_view.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_view.get(), &drop);
    const QImage dropped = QImage::fromData(offered.bytes.data(), int(offered.bytes.size()));
    QCOMPARE(dropped.size(), QSize(5, 3));
    QCOMPARE(dropped.pixel(4, 2), qRgb(1, 2, 3));

    offered = {};
    QApplication::clipboard()->setImage(pixels);
    QVERIFY(m_view->pasteFromClipboard());
    QVERIFY(!offered.bytes.empty());
    QApplication::clipboard()->setText("only words");
    QVERIFY(!m_view->pasteFromClipboard());
}

void TestImageView::readoutAndAccessibility()
{
    QLocale::setDefault(QLocale::c());
    m_view->setTrace(fixture::makeTrace({.width = 512, .height = 512}));
    PatchReadout readout;
    connect(m_view.get(), &ImageView::readoutChanged, this, [&](const PatchReadout &now) { readout = now; });
    m_selection->setOverlay(OverlayKind::Combined);
    m_selection->setHoveredPatch(51);
    QCOMPARE(readout.patch, 51);
    // What a screen reader asks for.
    QCOMPARE(QAccessible::queryAccessibleInterface(m_view.get())->text(QAccessible::Description),
             QStringLiteral("row 3, column 3 · px 96–127, 96–127 · combined 0.7200 · rank 52 of 256 · kept · P K"));
    QVERIFY(m_view->trustStrip().contains(QStringLiteral("λ = 0.50")));
}

// The trace holds every branch's choice; the caption says whether it counted.
void TestImageView::captionSaysWhetherPruningRan()
{
    m_selection->setOverlay(OverlayKind::Kept);
    const auto ran = fixture::makeTrace({.width = 512, .height = 512});
    m_view->setTrace(ran);
    QVERIFY(m_view->trustStrip().startsWith(QStringLiteral("pruning: the 64 patches")));
    QVERIFY(!m_view->trustStrip().contains(QStringLiteral("off")));
    auto off = std::make_shared<RunTrace>(*ran);
    off->branches[2].onMainPath = false;
    m_view->setTrace(off);
    QVERIFY(m_view->trustStrip().startsWith(QStringLiteral("this branch was off"))); // seen where the line is cut
    auto blind = std::make_shared<RunTrace>(*ran);
    blind->pruning.reset();
    blind->branches.clear();
    blind->provenance = {0, blind->grid.patchCount(), {}};
    m_view->setTrace(blind);
    QVERIFY(m_view->trustStrip().isEmpty()); // said once, on the picture
    QCOMPARE(m_view->legendText(), QStringLiteral("No visual tokens: the model answered without the picture"));
}

void TestImageView::emptyViewIsQuiet()
{
    QTest::keyClick(m_view.get(), Qt::Key_1);
    QTest::keyClick(m_view.get(), Qt::Key_Down);
    QTest::keyClick(m_view.get(), Qt::Key_Return);
    wheel(m_view.get(), {10, 10}, 1);
    QCOMPARE(m_selection->currentPatch(), -1);
    QVERIFY(!m_view->hasPicture());
    QVERIFY(!m_view->grab().isNull());
    // A picture without a grid: before any model is known.
    m_view->setPicture(fixture::makePicture(30, 20), std::nullopt);
    QVERIFY(m_view->hasPicture());
    QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, QPoint(300, 300));
    QCOMPARE(m_selection->lockedPatch(), -1);
}

QTEST_MAIN(TestImageView)
#include "tst_image_view.moc"
