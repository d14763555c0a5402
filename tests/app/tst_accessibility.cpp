// SPDX-License-Identifier: GPL-3.0-or-later
//
// The window for the keyboard and for screen readers.
#include <QtTest>

#include "app/explorer/commands/command_palette.h"
#include "app/explorer/commands/commands.h"
#include "app/explorer/commands/key_list.h"
#include "app/explorer/layout/accessibility_list.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_controls.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/selection/selection.h"
#include "widgets/theme/theme.h"

#include <QAccessible>
#include <QAction>
#include <QDockWidget>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QTabBar>
#include <QTableView>

#include <set>

using namespace qmop;

class TestAccessibility : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void everyControlIsNamedAndReached_data();
    void everyControlIsNamedAndReached();
    void tabComesToEveryControl();
    void dialogsAreNamedAndReached();
    void aControlWithoutANameIsFound();
    void gridHasACellPerPatch();
    void arrowsSpeakThePatch();
    void textGrowsAndShrinksAgain_data();
    void textGrowsAndShrinksAgain();
    void largeTextFits_data();
    void largeTextFits();

private:
    void complain(QWidget &window)
    {
        QStringList wrong;
        int controls = 0;
        for (const AccessibleControl &control : accessibleControls(window)) {
            ++controls;
            if (control.name.trimmed().isEmpty())
                wrong << QStringLiteral("no name: %1 [%2]").arg(control.role, control.place);
            if (control.role == QStringLiteral("widget"))
                wrong << QStringLiteral("no role: %1 [%2]").arg(control.name, control.place);
            if (control.tabIndex < 0 && control.otherwise.isEmpty())
                wrong << QStringLiteral("out of reach: %1 %2 [%3]").arg(control.role, control.name, control.place);
        }
        QVERIFY(controls >= 4);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(u'\n')));
    }
    void goRound();
    ImageView *view() { return m_window->imagePanel()->view(); }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestAccessibility::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    QVERIFY(m_fixture->openSample());
    m_window->setQuestion(QStringLiteral("what does the sign say?"));
    m_window->startRun();
    m_fixture->engine->finish({.kept = {6 * 16 + 5, 9 * 16 + 10}});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
}

void TestAccessibility::cleanup()
{
    m_fixture.reset();
    applyTextScale(*qApp, 100);
}

void TestAccessibility::everyControlIsNamedAndReached_data()
{
    QTest::addColumn<LayoutId>("layout");
    for (LayoutId layout : allLayouts)
        QTest::newRow(qPrintable(layoutTitle(layout))) << layout;
}

void TestAccessibility::everyControlIsNamedAndReached()
{
    QFETCH(LayoutId, layout);
    m_window->docks()->showLayout(layout);
    QCoreApplication::processEvents();
    complain(*m_window);
    // Panels behind tabs, and those that the layout has closed.
    for (const QDockWidget *dock : m_window->docks()->docks()) {
        m_window->docks()->open(dock->objectName());
        QCoreApplication::processEvents();
        QVERIFY2(dock->widget()->isVisible(), qPrintable(dock->windowTitle()));
        complain(*m_window);
    }
}

void TestAccessibility::goRound()
{
    std::set<const QWidget *> visited;
    QLineEdit *question = m_window->answerPanel()->questionEdit();
    question->setFocus();
    int steps = 0;
    do {
        QVERIFY(QApplication::focusWidget());
        visited.insert(QApplication::focusWidget());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    } while (QApplication::focusWidget() != question && ++steps < 500);
    QVERIFY2(steps < 500, "Tab never came back");
    std::size_t expected = 0;
    for (const AccessibleControl &control : accessibleControls(*m_window))
        expected += control.tabIndex >= 0;
    QVERIFY2(visited.size() >= expected, qPrintable(QStringLiteral("%1 of %2").arg(visited.size()).arg(expected)));
    QVERIFY(visited.contains(view()));
    QVERIFY(visited.contains(m_window->controls()->runButton()));
}

