// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ctrl+Z and Ctrl+Shift+Z: edits of a run and where panels stand.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_history.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/counterfactual/alpha_triangle.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/runs/runs_panel.h"

#include <QAbstractButton>
#include <QAction>
#include <QDockWidget>
#include <QPushButton>
#include <QSlider>
#include <QTabBar>
#include <QToolButton>
#include <QUndoStack>
#include <QWindow>

using namespace qmop;

class TestUndo : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void oneDragOfTheWeightsIsOneStep();
    void oneStrokeOfTheBrushIsOneStep();
    void keysAndClicksAreSteps();
    void anotherRunIsLeftForTheEdited();
    void whileARunGoesOn();
    void aLayoutIsTakenBack();
    void aClosedAndAMovedPanelComeBack();
    void oneDragOfAPanelIsOneStep();

private:
    WhatIfPanel *whatIf() { return m_window->whatIfPanel(); }
    ImageView *view() { return m_window->imagePanel()->view(); }
    QUndoStack *stack() { return m_window->history()->undoStack(); }
    std::vector<RunRequest> &requests() { return m_fixture->engine->requests; }
    void undo() { QTest::keyClick(m_window, Qt::Key_Z, Qt::ControlModifier); }
    void redo() { QTest::keyClick(m_window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }
    QDockWidget *dock(const char *id) { return m_window->docks()->dock(QString::fromLatin1(id)); }
    QPushButton *button(const QString &text)
    {
        for (QPushButton *each : whatIf()->findChildren<QPushButton *>())
            if (each->text() == text)
                return each;
        return nullptr;
    }
    void answer(const std::string &text)
    {
        QSignalSpy ended(m_window, &MainWindow::runEnded);
        m_fixture->engine->finish({.answer = text});
        QVERIFY(ended.wait());
    }
    static void move(QWidget *widget, QPoint pos)
    {
        QMouseEvent event(QEvent::MouseMove, pos, widget->mapToGlobal(pos), Qt::NoButton, Qt::LeftButton,
                          Qt::NoModifier); // Qt Test's own move carries no button
        QCoreApplication::sendEvent(widget, &event);
    }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestUndo::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    QVERIFY(m_fixture->openAnswered({.answer = "fox"}));
    m_window = m_fixture->window.get();
    m_window->docks()->open("whatif");
    QCoreApplication::processEvents();
    QCOMPARE(stack()->count(), 0);
}

void TestUndo::cleanup()
{
    m_fixture.reset();
}

void TestUndo::oneDragOfTheWeightsIsOneStep()
{
    const auto original = m_window->shownTrace();
    AlphaTriangle *triangle = whatIf()->triangle();
    const QPoint middle = triangle->rect().center();
    QTest::mousePress(triangle, Qt::LeftButton, {}, middle);
    for (int step = 1; step <= 4; ++step)
        move(triangle, middle + QPoint(4 * step, 3 * step));
    QTest::mouseRelease(triangle, Qt::LeftButton, {}, middle + QPoint(16, 12));
    const Overrides dragged = whatIf()->edit().overrides;
    QVERIFY(dragged.alpha);
    QCOMPARE(stack()->count(), 1);
    QVERIFY(m_window->commands()->action("edit.undo")->text().startsWith("Undo: edit: "));
    answer("owl");
    const auto result = m_window->shownTrace();
    const std::size_t asked = requests().size();

    undo();
    QVERIFY(whatIf()->edit().overrides.empty());
    QCOMPARE(m_window->shownTrace(), original);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    redo();
    QCOMPARE(whatIf()->edit().overrides, dragged);
    QCOMPARE(m_window->shownTrace(), result); // its run is at hand
    QCOMPARE(requests().size(), asked);
    QCOMPARE(m_window->runsPanel()->model()->rowCount(), 2); // runs are not undone, nor made anew
    QVERIFY(!stack()->canRedo());
}

