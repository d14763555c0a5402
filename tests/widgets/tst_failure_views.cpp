// SPDX-License-Identifier: GPL-3.0-or-later
//
// The failure browser's views: one answer in table, plot and pictures, and the
// room that they take.
#include <QtTest>

#include "tests/widgets/failures_panel_fixture.h"
#include "widgets/review/answer_mark.h"
#include "widgets/theme/elided_label.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QStyleOptionComboBox>
#include <QTableView>
#include <QToolButton>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

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
    void axesHaveRoundTicks_data();
    void axesHaveRoundTicks();
    void ticksStayWithinWhatAValueCanBe();
    void answersThatAreNotDrawnAreExplained();
    void narrowPanelWraps();
    void chosenFilterIsReadable();
    void timeLeftIsReadable();

private:
    FailureScatter *scatter() { return m_panel->scatter(); }

    std::unique_ptr<FailuresPanel> m_panel;
    std::unique_ptr<Selection> m_selection;
};

void TestFailureViews::init()
{
    m_selection = std::make_unique<Selection>();
    m_panel = fixture::openFailuresPanel(m_selection.get());
    QVERIFY(m_panel);
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
    // An exact scorer gives nothing in between.
    QVERIFY(!legend->accessibleName().contains("partly"));
    const int narrow = legend->sizeHint().width();
    legend->setPartly(true);
    QVERIFY(legend->accessibleName().contains("partly") && legend->sizeHint().width() > narrow);
    const QImage image = legend->grab().toImage();
    const PanelColours colours = panelColours(legend->palette());
    const auto isLike = [](const QColor &at, const QColor &wanted) {
        return std::abs(at.red() - wanted.red()) < 24 && std::abs(at.green() - wanted.green()) < 24
            && std::abs(at.blue() - wanted.blue()) < 24;
    };
    // Where there is colour: the marks, from left to right; words have none.
    std::vector<QRect> marks;
    bool hasText = false;
    for (int x = 0; x < image.width(); ++x)
        for (int y = 0; y < image.height(); ++y) {
            const QColor at = image.pixelColor(x, y);
            hasText = hasText || isLike(at, colours.text);
            if (at.hsvSaturation() < 60 || at == colours.surface)
                continue;
            if (marks.empty() || x > marks.back().right() + 3)
                marks.emplace_back(x, y, 1, 1);
            marks.back() |= QRect(x, y, 1, 1);
        }
    QVERIFY(hasText);
    QCOMPARE(marks.size(), std::size_t(3));
    const auto inked = [&](const QRect &area) {
        int pixels = 0;
        for (int x = area.left(); x <= area.right(); ++x)
            for (int y = area.top(); y <= area.bottom(); ++y)
                pixels += image.pixelColor(x, y).hsvSaturation() >= 60;
        return pixels;
    };
    const auto middle = [&](const QRect &mark) { return inked(QRect(mark.center(), QSize(1, 1))); };
    // Circle, cross, triangle: hollow, crossed in the middle, hollow with all of its base inked.
    QVERIFY(middle(marks[0]) == 0 && middle(marks[1]) == 1 && middle(marks[2]) == 0);
    const auto lowest = [&](const QRect &mark) {
        return inked(QRect(mark.left(), mark.bottom() - 1, mark.width(), 2)) * 10 / (2 * mark.width());
    };
    QVERIFY(lowest(marks[2]) > lowest(marks[0]));
    const auto colourOf = [&](const QRect &mark, const QColor &wanted) {
        for (int x = mark.left(); x <= mark.right(); ++x)
            for (int y = mark.top(); y <= mark.bottom(); ++y)
                if (isLike(image.pixelColor(x, y), wanted))
                    return true;
        return false;
    };
    QVERIFY(colourOf(marks[0], colours.good) && !colourOf(marks[0], colours.bad));
    for (int wrong : {1, 2})
        QVERIFY(colourOf(marks[std::size_t(wrong)], colours.bad) && !colourOf(marks[std::size_t(wrong)], colours.good));
}

void TestFailureViews::axesHaveRoundTicks_data()
{
    QTest::addColumn<std::vector<double>>("values");
    QTest::addColumn<double>("highest");
    QTest::addColumn<QString>("ticks");
    constexpr double unlimited = std::numeric_limits<double>::infinity();
    QTest::newRow("shares, all of them") << std::vector{0.0, 0.3, 1.0} << 1.0 << "0.00 0.25 0.50 0.75 1.00";
    QTest::newRow("shares, some") << std::vector{0.98, 0.5} << 1.0 << "0.6 0.8";
    QTest::newRow("one share, the largest") << std::vector{1.0, 1.0} << 1.0 << "0.950 0.975 1.000";
    QTest::newRow("one share, the least") << std::vector{0.0} << 1.0 << "0.000 0.025 0.050";
    QTest::newRow("seconds") << std::vector{12.3, 48.0} << unlimited << "20 30 40";
    QTest::newRow("many seconds") << std::vector{1000.0} << unlimited << "950 975 1000 1025 1050";
    QTest::newRow("no value") << std::vector<double>{} << 1.0 << "0.00 0.25 0.50 0.75 1.00";
    QTest::newRow("log-probabilities") << std::vector{-4.7, -0.03} << 0.0 << "-4 -2 0";
    QTest::newRow("log-probabilities near 0") << std::vector{-0.4, -0.001} << 0.0 << "-0.4 -0.3 -0.2 -0.1 0.0";
    QTest::newRow("one log-probability") << std::vector{-8.0} << 0.0 << "-8.4 -8.2 -8.0 -7.8 -7.6";
}

