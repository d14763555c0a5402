// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "tests/widgets/trace_fixture.h"
#include "widgets/counterfactual/alpha_triangle.h"
#include "widgets/selection/selection.h"
#include "widgets/sweep/compressor_boxes.h"
#include "widgets/sweep/patch_multiples.h"
#include "widgets/sweep/router_simplex.h"
#include "widgets/sweep/sweep_panel.h"
#include "widgets/theme/theme.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableWidget>

using namespace qmop;

class TestSweepPanel : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { applyTheme(*qApp, ThemeMode::Light); }
    void budgetTexts();
    void choices();
    void obstaclesAreSaid();
    void budgetResults();
    void questionResults();
    void mapsByMouseAndKeys();
    void routerSimplex();
    void numbersOfPointsDoNotOverlap();
};

namespace {

SweepCell cellOf(const std::string &compressor, int budget, const std::string &answer, bool unchanged)
{
    SweepCell cell;
    cell.kvBytes = 303104;
    cell.point = {compressor, budget, budget};
    cell.visualTokens = budget;
    cell.answer = answer;
    cell.unchanged = unchanged;
    cell.logProbability = -0.25 * budget;
    return cell;
}

QPushButton *sweepButton(const SweepPanel &panel, int tab)
{
    return panel.findChild<QTabWidget *>()->widget(tab)->findChild<QPushButton *>();
}

}

void TestSweepPanel::budgetTexts()
{
    QCOMPARE(budgetsFromText("64, 36 16;4"), std::optional(std::vector<int>{64, 36, 16, 4}));
    for (const char *text : {"", "  ", "64, many", "0", "-4", "3.5"})
        QVERIFY2(!budgetsFromText(text), text);
}

void TestSweepPanel::choices()
{
    SweepPanel panel;
    panel.setDefaultBudgets({64, 16, 4});
    QCOMPARE(panel.choice().budgets, (std::vector<int>{64, 16, 4}));
    QCOMPARE(panel.choice().compressors, (std::vector<std::string>{"qmop", "pool", "resample", "prune"}));
    // Every compressor of the command line; "none" is asked in any case.
    QStringList offered;
    for (const QCheckBox *box : panel.findChildren<QCheckBox *>())
        offered << box->objectName();
    QCOMPARE(offered, (QStringList{"none", "qmop", "pool", "resample", "prune", "avgpool", "cls-prune", "blind"}));
    QVERIFY(panel.compressors()->box("none")->isChecked() && !panel.compressors()->box("none")->isEnabled());
    for (const char *toggled : {"pool", "avgpool", "blind"})
        QTest::keyClick(panel.compressors()->box(toggled), Qt::Key_Space);
    QCOMPARE(panel.choice().compressors, (std::vector<std::string>{"qmop", "resample", "prune", "avgpool", "blind"}));
    panel.setSuggestedQuestions({"is it day?", "where is this?"});
    QCOMPARE(panel.questions(), (QStringList{"is it day?", "where is this?"}));
    auto *edit = panel.findChild<QPlainTextEdit *>();
    QTest::keyClicks(edit, "what is it? ");
    panel.setSuggestedQuestions({"another one?"}); // typed text stays
    QVERIFY(panel.questions().first().startsWith("what is it?"));
}

void TestSweepPanel::obstaclesAreSaid()
{
    SweepPanel panel;
    panel.setDefaultBudgets({64});
    panel.setObstacle("Open a picture first");
    QVERIFY(!sweepButton(panel, 0)->isEnabled());
    QCOMPARE(sweepButton(panel, 0)->toolTip(), QStringLiteral("Open a picture first"));
    panel.setObstacle({});
    QVERIFY(sweepButton(panel, 0)->isEnabled());
    QVERIFY(!sweepButton(panel, 1)->isEnabled()); // no questions
    QVERIFY(sweepButton(panel, 1)->toolTip().contains("questions"));
    panel.setSuggestedQuestions({"is it day?"});
    QVERIFY(sweepButton(panel, 1)->isEnabled());
    panel.setRunning(true);
    QVERIFY(!sweepButton(panel, 0)->isEnabled());
}

