// SPDX-License-Identifier: GPL-3.0-or-later
//
// The failure browser's views: one answer in table, plot and pictures, and the
// room that they take.
#include <QtTest>

#include "tests/widgets/bench_record_fixture.h"
#include "widgets/review/answer_mark.h"
#include "widgets/review/failures_panel.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>
#include <QToolTip>

using namespace qmop;

class TestFailureViews : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void oneAnswerInAllViews();
    void samplesThatAskTheSame();
    void detailsOfAnAnswer();
    void legendHasShapeAndColour();
    void narrowPanelWraps();

private:
    FailureScatter *scatter() { return m_panel->scatter(); }

    std::unique_ptr<FailuresPanel> m_panel;
    std::unique_ptr<Selection> m_selection;
};

void TestFailureViews::init()
{
    m_selection = std::make_unique<Selection>();
    m_panel = std::make_unique<FailuresPanel>();
    m_panel->setSelection(m_selection.get());
    m_panel->setRecord(fixture::makeBenchRecord(), "results.json", {});
    m_panel->resize(1200, 420);
    m_panel->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
}

void TestFailureViews::cleanup()
{
    m_panel.reset();
    m_selection.reset();
}

// What is pointed at lights up in table, plot and pictures; what is chosen is chosen in all three.
void TestFailureViews::oneAnswerInAllViews()
{
    m_panel->filterBar()->budgetBox()->setCurrentIndex(2); // 64
    m_panel->setBrushed({{4, 1}, {5, 1}, {6, 1}});
    QTableView *table = m_panel->table();
    QListWidget *pictures = m_panel->pictures();
    const auto litPoints = [this] {
        std::vector<int> samples;
        for (const FailureScatter::Point &point : scatter()->points())
            if (point.lit)
                samples.push_back(point.row.sample);
        return samples;
    };
    const auto underlined = [this](int row) {
        return m_panel->model()->index(row, ReviewModel::QuestionColumn).data(Qt::FontRole).value<QFont>().underline();
    };
    const auto rowCentre = [&](int row) {
        const QModelIndex index = m_panel->model()->index(row, ReviewModel::QuestionColumn);
        table->scrollTo(index);
        return table->visualRect(index).center();
    };
    const auto pictureCentre = [&](int item) { return pictures->visualItemRect(pictures->item(item)).center(); };
    QVERIFY(m_panel->litPictures().empty());
    // The mouse, in each of the three.
    QTest::mouseMove(table->viewport(), rowCentre(5));
    QTRY_COMPARE(litPoints(), std::vector<int>{5});
    QVERIFY((m_panel->litPictures() == std::vector<ReviewRow>{{5, 1}}));
    QTest::mouseMove(pictures->viewport(), pictureCentre(2));
    QTRY_COMPARE(litPoints(), std::vector<int>{6});
    QVERIFY(underlined(6) && !underlined(5));
    QTest::mouseMove(scatter(), scatter()->position(4).toPoint());
    QTRY_VERIFY(underlined(4));
    QVERIFY((m_panel->litPictures() == std::vector<ReviewRow>{{4, 1}}));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(scatter(), &leave);
    QVERIFY(litPoints().empty() && m_panel->litPictures().empty() && !underlined(4));
    // A choice, in each of the three.
    const auto current = [&] { return m_panel->model()->rows()[std::size_t(table->currentIndex().row())].sample; };
    const auto atCursor = [this] { return scatter()->points()[std::size_t(scatter()->cursor())].row.sample; };
    QTest::mouseClick(pictures->viewport(), Qt::LeftButton, {}, pictureCentre(1));
    QCOMPARE(current(), 5);
    QCOMPARE(atCursor(), 5);
    QCOMPARE(m_panel->brushed().size(), std::size_t(3)); // looking at one is not brushing it alone
    QTest::mouseClick(scatter(), Qt::LeftButton, Qt::ControlModifier, scatter()->position(8).toPoint());
    QCOMPARE(current(), 8);
    QCOMPARE(pictures->currentItem()->data(Qt::UserRole).toInt(), 8);
    QTest::keyClick(scatter(), Qt::Key_Left);
    QCOMPARE(current(), atCursor());
    QVERIFY(current() != 8);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Home, Qt::ControlModifier);
    QCOMPARE(atCursor(), 0);
}