void TestUndo::oneStrokeOfTheBrushIsOneStep()
{
    for (QToolButton *brush : whatIf()->findChildren<QToolButton *>())
        if (brush->text() == "+ in")
            QTest::mouseClick(brush, Qt::LeftButton);
    const auto centreOf = [&](int patch) {
        return view()->widgetFromImage().map(toQt(view()->grid()->patchInImage(patch)).center()).toPoint();
    };
    const auto stroke = [&](int from, int to) {
        QTest::mousePress(view(), Qt::LeftButton, {}, centreOf(from));
        move(view(), centreOf(to));
        QTest::mouseRelease(view(), Qt::LeftButton, {}, centreOf(to));
    };
    stroke(100, 103);
    answer("owl");
    stroke(150, 151);
    answer("cat");
    QCOMPARE(stack()->count(), 2);
    QCOMPARE(whatIf()->edit().overrides.keep, (std::vector<int>{100, 101, 102, 103, 150, 151}));
    undo();
    QCOMPARE(whatIf()->edit().overrides.keep, (std::vector<int>{100, 101, 102, 103}));
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QVERIFY(view()->keptPreview()); // drawn again, as a run that was made
    QVERIFY(view()->keptPreview()->wasRun);
    undo();
    QVERIFY(whatIf()->edit().overrides.empty());
    QVERIFY(!view()->keptPreview());
    redo();
    redo();
    QCOMPARE(whatIf()->edit().overrides.keep.size(), std::size_t(6));
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("cat"));
}

void TestUndo::keysAndClicksAreSteps()
{
    whatIf()->lambdaSlider()->setFocus();
    const double before = whatIf()->edit().lambda();
    QTest::keyClick(whatIf()->lambdaSlider(), Qt::Key_Right);
    answer("owl");
    QVERIFY(whatIf()->edit().lambda() > before);
    QTest::mouseClick(button("K only"), Qt::LeftButton);
    answer("cat");
    QTest::mouseClick(button("Reset"), Qt::LeftButton);
    QCOMPARE(stack()->count(), 3);
    undo(); // the reset
    QCOMPARE(whatIf()->edit().overrides.force, std::optional(Branch::Prune));
    QVERIFY(whatIf()->edit().overrides.lambda);
    undo();
    QVERIFY(!whatIf()->edit().overrides.force);
    QVERIFY(whatIf()->edit().lambda() > before);
    undo();
    QCOMPARE(whatIf()->edit().lambda(), before);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
}

void TestUndo::anotherRunIsLeftForTheEdited()
{
    const auto original = m_window->shownTrace();
    QTest::mouseClick(button("K only"), Qt::LeftButton);
    answer("owl");
    m_window->setQuestion("is it day?");
    m_window->startRun();
    answer("yes");
    QVERIFY(whatIf()->edit().original() != original.get());
    undo();
    QCOMPARE(m_window->shownTrace(), original);
    redo();
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QCOMPARE(whatIf()->edit().original(), original.get());
}

// The edit is taken back at once; its run comes when the other has ended.
void TestUndo::whileARunGoesOn()
{
    QTest::mouseClick(button("K only"), Qt::LeftButton);
    answer("owl");
    QTest::mouseClick(button("P only"), Qt::LeftButton); // goes on
    const std::size_t asked = requests().size();
    undo();
    QCOMPARE(whatIf()->edit().overrides.force, std::optional(Branch::Prune));
    QCOMPARE(requests().size(), asked);
    answer("cat");
    QVERIFY(m_window->shownTrace());
    undo();
    QVERIFY(whatIf()->edit().overrides.empty());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
}