void TestSweepPanel::budgetResults()
{
    SweepPanel panel;
    panel.resize(500, 700);
    panel.show();
    const auto trace = fixture::makeTrace();
    const std::vector<SweepCell> cells{cellOf("qmop", 64, "owl", false),   cellOf("prune", 64, "fox", true),
                                       cellOf("prune", 16, "fox", true),   cellOf("prune", 4, "cat", false),
                                       cellOf("avgpool", 16, "fox", true), cellOf("blind", 0, "yes", false)};
    const std::vector<int> kept{0, 5, 9};
    panel.showBudgets(cellOf("none", 0, "fox", true), cells, {{}, kept, kept, kept, {}, {}}, trace->grid);
    QTableWidget *table = panel.budgetTable();
    QCOMPARE(table->rowCount(), 7);
    QCOMPARE(table->item(6, 0)->text(), QStringLiteral("blind"));
    QCOMPARE(table->item(0, 0)->text(), QStringLiteral("none"));
    QCOMPARE(table->item(1, 3)->text(), QStringLiteral("changed"));
    QCOMPARE(table->item(3, 0)->text(), QStringLiteral("prune 16"));
    QCOMPARE(table->item(3, 4)->text(), QStringLiteral("-4.0000"));
    QCOMPARE(table->item(3, 7)->text(), QStringLiteral("303.1 kB")); // as the panel Costs has it
    QCOMPARE(table->horizontalHeaderItem(5)->text(), QStringLiteral("Prefill ms"));
    QCOMPARE(table->horizontalHeaderItem(6)->text(), QStringLiteral("TTFT ms"));
    QCOMPARE(table->columnCount(), 8);
    QCOMPARE(panel.summary(),
             QStringLiteral("qmop: every budget changed the answer\n"
                            "prune: same answer down to 16 tokens\n"
                            "avgpool: same answer down to 16 tokens\n"
                            "blind: another answer"));
    QSignalSpy activated(&panel, &SweepPanel::budgetActivated);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualItemRect(table->item(3, 2)).center());
    QCOMPARE(activated.last().first().toInt(), 2);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualItemRect(table->item(0, 0)).center());
    QCOMPARE(activated.last().first().toInt(), -1); // the uncompressed run
    // Three maps: of the cells that pruned. The second one is cell 2.
    PatchMultiples *maps = panel.budgetMaps();
    QCOMPARE(int(maps->maps().size()), 3);
    QTest::mouseClick(maps, Qt::LeftButton, {}, maps->mapRect(1).center());
    QCOMPARE(activated.last().first().toInt(), 2);
}

void TestSweepPanel::questionResults()
{
    SweepPanel panel;
    const auto trace = fixture::makeTrace();
    std::vector<QuestionCell> cells(3);
    cells[0].kept = {0, 1, 2, 3};
    cells[1].kept = {2, 3, 4, 5};
    cells[2].kept = {200};
    cells[0].question = "is it day?";
    panel.showQuestions(cells, trace->grid);
    QTableWidget *overlap = panel.overlapTable();
    QCOMPARE(overlap->rowCount(), 3);
    QCOMPARE(overlap->item(0, 1)->text(), QStringLiteral("0.33"));
    QCOMPARE(overlap->item(1, 1)->text(), QStringLiteral("1.00"));
    QVERIFY(overlap->verticalHeaderItem(0)->text().contains("is it day?"));
    const auto &maps = panel.questionMaps()->maps();
    QCOMPARE(int(maps.size()), 4); // and the survival map
    QVERIFY(!maps.back().mask);
    QVERIFY(std::abs(maps.back().values[2] - 2.0F / 3) < 1e-6F);
    QCOMPARE(maps.back().values[100], 0.0F);
}

void TestSweepPanel::mapsByMouseAndKeys()
{
    PatchMultiples maps("maps");
    maps.resize(230, 400); // two in a row
    PatchGrid grid = makePatchGrid(64, 64, 64, 32, FitPolicy::Crop);
    maps.setMaps(
        {{"a", "first", {1, 0, 0, 1}, true}, {"b", "second", {0, 0, 0, 0}, true}, {"c", "third", {1, 1, 1, 1}, true}},
        grid);
    maps.show();
    QVERIFY(QTest::qWaitForWindowExposed(&maps));
    const QImage image = maps.grab().toImage();
    const QRect first = maps.mapRect(0);
    // Patches 0 and 3 are kept: blue; 1 and 2 are not.
    QCOMPARE(image.pixelColor(first.left() + 20, first.top() + 20).rgb(), QColor::fromRgb(keptColour).rgb());
    QCOMPARE(image.pixelColor(first.right() - 20, first.bottom() - 20).rgb(), QColor::fromRgb(keptColour).rgb());
    QVERIFY(image.pixelColor(first.right() - 20, first.top() + 20).rgb() != QColor::fromRgb(keptColour).rgb());
    QSignalSpy activated(&maps, &PatchMultiples::activated);
    QTest::mouseClick(&maps, Qt::LeftButton, {}, maps.mapRect(1).center());
    QCOMPARE(activated.last().first().toInt(), 1);
    QCOMPARE(maps.accessibleDescription(), QStringLiteral("second"));
    QTest::keyClick(&maps, Qt::Key_Left);
    QCOMPARE(maps.current(), 0);
    QTest::keyClick(&maps, Qt::Key_Down);
    QCOMPARE(maps.current(), 2);
    QTest::keyClick(&maps, Qt::Key_Return);
    QCOMPARE(activated.last().first().toInt(), 2);
}