// The list's claim, checked with the key itself.
void TestAccessibility::tabComesToEveryControl()
{
    goRound();
    for (const QDockWidget *dock : m_window->docks()->docks()) { // made by then, or late
        m_window->docks()->open(dock->objectName());
        QCoreApplication::processEvents();
        goRound();
        if (QTest::currentTestFailed())
            QFAIL(qPrintable(dock->windowTitle()));
    }
}

void TestAccessibility::dialogsAreNamedAndReached()
{
    KeyList keys(m_window->commands(), m_window);
    keys.setAttribute(Qt::WA_DeleteOnClose, false);
    keys.show();
    complain(keys);
    CommandPalette palette(*m_window->commands(), m_window);
    palette.setAttribute(Qt::WA_DeleteOnClose, false);
    palette.show();
    std::vector<AccessibleControl> controls = accessibleControls(palette);
    QCOMPARE(controls.size(), std::size_t(2));
    for (const AccessibleControl &control : controls)
        QVERIFY(!control.name.isEmpty() && control.tabIndex >= 0);
}

void TestAccessibility::aControlWithoutANameIsFound()
{
    QWidget window;
    QPushButton named(QStringLiteral("Named"), &window);
    QPushButton unnamed(&window);
    unnamed.setFocusPolicy(Qt::NoFocus);
    unnamed.move(0, 60);
    window.resize(200, 120);
    window.show();
    const std::vector<AccessibleControl> controls = accessibleControls(window);
    QCOMPARE(controls.size(), std::size_t(2));
    QCOMPARE(controls[0].name, QStringLiteral("Named"));
    QCOMPARE(controls[0].role, QStringLiteral("button"));
    QCOMPARE(controls[0].tabIndex, 0);
    QVERIFY(controls[1].name.isEmpty());
    QCOMPARE(controls[1].tabIndex, -1);
    QVERIFY(controls[1].otherwise.isEmpty());
}

void TestAccessibility::gridHasACellPerPatch()
{
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(view());
    QVERIFY(interface);
    QCOMPARE(interface->role(), QAccessible::Table);
    QAccessibleTableInterface *table = interface->tableInterface();
    QVERIFY(table);
    QCOMPARE(table->rowCount(), 16);
    QCOMPARE(table->columnCount(), 16);
    QAccessibleInterface *cell = table->cellAt(6, 5);
    QVERIFY(cell);
    QCOMPARE(cell->role(), QAccessible::Cell);
    QCOMPARE(cell->tableCellInterface()->rowIndex(), 6);
    QCOMPARE(cell->tableCellInterface()->columnIndex(), 5);
    const QString text = cell->text(QAccessible::Name);
    QVERIFY2(text.startsWith("row 6, column 5") && text.contains("kept") && text.contains("rank 102 of 256"),
             qPrintable(text));
    QVERIFY(table->cellAt(6, 6)->text(QAccessible::Name).contains("dropped"));
    QVERIFY(!table->cellAt(16, 0));
    // Of patches that the answer did not come through, they say so.
    auto beside = std::make_shared<RunTrace>(*m_window->shownTrace());
    fixture::pruneBeside(*beside);
    view()->setTrace(beside);
    QVERIFY2(cell->text(QAccessible::Name).contains("would be kept"), qPrintable(cell->text(QAccessible::Name)));
    QVERIFY(table->cellAt(6, 6)->text(QAccessible::Name).contains("would be dropped"));
    m_window->selection()->lockAll({PatchTarget{6 * 16 + 5}, PatchTarget{6 * 16 + 6}, PatchTarget{6 * 16 + 7}});
    QVERIFY2(view()->readoutText().startsWith("3 patches · 1 would be kept, 2 would be dropped"),
             qPrintable(view()->readoutText()));
    view()->setTrace(m_window->shownTrace());
    // Its place on the screen is that of the patch.
    const QPoint centre = cell->rect().center();
    QCOMPARE(view()->patchAt(view()->mapFromGlobal(QPointF(centre))), 6 * 16 + 5);
    QCOMPARE(interface->childAt(centre.x(), centre.y()), cell);
    m_window->selection()->setLockedPatch(6 * 16 + 5);
    QVERIFY(cell->state().selected);
    QCOMPARE(table->selectedCellCount(), 1);
    QCOMPARE(table->selectedCells(), QList<QAccessibleInterface *>{cell});
}

