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

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_status.h"
#include "tests/app/frame_times.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/selection/selection.h"

#include <QAction>
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

void wheel(QWidget *widget, int delta)
{
    const QPointF pos = widget->rect().center();
    QWheelEvent event(pos, widget->mapToGlobal(pos), {}, {0, delta}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(widget, &event);
}

// `turns` steps in, as many out, and again.
QString zoomTimes(ImageView *view, int turns)
{
    return measure([&](int i) { wheel(view, i / turns % 2 ? -120 : 120); }, events).text(QStringLiteral("  zoom"));
}

QString moveTimes(ImageView *view)
{
    const QPoint centre = view->rect().center();
    QTest::mousePress(view, Qt::LeftButton, {}, centre);
    const auto move = [&](int i) { moveMouse(view, centre + QPointF(20 + i % 100, 20 + i % 60), Qt::LeftButton); };
    const QString times = measure(move, events).text(QStringLiteral("  move the picture"));
    QTest::mouseRelease(view, Qt::LeftButton, {}, centre);
    return times;
}

std::shared_ptr<const ImageU8> hugeImage()
{
    auto picture = std::make_shared<ImageU8>();
    picture->width = 12000;
    picture->height = 9000;
    picture->rgb.resize(picture->pixelCount() * 3);
    for (std::size_t i = 0; i < picture->rgb.size(); ++i)
        picture->rgb[i] = std::uint8_t(i / 3 % 12000 / 47 + i / 36000 / 36 + i % 3 * 20);
    return picture;
}

// Opens and cancels, then opens: what that takes of the window's thread.
void openHuge(MainWindow &window, const QString &file, QStringList &lines)
{
    QElapsedTimer timer;
    timer.start();
    window.openPicture({file.toStdString(), {}});
    QVERIFY(!window.runObstacle().isEmpty());
    QVERIFY(window.runStatus()->text().contains("reading"));
    QTest::keyClick(&window, Qt::Key_Escape);
    QCoreApplication::processEvents();
    QVERIFY(window.runStatus()->text().contains("cancelled"));
    lines << QStringLiteral("  open, cancel, idle: %1 ms").arg(double(timer.nsecsElapsed()) / 1e6, 0, 'f', 1);
    QSignalSpy opened(&window, &MainWindow::pictureOpened);
    timer.start();
    window.openPicture({file.toStdString(), {}});
    double longest = 0;
    QElapsedTimer step;
    while (opened.isEmpty() && timer.elapsed() < 300'000) {
        step.start();
        QCoreApplication::processEvents();
        longest = std::max(longest, double(step.nsecsElapsed()) / 1e6);
        std::this_thread::yield();
    }
    QCOMPARE(opened.size(), 1); // of the two, the one that was not cancelled
    lines << QStringLiteral("  open to shown: %1 s, of which the window's thread was taken at most %2 ms at once")
                 .arg(double(timer.nsecsElapsed()) / 1e9, 0, 'f', 2)
                 .arg(longest, 0, 'f', 1);
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
    void hugePicture_data();
    void hugePicture();

private:
    void open(QSize size);
    void measureChoices(QStringList &lines);
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
    lines << zoomTimes(view(), 8) << moveTimes(view());
    view()->fitAll();
    measureChoices(lines);
    lines << decoding.text();
    qInfo("%s", qPrintable(lines.join(u'\n')));
}

void TestPaintSpeed::measureChoices(QStringList &lines)
{
    // From the move of the mouse to every panel painted.
    BudgetSlider *budget = m_window->controls()->budgetSlider();
    budget->setSliderDown(true);
    fixture::Frames moves = measure([&](int i) { budget->setSliderPosition(1 + i * 5 % budget->maximum()); }, events);
    lines << moves.text(QStringLiteral("  drag the budget"));
    QVERIFY(view()->keptPreview());
    budget->blockSignals(true); // letting go would run
    budget->setSliderDown(false);
    budget->blockSignals(false);
    m_window->commands()->action(QStringLiteral("run.cancel"))->trigger(); // another window is in front
    QVERIFY(!view()->keptPreview());
    QSlider *lambda = m_window->whatIfPanel()->lambdaSlider();
    fixture::Frames drag = measure([&](int i) { lambda->setValue(lambda->maximum() * (i % 97) / 96); }, events);
    lines << drag.text(QStringLiteral("  drag the slider of lambda"));
    lines << measure([&](int) { m_window->selection()->nextOverlay(); }, 210).text(QStringLiteral("  next overlay"));
    m_window->selection()->setOverlay(OverlayKind::Kept);
    lines << measure([&](int i) { m_window->docks()->showLayout(allLayouts[std::size_t(i) % 4]); }, 40)
                 .text(QStringLiteral("  next layout"));
}

void TestPaintSpeed::hugePicture_data()
{
    frames_data();
}

// 12,000 x 9,000 pixels. Figures to quote come from a JPEG file and the real decoder.
void TestPaintSpeed::hugePicture()
{
    QFETCH(QSize, size);
    QFETCH(bool, busy);
    open(size);
    std::shared_ptr<const ImageU8> picture = hugeImage();
    const QString file = m_fixture->path("huge.jpg");
    if (events >= 1000)
        QVERIFY(QImage(picture->rgb.data(), 12000, 9000, 36000, QImage::Format_RGB888).save(file, "JPEG", 90));
    auto config = m_fixture->config();
    config.decoder = [picture](const ImageSource &source) {
        return events >= 1000 ? fixture::realEngine().decode(source) : DecodedImage{picture, "JPEG", 1, {}, {}};
    };
    const double before = fixture::residentMib();
    MainWindow window(config);
    window.resize(size);
    window.show();
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    ImageView *shown = window.imagePanel()->view();
    const fixture::Decoding decoding(busy);

    QStringList lines{QStringLiteral("\n12000 x 9000 pixels in %1").arg(QTest::currentDataTag())};
    openHuge(window, file, lines);
    lines << measure([&](int) { shown->update(); }, 1).text(QStringLiteral("  first frame"));
    lines << zoomTimes(shown, 16);
    shown->showActualPixels();
    lines << moveTimes(shown);
    QTest::qWait(200); // at rest: the picture is smoothed, once
    lines << measure([&](int) { shown->fitAll(); }, 20).text(QStringLiteral("  at rest, smoothed"));
    picture.reset();
    lines << QStringLiteral("  resident: %1 MiB more than without the picture%2")
                 .arg(fixture::residentMib() - before, 0, 'f', 0)
                 .arg(events >= 1000 ? QString() : QStringLiteral(" (which the test holds itself)"));
    QVERIFY(shown->widgetFromImage().scale > 0);
    lines << decoding.text();
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