// As a router has it that has made up its mind: all points in one corner, some on each other.
void TestSweepPanel::numbersOfPointsDoNotOverlap()
{
    SimplexPlot plot;
    plot.resize(200, 180);
    std::vector<SimplexPoint> points;
    for (const PerBranch<float> &alpha :
         {PerBranch<float>{{0.02F, 0.02F, 0.96F}}, PerBranch<float>{{0.1F, 0.06F, 0.84F}},
          PerBranch<float>{{0.03F, 0.02F, 0.95F}}, PerBranch<float>{{0.02F, 0.16F, 0.82F}},
          PerBranch<float>{{0.02F, 0.03F, 0.95F}}, PerBranch<float>{{0.02F, 0.02F, 0.96F}}})
        points.push_back({std::to_string(points.size()), "", alpha});
    plot.setPoints(points);
    const std::vector<SimplexLabel> labels = plot.labels();
    QStringList texts;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        texts << labels[i].text;
        QVERIFY(QRectF(plot.rect()).contains(labels[i].rect));
        for (std::size_t other = 0; other < i; ++other)
            QVERIFY2(!labels[i].rect.intersects(labels[other].rect), qPrintable(texts.join(u'|')));
        for (int point = 0; point < int(points.size()); ++point)
            QVERIFY(!labels[i].rect.contains(plot.place(point)));
    }
    QCOMPARE(texts, (QStringList{"1, 3, 5 +1", "2", "4"}));
}

// A point per question where its weights put it, linked both ways with its row and the selection.
void TestSweepPanel::routerSimplex()
{
    Selection selection;
    SweepPanel panel;
    panel.setSelection(&selection);
    panel.resize(700, 900);
    panel.findChild<QTabWidget *>()->setCurrentIndex(1);
    panel.show();
    QVERIFY(QTest::qWaitForWindowExposed(&panel));
    QuestionCell first{"where?", "here", "", {1, 2}, true, PerBranch<float>{{1, 0, 0}}};
    QuestionCell forced{"who?", "fox", "", {1, 2}, true, std::nullopt}; // no router ran
    QuestionCell third{"what?", "sign", "", {2, 3}, true, PerBranch<float>{{0.25F, 0.25F, 0.5F}}};
    panel.showQuestions({first, forced, third}, fixture::makeTrace()->grid);
    SimplexPlot *plot = panel.simplex()->plot();
    QTableWidget *list = panel.simplex()->list();
    QVERIFY(plot->isVisible());
    QCOMPARE(list->rowCount(), 2);
    QCOMPARE(list->item(1, 0)->text(), QString("what?"));
    QCOMPARE(list->item(1, 3)->text(), QString("0.500"));
    const QPolygonF corners = triangleIn(plot->rect());
    QCOMPARE(plot->place(0), corners[0]); // all pooling
    const QPointF by = 0.25 * corners[0] + 0.25 * corners[1] + 0.5 * corners[2];
    QVERIFY(QLineF(plot->place(1), by).length() < 1e-6);
    QCOMPARE(plot->pointAt(plot->place(1)), 1);
    QCOMPARE(plot->pointAt(QPointF(1, 1)), -1);

    QTest::mouseMove(plot, plot->place(1).toPoint());
    QTRY_COMPARE(panel.simplex()->highlighted(false), std::vector<int>{1});
    QVERIFY(selection.hovered() == std::optional<Target>(QuestionTarget{"what?"}));
    QVERIFY(list->item(1, 0)->font().underline());
    QTest::mouseClick(plot, Qt::LeftButton, {}, plot->place(0).toPoint());
    QCOMPARE(panel.simplex()->highlighted(true), std::vector<int>{0});
    QVERIFY(list->item(0, 0)->font().bold());
    selection.unlock();
    QVERIFY(panel.simplex()->highlighted(true).empty());
    selection.hover(QuestionTarget{"where?"}); // from another panel
    QCOMPARE(panel.simplex()->highlighted(false), std::vector<int>{0});

    QSignalSpy activated(&panel, &SweepPanel::questionActivated);
    list->setCurrentCell(1, 0);
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated[0][0].toInt(), 2); // of the questions, with the one without a router
    panel.showQuestions({forced}, fixture::makeTrace()->grid);
    QVERIFY(!plot->isVisible());
}

QTEST_MAIN(TestSweepPanel)
#include "tst_sweep_panel.moc"
