// SPDX-License-Identifier: GPL-3.0-or-later
//
// Figures of what is no single run: a benchmark's answers, and a sweep over budgets.
// Saved with the keyboard, dropped back, and painted again by another process.
#include <QtTest>

#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/layout/panel_docks.h"
#include "core/figure/answers_recipe.h"
#include "core/figure/recipe_carriers.h"
#include "core/vtcbench/report.h"
#include "tests/app/figure_fixture.h"
#include "tests/widgets/bench_record_fixture.h"
#include "widgets/review/failures_panel.h"
#include "widgets/sweep/patch_multiples.h"
#include "widgets/sweep/sweep_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QTableWidget>

using namespace qmop;

class TestChartFigures : public fixture::FigureFixture {
    Q_OBJECT

private slots:
    void init() { begin(); }
    void cleanup() { m_fixture.reset(); }

    void answersAreSavedByKeyAndDropped_data() { formats(); }
    void answersAreSavedByKeyAndDropped();
    void anotherProcessPaintsTheSame_data() { formats(); }
    void anotherProcessPaintsTheSame();
    void strippedAnswersNameNoPicture();
    void damagedAnswersAreRefused_data();
    void damagedAnswersAreRefused();
    void filtersComeBack();
    void sweepIsSavedByKeyAndDropped();
    void anotherProcessPaintsTheSweep_data() { formats(); }
    void anotherProcessPaintsTheSweep();
    void sweepComesBackOrIsLeftOut();
    void withoutASweepThereIsNoPanel();

private:
    static void formats() { fixture::figureFormats(); }
    FailuresPanel *panel() { return m_window->failuresPanel(); }
    // 24 samples in layout Failures: those that only the full tokens got right, two of them brushed.
    void openAnswers()
    {
        fixture::writeFile(path("results.json"), QByteArray::fromStdString(recordText(*fixture::makeBenchRecord(24))));
        m_window->docks()->showLayout(LayoutId::Failures);
        QVERIFY(m_window->failures()->open(path("results.json")));
        ReviewFilter filter;
        filter.outcome = Outcome::OnlyFullRight;
        filter.budget = 16;
        panel()->filterBar()->setFilter(filter);
        panel()->xBox()->setCurrentIndex(int(ReviewField::KeptShare));
        panel()->yBox()->setCurrentIndex(int(ReviewField::Margin));
        panel()->setBrushed({{1, 2}, {4, 2}});
    }
    void save(const QString &file)
    {
        QVERIFY(dialog());
        dialog()->fileEdit()->selectAll();
        QTest::keyClicks(dialog()->fileEdit(), file);
        QTest::keyClick(dialog()->fileEdit(), Qt::Key_Return);
        QTRY_VERIFY(QFile::exists(file));
        QTRY_VERIFY(!dialog());
    }

    // Asks, and sweeps over all that the panel proposes: pooling answers otherwise.
    void runSweep()
    {
        ask();
        SweepPanel *sweep = m_window->sweepPanel();
        m_window->docks()->open(QStringLiteral("sweep"));
        QTest::mouseClick(button(sweep, "Sweep"), Qt::LeftButton);
        std::size_t asked = 1;
        while (m_window->runIsUnderWay()) {
            ++asked;
            QTRY_COMPARE(m_fixture->engine->requests.size(), asked);
            const RunRequest &request = m_fixture->engine->requests.back();
            const int rows = sweep->budgetTable()->rowCount();
            const auto trace = fixture::makeTrace(
                {.answer = request.compressor == "pool" ? "owl" : "fox", .compressor = request.compressor});
            trace->request = request;
            trace->request.image.bytes.clear();
            trace->score = AnswerScore{"fox", {}, true, true, -8.0 / (8 + request.budget)}; // draws lines
            m_fixture->engine->send(RunFinished{trace});
            QTRY_COMPARE(sweep->budgetTable()->rowCount(), rows + 1);
            QCoreApplication::processEvents();
        }
    }
    // Saved as a person does, from the panel of sweeps.
    void saveSweep(const QString &file)
    {
        m_window->sweepPanel()->budgetTable()->setFocus();
        QTest::keyClick(m_window->sweepPanel()->budgetTable(), Qt::Key_E, Qt::ControlModifier);
        save(file);
    }
    // Runs one of our programs in a home of its own; what it said where it failed.
    QByteArray inAnotherHome(const QString &program, const QStringList &arguments)
    {
        QProcess process;
        runInAnotherHome(process, program, arguments);
        return process.state() == QProcess::NotRunning && process.exitCode() == 0
            ? QByteArray()
            : process.readAllStandardError() + "failed";
    }

