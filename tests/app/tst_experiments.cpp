// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits, searches and sweeps in the window, over a scripted engine.
#include <QtTest>

#include "app/explorer/runs/run_controls.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/counterfactual/alpha_triangle.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/image/image_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/runs/runs_model.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"
#include "widgets/sweep/compressor_boxes.h"
#include "widgets/sweep/patch_multiples.h"
#include "widgets/sweep/sweep_panel.h"

#include <QCheckBox>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSlider>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>
#include <QTreeWidget>

#include <algorithm>

using namespace qmop;

class TestExperiments : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void anEditReRunsAndComparesTheOriginalAnswer();
    void brushingOnThePictureRunsOnce();
    void copiedCommandNamesThePicture();
    void searchProgressAndPartialResult();
    void whatWasAnsweredIsShownAgain();
    void undoLeavesTheSearchInItsTable();
    void sweepOverBudgets();
    void sweepWithBaselines();
    void sweepOverQuestions();
    void stoppingASweepKeepsWhatItHas();

private:
    WhatIfPanel *whatIf() { return m_window->whatIfPanel(); }
    SweepPanel *sweep() { return m_window->sweepPanel(); }
    fixture::ScriptedBackend::Log &engine() { return *m_fixture->engine; }
    QPushButton *button(const QWidget *panel, const QString &text)
    {
        for (QPushButton *button : panel->findChildren<QPushButton *>())
            if (button->text() == text && button->isVisibleTo(panel))
                return button;
        qFatal("no button %s", qPrintable(text));
    }
    // The engine's answer to the search that was asked last: two rounds.
    void finishSearch()
    {
        auto trace = fixture::makeTrace();
        trace->request = engine().requests.back();
        SearchTrace search;
        search.target.text = "owl";
        search.gains.assign(256, 0);
        search.rounds = {{90, 63, -1, 1.25, "fox", false}, {70, 62, -0.5, 0.5, "owl", true}};
        search.tried = 200;
        search.complete = true;
        trace->search = search;
        engine().send(RunFinished{trace});
        QTRY_VERIFY(m_window->shownTrace() == trace);
    }
    void answerEdit(const std::string &answer)
    {
        engine().finish({.answer = answer});
        QTRY_COMPARE(m_window->answerPanel()->answerText(), QString::fromStdString(answer));
        QTRY_VERIFY(!m_window->runIsUnderWay());
    }
    QTreeWidget *found() { return whatIf()->foundPatches(); }
    int recordedRuns() { return m_window->runsPanel()->model()->rowCount(); }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

// A run of the sample is shown, as a start for each test.
void TestExperiments::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    QVERIFY(m_fixture->openAnswered());
    m_window = m_fixture->window.get();
}

void TestExperiments::cleanup()
{
    m_fixture.reset();
}

void TestExperiments::anEditReRunsAndComparesTheOriginalAnswer()
{
    const auto original = m_window->shownTrace();
    QVERIFY(whatIf()->edit().original() == original.get());
    QTest::mouseClick(button(whatIf(), "K only"), Qt::LeftButton);
    QCOMPARE(engine().requests.size(), std::size_t(2));
    const RunRequest &request = engine().requests.back();
    QCOMPARE(request.overrides.force, std::optional(Branch::Prune));
    QCOMPARE(QString::fromStdString(request.image.path.string()), m_fixture->path("resources/samples/market.png"));
    QCOMPARE(request.score->tokens, (std::vector<int>{42}));
    auto trace = fixture::makeTrace({.answer = "owl"});
    trace->request = request;
    AnswerScore score;
    score.tokens = {{42, "fox", -1.0}, {2, "", -0.5}};
    score.logProbability = -1.5;
    trace->score = score;
    engine().send(RunFinished{trace});
    QTRY_COMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
    QVERIFY(whatIf()->resultText().contains("owl (changed)"));
    QVERIFY(whatIf()->resultText().contains("Δ log p"));
    QVERIFY(whatIf()->edit().original() == original.get()); // still the run that is edited
    QCOMPARE(recordedRuns(), 2); // no run is lost
    const QModelIndex newest = m_window->runsPanel()->model()->index(0, 0);
    QVERIFY(newest.data(Qt::ToolTipRole).toString().contains("K forced"));
}

