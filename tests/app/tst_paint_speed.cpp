// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long the window takes from an event to the painted frame, with a made-up
// run of LLaVA's size (24 x 24 patches, 144 query maps): p50, p95 and the worst
// of some events beside an empty window's. Times are printed, not asserted; what
// is asserted is that hovering paints only what changed. For figures to quote:
//
//   QMOP_PAINT_EVENTS=1000 build/tests/tst_paint_speed
//
// which also measures while the engine decodes on all its threads.
#include <QtTest>

#include "app/explorer/panel_docks.h"
#include "app/explorer/run_controls.h"
#include "tests/app/frame_times.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/selection/selection.h"

#include <QSlider>
#include <QWheelEvent>

using namespace qmop;
using fixture::measure;

namespace {

const int events
    = qEnvironmentVariableIntValue("QMOP_PAINT_EVENTS") > 0 ? qEnvironmentVariableIntValue("QMOP_PAINT_EVENTS") : 100;

void moveMouse(QWidget *widget, QPointF pos, Qt::MouseButtons buttons = Qt::NoButton)
{
    QMouseEvent move(QEvent::MouseMove, pos, widget->mapToGlobal(pos), Qt::NoButton, buttons, Qt::NoModifier);
    QApplication::sendEvent(widget, &move);
}

// The share of the widget that its paint events covered since the last call.
class PaintedArea : public QObject {
public:
    explicit PaintedArea(QWidget *widget)
        : m_widget(widget)
    {
        widget->installEventFilter(this);
    }
    double take()
    {
        double area = 0;
        for (const QRect &rect : std::exchange(m_region, QRegion()))
            area += double(rect.width()) * rect.height();
        return area / (double(m_widget->width()) * m_widget->height());
    }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint)
            m_region += static_cast<QPaintEvent *>(event)->region();
        return false;
    }

private:
    QWidget *m_widget;
    QRegion m_region;
};

}

class TestPaintSpeed : public QObject {
    Q_OBJECT

private slots:
    void hoverPaintsOnlyWhatChanged();
    void frames_data();
    void frames();
    void hugePicture();

private:
    void open(QSize size);
    ImageView *view() { return m_window->imagePanel()->view(); }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestPaintSpeed::open(QSize size)
{
    m_fixture.reset();
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    m_window->resize(size);
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    QVERIFY(m_fixture->openSample());
    m_window->setQuestion(QStringLiteral("what does the sign say?"));
    m_window->startRun();
    m_fixture->engine->finish({.width = 1344, .height = 1008, .modelSize = 336, .patchSize = 14});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QCOMPARE(view()->grid()->patchCount(), 576);
    QCoreApplication::processEvents();
}

void TestPaintSpeed::hoverPaintsOnlyWhatChanged()
{
    open({1280, 800});
    const auto centre
        = [&](int patch) { return view()->widgetFromImage().map(toQt(view()->grid()->patchInImage(patch)).center()); };
    moveMouse(view(), centre(100));
    QCoreApplication::processEvents();
    PaintedArea painted(view());
    moveMouse(view(), centre(101));
    QCoreApplication::processEvents();
    const double area = painted.take();
    QVERIFY2(area > 0 && area < 0.03, qPrintable(QString::number(area)));
    // Nothing changed: nothing is painted.
    moveMouse(view(), centre(101) + QPointF(1, 1));
    QCoreApplication::processEvents();
    QCOMPARE(painted.take(), 0.0);
    // Another overlay is another picture.
    m_window->selection()->setOverlay(OverlayKind::Combined);
    QCoreApplication::processEvents();
    QVERIFY(painted.take() > 0.99);
}

void TestPaintSpeed::frames_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<bool>("busy");
    QTest::newRow("1280x800") << QSize(1280, 800) << false;
    QTest::newRow("3840x2160") << QSize(3840, 2160) << false;
    if (events < 1000)
        return; // a test run has neighbours
    QTest::newRow("1280x800-decoding") << QSize(1280, 800) << true;
    QTest::newRow("3840x2160-decoding") << QSize(3840, 2160) << true;
}