    static QPushButton *button(const QWidget *panel, const QString &text)
    {
        for (QPushButton *button : panel->findChildren<QPushButton *>())
            if (button->text() == text && button->isVisibleTo(panel))
                return button;
        qFatal("no button %s", qPrintable(text));
    }
};

void TestChartFigures::answersAreSavedByKeyAndDropped()
{
    QFETCH(QString, suffix);
    openAnswers();
    const int listed = panel()->model()->rowCount();
    QVERIFY(listed > 2 && listed < 48);
    panel()->scatter()->setFocus();
    QTest::keyClick(panel()->scatter(), Qt::Key_E, Qt::ControlModifier);
    QVERIFY(dialog());
    QVERIFY(!dialog()->panelBox(FigurePanel::Router)->isVisible()); // there is no run
    QVERIFY(!dialog()->pictureBox()->isVisible());
    const QString file = path("out." + suffix);
    save(file);
    QCOMPARE(message(), QString());

    // Another window, that has never seen the benchmark.
    QVERIFY(QFile::remove(path("results.json")));
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    drop(file);
    QVERIFY2(!m_window->lastFailure(), qPrintable(message()));
    QVERIFY(panel()->isVisible());
    QCOMPARE(panel()->model()->rowCount(), listed);
    QCOMPARE(panel()->filterBar()->filter().outcome, Outcome::OnlyFullRight);
    QCOMPARE(panel()->filterBar()->filter().budget, 16);
    QCOMPARE(panel()->xBox()->currentIndex(), int(ReviewField::KeptShare));
    QCOMPARE(panel()->yBox()->currentIndex(), int(ReviewField::Margin));
    QVERIFY((panel()->brushed() == std::vector<ReviewRow>{{1, 2}, {4, 2}}));
    QVERIFY(panel()->sourceText().contains("out." + suffix));
    // All answers came along, with their numbers.
    panel()->filterBar()->setFilter({});
    QCOMPARE(panel()->model()->rowCount(), 48);
    const ReviewData &data = panel()->model()->data();
    QCOMPARE(data.result({5, 1}).answer, std::string("right5"));
    QVERIFY(std::abs(*data.value({5, 1}, ReviewField::Margin) - 0.1) < 1e-6);
}

void TestChartFigures::anotherProcessPaintsTheSame()
{
    QFETCH(QString, suffix);
    openAnswers();
    const QString first = path("first." + suffix), second = path("second." + suffix);
    writeAnswersFigure(*m_window->failures()->view(), {}, false, first.toStdString());
    QCOMPARE(inAnotherHome("qmop", {"render", first, "--out", second}), QByteArray());
    const auto recipe = recipeInFile(first.toStdString());
    QVERIFY(recipe);
    QVERIFY(recipeInFile(second.toStdString()) == recipe);
    if (suffix == "png") {
        const QImage before(first), after(second);
        QVERIFY(before.width() >= 700);
        QCOMPARE(after, before);
    } else if (suffix == "svg") {
        QVERIFY(fixture::bytesOf(second) == fixture::bytesOf(first));
    }
    // As PNG it is the same picture, whatever it was.
    writeAnswersFigure(*m_window->failures()->view(), {}, false, path("png.png").toStdString());
    QCOMPARE(renderFigure(second.toStdString(), path("third.png").toStdString(), false, {}).problems, QStringList());
    QCOMPARE(QImage(path("third.png")), QImage(path("png.png")));
    // Of a newer version: painted, and said.
    QByteArray newer = QByteArray::fromStdString(*recipe);
    QVERIFY(newer.contains("\"schema\":2"));
    fixture::writeFile(path("newer.json"), newer.replace("\"schema\":2", "\"schema\":9"));
    const RenderedFigure painted
        = renderFigure(path("newer.json").toStdString(), path("fourth.png").toStdString(), false, {});
    QVERIFY(painted.problems.value(0).contains("newer version") && painted.hint.contains("the version that made it"));
    QCOMPARE(QImage(path("fourth.png")), QImage(path("png.png")));
}

void TestChartFigures::strippedAnswersNameNoPicture()
{
    openAnswers();
    writeAnswersFigure(*m_window->failures()->view(), {}, true, path("a.png").toStdString());
    const OpenedFigure opened = openFigure(path("a.png").toStdString(), {});
    QVERIFY(opened.answers);
    const std::vector<SuiteSample> &samples = opened.answers->record->samples;
    QCOMPARE(samples[0].image, samples[1].image); // still about one picture
    QVERIFY(samples[1].image != samples[2].image);
    for (const SuiteSample &sample : samples)
        QVERIFY2(sample.image.starts_with("picture-"), sample.image.c_str());
    QCOMPARE(samples[3].question, std::string("what is number 3?"));
}

