// SPDX-License-Identifier: GPL-3.0-or-later
//
// The four layouts of the window: what they show, what they keep.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_controls.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/pooling/pooling_panel.h"
#include "widgets/resampler/map_grid.h"
#include "widgets/review/failures_panel.h"
#include "widgets/selection/selection.h"
#include "widgets/sweep/sweep_panel.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QDockWidget>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QToolBar>
#include <QToolButton>

using namespace qmop;

class TestPanelLayouts : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void everyPanelIsADock();
    void buttonsAndKeysSwitch();
    void buttonsAreInSight_data();
    void buttonsAreInSight();
    void topBarIsOneLine();
    void mapsAreSeenWhole();
    void answerIsInSight_data();
    void answerIsInSight();
    void largeTextStacksWhatFits();
    void changesStayWithTheirLayout();
    void resetBringsTheShippedLayout();
    void newPanelFindsItsPlace();
    void damagedSettingsGiveTheShippedLayout();
    void presentationComesAndGoes();
    void panelsBuiltLaterMoveNothing_data();
    void panelsBuiltLaterMoveNothing();
    void whoAsksForAPanelGetsIt();

private:
    QDockWidget *dock(const char *id) { return m_window->docks()->dock(QString::fromLatin1(id)); }
    bool open(const char *id) { return dock(id)->toggleViewAction()->isChecked(); }
    QToolButton *button(LayoutId layout)
    {
        auto *bar = m_window->findChild<QToolBar *>(QStringLiteral("layoutBar"));
        for (QAction *action : bar->actions())
            if (action->iconText() == layoutTitle(layout))
                return qobject_cast<QToolButton *>(bar->widgetForAction(action));
        return nullptr;
    }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestPanelLayouts::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
}

void TestPanelLayouts::cleanup()
{
    m_fixture.reset();
}

void TestPanelLayouts::everyPanelIsADock()
{
    const QStringList panels{"pictures", "runs",    "answer", "router", "costs",      "bench",   "resampler",
                             "pooling",  "pruning", "whatif", "sweep",  "comparison", "training"};
    const QList<QAction *> inMenu = m_window->commands()->menu(CommandMenu::View)->actions();
    for (const QString &id : panels) {
        QDockWidget *found = m_window->docks()->dock(id);
        QVERIFY2(found, qPrintable(id));
        QCOMPARE(found->features(),
                 QDockWidget::DockWidgetClosable | QDockWidget::DockWidgetMovable | QDockWidget::DockWidgetFloatable);
        QVERIFY2(inMenu.contains(found->toggleViewAction()), qPrintable(id));
        QVERIFY(!found->windowTitle().isEmpty());
    }
    // The menu's entry closes and opens.
    QVERIFY(open("costs"));
    dock("costs")->toggleViewAction()->trigger();
    QVERIFY(!dock("costs")->isVisible());
    dock("costs")->toggleViewAction()->trigger();
    QVERIFY(dock("costs")->isVisible());
}

void TestPanelLayouts::buttonsAndKeysSwitch()
{
    for (LayoutId layout : {LayoutId::Failures, LayoutId::Present, LayoutId::Compare, LayoutId::Inspect}) {
        QTest::mouseClick(button(layout), Qt::LeftButton);
        QCOMPARE(m_window->docks()->layout(), layout);
        for (LayoutId other : allLayouts)
            QCOMPARE(button(other)->isChecked(), other == layout);
    }
    for (LayoutId layout : {LayoutId::Present, LayoutId::Inspect, LayoutId::Failures}) {
        QTest::keyClick(m_window, Qt::Key(Qt::Key_1 + int(layout)), Qt::ControlModifier);
        QCOMPARE(m_window->docks()->layout(), layout);
    }
    QVERIFY(!open("pictures"));
    QVERIFY(open("bench"));
}

void TestPanelLayouts::buttonsAreInSight_data()
{
    QTest::addColumn<QSize>("size");
    QTest::newRow("1280x800") << QSize(1280, 800);
    QTest::newRow("1024x700") << QSize(1024, 700);
    QTest::newRow("3840x2160") << QSize(3840, 2160);
}

