// SPDX-License-Identifier: GPL-3.0-or-later
//
// Overlay against picture, by picture: a file is decoded by its EXIF orientation and
// shown; the outline of a patch must lie where overlay_table.py computed it, and what
// was painted into the file at that patch must be seen inside the outline.
#include "tests/core/image/picture_bytes.h"

#include <QtTest>

#include "core/image/decode.h"
#include "tests/widgets/colour_areas.h"
#include "tests/widgets/overlay_table.h"
#include "tests/widgets/trace_fixture.h"
#include "widgets/geometry/image_conversion.h"
#include "widgets/image/image_view.h"
#include "widgets/theme/theme.h"

#include <QBuffer>
#include <QWheelEvent>

using namespace qmop;

namespace {

constexpr QSize viewSize(760, 704); // see overlay_table.py
constexpr QRgb mark = qRgb(255, 0, 255);

void wheel(QWidget *widget, QPointF pos, int notches)
{
    for (int i = 0; i < std::abs(notches); ++i) {
        QWheelEvent event(pos, widget->mapToGlobal(pos), {}, QPoint(0, notches > 0 ? 120 : -120), Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(widget, &event);
    }
}

// EXIF 2.3, 4.6.4.A: the sides of the upright picture at which the stored picture's
// first row and first column lie.
enum class Side { Top, Bottom, Left, Right };
constexpr std::pair<Side, Side> storedSides[] = {
    {Side::Top, Side::Left}, {Side::Top, Side::Right}, {Side::Bottom, Side::Right}, {Side::Bottom, Side::Left},
    {Side::Left, Side::Top}, {Side::Right, Side::Top}, {Side::Right, Side::Bottom}, {Side::Left, Side::Bottom},
};

QImage stored(const QImage &upright, int orientation)
{
    const auto [row, column] = storedSides[orientation - 1];
    const bool turned = row == Side::Left || row == Side::Right;
    QImage result(turned ? upright.height() : upright.width(), turned ? upright.width() : upright.height(),
                  QImage::Format_RGB32);
    for (int r = 0; r < result.height(); ++r)
        for (int c = 0; c < result.width(); ++c) {
            QPoint at;
            for (const auto &[side, step] : {std::pair{row, r}, {column, c}})
                switch (side) {
                case Side::Top:
                    at.setY(step);
                    break;
                case Side::Bottom:
                    at.setY(upright.height() - 1 - step);
                    break;
                case Side::Left:
                    at.setX(step);
                    break;
                case Side::Right:
                    at.setX(upright.width() - 1 - step);
                    break;
                }
            result.setPixel(c, r, upright.pixel(at));
        }
    return result;
}

// As a file with this orientation, through the program's decoder.
std::shared_ptr<const ImageU8> throughFile(const QImage &upright, int orientation)
{
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    stored(upright, orientation).save(&buffer, "PNG");
    Bytes bytes(png.begin(), png.end());
    setOrientation(bytes, ".png", orientation);
    return decodeImage(bytes, "marked.png").image;
}

QImage markedPicture(const OverlayRow &row)
{
    // The first patch's pixels, those that lie in it entirely.
    QImage upright(row.width, row.height, QImage::Format_RGB32);
    upright.fill(qRgb(128, 128, 128));
    const int *in = row.markInPicture;
    for (int y = in[1]; y < in[3]; ++y)
        for (int x = in[0]; x < in[2]; ++x)
            upright.setPixel(x, y, mark);
    return upright;
}

// Of pixels that are more mark than grey.
QRect seenMark(const QImage &image)
{
    QRect box;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            const QRgb pixel = image.pixel(x, y);
            if (qRed(pixel) > 190 && qBlue(pixel) > 190 && qGreen(pixel) < 64)
                box |= QRect(x, y, 1, 1);
        }
    return box;
}

}

class TestPictureGeometry : public QObject {
    Q_OBJECT

private slots:
    void outlineAndPictureAgree_data();
    void outlineAndPictureAgree();

private:
    static QImage shown(ImageView &view, double dpr)
    {
        QImage image(viewSize * dpr, QImage::Format_RGB32);
        image.setDevicePixelRatio(dpr);
        view.render(&image);
        return image;
    }
};