void TestChartFigures::damagedAnswersAreRefused_data()
{
    QTest::addColumn<QByteArray>("from");
    QTest::addColumn<QByteArray>("to");
    QTest::newRow("record") << QByteArray("\"record\":\"") << QByteArray("\"record\":\"AAAA");
    QTest::newRow("size") << QByteArray("\"size\":") << QByteArray("\"size\":9");
    QTest::newRow("brushed") << QByteArray("\"brushed\":[1,") << QByteArray("\"brushed\":[-1,");
    QTest::newRow("scale") << QByteArray("\"scale\":") << QByteArray("\"scale\":9999");
    QTest::newRow("axis") << QByteArray("\"x\":\"") << QByteArray("\"z\":\"");
}

void TestChartFigures::damagedAnswersAreRefused()
{
    QFETCH(QByteArray, from);
    QFETCH(QByteArray, to);
    openAnswers();
    writeAnswersFigure(*m_window->failures()->view(), {}, false, path("a.svg").toStdString());
    QByteArray recipe = QByteArray::fromStdString(*recipeInFile(path("a.svg").toStdString()));
    QVERIFY(recipe.contains(from));
    fixture::writeFile(path("damaged.json"), recipe.replace(from, to));
    const QString before = panel()->sourceText();
    drop(path("damaged.json"));
    QVERIFY(m_window->lastFailure());
    QVERIFY2(m_window->lastFailure()->what.find("damaged.json") != std::string::npos,
             m_window->lastFailure()->what.c_str());
    QCOMPARE(panel()->sourceText(), before); // what was open stays
}

void TestChartFigures::filtersComeBack()
{
    ReviewFilter filter;
    QVERIFY(filterTexts(filter).empty());
    QVERIFY(filterFromTexts({}) == filter);
    filter.outcome = Outcome::Right;
    filter.compressor = "cls-prune";
    filter.budget = 64;
    filter.dimension = Dimension::LD;
    filter.questionType = "count";
    filter.keptBelow = 0.25;
    filter.entropyAbove = 0.65;
    filter.tag = QStringLiteral("nächt");
    filter.text = QStringLiteral("two words");
    QVERIFY(filterFromTexts(filterTexts(filter)) == filter);
    QVERIFY(filterFromTexts({{"outcome", "99"}, {"budget", "-4"}, {"kept_below", "nan"}, {"dimension", "XX"}})
            == ReviewFilter());
    for (ReviewField field : allReviewFields)
        QCOMPARE(fieldFromKey(fieldKey(field).toStdString()), field);
}

void TestChartFigures::sweepIsSavedByKeyAndDropped()
{
    runSweep();
    const SweepPanel *sweep = m_window->sweepPanel();
    const auto cells = [](const SweepPanel *of) {
        QStringList texts;
        for (int row = 0; row < of->budgetTable()->rowCount(); ++row)
            for (int column = 0; column < of->budgetTable()->columnCount(); ++column)
                texts << of->budgetTable()->item(row, column)->text();
        return texts;
    };
    const QStringList before = cells(sweep);
    QVERIFY(before.contains("owl") && sweep->budgetTable()->rowCount() == 10);
    const QString summary = sweep->summary();
    const std::size_t maps = sweep->budgetMaps()->maps().size();
    QVERIFY(maps > 0);

    sweep->budgetTable()->setFocus();
    QTest::keyClick(sweep->budgetTable(), Qt::Key_E, Qt::ControlModifier);
    QVERIFY(dialog());
    QVERIFY(dialog()->panelBox(FigurePanel::Sweep)->isChecked()); // where the keys were
    const QString file = path("sweep.png");
    save(file);
    const QImage painted(file);
    QVERIFY(!painted.isNull());

    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    drop(file);
    QVERIFY2(!m_window->lastFailure(), qPrintable(message()));
    QCOMPARE(cells(m_window->sweepPanel()), before);
    QCOMPARE(m_window->sweepPanel()->summary(), summary);
    QCOMPARE(m_window->sweepPanel()->budgetMaps()->maps().size(), maps);
    QVERIFY(m_window->sweepPanel()->isVisible());
    emit m_window->sweepPanel()->budgetActivated(0); // its runs did not come along
    QCOMPARE(m_window->shownTrace()->answer.text, std::string("fox"));
    // From the restored view the figure is made again, to the pixel.
    m_window->sweepPanel()->budgetTable()->setFocus();
    QTest::keyClick(m_window->sweepPanel()->budgetTable(), Qt::Key_E, Qt::ControlModifier);
    save(path("again.png"));
    QCOMPARE(QImage(path("again.png")).size(), painted.size());
    QCOMPARE(
        renderFigure(file.toStdString(), path("third.png").toStdString(), false, m_fixture->config().decoder).problems,
        QStringList());
    QCOMPARE(QImage(path("third.png")), painted);
}