void TestPanelLayouts::buttonsAreInSight()
{
    QFETCH(QSize, size);
    m_window->resize(size);
    QCoreApplication::processEvents();
    for (LayoutId layout : allLayouts) {
        QVERIFY(button(layout)->isVisible());
        QVERIFY(m_window->rect().contains(QRect(button(layout)->mapTo(m_window, QPoint()), button(layout)->size())));
    }
}

// At the smallest size that is promised; the layouts' buttons are in the line of the menus.
void TestPanelLayouts::topBarIsOneLine()
{
    for (LayoutId layout : allLayouts) {
        QTest::mouseClick(button(layout), Qt::LeftButton);
        QCoreApplication::processEvents();
        const RunControls *controls = m_window->controls();
        const auto top = [this](const QWidget *widget) { return widget->mapTo(m_window, QPoint()).y(); };
        QCOMPARE(top(controls->choiceBar()), top(controls));
        QCOMPARE(top(controls->runBar()), top(controls));
        QVERIFY(top(button(layout)) + button(layout)->height() <= top(controls));
    }
}

void TestPanelLayouts::mapsAreSeenWhole()
{
    QVERIFY(m_fixture->openSample());
    m_window->setQuestion("is it day?");
    m_window->startRun();
    m_fixture->engine->finish();
    QTRY_VERIFY(m_window->shownTrace());
    m_window->resize(1440, 1000);
    m_window->docks()->resetLayout();
    QCoreApplication::processEvents();
    const auto *grid = m_window->findChild<MapGrid *>();
    QVERIFY(grid->isVisible());
    QRect last; // of the second row, with its number
    for (int token = 0; last.isNull(); ++token)
        if (grid->mapRect(token).top() > 2 * grid->mapRect(0).bottom())
            last = grid->mapRect(token - 1);
    QVERIFY(last.top() > grid->mapRect(0).bottom());
    last.setBottom(last.bottom() + 2 + QFontMetrics(smallFont(grid)).height());
    QVERIFY2(grid->visibleRegion().boundingRect().contains(last), "the second row of maps is cut");
}

void TestPanelLayouts::answerIsInSight_data()
{
    QTest::addColumn<LayoutId>("layout");
    QTest::addColumn<QSize>("size");
    for (LayoutId layout : allLayouts)
        for (const QSize &size : {QSize(1280, 800), QSize(3840, 2160)})
            QTest::addRow("%s at %d", qPrintable(layoutTitle(layout)), size.width()) << layout << size;
}

void TestPanelLayouts::answerIsInSight()
{
    QFETCH(LayoutId, layout);
    QFETCH(QSize, size);
    m_window->resize(size);
    m_window->docks()->showLayout(layout);
    QCoreApplication::processEvents();
    QLineEdit *question = m_window->answerPanel()->questionEdit();
    QCOMPARE(question->visibleRegion().boundingRect().size(), question->size());
    auto *answer = m_window->answerPanel()->findChild<QWidget *>(QStringLiteral("answerText"));
    QVERIFY(answer);
    QCOMPARE(answer->visibleRegion().boundingRect().size(), answer->size());
    QVERIFY(m_window->tabifiedDockWidgets(dock("answer")).isEmpty());
    const auto area = [](const QWidget *widget) { return qint64(widget->width()) * widget->height(); };
    for (QDockWidget *panel : m_window->docks()->docks())
        if (!panel->visibleRegion().isEmpty()) // not behind another tab
            QVERIFY2(area(panel) < area(m_window->imagePanel()), qPrintable(panel->windowTitle()));
}

// A low window puts the right column's lower panels behind tabs, a high one has room for all.
void TestPanelLayouts::largeTextStacksWhatFits()
{
    applyTextScale(*qApp, 200);
    const auto restore = qScopeGuard([] { applyTextScale(*qApp, 100); });
    for (const auto &[size, stacked] : {std::pair{QSize(1280, 800), false}, {QSize(3840, 2160), true}}) {
        m_window->resize(size);
        m_window->docks()->resetLayout();
        QCOMPARE(!m_window->tabifiedDockWidgets(dock("router")).contains(dock("costs")), stacked);
        // No row below the picture where it would leave that hardly any height.
        QCOMPARE(m_window->dockWidgetArea(dock("resampler")) == Qt::BottomDockWidgetArea, stacked);
        QVERIFY(stacked || m_window->imagePanel()->view()->height() > 300);
    }
}

