// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two runs side by side in the window, by real keys and mouse.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/experiments/comparison.h"
#include "app/explorer/layout/panel_docks.h"
#include "qmop/command_line.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/compare/compare_panel.h"
#include "widgets/compare/comparison_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/pooling/window_grid.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"

#include <QAction>
#include <QClipboard>
#include <QDockWidget>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QTableWidget>
#include <QToolButton>

#include <cmath>

using namespace qmop;

class TestComparisonWindow : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void keysChooseAAndB();
    void aRunAloneFillsItsView();
    void mouseChoosesAAndPinning();
    void lockedZoomByWheelAndKey();
    void swapExchangesTheRuns();
    void hoverLinksEverything();
    void differenceComesAndGoes();
    void anotherPictureIsSaid();
    void editsOfBGoOn();
    void theComparisonIsCopiedAsCommand();
    void theRunIsCopiedAsCommand();
    void theAnswersRowIsTheTokenOfB();

private:
    void ask(const QString &question, fixture::TraceOptions options);
    void wheel(ImageView *view, QPoint pos);
    Comparison &comparison() { return *m_window->comparison(); }
    ComparedView *view(CompareSide side) { return comparison().panel()->view(side); }
    QListView *list() { return m_window->runsPanel()->list(); }
    void click(int row)
    {
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {},
                          list()->visualRect(list()->model()->index(row, 0)).center());
    }
    // A is the first run, B the second.
    void compareBoth()
    {
        click(1);
        QTest::keyClick(list(), Qt::Key_A);
        click(0);
        QTest::keyClick(m_window, Qt::Key_2, Qt::ControlModifier);
        QVERIFY(view(CompareSide::B)->isVisible());
    }
    QPoint patchPos(ImageView *in, int patch)
    {
        return in->widgetFromImage().map(toQt(in->grid()->patchInImage(patch)).center()).toPoint();
    }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
    std::shared_ptr<const RunTrace> m_first;
    std::shared_ptr<const RunTrace> m_second;
};

void TestComparisonWindow::ask(const QString &question, fixture::TraceOptions options)
{
    m_window->setQuestion(question);
    m_window->startRun();
    QSignalSpy ended(m_window, &MainWindow::runEnded);
    m_fixture->engine->finish(std::move(options));
    QVERIFY(ended.wait());
}

void TestComparisonWindow::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    m_window->resize(1500, 900);
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    QVERIFY(m_fixture->openSample());
    ask("what does the sign say?", {});
    m_first = m_window->shownTrace();
    ask("is it day?", {.kept = {3, 4, 200}, .answer = "owl"});
    m_second = m_window->shownTrace();
}

void TestComparisonWindow::cleanup()
{
    m_fixture.reset();
}

void TestComparisonWindow::keysChooseAAndB()
{
    list()->setFocus();
    list()->setCurrentIndex(list()->model()->index(0, 0));
    QTest::keyClick(list(), Qt::Key_Down); // the older run
    QTest::keyClick(list(), Qt::Key_A);
    QCOMPARE(comparison().a(), m_first);
    QCOMPARE(m_window->shownTrace(), m_second); // A is not shown by that
    QCOMPARE(comparison().b(), m_second);
    QTest::keyClick(list(), Qt::Key_B);
    QCOMPARE(m_window->shownTrace(), m_first);
    QCOMPARE(comparison().b(), m_first);
    // The letter is text where one types.
    m_window->answerPanel()->questionEdit()->setFocus();
    m_window->answerPanel()->questionEdit()->selectAll();
    QTest::keyClicks(m_window->answerPanel()->questionEdit(), "ablx");
    QCOMPARE(m_window->answerPanel()->question(), QStringLiteral("ablx"));
    // All of it is in the palette and the list of keys.
    for (const char *id : {"compare.a", "compare.b", "compare.lock", "compare.swap", "compare.difference"})
        QVERIFY2(m_window->commands()->action(QString::fromLatin1(id)), id);
}

// Without A the other view is hidden: its lack of size must not become B's zoom.
void TestComparisonWindow::aRunAloneFillsItsView()
{
    QTest::keyClick(m_window, Qt::Key_2, Qt::ControlModifier);
    m_window->resize(m_window->size() + QSize(40, 30));
    QCoreApplication::processEvents();
    ComparedView *b = view(CompareSide::B);
    QVERIFY(b->isVisible());
    QVERIFY(!view(CompareSide::A)->isVisible());
    const auto &grid = *b->grid();
    const QRectF shown(b->widgetFromImage().map(toQt(grid.patchInImage(0)).topLeft()),
                       b->widgetFromImage().map(toQt(grid.patchInImage(grid.patchCount() - 1)).bottomRight()));
    QVERIFY(QRectF(b->rect()).contains(shown));
    QVERIFY(std::max(shown.width() / b->width(), shown.height() / b->height()) > 0.8);
}