void TestAccessibility::arrowsSpeakThePatch()
{
    view()->setFocus();
    m_window->selection()->setHoveredPatch(6 * 16 + 4);
    // What a screen reader asks for when it is told that the focus has moved.
    QStringList spoken;
    for (Qt::Key key : {Qt::Key_Right, Qt::Key_Down}) {
        QTest::keyClick(view(), key);
        QAccessibleInterface *cell = QAccessible::queryAccessibleInterface(view())->focusChild();
        QVERIFY(cell && cell->state().focused);
        spoken << cell->text(QAccessible::Name);
    }
    QTest::keyClick(view(), Qt::Key_Return);
    QVERIFY2(spoken[0].startsWith("row 6, column 5") && spoken[0].contains("kept"), qPrintable(spoken[0]));
    QVERIFY2(spoken[1].startsWith("row 7, column 5") && spoken[1].contains("dropped"), qPrintable(spoken[1]));
    QCOMPARE(m_window->selection()->lockedPatch(), 7 * 16 + 5);
}

void TestAccessibility::textGrowsAndShrinksAgain_data()
{
    QTest::addColumn<int>("percent");
    QTest::newRow("150") << 150;
    QTest::newRow("200") << 200;
}

// Every text, also those whose font is smaller or larger than the others.
void TestAccessibility::textGrowsAndShrinksAgain()
{
    QFETCH(int, percent);
    std::map<QWidget *, double> before;
    for (QWidget *widget : m_window->findChildren<QWidget *>())
        if (widget->isVisible())
            before[widget] = widget->font().pointSizeF();
    m_window->commands()->action(QStringLiteral("look.text%1").arg(percent))->trigger();
    QCoreApplication::processEvents();
    QCOMPARE(QSettings().value("look/textScale").toInt(), percent);
    for (const auto &[widget, size] : before)
        QVERIFY2(std::abs(widget->font().pointSizeF() / size - percent / 100.0) < 0.02,
                 qPrintable(QStringLiteral("%1 %2 in %3: %4, was %5")
                                .arg(widget->metaObject()->className(), widget->objectName(),
                                     widget->parentWidget() ? widget->parentWidget()->metaObject()->className() : "")
                                .arg(widget->font().pointSizeF())
                                .arg(size)));
    for (const QTableView *table : m_window->findChildren<QTableView *>())
        QVERIFY(table->verticalHeader()->defaultSectionSize() >= table->fontMetrics().height());
    m_window->commands()->action(QStringLiteral("look.text100"))->trigger();
    QCoreApplication::processEvents();
    for (const auto &[widget, size] : before)
        QCOMPARE(widget->font().pointSizeF(), size);
}

void TestAccessibility::largeTextFits_data()
{
    QTest::addColumn<LayoutId>("layout");
    for (LayoutId layout : allLayouts)
        QTest::newRow(qPrintable(layoutTitle(layout))) << layout;
}

// At 200 % on a small screen the window stays on it and the answer in sight.
void TestAccessibility::largeTextFits()
{
    QFETCH(LayoutId, layout);
    applyTextScale(*qApp, 200);
    MainWindow window(m_fixture->config());
    window.docks()->showLayout(layout);
    window.resize(1280, 800);
    window.show();
    QCoreApplication::processEvents();
    QVERIFY2(window.width() <= 1280 && window.height() <= 800,
             qPrintable(QStringLiteral("%1 x %2").arg(window.width()).arg(window.height())));
    QLineEdit *question = window.answerPanel()->questionEdit();
    QCOMPARE(question->visibleRegion().boundingRect().size(), question->size());
    QVERIFY(window.controls()->runButton()->isVisible());
}

QTEST_MAIN(TestAccessibility)
#include "tst_accessibility.moc"