void TestPanelLayouts::changesStayWithTheirLayout()
{
    dock("costs")->close();
    m_window->addDockWidget(Qt::LeftDockWidgetArea, dock("router"));
    m_window->docks()->showLayout(LayoutId::Compare);
    QVERIFY(open("costs"));
    QCOMPARE(m_window->dockWidgetArea(dock("router")), Qt::RightDockWidgetArea);
    dock("runs")->close();
    m_window->docks()->showLayout(LayoutId::Inspect);
    QVERIFY(!open("costs"));
    QCOMPARE(m_window->dockWidgetArea(dock("router")), Qt::LeftDockWidgetArea);
    m_window->close();
    MainWindow again(m_fixture->config());
    again.show();
    const auto isOpen
        = [&](const char *id) { return again.docks()->dock(QString::fromLatin1(id))->toggleViewAction()->isChecked(); };
    QCOMPARE(again.docks()->layout(), LayoutId::Inspect);
    QVERIFY(!isOpen("costs"));
    QVERIFY(isOpen("runs"));
    QCOMPARE(again.dockWidgetArea(again.docks()->dock(QStringLiteral("router"))), Qt::LeftDockWidgetArea);
    again.docks()->showLayout(LayoutId::Compare);
    QVERIFY(isOpen("costs"));
    QVERIFY(!isOpen("runs"));
}

void TestPanelLayouts::resetBringsTheShippedLayout()
{
    dock("costs")->close();
    dock("pooling")->setFloating(true);
    m_window->docks()->showLayout(LayoutId::Compare);
    dock("runs")->close();
    m_window->commands()->action(QStringLiteral("layout.reset"))->trigger();
    QVERIFY(open("runs"));
    m_window->docks()->showLayout(LayoutId::Inspect);
    QVERIFY(!open("costs")); // only the shown layout was reset
    m_window->commands()->action(QStringLiteral("layout.reset"))->trigger();
    QVERIFY(open("costs"));
    QVERIFY(!dock("pooling")->isFloating());
}

void TestPanelLayouts::newPanelFindsItsPlace()
{
    const auto fill = [](PanelDocks *docks, bool withNew) {
        docks->add({"first", "First", new QWidget, {left(0), left(0), left(0), left(0)}});
        docks->add({"second", "Second", new QWidget, {right(0), right(0), right(0), right(0)}});
        if (withNew) {
            docks->add({"third", "Third", new QWidget, {right(0), closed(), below(0), closed()}});
            docks->add({"fourth", "Fourth", new QWidget, {closed(), below(0), closed(), closed()}});
        }
    };
    QMainWindow old;
    auto *docks = new PanelDocks(&old);
    fill(docks, false);
    docks->start();
    old.show();
    docks->dock("first")->close();
    docks->save();
    QMainWindow window;
    auto *more = new PanelDocks(&window);
    fill(more, true);
    more->restore();
    window.show();
    QVERIFY(!more->dock("first")->toggleViewAction()->isChecked());
    QVERIFY(more->dock("third")->toggleViewAction()->isChecked());
    QCOMPARE(window.dockWidgetArea(more->dock("third")), Qt::RightDockWidgetArea);
    QCOMPARE(window.tabifiedDockWidgets(more->dock("second")), QList<QDockWidget *>{more->dock("third")});
    QVERIFY(!more->dock("fourth")->toggleViewAction()->isChecked());
    more->open("fourth");
    QVERIFY(more->dock("fourth")->isVisible());
}

void TestPanelLayouts::damagedSettingsGiveTheShippedLayout()
{
    m_fixture->window.reset();
    {
        QSettings settings;
        settings.setValue("layouts/inspect/state", QByteArray("\x00\x00\x00\xffnot a state", 15));
        settings.setValue("layouts/shown", "elsewhere");
    }
    MainWindow again(m_fixture->config());
    again.show();
    QCOMPARE(again.docks()->layout(), LayoutId::Inspect);
    for (const char *id : {"answer", "router", "costs", "bench", "runs", "resampler"})
        QVERIFY2(again.docks()->dock(QString::fromLatin1(id))->toggleViewAction()->isChecked(), id);
}