void TestUndo::aLayoutIsTakenBack()
{
    QTest::keyClick(m_window, Qt::Key_4, Qt::ControlModifier);
    QCOMPARE(m_window->docks()->layout(), LayoutId::Present);
    QTest::keyClick(m_window, Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(stack()->undoText(), QStringLiteral("show the layout Compare"));
    undo();
    QCOMPARE(m_window->docks()->layout(), LayoutId::Present);
    undo();
    QCOMPARE(m_window->docks()->layout(), LayoutId::Inspect);
    QVERIFY(m_window->imagePanel()->view()->isVisible());
    redo();
    redo();
    QCOMPARE(m_window->docks()->layout(), LayoutId::Compare);
    QVERIFY(!m_window->imagePanel()->view()->isVisible());
    // To present is not an edit.
    const int steps = stack()->count();
    QTest::keyClick(m_window, Qt::Key_F11);
    QTest::keyClick(m_window, Qt::Key_F11);
    QCoreApplication::processEvents();
    QCOMPARE(stack()->count(), steps);
}

void TestUndo::aClosedAndAMovedPanelComeBack()
{
    for (QAbstractButton *each : dock("costs")->findChildren<QAbstractButton *>(QString(), Qt::FindDirectChildrenOnly))
        if (each->objectName() == QLatin1String("qt_dockwidget_closebutton"))
            QTest::mouseClick(each, Qt::LeftButton);
    QVERIFY(!dock("costs")->isVisible());
    QTRY_COMPARE(stack()->count(), 1);
    m_window->addDockWidget(Qt::LeftDockWidgetArea, dock("router"));
    QTRY_COMPARE(stack()->count(), 2);
    undo();
    QCOMPARE(m_window->dockWidgetArea(dock("router")), Qt::RightDockWidgetArea);
    QVERIFY(!dock("costs")->toggleViewAction()->isChecked());
    undo();
    QVERIFY(dock("costs")->toggleViewAction()->isChecked());
    QCoreApplication::processEvents();
    QCOMPARE(stack()->count(), 2); // what undo itself did is no step
    QVERIFY(stack()->canRedo());
    redo();
    redo();
    QCOMPARE(m_window->dockWidgetArea(dock("router")), Qt::LeftDockWidgetArea);
    QVERIFY(!dock("costs")->toggleViewAction()->isChecked());
    // By the menu.
    dock("costs")->toggleViewAction()->trigger();
    QTRY_COMPARE(stack()->count(), 3);
    undo();
    QVERIFY(!dock("costs")->toggleViewAction()->isChecked());
}

// On its way it floats; a tab chosen before is no part of it.
void TestUndo::oneDragOfAPanelIsOneStep()
{
    m_window->resize(1280, 800);
    m_window->docks()->resetLayout();
    m_window->docks()->open("whatif");
    QCoreApplication::processEvents();
    QVERIFY(dock("bench")->visibleRegion().isEmpty());
    const int steps = stack()->count();
    for (QTabBar *tabs : m_window->findChildren<QTabBar *>())
        for (int tab = 0; tab < tabs->count(); ++tab)
            if (tabs->tabText(tab) == dock("bench")->windowTitle())
                QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(tab).center());
    QTRY_VERIFY(!dock("bench")->visibleRegion().isEmpty());
    QCoreApplication::processEvents();

    QDockWidget *router = dock("router");
    QWindow *window = m_window->windowHandle();
    const QPoint title = router->mapTo(m_window, QPoint(40, 8));
    const QPoint left = dock("runs")->mapTo(m_window, dock("runs")->rect().center());
    QTest::mousePress(window, Qt::LeftButton, {}, title);
    for (int i = 1; i <= 20; ++i) {
        QTest::mouseMove(window, title + (left - title) * i / 20);
        QCoreApplication::processEvents();
    }
    QTRY_VERIFY(router->isFloating());
    for (int i = 0; i < 20; ++i)
        QCoreApplication::processEvents();
    QCOMPARE(stack()->count(), steps); // not yet
    QTest::mouseRelease(window, Qt::LeftButton, {}, left);
    QTRY_COMPARE(stack()->count(), steps + 1);
    QCOMPARE(m_window->dockWidgetArea(router), Qt::LeftDockWidgetArea);
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    undo();
    QTRY_VERIFY(!router->isFloating());
    QCOMPARE(m_window->dockWidgetArea(router), Qt::RightDockWidgetArea);
    QVERIFY(!dock("bench")->visibleRegion().isEmpty()); // was chosen before
    QCOMPARE(stack()->count(), steps + 1);
}

QTEST_MAIN(TestUndo)
#include "tst_undo.moc"
