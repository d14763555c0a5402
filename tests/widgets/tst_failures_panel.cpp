// SPDX-License-Identifier: GPL-3.0-or-later
//
// The failure browser by mouse and by keys.
#include <QtTest>

#include "tests/widgets/failures_panel_fixture.h"
#include "widgets/review/routing_spread.h"
#include "widgets/selection/selection.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QToolButton>

using namespace qmop;

class TestFailuresPanel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void emptyPanelSaysWhatToDo();
    void controlsFilter();
    void rubberBandBrushes();
    void clickAndCtrlClick();
    void keysWalkAndBrush();
    void tableBrushesTheScatter();
    void linkedWithTheWindowsSelection();
    void picturesOfTheBrush();
    void picturesThatComeAreShownWhole();
    void summaryFollowsTheFilter();
    void tagsAreAskedFor();
    void stepsThroughTheFilteredList();
    void moreAnswersKeepTheView();
    void tenThousandSamples();

private:
    FailureScatter *scatter() { return m_panel->scatter(); }
    // From one corner to the other, as a person drags.
    void drag(QPointF from, QPointF to, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mousePress(scatter(), Qt::LeftButton, modifiers, from.toPoint());
        for (QPointF at : {(from + to) / 2, to}) {
            QMouseEvent move(QEvent::MouseMove, at, scatter()->mapToGlobal(at), Qt::NoButton, Qt::LeftButton,
                             modifiers);
            QCoreApplication::sendEvent(scatter(), &move);
        }
        QTest::mouseRelease(scatter(), Qt::LeftButton, modifiers, to.toPoint());
    }
    // A rectangle around the points whose x lies between.
    std::pair<QPointF, QPointF> columns(double low, double high)
    {
        const QRectF area = scatter()->plotArea();
        double left = area.right(), right = area.left();
        for (std::size_t i = 0; i < scatter()->points().size(); ++i)
            if (const double x = scatter()->points()[i].x; x >= low - 1e-9 && x <= high + 1e-9) {
                left = std::min(left, scatter()->position(int(i)).x());
                right = std::max(right, scatter()->position(int(i)).x());
            }
        return {QPointF(left - 4, area.top() + 1), QPointF(right + 4, area.bottom() - 1)};
    }
    int tableSelection() { return int(m_panel->table()->selectionModel()->selectedRows().size()); }

    std::unique_ptr<FailuresPanel> m_panel;
    std::unique_ptr<Selection> m_selection;
};

void TestFailuresPanel::init()
{
    m_selection = std::make_unique<Selection>();
    m_panel = fixture::openFailuresPanel(m_selection.get());
    QVERIFY(m_panel);
}

void TestFailuresPanel::cleanup()
{
    m_panel.reset();
    m_selection.reset();
}

void TestFailuresPanel::emptyPanelSaysWhatToDo()
{
    QCOMPARE(m_panel->countText(), QStringLiteral("60 of 60 answers"));
    m_panel->setRecord(nullptr, {}, {});
    QVERIFY(!m_panel->table()->isVisible());
    QVERIFY(!m_panel->exportButton()->isEnabled());
    QVERIFY(m_panel->openButton()->isEnabled());
    QVERIFY(!m_panel->step(1));
}

