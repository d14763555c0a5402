// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who gets the room of the window: what a layout is for, and the pictures.
#include <QtTest>

#include "app/explorer/experiments/comparison.h"
#include "app/explorer/layout/panel_docks.h"
#include "tests/app/window_fixture.h"
#include "widgets/compare/compare_panel.h"
#include "widgets/theme/theme.h"

#include <QDockWidget>
#include <QTabBar>

using namespace qmop;

namespace {

// Every timer and every layout that was asked for.
void settle()
{
    for (int i = 0; i < 5; ++i) {
        QTest::qWait(1);
        QCoreApplication::sendPostedEvents();
    }
}

}

class TestLayoutRoom : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void whatDiffersIsInSight_data();
    void whatDiffersIsInSight();
    void answerLeavesNoColumnEmpty_data();
    void answerLeavesNoColumnEmpty();
    void comparedPicturesFillTheirViews_data();
    void comparedPicturesFillTheirViews();

private:
    QDockWidget *dock(const char *id) { return m_window->docks()->dock(QString::fromLatin1(id)); }
    void show(LayoutId layout, const QSize &size, int scale);
    // A, then B, on the sample.
    void runTwice(bool firstPruned);

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestLayoutRoom::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
}

void TestLayoutRoom::cleanup()
{
    m_fixture.reset();
    applyTextScale(*qApp, 100);
}

void TestLayoutRoom::show(LayoutId layout, const QSize &size, int scale)
{
    applyTextScale(*qApp, scale);
    m_window->resize(size);
    m_window->docks()->showLayout(layout);
    m_window->docks()->resetLayout();
    settle();
}

void TestLayoutRoom::runTwice(bool firstPruned)
{
    QVERIFY(m_fixture->openSample());
    for (int run = 0; run < 2; ++run) {
        m_window->setQuestion("is it day?");
        m_window->startRun();
        auto trace = fixture::makeTrace({});
        trace->request = m_fixture->engine->requests.back();
        trace->request.image.bytes.clear();
        if (run == 0 && !firstPruned)
            trace->pruning.reset();
        m_fixture->engine->send(RunFinished{trace});
        QTRY_COMPARE(m_window->shownTrace(), std::shared_ptr<const RunTrace>(trace));
        if (run == 0)
            m_window->comparison()->setA(trace);
    }
    settle();
}

void TestLayoutRoom::whatDiffersIsInSight_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("scale");
    for (const QSize &size : {QSize(1280, 800), QSize(1920, 1080), QSize(3840, 2160)})
        for (int scale : {100, 150, 200})
            QTest::addRow("%d at %d %%", size.width(), scale) << size << scale;
}

// It is what the layout is for: in front, and its tab whole, wherever it has to share its place.
void TestLayoutRoom::whatDiffersIsInSight()
{
    QFETCH(QSize, size);
    QFETCH(int, scale);
    show(LayoutId::Compare, size, scale);
    const QDockWidget *panel = dock("comparison");
    QVERIFY(!panel->visibleRegion().isEmpty()); // not behind another tab
    QVERIFY(m_window->rect().contains(panel->geometry()));
    // Nor held down by what shares its place.
    QVERIFY2(panel->height() > dock("answer")->height() * 3 / 4, qPrintable(QString::number(panel->height())));
    for (const QTabBar *tabs : m_window->findChildren<QTabBar *>(QString(), Qt::FindDirectChildrenOnly))
        if (tabs->isVisible() && tabs->tabText(tabs->currentIndex()) == panel->windowTitle())
            QVERIFY(tabs->rect().contains(tabs->tabRect(tabs->currentIndex())));
}

void TestLayoutRoom::answerLeavesNoColumnEmpty_data()
{
    QTest::addColumn<LayoutId>("layout");
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("scale");
    for (LayoutId layout : allLayouts) {
        QTest::addRow("%s at 100 %%", qPrintable(layoutTitle(layout))) << layout << QSize(3840, 2160) << 100;
        QTest::addRow("%s at 200 %%", qPrintable(layoutTitle(layout))) << layout << QSize(3840, 2160) << 200;
        QTest::addRow("%s, small", qPrintable(layoutTitle(layout))) << layout << QSize(1280, 800) << 100;
    }
}

// A short answer needs little: the room goes to panels that show something in it.
void TestLayoutRoom::answerLeavesNoColumnEmpty()
{
    QFETCH(LayoutId, layout);
    QFETCH(QSize, size);
    QFETCH(int, scale);
    show(layout, size, scale);
    QVERIFY2(dock("answer")->height() < size.height() * 2 / 5, qPrintable(QString::number(dock("answer")->height())));
}

void TestLayoutRoom::comparedPicturesFillTheirViews_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("scale");
    QTest::addColumn<bool>("pruned"); // in run A: else there is no difference to draw
    for (const QSize &size : {QSize(1280, 800), QSize(3840, 2160)})
        for (int scale : {100, 200})
            for (bool pruned : {false, true})
                QTest::addRow("%d at %d %%, %s", size.width(), scale, pruned ? "both pruned" : "A without pruning")
                    << size << scale << pruned;
}

void TestLayoutRoom::comparedPicturesFillTheirViews()
{
    QFETCH(QSize, size);
    QFETCH(int, scale);
    QFETCH(bool, pruned);
    show(LayoutId::Compare, size, scale);
    runTwice(pruned);
    m_window->selection()->setOverlay(OverlayKind::Kept);
    settle();
    const ComparePanel *panel = m_window->comparison()->panel();
    for (CompareSide side : {CompareSide::A, CompareSide::B}) {
        const ComparedView *view = panel->view(side);
        const QSizeF shown
            = QSizeF(view->grid()->imageWidth, view->grid()->imageHeight) * view->widgetFromImage().scale;
        QVERIFY2(std::abs(shown.width() - view->canvasSize().width()) < 40
                     || std::abs(shown.height() - view->canvasSize().height()) < 40,
                 qPrintable(QStringLiteral("%1 × %2 in %3 × %4")
                                .arg(shown.width())
                                .arg(shown.height())
                                .arg(view->canvasSize().width())
                                .arg(view->canvasSize().height())));
        const QString legend = view->shownLegend().join(u' ');
        QVERIFY2(!legend.endsWith(u'…'), qPrintable(legend));
        if (pruned || side == CompareSide::B)
            QVERIFY2(legend.contains(QStringLiteral("kept 64")) && legend.contains(QStringLiteral("dropped 192")),
                     qPrintable(legend));
    }
    // What says that there is no difference takes a few lines, not half of the pictures' room.
    if (!pruned)
        QVERIFY(panel->view(CompareSide::B)->height() > panel->height() * 3 / 5);
}

QTEST_MAIN(TestLayoutRoom)
#include "tst_layout_room.moc"