// With either program, in a new process of somebody else: the same pixels.
void TestChartFigures::anotherProcessPaintsTheSweep()
{
    QFETCH(QString, suffix);
    runSweep();
    const QString first = path("first." + suffix), second = path("second." + suffix), third = path("third." + suffix);
    saveSweep(first);
    const QImage painted = fixture::pixelsOf(first);
    QVERIFY(painted.width() >= 700);
    // The panel is in it: without the sweep it is lower.
    write(shownFigure(), path("without." + suffix));
    QVERIFY(fixture::pixelsOf(path("without." + suffix)).height() + 200 < painted.height());

    QCOMPARE(inAnotherHome("qmop", {"render", first, "--out", second}), QByteArray());
    QCOMPARE(fixture::pixelsOf(second), painted);
    QCOMPARE(inAnotherHome("qmop-explorer", {"--render", second, "--out", third}), QByteArray());
    QCOMPARE(fixture::pixelsOf(third), painted);
    const OpenedFigure opened = openFigure(third.toStdString(), m_fixture->config().decoder);
    QCOMPARE(opened.problems, QStringList());
    QVERIFY(opened.view.sweep && opened.view.sweep->cells.size() == 9);
}

// Numbers to the bit; a damaged sweep leaves the run, and a line about it.
void TestChartFigures::sweepComesBackOrIsLeftOut()
{
    ask();
    FigureRequest request = shownFigure({FigurePanel::Sweep});
    FigureSweep sweep;
    sweep.reference.point = {"none", 0, 0};
    sweep.reference.visualTokens = 256;
    sweep.reference.answer = "fox";
    sweep.reference.unchanged = true;
    sweep.reference.logProbability = -0.1;
    for (const auto &[budget, value] : {std::pair{64, -0.3}, {16, -1.7}}) {
        SweepCell cell = sweep.reference;
        cell.point = {"prune", budget, 64};
        cell.visualTokens = budget;
        cell.unchanged = budget == 64;
        cell.logProbability = value;
        cell.timeToFirstTokenSeconds = 0.1 + 1e-9;
        cell.kvBytes = 4096;
        sweep.cells.push_back(cell);
        sweep.kept.push_back({1, 5, 255});
    }
    request.view.sweep = sweep;
    write(request, path("a.svg"));
    const OpenedFigure opened = openFigure(path("a.svg").toStdString(), m_fixture->config().decoder);
    QCOMPARE(opened.problems, QStringList());
    QVERIFY(opened.view.sweep && opened.view.sweep->cells.size() == 2);
    const SweepCell &cell = opened.view.sweep->cells[1];
    QVERIFY(cell.point == sweep.cells[1].point && !cell.unchanged && cell.logProbability == -1.7);
    QCOMPARE(cell.timeToFirstTokenSeconds, 0.1 + 1e-9);
    QVERIFY(opened.view.sweep->kept == sweep.kept);
    // Another value is painted elsewhere.
    request.view.sweep->cells[1].logProbability = -0.9;
    write(request, path("b.png"));
    request.view.sweep->cells[1].logProbability = -1.7;
    write(request, path("c.png"));
    QVERIFY(QImage(path("b.png")) != QImage(path("c.png")));

    const QByteArray recipe = QByteArray::fromStdString(*recipeInFile(path("a.svg").toStdString()));
    for (const auto &[from, to] : {std::pair<QByteArray, QByteArray>{"\"prune\"", "\"zip\""},
                                   {"[1,5,255]", "[1,5,256]"},
                                   {"\"log_probability\":-1.7", "\"log_probability\":1.7"}}) {
        QByteArray damaged = recipe;
        const qsizetype at = damaged.indexOf(from, damaged.indexOf("\"sweep\""));
        QVERIFY2(at > 0, from);
        fixture::writeFile(path("damaged.json"), damaged.replace(at, from.size(), to));
        const OpenedFigure rest = openFigure(path("damaged.json").toStdString(), m_fixture->config().decoder);
        QVERIFY(!rest.view.sweep && rest.trace);
        QCOMPARE(rest.problems.size(), 1);
    }
}

void TestChartFigures::withoutASweepThereIsNoPanel()
{
    ask();
    QTest::keyClick(m_window, Qt::Key_E, Qt::ControlModifier);
    QVERIFY(dialog());
    QVERIFY(!dialog()->panelBox(FigurePanel::Sweep)->isEnabled());
    QVERIFY(!dialog()->panelBox(FigurePanel::Sweep)->toolTip().isEmpty());
    QVERIFY(dialog()->panelBox(FigurePanel::Router)->isVisible());
}

QTEST_MAIN(TestChartFigures)
#include "tst_chart_figures.moc"