void TestPaintSpeed::frames()
{
    QFETCH(QSize, size);
    QFETCH(bool, busy);
    open(size);
    QWidget empty;
    empty.resize(size);
    empty.setMouseTracking(true);
    empty.show();
    QVERIFY(QTest::qWaitForWindowExposed(&empty));

    const fixture::Decoding decoding(busy);
    QStringList lines{QStringLiteral("\n%1 %2 x %3").arg(QTest::currentDataTag()).arg(size.width()).arg(size.height())};
    lines << measure(
                 [&](int i) {
                     empty.update(QRect(i % 600, i % 400, 60, 60));
                     moveMouse(&empty, QPointF(i % 600, i % 400));
                 },
                 events)
                 .text(QStringLiteral("  empty window"));
    const auto patchPos = [&](int i) {
        return view()->widgetFromImage().map(toQt(view()->grid()->patchInImage(i * 31 % 576)).center());
    };
    lines << measure([&](int i) { moveMouse(view(), patchPos(i)); }, events)
                 .text(QStringLiteral("  hover to painted, kept"));
    m_window->selection()->setOverlay(OverlayKind::Resampler);
    lines << measure([&](int i) { moveMouse(view(), patchPos(i)); }, events)
                 .text(QStringLiteral("  hover to painted, resampler"));
    m_window->selection()->setOverlay(OverlayKind::Kept);
    lines << measure(
                 [&](int i) {
                     QWheelEvent wheel(view()->rect().center(), view()->mapToGlobal(view()->rect().center()), {},
                                       {0, i / 8 % 2 ? -120 : 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                                       false);
                     QApplication::sendEvent(view(), &wheel);
                 },
                 events)
                 .text(QStringLiteral("  zoom"));
    QTest::mousePress(view(), Qt::LeftButton, {}, view()->rect().center());
    lines << measure(
                 [&](int i) {
                     moveMouse(view(), view()->rect().center() + QPointF(20 + i % 100, 20 + i % 60), Qt::LeftButton);
                 },
                 events)
                 .text(QStringLiteral("  move the picture"));
    QTest::mouseRelease(view(), Qt::LeftButton, {}, view()->rect().center());
    view()->fitAll();
    lines << measure([&](int) { m_window->selection()->nextOverlay(); }, 210).text(QStringLiteral("  next overlay"));
    m_window->selection()->setOverlay(OverlayKind::Kept);
    lines << measure([&](int i) { m_window->docks()->showLayout(allLayouts[std::size_t(i) % 4]); }, 40)
                 .text(QStringLiteral("  next layout"));
    lines << decoding.text();
    qInfo("%s", qPrintable(lines.join(u'\n')));
}

// 12,000 x 9,000 pixels.
void TestPaintSpeed::hugePicture()
{
    open({1280, 800});
    auto picture = std::make_shared<ImageU8>();
    picture->width = 12000;
    picture->height = 9000;
    picture->rgb.assign(picture->pixelCount() * 3, 128);
    const std::shared_ptr<const ImageU8> shown = std::move(picture);
    const PatchGrid grid = makePatchGrid(12000, 9000, 336, 14, FitPolicy::Pad);
    QStringList lines{QStringLiteral("\n12000 x 9000 pixels in 1280 x 800")};
    lines << measure([&](int) { view()->setPicture(shown, grid); }, 1).text(QStringLiteral("  first frame"));
    lines << measure(
                 [&](int i) {
                     QWheelEvent wheel(view()->rect().center(), view()->mapToGlobal(view()->rect().center()), {},
                                       {0, i / 16 % 2 ? -120 : 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                                       false);
                     QApplication::sendEvent(view(), &wheel);
                 },
                 events)
                 .text(QStringLiteral("  zoom"));
    QTest::mousePress(view(), Qt::LeftButton, {}, view()->rect().center());
    lines << measure(
                 [&](int i) {
                     moveMouse(view(), view()->rect().center() + QPointF(20 + i % 100, 20 + i % 60), Qt::LeftButton);
                 },
                 events)
                 .text(QStringLiteral("  move the picture"));
    QTest::mouseRelease(view(), Qt::LeftButton, {}, view()->rect().center());
    QVERIFY(view()->widgetFromImage().scale > 0);
    qInfo("%s", qPrintable(lines.join(u'\n')));
}

int main(int argc, char **argv)
{
    fixture::startAsTheLauncherDoes(argv);
    if (events >= 1000)
        qputenv("QTEST_FUNCTION_TIMEOUT", QByteArray::number(3600 * 1000));
    QApplication application(argc, argv);
    TestPaintSpeed test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_paint_speed.moc"