void TestExperiments::brushingOnThePictureRunsOnce()
{
    ImageView *view = m_window->imagePanel()->view();
    for (QToolButton *brush : whatIf()->findChildren<QToolButton *>())
        if (brush->text() == "+ in")
            QTest::mouseClick(brush, Qt::LeftButton);
    QVERIFY(view->isBrushing());
    const auto centreOf = [&](int patch) {
        const RectF box = m_window->shownTrace()->grid.patchInImage(patch);
        return view->widgetFromImage().map(QPointF(box.x + box.width / 2, box.y + box.height / 2)).toPoint();
    };
    QTest::mousePress(view, Qt::LeftButton, {}, centreOf(100));
    // Qt Test's own move carries no button.
    const QPointF there = centreOf(102);
    QMouseEvent move(QEvent::MouseMove, there, view->mapToGlobal(there), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(view, &move);
    QCOMPARE(engine().requests.size(), std::size_t(1));
    QVERIFY(view->keptPreview()); // already drawn
    QTest::mouseRelease(view, Qt::LeftButton, {}, centreOf(102));
    QCOMPARE(engine().requests.size(), std::size_t(2));
    QCOMPARE(engine().requests.back().overrides.keep, (std::vector<int>{100, 101, 102}));
}

void TestExperiments::copiedCommandNamesThePicture()
{
    whatIf()->lambdaSlider()->setSliderDown(true);
    whatIf()->lambdaSlider()->setValue(20);
    QTest::mouseClick(button(whatIf(), "Copy as command"), Qt::LeftButton);
    const QString command = QGuiApplication::clipboard()->text();
    QVERIFY2(command.startsWith("qmop run " + m_fixture->path("resources/samples/market.png")), qPrintable(command));
    QVERIFY(command.contains("'what does the sign say?'"));
    QVERIFY(command.contains("--lambda 0.2 --score-answer fox --score-tokens 42"));
    QCOMPARE(engine().requests.size(), std::size_t(1)); // copying runs nothing
}

void TestExperiments::searchProgressAndPartialResult()
{
    QTest::mouseClick(button(whatIf(), "K only"), Qt::LeftButton);
    engine().finish();
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QTest::mouseClick(button(whatIf(), "Search"), Qt::LeftButton);
    QVERIFY(engine().requests.back().search);
    engine().send(StageProgress{"search", 7, 576});
    const auto shows = [this](const QString &text) {
        for (const QLabel *label : whatIf()->findChildren<QLabel *>())
            if (label->text().contains(text))
                return true;
        return false;
    };
    QTRY_VERIFY(shows("Tried 7 of at most 576"));
    QTest::keyClick(m_window, Qt::Key_Escape);
    QCOMPARE(engine().cancels, 1);
    // The engine ends a stopped search as finished, with what it has.
    auto trace = fixture::makeTrace();
    trace->request = engine().requests.back();
    SearchTrace search;
    search.target.text = "owl";
    search.gains.assign(256, 0);
    search.gains[77] = 0.5F;
    search.tried = 7;
    trace->search = search;
    engine().send(RunFinished{trace});
    QTRY_VERIFY(shows("Stopped. 7 patches tried"));
    QVERIFY(!m_window->runIsUnderWay());
}

// One run for each edit and each search, however often it is asked.
void TestExperiments::whatWasAnsweredIsShownAgain()
{
    const auto original = m_window->shownTrace();
    QTest::mouseClick(button(whatIf(), "K only"), Qt::LeftButton);
    answerEdit("owl");
    const auto forced = m_window->shownTrace();
    QTest::mouseClick(button(whatIf(), "Search"), Qt::LeftButton);
    finishSearch();
    const auto searched = m_window->shownTrace();
    QCOMPARE(recordedRuns(), 3);
    const RunsModel *model = m_window->runsPanel()->model();
    QCOMPARE(model->index(0).data(RunsModel::MethodRole).toString(), QStringLiteral("qmop · 64 · K forced · search"));
    QTest::mouseClick(button(whatIf(), "Force them in"), Qt::LeftButton);
    answerEdit("cat");
    const auto withPatches = m_window->shownTrace();
    QCOMPARE(withPatches->request.overrides.keep, (std::vector<int>{70, 90}));
    QCOMPARE(recordedRuns(), 4);
    const std::size_t asked = engine().requests.size();
    for (const char *again : {"Force them in", "Run edit", "Force them in"}) {
        QTest::mouseClick(button(whatIf(), again), Qt::LeftButton);
        QCOMPARE(engine().requests.size(), asked);
        QCOMPARE(m_window->shownTrace(), withPatches);
    }
    QTest::mouseClick(button(whatIf(), "Reset"), Qt::LeftButton);
    QTest::mouseClick(button(whatIf(), "K only"), Qt::LeftButton);
    QCOMPARE(m_window->shownTrace()->request.overrides, forced->request.overrides);
    QTest::mouseClick(button(whatIf(), "Search"), Qt::LeftButton);
    QCOMPARE(m_window->shownTrace(), searched);
    QTest::mouseClick(button(whatIf(), "Router"), Qt::LeftButton); // no edit is left
    QCOMPARE(m_window->shownTrace(), original);
    QCOMPARE(engine().requests.size(), asked);
    QCOMPARE(recordedRuns(), 4);
    // The row of the run that is shown is the one that is marked.
    QCOMPARE(m_window->runsPanel()->list()->currentIndex().data(RunsModel::NumberRole).toInt(), 1);
    // More rounds are another search.
    QTest::mouseClick(button(whatIf(), "K only"), Qt::LeftButton);
    QSpinBox *rounds = whatIf()->findChild<QSpinBox *>();
    rounds->setFocus();
    QTest::keyClick(rounds, Qt::Key_Up);
    QTest::mouseClick(button(whatIf(), "Search"), Qt::LeftButton);
    QCOMPARE(engine().requests.size(), asked + 1);
}

void TestExperiments::undoLeavesTheSearchInItsTable()
{
    QTest::mouseClick(button(whatIf(), "Search"), Qt::LeftButton);
    finishSearch();
    QCOMPARE(found()->topLevelItemCount(), 2);
    for (QToolButton *brush : whatIf()->findChildren<QToolButton *>())
        if (brush->text() == "× out")
            QTest::mouseClick(brush, Qt::LeftButton);
    ImageView *view = m_window->imagePanel()->view();
    const RectF box = m_window->shownTrace()->grid.patchInImage(90);
    const QPoint centre = view->widgetFromImage().map(QPointF(box.x + box.width / 2, box.y + box.height / 2)).toPoint();
    QTest::mouseClick(view, Qt::LeftButton, {}, centre);
    QCOMPARE(whatIf()->edit().overrides.drop, std::vector<int>{90});
    answerEdit("cat");
    QCOMPARE(found()->topLevelItemCount(), 2);
    QCOMPARE(found()->topLevelItem(0)->text(3), QStringLiteral("out"));
    QTest::keyClick(m_window, Qt::Key_Z, Qt::ControlModifier);
    QVERIFY(whatIf()->edit().overrides.empty());
    QCOMPARE(found()->topLevelItemCount(), 2);
    QCOMPARE(found()->topLevelItem(0)->text(3), QString());
    // Another run has none, and this one has it again.
    const auto original = whatIf()->edit().originalRun();
    m_window->setQuestion("is it day?");
    m_window->startRun();
    answerEdit("yes");
    QCOMPARE(found()->topLevelItemCount(), 0);
    emit m_window->runsPanel()->runActivated(original);
    QCOMPARE(found()->topLevelItemCount(), 2);
}

void TestExperiments::sweepOverBudgets()
{
    // The model has budgets 64 and 16; whole strides add 4, for pruning alone.
    QCOMPARE(sweep()->choice().budgets, (std::vector<int>{64, 16, 4}));
    QTest::mouseClick(button(sweep(), "Sweep"), Qt::LeftButton);
    const int points = 1 + 4 * 2 + 1;
    for (int i = 0; i < points; ++i) {
        QCOMPARE(engine().requests.size(), std::size_t(2 + i));
        const RunRequest &request = engine().requests.back();
        if (i == 0)
            QCOMPARE(request.compressor, std::string("none"));
        else
            QCOMPARE(request.score->tokens, (std::vector<int>{42})); // the uncompressed answer
        QVERIFY(m_window->runIsUnderWay());
        engine().finish({.answer = i == points - 1 ? "owl" : "fox", .compressor = request.compressor});
        QTRY_COMPARE(sweep()->budgetTable()->rowCount(), i + 1);
    }
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QCOMPARE(engine().requests.back().compressor, std::string("prune"));
    QCOMPARE(engine().requests.back().overrides.keepCount, std::optional(4));
    QVERIFY(sweep()->summary().contains("prune: same answer down to 16 tokens"));
    // The answer on screen stayed the run's, and the history has every run.
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("fox"));
    QCOMPARE(recordedRuns(), 1 + points);
    // A row shows its run.
    emit sweep()->budgetActivated(points - 2);
    QCOMPARE(m_window->answerPanel()->answerText(), QStringLiteral("owl"));
}

