// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tour: it points at what it speaks of, and is in nobody's way.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/accessibility_list.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/window/guidance.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/theme/theme.h"
#include "widgets/tour/tour.h"

#include <QAccessible>
#include <QAction>
#include <QDockWidget>
#include <QLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>

using namespace qmop;

class TestTour : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void placeBesideTheTarget_data();
    void placeBesideTheTarget();
    void pointsAtRealWidgets_data();
    void pointsAtRealWidgets();
    void keysWalkThroughIt();
    void mouseWalksThroughIt();
    void comesByItselfOnce();
    void nothingIsBlocked();
    void followsTheWindow();
    void closedPanelsAreSaidToBeClosed();
    void leavesTabsAsTheyWere_data();
    void leavesTabsAsTheyWere();
    void aTabChosenMeanwhileStays();
    void keptLayoutsHaveNoLiftedPanel();
    void speaksToScreenReaders();
    void textsNameTheKeysInUse();

private:
    Tour *start()
    {
        m_window->commands()->action(QStringLiteral("help.tour"))->trigger();
        return m_window->guidance()->tour();
    }
    bool seen(const char *panel)
    {
        return !m_window->docks()->dock(QString::fromLatin1(panel))->visibleRegion().isEmpty();
    }
    QRect rectOf(const QWidget *widget) const { return {widget->mapTo(m_window, QPoint()), widget->size()}; }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestTour::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
}

void TestTour::cleanup()
{
    m_fixture.reset();
    applyTextScale(*qApp, 100);
    applyTheme(*qApp, ThemeMode::Light);
}

void TestTour::placeBesideTheTarget_data()
{
    QTest::addColumn<QRect>("target");
    QTest::addColumn<bool>("apart"); // there is room beside it
    QTest::newRow("left edge") << QRect(0, 100, 200, 300) << true;
    QTest::newRow("right edge") << QRect(800, 100, 200, 300) << true;
    QTest::newRow("top") << QRect(0, 0, 1000, 40) << true;
    QTest::newRow("bottom corner") << QRect(960, 660, 40, 40) << true;
    QTest::newRow("all of it") << QRect(0, 0, 1000, 700) << false;
    QTest::newRow("nothing") << QRect() << true;
}

void TestTour::placeBesideTheTarget()
{
    QFETCH(QRect, target);
    QFETCH(bool, apart);
    const QRect room(0, 0, 1000, 700);
    const QRect place = calloutPlace(target, {320, 160}, room);
    QCOMPARE(place.size(), QSize(320, 160));
    QVERIFY(room.contains(place));
    QCOMPARE(!place.intersects(target), apart);
}

void TestTour::pointsAtRealWidgets_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<int>("scale");
    QTest::addColumn<ThemeMode>("theme");
    QTest::newRow("1280x800") << QSize(1280, 800) << 100 << ThemeMode::Light;
    QTest::newRow("dark") << QSize(1280, 800) << 100 << ThemeMode::Dark;
    QTest::newRow("200 %") << QSize(1600, 1000) << 200 << ThemeMode::Light;
    QTest::newRow("3840x2160") << QSize(3840, 2160) << 100 << ThemeMode::Dark;
}

void TestTour::pointsAtRealWidgets()
{
    QFETCH(QSize, size);
    QFETCH(int, scale);
    QFETCH(ThemeMode, theme);
    applyTheme(*qApp, theme);
    applyTextScale(*qApp, scale);
    m_window->resize(size);
    m_window->docks()->resetLayout();
    QCoreApplication::processEvents();
    Tour *tour = start();
    QVERIFY(tour->stepCount() <= 6);
    for (int step = 0; step < tour->stepCount(); ++step) {
        tour->showStep(step);
        QCoreApplication::processEvents();
        QTRY_VERIFY2(!tour->targetRect().isEmpty(), qPrintable(QString::number(step)));
        QVERIFY(m_window->rect().contains(tour->targetRect()));
        QVERIFY(m_window->rect().contains(tour->geometry()));
        // All of its text can be read, and all buttons pressed.
        for (const QPushButton *button : {tour->nextButton(), tour->backButton()})
            QVERIFY(tour->rect().contains(button->geometry()));
        QVERIFY2(tour->height() >= tour->layout()->totalHeightForWidth(tour->width()), qPrintable(tour->text()));
        // The frame is painted around the target.
        const QImage image = m_window->grab().toImage();
        const QRect target = tour->targetRect();
        const QColor accent = panelColours(m_window->palette()).accent;
        int painted = 0;
        for (int x = target.left() + 8; x < target.right() - 8; ++x)
            for (int y : {target.top() + 1, target.bottom() - 1})
                painted += image.pixelColor(x, y) == accent && !tour->geometry().contains(x, y);
        QVERIFY2(painted > target.width() / 2, qPrintable(QStringLiteral("%1: %2").arg(step).arg(painted)));
    }
}