void TestFailuresPanel::controlsFilter()
{
    ReviewFilterBar *bar = m_panel->filterBar();
    bar->outcomeBox()->setFocus();
    QTest::keyClick(bar->outcomeBox(), Qt::Key_Down);
    QCOMPARE(bar->filter().outcome, Outcome::OnlyFullRight);
    QCOMPARE(m_panel->model()->rowCount(), 30);
    bar->budgetBox()->setFocus();
    QTest::keyClick(bar->budgetBox(), Qt::Key_Down); // all, 16, 64
    QTest::keyClick(bar->budgetBox(), Qt::Key_Down);
    QCOMPARE(bar->filter().budget, 64);
    QCOMPARE(m_panel->model()->rowCount(), 10);
    bar->keptBox()->setFocus();
    bar->keptBox()->selectAll();
    QTest::keyClicks(bar->keptBox(), "20");
    QTest::keyClick(bar->keptBox(), Qt::Key_Return);
    QCOMPARE(*bar->filter().keptBelow, 0.2);
    QCOMPARE(m_panel->model()->rowCount(), 3); // 2, 20, 22
    QTest::keyClicks(bar->searchEdit(), "number 20");
    QCOMPARE(m_panel->model()->rowCount(), 1);
    QTest::mouseClick(bar->resetButton(), Qt::LeftButton);
    QCOMPARE(m_panel->model()->rowCount(), 60);
    QVERIFY(bar->filter() == ReviewFilter());
    bar->entropyBox()->setValue(0.85);
    QCOMPARE(m_panel->model()->rowCount(), 6);
}

void TestFailuresPanel::rubberBandBrushes()
{
    QCOMPARE(scatter()->points().size(), std::size_t(60));
    const auto [from, to] = columns(0.8, 0.9); // entropy: 8, 9, 18, 19, 28, 29 under two methods
    drag(from, to);
    QCOMPARE(m_panel->brushed().size(), std::size_t(12));
    QCOMPARE(tableSelection(), 12);
    const auto [from2, to2] = columns(0, 0);
    drag(to2, from2, Qt::ControlModifier); // adds, in any direction
    QCOMPARE(m_panel->brushed().size(), std::size_t(18));
    drag(from, to);
    QCOMPARE(m_panel->brushed().size(), std::size_t(12)); // replaced
    scatter()->setFocus();
    QTest::keyClick(scatter(), Qt::Key_Escape);
    QVERIFY(m_panel->brushed().empty());
    QCOMPARE(tableSelection(), 0);
}

void TestFailuresPanel::clickAndCtrlClick()
{
    m_panel->filterBar()->budgetBox()->setCurrentIndex(2); // 64: each sample is one point
    QCOMPARE(scatter()->points().size(), std::size_t(30));
    QTest::mouseClick(scatter(), Qt::LeftButton, {}, scatter()->position(7).toPoint());
    QVERIFY((m_panel->brushed() == std::vector<ReviewRow>{{7, 1}}));
    QTest::mouseClick(scatter(), Qt::LeftButton, Qt::ControlModifier, scatter()->position(12).toPoint());
    QCOMPARE(m_panel->brushed().size(), std::size_t(2));
    QTest::mouseClick(scatter(), Qt::LeftButton, Qt::ControlModifier, scatter()->position(7).toPoint());
    QVERIFY((m_panel->brushed() == std::vector<ReviewRow>{{12, 1}}));
    QSignalSpy opened(m_panel.get(), &FailuresPanel::sampleActivated);
    QTest::mouseDClick(scatter(), Qt::LeftButton, {}, scatter()->position(12).toPoint());
    QCOMPARE(opened.size(), 1);
    QVERIFY((opened[0][0].value<ReviewRow>() == ReviewRow{12, 1}));
}