void TestFailureViews::axesHaveRoundTicks()
{
    QFETCH(std::vector<double>, values);
    QFETCH(double, highest);
    QFETCH(QString, ticks);
    const AxisRange axis = axisRange(values, highest, highest == 0 ? -std::numeric_limits<double>::infinity() : 0);
    QStringList labels;
    for (double tick : axis.ticks)
        labels << axis.label(tick);
    QCOMPARE(labels.join(u' '), ticks);
}

void TestFailureViews::ticksStayWithinWhatAValueCanBe()
{
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        const double highest = round % 2 ? 1 : std::numeric_limits<double>::infinity();
        const double scale = round % 2 ? 1 : std::pow(10.0, round % 9 - 3);
        std::vector<double> values(1 + random() % 5);
        for (double &value : values)
            value = scale * std::uniform_real_distribution(0.0, 1.0)(random);
        if (round % 3 == 0)
            values.push_back(0);
        const AxisRange axis = axisRange(values, highest);
        for (double value : values)
            QVERIFY(axis.share(value) > 0 && axis.share(value) < 1); // no mark on the frame
        QVERIFY2(axis.ticks.size() >= 2 && axis.ticks.size() <= 5, qPrintable(QString::number(axis.ticks.size())));
        QVERIFY(std::ranges::is_sorted(axis.ticks, std::less_equal()));
        QVERIFY(axis.ticks.front() >= 0 && axis.ticks.back() <= highest);
        const double slack = 1e-6 * (axis.high - axis.low);
        QVERIFY(axis.ticks.front() >= axis.low - slack && axis.ticks.back() <= axis.high + slack);
        for (double tick : axis.ticks) // what is read is where it stands
            QVERIFY(std::abs(axis.label(tick).toDouble() - tick) < slack);
    }
}

void TestFailureViews::answersThatAreNotDrawnAreExplained()
{
    auto record = fixture::makeBenchRecord();
    record->methods[1].point = {"avgpool", 64}; // 30 answers without router and kept patches
    for (SampleResult &result : record->methods[1].results) {
        result.alpha.reset();
        result.entropy.reset();
        result.keptShare.reset();
    }
    record->methods[2].results[4].margin.reset();
    m_panel->setRecord(record, "results.json", {});
    const auto show = [this](ReviewField x, ReviewField y) {
        m_panel->xBox()->setCurrentIndex(int(x));
        m_panel->yBox()->setCurrentIndex(int(y));
        return scatter()->note();
    };
    QCOMPARE(show(ReviewField::Probability, ReviewField::Seconds), QString());
    QCOMPARE(scatter()->points().size(), std::size_t(60));
    QCOMPARE(show(ReviewField::Entropy, ReviewField::Probability),
             QStringLiteral("30 without “Router entropy” (only QMoP weighs branches)"));
    QVERIFY(scatter()->toolTip().startsWith(scatter()->note()));
    QVERIFY(scatter()->accessibleDescription().contains(scatter()->note()));
    QCOMPARE(scatter()->points().size(), std::size_t(30));
    QCOMPARE(show(ReviewField::Entropy, ReviewField::AlphaPool),
             QStringLiteral("30 without “Router entropy” (only QMoP weighs branches)")); // once
    QCOMPARE(show(ReviewField::KeptShare, ReviewField::Margin),
             QStringLiteral("30 without “Patches kept” (only pruning and cls-prune keep patches) · "
                            "1 without “Answer margin” (not in this result)"));
    // The axis of a share has no number that no share can have.
    QCOMPARE(scatter()->axis(Qt::Vertical).ticks.front(), 0.0);
    QVERIFY(scatter()->axis(Qt::Vertical).ticks.back() <= 1);
}

void TestFailureViews::narrowPanelWraps()
{
    // Narrower than a third of a window of 1280 pixels.
    QVERIFY2(m_panel->minimumSizeHint().width() < 300, qPrintable(QString::number(m_panel->minimumSizeHint().width())));
    m_panel->resize(380, 660);
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

void TestFailureViews::chosenFilterIsReadable()
{
    m_panel->resize(384, 420); // as wide as its dock at 1280x800
    QComboBox *box = m_panel->filterBar()->outcomeBox();
    const int before = box->width();
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Down);
    QCOMPARE(box->currentText(), QStringLiteral("Full right, compressed wrong"));
    const auto fieldWidth = [box] {
        QStyleOptionComboBox option;
        option.initFrom(box);
        return box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box).width();
    };
    QTRY_VERIFY(fieldWidth() >= box->fontMetrics().horizontalAdvance(box->currentText()));
    QTest::keyClick(box, Qt::Key_Up);
    QTRY_COMPARE(box->width(), before);
}

void TestFailureViews::timeLeftIsReadable()
{
    m_panel->resize(384, 420);
    m_panel->showProgress(25, 1250, 59 * 60.0);
    const QString progress = QStringLiteral("25 of 1,250 answers, about 59 min left");
    QCOMPARE(m_panel->progressText(), progress);
    const auto labels = m_panel->findChildren<ElidedLabel *>();
    const auto label = std::ranges::find(labels, progress, &ElidedLabel::text);
    QVERIFY(label != labels.end());
    QTRY_COMPARE((*label)->shownLines(), QStringList{progress});
}

QTEST_MAIN(TestFailureViews)
#include "tst_failure_views.moc"