void TestPanelLayouts::presentationComesAndGoes()
{
    m_window->docks()->showLayout(LayoutId::Compare);
    QTest::keyClick(m_window, Qt::Key_F11);
    QCOMPARE(m_window->docks()->layout(), LayoutId::Present);
    QVERIFY(m_window->isFullScreen());
    QTest::keyClick(m_window, Qt::Key_F11);
    QCOMPARE(m_window->docks()->layout(), LayoutId::Compare);
    QVERIFY(!m_window->isFullScreen());
}

void TestPanelLayouts::panelsBuiltLaterMoveNothing_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("layout");
    for (QSize size : {QSize(1024, 640), QSize(1280, 800), QSize(1920, 1080)})
        for (LayoutId layout : allLayouts)
            QTest::addRow("%s %dx%d", qPrintable(layoutTitle(layout)), size.width(), size.height())
                << size << int(layout);
}

// Between the first painted frame and the window as it stays.
void TestPanelLayouts::panelsBuiltLaterMoveNothing()
{
    QFETCH(QSize, size);
    QFETCH(int, layout);
    MainWindow window(m_fixture->config());
    window.resize(size);
    window.docks()->showLayout(LayoutId(layout));
    window.docks()->resetLayout();
    window.show();
    QCoreApplication::sendPostedEvents(); // not timers: nothing more is built
    const std::vector<QDockWidget *> docks = window.docks()->docks();
    std::map<QWidget *, QRect> before;
    bool waits = false;
    for (QDockWidget *dock : docks) {
        QVERIFY2(dock->widget() || !dock->isVisible() || dock->geometry().right() < 0, qPrintable(dock->objectName()));
        waits = waits || !dock->widget();
        if (dock->isVisible() && dock->geometry().right() >= 0)
            before[dock] = dock->geometry();
    }
    before[window.centralWidget()] = window.centralWidget()->geometry();
    QVERIFY(waits);
    QTRY_VERIFY(std::ranges::all_of(docks, [](const QDockWidget *dock) { return dock->widget(); }));
    QCoreApplication::processEvents();
    for (const auto &[widget, geometry] : before)
        QVERIFY2(widget->geometry() == geometry,
                 qPrintable(QStringLiteral("%1 was %2 high, is %3")
                                .arg(widget->objectName())
                                .arg(geometry.height())
                                .arg(widget->height())));
}

// In a window that was not even shown.
void TestPanelLayouts::whoAsksForAPanelGetsIt()
{
    MainWindow window(m_fixture->config());
    QCOMPARE(window.docks()->dock(QStringLiteral("failures"))->widget(), nullptr);
    QVERIFY(window.failures());
    QCOMPARE(window.docks()->dock(QStringLiteral("failures"))->widget(), window.failuresPanel());
    QDockWidget *sweep = window.docks()->dock(QStringLiteral("sweep"));
    QCOMPARE(sweep->widget(), nullptr);
    SweepPanel *panel = window.sweepPanel();
    QVERIFY(panel);
    QCOMPARE(sweep->widget(), panel);
    // It shows the run and the selection that there are by then.
    const auto trace = fixture::makeTrace();
    PoolingPanel early(window.selection());
    early.setTrace(trace);
    window.showTrace(trace);
    window.selection()->lock(TokenRef{Branch::Pool, 3}, LockMode::Replace);
    for (const char *id : {"whatif", "pooling"})
        QCOMPARE(window.docks()->dock(QString::fromLatin1(id))->widget(), nullptr);
    QCOMPARE(window.whatIfPanel()->edit().original(), trace.get());
    window.docks()->fill(QStringLiteral("pooling"));
    auto *pooling = qobject_cast<PoolingPanel *>(window.docks()->dock(QStringLiteral("pooling"))->widget());
    QCOMPARE(pooling->details(), early.details());
    QVERIFY(!pooling->details().isEmpty());
}

QTEST_MAIN(TestPanelLayouts)
#include "tst_panel_layouts.moc"