void TestTour::keysWalkThroughIt()
{
    Tour *tour = start();
    QVERIFY(tour->nextButton()->hasFocus());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    QCOMPARE(tour->step(), 1);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Left);
    QCOMPARE(tour->step(), 0);
    for (Qt::Key key : {Qt::Key_Return, Qt::Key_PageDown, Qt::Key_Space, Qt::Key_Right})
        QTest::keyClick(QApplication::focusWidget(), key);
    QCOMPARE(tour->step(), 4);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    QVERIFY(tour->isVisible());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    QVERIFY(!tour->isRunning() && !tour->isVisible());
    tour = start();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!tour->isRunning());
    QCOMPARE(m_fixture->engine->cancels, 0);
}

void TestTour::mouseWalksThroughIt()
{
    Tour *tour = start();
    QTest::mouseClick(tour->nextButton(), Qt::LeftButton);
    QCOMPARE(tour->step(), 1);
    QTest::mouseClick(tour->backButton(), Qt::LeftButton);
    QCOMPARE(tour->step(), 0);
    QVERIFY(!tour->backButton()->isEnabled());
    QTest::mouseClick(tour->skipButton(), Qt::LeftButton);
    QVERIFY(!tour->isRunning());
}

void TestTour::comesByItselfOnce()
{
    m_window->guidance()->startTourIfNew();
    QVERIFY(m_window->guidance()->tour() && m_window->guidance()->tour()->isRunning());
    QTest::mouseClick(m_window->guidance()->tour()->skipButton(), Qt::LeftButton);
    m_fixture->window = std::make_unique<MainWindow>(m_fixture->config());
    m_fixture->window->guidance()->startTourIfNew();
    QVERIFY(!m_fixture->window->guidance()->tour());
}

// A question is typed, asked and answered while the tour stands there.
void TestTour::nothingIsBlocked()
{
    Tour *tour = start();
    QVERIFY(m_fixture->openSample());
    QLineEdit *question = m_window->answerPanel()->questionEdit();
    tour->showStep(1); // points at it
    QTRY_COMPARE(tour->targetRect(), rectOf(question));
    QWidget *hit = m_window->childAt(question->mapTo(m_window, question->rect().center()));
    QVERIFY(hit == question || question->isAncestorOf(hit));
    QTest::mouseClick(question, Qt::LeftButton);
    QTest::keyClicks(question, QStringLiteral("is it day?"));
    QTest::keyClick(question, Qt::Key_Return);
    m_fixture->engine->finish({});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QCOMPARE(tour->step(), 1);
}

void TestTour::followsTheWindow()
{
    Tour *tour = start();
    tour->showStep(3);
    const QSlider *slider = m_window->controls()->budgetSlider();
    QTRY_COMPARE(tour->targetRect(), rectOf(slider));
    m_window->resize(1700, 1000);
    QTRY_COMPARE(tour->targetRect(), rectOf(slider) & m_window->rect());
    QVERIFY(m_window->rect().contains(tour->geometry()));
    applyTextScale(*qApp, 200);
    QTRY_COMPARE(tour->targetRect(), rectOf(slider) & m_window->rect());
    QTRY_VERIFY(m_window->rect().contains(tour->geometry()));
}