void TestPictureGeometry::outlineAndPictureAgree_data()
{
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("orientation");
    constexpr int zooms = 4;
    QCOMPARE(int(std::size(overlayTable)), 12 * 2 * zooms);
    for (int first = 0; first < int(std::size(overlayTable)); first += zooms)
        for (int orientation = 1; orientation <= 8; ++orientation)
            QTest::addRow("%d x %d %s EXIF %d", overlayTable[first].width, overlayTable[first].height,
                          overlayTable[first].pad ? "pad" : "crop", orientation)
                << first << orientation;
}

void TestPictureGeometry::outlineAndPictureAgree()
{
    QFETCH(int, first);
    QFETCH(int, orientation);
    const OverlayRow &row = overlayTable[first];
    const std::vector<int> patches(std::begin(overlayPatches), std::end(overlayPatches));
    auto trace = fixture::makeTrace(
        {.width = row.width, .height = row.height, .fit = row.pad ? FitPolicy::Pad : FitPolicy::Crop, .kept = patches});
    const QImage upright = markedPicture(row);
    trace->image = throughFile(upright, orientation);
    QVERIFY(toQImage(*trace->image) == upright);

    Selection selection;
    ImageView view(&selection);
    view.resize(viewSize);
    view.resize(viewSize.width(), 2 * viewSize.height() - view.canvasSize().height()); // and the legend's line
    view.show();
    QVERIFY(QTest::qWaitForWindowExposed(&view));
    view.setTrace(trace);
    for (int zoom = 0; zoom < 4; ++zoom) {
        const OverlayRow &expected = overlayTable[first + zoom];
        if (zoom == 1)
            view.showActualPixels();
        else if (zoom == 2)
            wheel(&view, {410, 290}, 2);
        else if (zoom == 3)
            wheel(&view, {300, 420}, -3);
        selection.setHoveredPatch(-1); // its frame would cover the outline
        for (int dpr : {1, 2}) {
            // What wheels and keys do is in device-independent pixels.
            if (dpr == 2 && orientation != 1)
                continue;
            const int(&outlines)[2][4] = dpr == 1 ? expected.outlines : expected.denseOutlines;
            std::vector<QRect> boxes;
            for (const int(&e)[4] : outlines)
                boxes.push_back(QRect(e[0], e[1], e[2] - e[0], e[3] - e[1]));
            const std::vector<QRect> found = fixture::areasOfColour(shown(view, dpr), keptColour);
            QVERIFY2(found == boxes,
                     qPrintable(QStringLiteral("%1 at %2: found %3expected %4")
                                    .arg(QLatin1String(expected.zoom))
                                    .arg(dpr)
                                    .arg(fixture::describe(found), fixture::describe(boxes))));
            QTest::keyPress(&view, Qt::Key_Space); // the picture alone
            const QRect seen = seenMark(shown(view, dpr));
            QTest::keyRelease(&view, Qt::Key_Space);
            // Inside the outline, and less than one pixel of the picture and one of the
            // screen short of it on every side where the picture goes on.
            const WidgetFromImage &place = view.widgetFromImage();
            const QRectF picture = place.map(QRectF(0, 0, row.width, row.height));
            const QRect there
                = boxes[0] & QRectF(picture.topLeft() * dpr, picture.size() * dpr).adjusted(1, 1, -1, -1).toRect();
            const int missing = int(std::ceil(place.scale * dpr)) + 1;
            const QString what = fixture::describe({seen, boxes[0]});
            QVERIFY2(boxes[0].adjusted(-1, -1, 1, 1).contains(seen), qPrintable(what));
            QVERIFY2(seen.adjusted(-missing, -missing, missing, missing).contains(there), qPrintable(what));
        }
    }
}

QTEST_MAIN(TestPictureGeometry)
#include "tst_picture_geometry.moc"