void TestComparisonWindow::mouseChoosesAAndPinning()
{
    click(1);
    for (QToolButton *button : m_window->runsPanel()->findChildren<QToolButton *>())
        if (button->defaultAction() == m_window->runsPanel()->referenceAction())
            QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(comparison().a(), m_first);
    // The pinned run is the reference, too.
    click(0);
    QTest::mouseClick(m_window->runsPanel()->pinButton(), Qt::LeftButton);
    QCOMPARE(comparison().a(), m_second);
    QVERIFY(list()->actions().contains(m_window->runsPanel()->referenceAction())); // the context menu
    QCOMPARE(list()->contextMenuPolicy(), Qt::ActionsContextMenu);
}

void TestComparisonWindow::wheel(ImageView *view, QPoint pos)
{
    QWheelEvent event(pos, view->mapToGlobal(pos), {}, {0, 360}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QCoreApplication::sendEvent(view, &event);
}

void TestComparisonWindow::lockedZoomByWheelAndKey()
{
    compareBoth();
    ComparedView *a = view(CompareSide::A);
    ComparedView *b = view(CompareSide::B);
    QVERIFY(!m_window->imagePanel()->view()->isVisible()); // in its place
    const double fitted = a->widgetFromImage().scale;
    wheel(a, {50, 60});
    QVERIFY(a->widgetFromImage().scale > fitted * 1.5);
    QCOMPARE(b->widgetFromImage().scale, a->widgetFromImage().scale);
    const auto inMiddle
        = [](ImageView *view) { return view->widgetFromImage().inverse(QRectF(view->rect()).center()); };
    QVERIFY((inMiddle(a) - inMiddle(b)).manhattanLength() < 1e-6);
    // By drag in B.
    QTest::mousePress(b, Qt::LeftButton, {}, {100, 100});
    QMouseEvent move(QEvent::MouseMove, QPointF(140, 130), b->mapToGlobal(QPointF(140, 130)), Qt::NoButton,
                     Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(b, &move);
    QTest::mouseRelease(b, Qt::LeftButton, {}, {140, 130});
    QVERIFY((inMiddle(a) - inMiddle(b)).manhattanLength() < 1e-6);
    QCOMPARE(view(CompareSide::Difference)->widgetFromImage().scale, a->widgetFromImage().scale);
    // L takes the lock away; 0 then fits the one view alone.
    a->setFocus();
    QTest::keyClick(a, Qt::Key_L);
    QVERIFY(!comparison().panel()->isLocked());
    QTest::keyClick(a, Qt::Key_0);
    QVERIFY(std::abs(a->widgetFromImage().scale / fitted - 1) < 0.02); // a pixel wider or narrower than the others
    QVERIFY(b->widgetFromImage().scale > fitted * 1.5);
    QTest::keyClick(a, Qt::Key_L);
    QCOMPARE(b->widgetFromImage().scale, a->widgetFromImage().scale); // the view with the focus leads
}

void TestComparisonWindow::swapExchangesTheRuns()
{
    compareBoth();
    view(CompareSide::A)->setFocus();
    QTest::keyClick(view(CompareSide::A), Qt::Key_X);
    QCOMPARE(comparison().a(), m_second);
    QCOMPARE(m_window->shownTrace(), m_first);
    QCOMPARE(view(CompareSide::A)->trace(), m_second.get());
    QCOMPARE(view(CompareSide::B)->trace(), m_first.get());
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    for (QToolButton *button : m_window->imagePanel()->findChildren<QToolButton *>())
        if (button->defaultAction() == comparison().panel()->swapAction())
            QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(comparison().a(), m_first);
    QCOMPARE(m_window->shownTrace(), m_second);
    // While a run goes on no other can be shown: nothing is half exchanged.
    m_window->startRun();
    QTest::keyClick(view(CompareSide::A), Qt::Key_X);
    QCOMPARE(comparison().a(), m_first);
    QCOMPARE(m_window->shownTrace(), m_second);
}

void TestComparisonWindow::hoverLinksEverything()
{
    compareBoth();
    m_window->docks()->open("pooling");
    QCoreApplication::processEvents();
    ComparedView *a = view(CompareSide::A);
    const int patch = 6 * 16 + 9;
    QTest::mouseMove(a, patchPos(a, patch));
    for (CompareSide side : {CompareSide::A, CompareSide::B, CompareSide::Difference})
        QCOMPARE(view(side)->hoverMarks(), std::vector<int>{patch});
    QCOMPARE(m_window->findChild<WindowGrid *>()->highlighted(false), std::vector<int>{3 * 8 + 4});
    QVERIFY(comparison().panel()->stripText().startsWith("row 6, column 9"));
    ComparedView *difference = view(CompareSide::Difference);
    QTest::mouseClick(difference, Qt::LeftButton, {}, patchPos(difference, 200));
    QCOMPARE(a->lockMarks(), std::vector<int>{200});
    // The same overlay everywhere, by the key of any view.
    a->setFocus();
    QTest::keyClick(a, Qt::Key_O);
    QCOMPARE(m_window->selection()->overlay(), OverlayKind::Importance);
    QTest::keyClick(m_window, Qt::Key_Escape);
    QVERIFY(a->lockMarks().empty());
}

void TestComparisonWindow::differenceComesAndGoes()
{
    compareBoth();
    ComparedView *a = view(CompareSide::A);
    QVERIFY(view(CompareSide::Difference)->isVisible());
    a->setFocus();
    QTest::keyClick(a, Qt::Key_D);
    QVERIFY(!view(CompareSide::Difference)->isVisible());
    QTest::keyClick(a, Qt::Key_D);
    QVERIFY(view(CompareSide::Difference)->isVisible());
    QTest::keyClick(m_window, Qt::Key_1, Qt::ControlModifier);
    QVERIFY(!comparison().panel()->isVisible());
    QVERIFY(m_window->imagePanel()->view()->isVisible());
}

void TestComparisonWindow::anotherPictureIsSaid()
{
    QSignalSpy opened(m_window, &MainWindow::pictureOpened);
    m_window->openPicture({m_fixture->path("resources/samples/beach.png").toStdString(), {}});
    QVERIFY(opened.wait());
    m_window->setQuestion("where is this?");
    m_window->startRun();
    auto trace = fixture::makeTrace({.width = 480, .height = 640, .answer = "beach"});
    trace->imageSha256 = std::string(64, 'c');
    trace->request = m_fixture->engine->requests.back();
    QSignalSpy ended(m_window, &MainWindow::runEnded);
    m_fixture->engine->send(RunFinished{trace});
    QVERIFY(ended.wait());
    click(2); // the first run: another picture
    QTest::keyClick(list(), Qt::Key_A);
    click(0);
    QTest::keyClick(m_window, Qt::Key_2, Qt::ControlModifier);
    QVERIFY(view(CompareSide::A)->isVisible() && view(CompareSide::B)->isVisible());
    QVERIFY(!view(CompareSide::Difference)->isVisible());
    QVERIFY(comparison().panel()->problemText().contains("pictures differ"));
    QVERIFY(m_window->comparisonTable()->answersText().contains("“fox” against “beach”"));
    QVERIFY(m_window->comparisonTable()->rowOf("picture") >= 0);
}

// Brushing in B is brushing on the picture: the panel What if runs the edit.
void TestComparisonWindow::editsOfBGoOn()
{
    compareBoth();
    m_window->docks()->open("whatif");
    QCoreApplication::processEvents();
    for (QToolButton *brush : m_window->findChildren<QToolButton *>())
        if (brush->text() == "+ in")
            QTest::mouseClick(brush, Qt::LeftButton);
    ComparedView *b = view(CompareSide::B);
    QVERIFY(b->isBrushing() && !view(CompareSide::A)->isBrushing());
    const std::size_t before = m_fixture->engine->requests.size();
    QTest::mouseClick(b, Qt::LeftButton, {}, patchPos(b, 100));
    QCOMPARE(m_fixture->engine->requests.size(), before + 1);
    QCOMPARE(m_fixture->engine->requests.back().overrides.keep, std::vector<int>{100});
    QVERIFY(b->keptPreview());
}

void TestComparisonWindow::theComparisonIsCopiedAsCommand()
{
    compareBoth();
    QTest::mouseClick(m_window->comparisonTable()->copyButton(), Qt::LeftButton);
    const QString command = QGuiApplication::clipboard()->text();
    const QString picture = m_fixture->path("resources/samples/market.png");
    QVERIFY2(command.startsWith("qmop compare " + picture + " 'what does the sign say?' --compressor qmop --budget"),
             qPrintable(command));
    QVERIFY2(command.contains(" --with " + picture + " 'is it day?' --compressor qmop"), qPrintable(command));
}

void TestComparisonWindow::theRunIsCopiedAsCommand()
{
    click(1);
    QTest::keyClick(m_window, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    RunRequest request = m_first->request;
    request.image.path = m_fixture->path("resources/samples/market.png").toStdString();
    QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromStdString(commandLine(request)));
    QVERIFY(m_window->commands()->menu(CommandMenu::Run)->actions().contains(m_window->commands()->action("run.copy")));
    // Another run is shown: its command.
    click(0);
    m_window->commands()->action("run.copy")->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains("'is it day?'"));
}

void TestComparisonWindow::theAnswersRowIsTheTokenOfB()
{
    compareBoth();
    ComparisonPanel *panel = m_window->comparisonTable();
    QTableWidget *table = panel->table();
    const int row = panel->rowOf("answer");
    QVERIFY(row >= 0);
    const QPoint pos = table->visualItemRect(table->item(row, 1)).center();
    QTest::mouseMove(table->viewport(), pos);
    QCOMPARE(m_window->answerPanel()->highlighted(false), std::vector<int>{0});
    QCOMPARE(panel->highlighted(false), std::vector<int>{row});
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, pos);
    QCOMPARE(m_window->answerPanel()->highlighted(true), std::vector<int>{0});
}

QTEST_MAIN(TestComparisonWindow)
#include "tst_comparison_window.moc"