void TestTour::closedPanelsAreSaidToBeClosed()
{
    Tour *tour = start();
    tour->showStep(0);
    QTRY_VERIFY(!tour->targetRect().isEmpty());
    m_window->docks()->dock(QStringLiteral("pictures"))->close();
    QTRY_VERIFY(tour->targetRect().isEmpty());
    QVERIFY2(tour->text().contains(QStringLiteral("View → Pictures")), qPrintable(tour->text()));
    m_window->docks()->open(QStringLiteral("pictures"));
    QTRY_VERIFY(!tour->targetRect().isEmpty());
    QVERIFY(!tour->text().contains(QStringLiteral("View → Pictures")));
}

void TestTour::leavesTabsAsTheyWere_data()
{
    QTest::addColumn<int>("step"); // at which it is ended
    QTest::addColumn<Qt::Key>("key");
    QTest::newRow("skipped at What if") << 4 << Qt::Key_Escape;
    QTest::newRow("skipped behind it") << 5 << Qt::Key_Escape;
    QTest::newRow("walked through") << 5 << Qt::Key_Right;
}

void TestTour::leavesTabsAsTheyWere()
{
    QFETCH(int, step);
    QFETCH(Qt::Key, key);
    QVERIFY(seen("bench") && !seen("whatif"));
    m_window->whatIfPanel(); // made now: the room it needs is not the tour's doing
    QCoreApplication::processEvents();
    const PanelArrangement before = m_window->docks()->arrangement();
    const Tour *tour = start();
    for (int i = 0; i < step; ++i)
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    QTRY_COMPARE(seen("whatif"), step == 4);
    QTest::keyClick(QApplication::focusWidget(), key);
    QVERIFY(!tour->isRunning());
    QTRY_VERIFY(seen("bench"));
    QVERIFY(!seen("whatif"));
    QVERIFY(m_window->docks()->arrangement() == before);
}

void TestTour::aTabChosenMeanwhileStays()
{
    Tour *tour = start();
    m_window->docks()->raiseIfOpen(QStringLiteral("whatif"));
    tour->showStep(4); // has nothing to bring to the front
    tour->end();
    QTRY_VERIFY(seen("whatif"));
    m_window->docks()->raiseIfOpen(QStringLiteral("bench"));
    tour = start();
    tour->showStep(4);
    QTRY_VERIFY(seen("whatif"));
    m_window->docks()->open(QStringLiteral("bench"));
    tour->showStep(5);
    QTRY_VERIFY(seen("bench"));
}

void TestTour::keptLayoutsHaveNoLiftedPanel()
{
    Tour *tour = start();
    tour->showStep(4);
    QTRY_VERIFY(seen("whatif"));
    QTest::keyClick(m_window, Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(m_window->docks()->layout(), LayoutId::Compare);
    tour->end();
    QTest::keyClick(m_window, Qt::Key_1, Qt::ControlModifier);
    QTRY_VERIFY(seen("bench"));
    QVERIFY(!seen("whatif"));
}

void TestTour::speaksToScreenReaders()
{
    Tour *tour = start();
    tour->showStep(2);
    QAccessibleInterface *accessible = QAccessible::queryAccessibleInterface(tour);
    QCOMPARE(accessible->role(), QAccessible::HelpBalloon);
    QVERIFY(accessible->text(QAccessible::Name).contains(QStringLiteral("3")));
    QCOMPARE(accessible->text(QAccessible::Description), tour->text());
    // Also where only what has the focus is read.
    QVERIFY(QAccessible::queryAccessibleInterface(tour->nextButton())
                ->text(QAccessible::Description)
                .contains(tour->text()));
    for (const AccessibleControl &control : accessibleControls(*m_window))
        QVERIFY(!control.name.isEmpty());
}

void TestTour::textsNameTheKeysInUse()
{
    Tour *tour = start();
    QVERIFY2(tour->text().contains(QStringLiteral("Ctrl+O")), qPrintable(tour->text()));
    QVERIFY(!m_window->commands()->setKeys(QStringLiteral("file.open"), {QKeySequence(Qt::CTRL | Qt::Key_F9)}));
    tour = start();
    QVERIFY2(tour->text().contains(QStringLiteral("Ctrl+F9")), qPrintable(tour->text()));
}

QTEST_MAIN(TestTour)
#include "tst_tour.moc"