// Baselines have no weights: their budgets need no training. Blind has none.
void TestExperiments::sweepWithBaselines()
{
    for (QCheckBox *box : sweep()->compressors()->boxes())
        if (box->isEnabled() && box->isChecked() != (box->objectName().contains('-') || box->objectName() == "blind"))
            QTest::keyClick(box, Qt::Key_Space);
    QLineEdit *budgets = sweep()->findChild<QLineEdit *>();
    budgets->selectAll();
    QTest::keyClicks(budgets, "9");
    QTest::mouseClick(button(sweep(), "Sweep"), Qt::LeftButton);
    const std::vector<std::pair<std::string, int>> asked{{"none", 0}, {"cls-prune", 9}, {"blind", 0}};
    for (std::size_t i = 0; i < asked.size(); ++i) {
        QCOMPARE(engine().requests.size(), 2 + i);
        const RunRequest &request = engine().requests.back();
        QCOMPARE(request.compressor, asked[i].first);
        if (asked[i].second > 0)
            QCOMPARE(request.budget, asked[i].second);
        QVERIFY(request.overrides.empty());
        engine().finish({.answer = i == 2 ? "yes" : "fox", .compressor = request.compressor});
        QTRY_COMPARE(sweep()->budgetTable()->rowCount(), int(i) + 1);
    }
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QVERIFY(!sweep()->budgetMaps()->maps().empty()); // class attention keeps patches, too
    QCOMPARE(sweep()->budgetMaps()->maps()[0].title, QStringLiteral("cls-prune 9"));
    QCOMPARE(std::ranges::count(sweep()->budgetMaps()->maps()[0].values, 1.0F), 64); // of the scripted run
    QCOMPARE(sweep()->summary(), QStringLiteral("cls-prune: same answer down to 9 tokens\nblind: another answer"));
}