void TestFailureViews::samplesThatAskTheSame()
{
    auto record = fixture::makeBenchRecord(10);
    for (SuiteSample &sample : record->samples)
        sample.question = "is it day?";
    m_panel->setRecord(record, "x", {});
    const auto lit = [this] { return std::ranges::count(scatter()->points(), true, &FailureScatter::Point::lit); };
    QTest::mouseMove(scatter(), scatter()->position(6).toPoint());
    QTRY_COMPARE(lit(), 2); // one sample, two methods
    QCOMPARE(m_panel->highlighted(false).size(), std::size_t(2));
    // Another panel means the question.
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(scatter(), &leave);
    m_selection->hover(QuestionTarget{"is it day?"});
    QCOMPARE(lit(), 20);
}

void TestFailureViews::detailsOfAnAnswer()
{
    // Sample 3 at 64: right, though wrong with all tokens; entropy 0.3, probability 0.53.
    m_panel->filterBar()->budgetBox()->setCurrentIndex(2);
    const QPoint at = scatter()->position(3).toPoint();
    QHelpEvent help(QEvent::ToolTip, at, scatter()->mapToGlobal(at));
    QApplication::sendEvent(scatter(), &help);
    const QStringList lines = QToolTip::text().split(u'\n');
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines[0], QStringLiteral("s3 · what is number 3?"));
    QCOMPARE(lines[1], QStringLiteral("qmop · 64: ✓ “right3”, all tokens: ✗ “wrong”, right: “right3”"));
    QCOMPARE(lines[2],
             QStringLiteral("%1 0.53 · %2 0.30")
                 .arg(fieldTitle(ReviewField::Probability), fieldTitle(ReviewField::Entropy)));
    QToolTip::hideText();
    // The same below the plot, for the mouse and for the keys.
    QTest::mouseMove(scatter(), at);
    QTRY_VERIFY(m_panel->detailsText().startsWith("s3 · "));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(scatter(), &leave);
    m_panel->table()->setFocus();
    QTest::keyClick(m_panel->table(), Qt::Key_Home, Qt::ControlModifier);
    QTest::keyClick(m_panel->table(), Qt::Key_Down);
    QVERIFY(m_panel->detailsText().startsWith("s1 · "));
}

void TestFailureViews::legendHasShapeAndColour()
{
    auto *legend = m_panel->findChild<AnswerLegend *>();
    QVERIFY(legend && legend->width() >= legend->sizeHint().width());
    const QImage image = legend->grab().toImage();
    const PanelColours colours = panelColours(legend->palette());
    const auto has = [&](const QColor &wanted) {
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                if (const QColor at = image.pixelColor(x, y); std::abs(at.red() - wanted.red()) < 24
                    && std::abs(at.green() - wanted.green()) < 24 && std::abs(at.blue() - wanted.blue()) < 24)
                    return true;
        return false;
    };
    QVERIFY(has(colours.good) && has(colours.bad) && has(colours.text));
    // An exact scorer gives nothing in between.
    QVERIFY(!legend->accessibleName().contains("partly"));
    const int narrow = legend->sizeHint().width();
    legend->setPartly(true);
    QVERIFY(legend->accessibleName().contains("partly") && legend->sizeHint().width() > narrow);
}

void TestFailureViews::narrowPanelWraps()
{
    // Narrower than a third of a window of 1280 pixels.
    QVERIFY2(m_panel->minimumSizeHint().width() < 300, qPrintable(QString::number(m_panel->minimumSizeHint().width())));
    m_panel->resize(380, 620);
    QCoreApplication::processEvents();
    for (const QWidget *widget :
         {static_cast<QWidget *>(m_panel->openButton()), static_cast<QWidget *>(m_panel->exportButton()),
          static_cast<QWidget *>(m_panel->filterBar()->resetButton()), static_cast<QWidget *>(m_panel->table()),
          static_cast<QWidget *>(scatter()), static_cast<QWidget *>(m_panel->pictures())}) {
        const QRect place(widget->mapTo(m_panel.get(), QPoint()), widget->size());
        QVERIFY2(m_panel->rect().contains(place), qPrintable(widget->accessibleName()));
    }
    // Low: what has no room is scrolled to.
    m_panel->resize(380, 260);
    QCoreApplication::processEvents();
    QVERIFY(scatter()->height() >= 150);
    // Nothing is called like the panel again.
    m_panel->setRecord(nullptr, {}, {});
    for (const QLabel *label : m_panel->findChildren<QLabel *>())
        QVERIFY(label->text() != QStringLiteral("Failures"));
    QCOMPARE(m_panel->sourceText(), QString());
}

QTEST_MAIN(TestFailureViews)
#include "tst_failure_views.moc"