void TestFailuresPanel::keysWalkAndBrush()
{
    scatter()->setFocus();
    QTest::keyClick(scatter(), Qt::Key_Right);
    QVERIFY(scatter()->cursor() >= 0);
    std::set<int> visited;
    for (int i = 0; i < 200; ++i) { // to the right edge and no further
        visited.insert(scatter()->cursor());
        QTest::keyClick(scatter(), Qt::Key_Right);
    }
    QVERIFY(visited.size() > 3);
    QCOMPARE(scatter()->points()[std::size_t(scatter()->cursor())].x, 0.9);
    QVERIFY(m_panel->brushed().empty());
    QTest::keyClick(scatter(), Qt::Key_Space);
    QCOMPARE(m_panel->brushed().size(), std::size_t(1));
    QVERIFY(scatter()->accessibleDescription().contains("1 brushed"));
    QTest::keyClick(scatter(), Qt::Key_Space);
    QVERIFY(m_panel->brushed().empty());
    QSignalSpy opened(m_panel.get(), &FailuresPanel::sampleActivated);
    QTest::keyClick(scatter(), Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
}

void TestFailuresPanel::tableBrushesTheScatter()
{
    QTableView *table = m_panel->table();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(table, Qt::Key_Down, Qt::ShiftModifier);
    QTest::keyClick(table, Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(scatter()->brushed().size(), std::size_t(3));
    QTest::keyClick(table, Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(scatter()->brushed().size(), std::size_t(60));
    // What the filter hides is brushed no more.
    m_panel->filterBar()->budgetBox()->setCurrentIndex(2);
    QCOMPARE(m_panel->brushed().size(), std::size_t(30));
    QCOMPARE(tableSelection(), 30);
    QTest::keyClick(table, Qt::Key_Escape);
    QVERIFY(m_panel->brushed().empty());
    // Numbers that only some rows have: the others are counted, not drawn at 0.
    auto record = fixture::makeBenchRecord();
    record->methods[2].results[0].entropy.reset();
    m_panel->setRecord(record, "x", {});
    m_panel->filterBar()->setFilter({});
    QCOMPARE(scatter()->points().size(), std::size_t(59));
}

void TestFailuresPanel::linkedWithTheWindowsSelection()
{
    const auto [from, to] = columns(0.9, 0.9);
    drag(from, to);
    QCOMPARE(m_selection->lockHighlight().questions.size(), std::size_t(3)); // 9, 19, 29
    QCOMPARE(m_panel->highlighted(true).size(), std::size_t(6));
    // Another panel points at a question.
    m_selection->hover(QuestionTarget{"what is number 4?"});
    QCOMPARE(m_panel->highlighted(false), (std::vector<int>{8, 9}));
    int lit = 0;
    for (const FailureScatter::Point &point : scatter()->points())
        lit += point.lit;
    QCOMPARE(lit, 2);
    m_selection->hover(std::nullopt);
    QVERIFY(m_panel->highlighted(false).empty());
    // This one points at a question.
    QTest::mouseMove(scatter(), scatter()->position(0).toPoint());
    QTRY_COMPARE(m_selection->hoverHighlight().questions.size(), std::size_t(1));
    scatter()->setFocus();
    QTest::keyClick(scatter(), Qt::Key_Escape);
    QVERIFY(m_selection->lockHighlight().questions.empty());
    // What another panel has locked is not this one's to unlock.
    m_selection->lock(QuestionTarget{"what is number 4?"}, LockMode::Replace);
    m_panel->setBrushed({});
    QCOMPARE(m_selection->lockHighlight().questions.size(), std::size_t(1));
}

void TestFailuresPanel::picturesOfTheBrush()
{
    QSignalSpy wanted(m_panel.get(), &FailuresPanel::thumbnailWanted);
    m_panel->setBrushed({{4, 1}, {5, 1}, {6, 2}}); // p2.png twice, p3.png
    QCOMPARE(m_panel->pictures()->count(), 3);
    QCOMPARE(wanted.size(), 2);
    QVERIFY(m_panel->pictures()->item(0)->icon().isNull());
    QImage image(40, 30, QImage::Format_RGB32);
    image.fill(Qt::red);
    m_panel->setThumbnail("p2.png", image);
    QVERIFY(!m_panel->pictures()->item(0)->icon().isNull());
    QVERIFY(!m_panel->pictures()->item(1)->icon().isNull());
    QVERIFY(m_panel->pictures()->item(2)->icon().isNull());
    QVERIFY(m_panel->pictures()->item(1)->text().startsWith(QStringLiteral("✓")));
    QSignalSpy opened(m_panel.get(), &FailuresPanel::sampleActivated);
    m_panel->pictures()->setFocus();
    m_panel->pictures()->setCurrentRow(2);
    QTest::keyClick(m_panel->pictures(), Qt::Key_Return);
    QCOMPARE(opened.size(), 1);
    QVERIFY((opened[0][0].value<ReviewRow>() == ReviewRow{6, 2}));
}

// Of any height, in any order; those that never come too, for all cells are alike.
void TestFailuresPanel::picturesThatComeAreShownWhole()
{
    m_panel->filterBar()->budgetBox()->setCurrentIndex(2); // 64: each sample is one point
    const auto [from, to] = columns(0.8, 0.9); // p4.png, p9.png, p14.png
    drag(from, to);
    QListWidget *pictures = m_panel->pictures();
    QCOMPARE(pictures->count(), 6);
    pictures->grab(); // laid out
    QImage image(40, 144, QImage::Format_RGB32);
    image.fill(Qt::red);
    m_panel->setThumbnail("p9.png", image);
    pictures->grab();
    const int least = pictures->iconSize().height() + pictures->fontMetrics().height();
    QRect before;
    for (int i = 0; i < pictures->count(); ++i) {
        const QRect cell = pictures->visualItemRect(pictures->item(i));
        QVERIFY2(cell.height() >= least, qPrintable(QString::number(cell.height())));
        QVERIFY(!cell.intersects(before));
        before = cell;
    }
    // The picture is where the cell is, and all of it.
    QCOMPARE(pictures->item(2)->data(Qt::UserRole).toInt(), 18);
    pictures->scrollToItem(pictures->item(2));
    const QRect cell = pictures->visualItemRect(pictures->item(2));
    const QImage painted = pictures->viewport()->grab().toImage();
    int red = 0;
    for (int y = cell.top(); y <= std::min(cell.bottom(), painted.height() - 1); ++y)
        red += painted.pixelColor(cell.center().x(), y) == QColor(Qt::red);
    QVERIFY2(red >= pictures->iconSize().height() - 2, qPrintable(QString::number(red)));
}

void TestFailuresPanel::summaryFollowsTheFilter()
{
    QTableWidget *table = m_panel->summaryTable();
    QCOMPARE(table->item(5, 0)->text(), QStringLiteral("60"));
    // "Kept" is the share of the picture's patches.
    QCOMPARE(table->horizontalHeaderItem(4)->text(), QStringLiteral("Retention"));
    m_panel->filterBar()->budgetBox()->setCurrentIndex(2);
    QCOMPARE(table->item(5, 0)->text(), QStringLiteral("30"));
    QCOMPARE(table->item(5, 1)->text(), QStringLiteral("50.0"));
    QCOMPARE(table->item(5, 2)->text(), QStringLiteral("33.2–66.8"));
    QCOMPARE(table->item(5, 3)->text(), QStringLiteral("66.7"));
    QCOMPARE(table->item(5, 4)->text(), QStringLiteral("75.0"));
    m_panel->filterBar()->dimensionBox()->setCurrentIndex(1);
    QCOMPARE(table->item(0, 0)->text(), QStringLiteral("6"));
    QCOMPARE(table->item(1, 1)->text(), QStringLiteral("–"));
    QCOMPARE(m_panel->routingTable()->item(5, 0)->text(), QStringLiteral("6"));
}

void TestFailuresPanel::tagsAreAskedFor()
{
    QSignalSpy asked(m_panel.get(), &FailuresPanel::editsRequested);
    QTableView *table = m_panel->table();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(table, Qt::Key_Down);
    QTest::keyClick(table, Qt::Key_Down); // s1
    QTest::keyClicks(m_panel->tagsEdit(), "#night, sign,night");
    QTest::keyClick(m_panel->tagsEdit(), Qt::Key_Return);
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].toString(), QStringLiteral("s1"));
    const auto edits = asked[0][1].value<RunEdits>();
    QCOMPARE(edits.tags, (std::vector<std::string>{"night", "sign"}));
    m_panel->setEdits("s1", edits);
    QCOMPARE(m_panel->tagsEdit()->text(), QStringLiteral("night, sign"));
    QCOMPARE(m_panel->filterBar()->tagBox()->count(), 3);
    QTest::keyClick(m_panel->tagsEdit(), Qt::Key_Return); // nothing new
    QCOMPARE(asked.size(), 1);
    m_panel->filterBar()->tagBox()->setCurrentIndex(2);
    QCOMPARE(m_panel->model()->rowCount(), 2);
}

void TestFailuresPanel::stepsThroughTheFilteredList()
{
    QSignalSpy opened(m_panel.get(), &FailuresPanel::sampleActivated);
    m_panel->filterBar()->setFilter([] {
        ReviewFilter filter;
        filter.outcome = Outcome::OnlyCompressedRight; // 3, 9, 15, 21, 27 at 64
        return filter;
    }());
    for (int sample : {3, 9, 15, 21, 27, 3}) {
        QVERIFY(m_panel->step(1));
        QVERIFY((opened.back()[0].value<ReviewRow>() == ReviewRow{sample, 1}));
    }
    m_panel->step(-1);
    QVERIFY((opened.back()[0].value<ReviewRow>() == ReviewRow{27, 1}));
    QCOMPARE(m_panel->table()->currentIndex().row(), 4);
    QVERIFY(m_panel->model()->index(4, 0).data().toString().startsWith(QStringLiteral("▸")));
}

void TestFailuresPanel::moreAnswersKeepTheView()
{
    auto some = fixture::makeBenchRecord();
    for (BenchMethod &method : some->methods) {
        method.results.resize(10);
        method.scores.resize(10);
    }
    m_panel->setRecord(some, "going on", {});
    m_panel->filterBar()->budgetBox()->setCurrentIndex(2);
    m_panel->setBrushed({{3, 1}});
    QCOMPARE(m_panel->model()->rowCount(), 10);
    m_panel->noteEdit()->setFocus();
    QTest::keyClicks(m_panel->noteEdit(), "half a wor");
    m_panel->setRecord(fixture::makeBenchRecord(), "results.json", {});
    QCOMPARE(m_panel->model()->rowCount(), 30);
    QVERIFY((m_panel->brushed() == std::vector<ReviewRow>{{3, 1}}));
    QCOMPARE(m_panel->noteEdit()->text(), QStringLiteral("half a wor"));
    m_panel->setRecord(fixture::makeBenchRecord(30, "other"), "x", {});
    QVERIFY(m_panel->brushed().empty());
}

void TestFailuresPanel::tenThousandSamples()
{
    const auto record = fixture::makeBenchRecord(10'000, "large");
    QElapsedTimer clock;
    clock.start();
    m_panel->setRecord(record, "large.json", {});
    m_panel->grab();
    const double open = double(clock.nsecsElapsed()) / 1e6;
    QCOMPARE(m_panel->model()->rowCount(), 20'000);
    clock.restart();
    m_panel->filterBar()->outcomeBox()->setCurrentIndex(1);
    m_panel->grab();
    const double filter = double(clock.nsecsElapsed()) / 1e6;
    QCOMPARE(m_panel->model()->rowCount(), 9'999);
    clock.restart();
    drag(scatter()->plotArea().topLeft(), scatter()->plotArea().bottomRight());
    m_panel->grab();
    const double brush = double(clock.nsecsElapsed()) / 1e6;
    QCOMPARE(m_panel->brushed().size(), std::size_t(9'999));
    QVERIFY(m_panel->pictures()->count() < 100); // not one per sample
    qInfo("10,000 samples, painted: opened in %.0f ms, filtered in %.0f ms, all brushed in %.0f ms", open, filter,
          brush);
}

QTEST_MAIN(TestFailuresPanel)
#include "tst_failures_panel.moc"