void TestExperiments::sweepOverQuestions()
{
    auto *edit = sweep()->findChild<QPlainTextEdit *>();
    edit->setPlainText("is it day?\nwhere is this?\n\nis it day?");
    emit sweep()->questionsRequested();
    QCOMPARE(engine().requests.back().question, std::string("is it day?"));
    engine().finish({.kept = std::vector<int>{1, 2, 3, 4}});
    QTRY_COMPARE(engine().requests.size(), std::size_t(3));
    QCOMPARE(engine().requests.back().question, std::string("where is this?"));
    engine().finish({.kept = std::vector<int>{3, 4, 5, 6}});
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QCOMPARE(engine().requests.size(), std::size_t(3)); // each question once
    QCOMPARE(sweep()->overlapTable()->item(0, 1)->text(), QStringLiteral("0.33"));
}

void TestExperiments::stoppingASweepKeepsWhatItHas()
{
    QTest::mouseClick(button(sweep(), "Sweep"), Qt::LeftButton);
    engine().finish();
    QTRY_COMPARE(engine().requests.size(), std::size_t(3));
    QStringList said;
    for (const QLabel *label : sweep()->findChildren<QLabel *>())
        said << label->text();
    QVERIFY2(said.filter(QRegularExpression("^run 2 of \\d+: .* · about \\d+ s left$")).size() == 1,
             qPrintable(said.join('|')));
    QTest::mouseClick(button(sweep(), "Stop"), Qt::LeftButton);
    QCOMPARE(engine().cancels, 1);
    engine().send(RunCancelled{});
    QTRY_VERIFY(!m_window->runIsUnderWay());
    QCOMPARE(sweep()->budgetTable()->rowCount(), 1);
    QVERIFY2(QRegularExpression("^1 of \\d\\d+ runs asked; what follows is of these alone:").match(sweep()->summary()).hasMatch(),
             qPrintable(sweep()->summary()));
    QCOMPARE(engine().requests.size(), std::size_t(3));
    QVERIFY(button(sweep(), "Sweep")->isEnabled());
}

QTEST_MAIN(TestExperiments)
#include "tst_experiments.moc"
