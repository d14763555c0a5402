// SPDX-License-Identifier: GPL-3.0-or-later
//
// The presentation with its keys, and stories of one's own.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/layout/panel_docks.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/window/guidance.h"
#include "app/explorer/window/presenter.h"
#include "app/explorer/window/story.h"
#include "tests/app/window_with_stories.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/stories/story_bar.h"
#include "widgets/theme/theme.h"

#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QMenuBar>

using namespace qmop;
using fixture::twoStories;

namespace qmop::fixture {

// With what the engine records of a run with this compressor.
static std::shared_ptr<const RunTrace> runWith(const QString &compressor)
{
    auto trace = makeTrace({.compressor = compressor.toStdString()});
    if (QStringList{"qmop", "pool", "resample", "prune"}.contains(compressor))
        return trace;
    trace->routing.reset();
    trace->pruning.reset();
    trace->branches.clear();
    if (compressor == QStringLiteral("blind"))
        trace->provenance = {};
    return trace;
}

}

class TestPresenter : public QObject {
    Q_OBJECT

private slots:
    void shippedStoriesCanBeShown();
    void nothingIsAskedBeforeTheFirstStep();
    void keysGoThroughTheSteps();
    void textStaysText();
    void hurryEndsAtTheRightStep();
    void missingPictureIsSaid();
    void shownRunBecomesAStep();
    void editedRunBecomesAStep();
    void taggedRunsBecomeAStory();

private:
    // Answers the step's run, which waits for its picture first.
    static void answer(fixture::WindowFixture &fixture, std::size_t runs, fixture::TraceOptions options = {})
    {
        QTRY_COMPARE(fixture.engine->requests.size(), runs);
        fixture.engine->finish(std::move(options));
        QTRY_VERIFY(!fixture.window->runIsUnderWay());
    }
};

void TestPresenter::shippedStoriesCanBeShown()
{
    const QString resources = QStringLiteral(QMOP_SOURCE_DIR "/resources");
    const std::vector<Story> stories = readStories(resources + "/stories/stories.json", resources + "/samples");
    const std::vector<Sample> samples = readSamples((resources + "/samples").toStdString());
    QVERIFY(stories.size() >= 3);
    for (const Story &story : stories)
        for (const StoryStep &step : story.steps) {
            const auto sample = std::ranges::find(samples, step.picture, &Sample::path);
            QVERIFY2(sample != samples.end(), qPrintable(step.picture));
            QVERIFY2(!step.question.isEmpty() || step.suggested <= sample->questions.size(), qPrintable(story.title));
            QVERIFY2(!step.say.isEmpty(), qPrintable(story.title));
            // What the sample's answers are now is not what they will be.
            QVERIFY2(step.question.isEmpty(), qPrintable(step.question));
            QVERIFY2(hasOverlay(*fixture::runWith(step.compressor), step.overlay), qPrintable(step.say));
        }
}

void TestPresenter::nothingIsAskedBeforeTheFirstStep()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_F11);
    const Presenter *presenter = window.guidance()->presenter();
    QVERIFY(presenter->isPresenting());
    QCOMPARE(presenter->stepCount(), 4);
    QCOMPARE(presenter->step(), -1);
    QCOMPARE(window.docks()->layout(), LayoutId::Present);
    QVERIFY(textScale() >= 150 && window.menuBar()->isHidden());
    QVERIFY(fixture.engine->requests.empty());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!presenter->isPresenting());
    QCOMPARE(textScale(), 100);
    QCOMPARE(window.docks()->layout(), LayoutId::Inspect);
    QVERIFY(!window.menuBar()->isHidden() && !window.isFullScreen());
}

void TestPresenter::keysGoThroughTheSteps()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_F11);
    const Presenter *presenter = window.guidance()->presenter();
    const auto press = [](Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); };
    press(Qt::Key_Right);
    QCOMPARE(presenter->step(), 0);
    answer(fixture, 1, {.answer = "yes"});
    const RunRequest &first = fixture.engine->requests.back();
    QCOMPARE(QString::fromStdString(first.question), QStringLiteral("is it day?")); // the second suggestion
    QCOMPARE(first.compressor, std::string("none"));
    QTRY_COMPARE(presenter->bar()->sentence(), QStringLiteral("All 256: “yes”."));
    QVERIFY2(presenter->bar()->title().contains(QStringLiteral("One")), qPrintable(presenter->bar()->title()));
    QCOMPARE(window.selection()->overlay(), OverlayKind::Importance);

    press(Qt::Key_PageDown); // as a remote does
    answer(fixture, 2);
    QCOMPARE(fixture.engine->requests.back().budget, 16); // the least
    QTRY_VERIFY(presenter->bar()->sentence().startsWith(QStringLiteral("64 of 256, ")));
    press(Qt::Key_Space); // asks the same: no run
    QTRY_COMPARE(presenter->bar()->sentence(), QStringLiteral("The same run."));
    QCOMPARE(window.selection()->overlay(), OverlayKind::Relevance);
    QCOMPARE(fixture.engine->requests.size(), std::size_t(2));

    press(Qt::Key_End);
    answer(fixture, 3);
    QCOMPARE(fixture.engine->requests.back().compressor, std::string("prune"));
    QCOMPARE(fixture.engine->requests.back().budget, 64); // the nearest to 60
    QCOMPARE(QString::fromStdString(fixture.engine->requests.back().image.path.string()),
             fixture.path("resources/samples/beach.png"));
    press(Qt::Key_Right); // beyond the last
    QCOMPARE(presenter->step(), 3);

    press(Qt::Key_Home); // shown before: not asked again
    QTRY_COMPARE(presenter->bar()->sentence(), QStringLiteral("All 256: “yes”."));
    QCOMPARE(window.answerPanel()->answerText(), QStringLiteral("yes"));
    press(Qt::Key_PageDown);
    press(Qt::Key_PageUp);
    press(Qt::Key_Left);
    QCOMPARE(presenter->step(), 0);
    QCOMPARE(fixture.engine->requests.size(), std::size_t(3));
}

void TestPresenter::textStaysText()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_F11);
    QLineEdit *question = window.answerPanel()->questionEdit();
    QTest::mouseClick(question, Qt::LeftButton);
    QTest::keyClicks(question, QStringLiteral("is it"));
    QTest::keyClick(question, Qt::Key_Space);
    QTest::keyClick(question, Qt::Key_Left);
    QCOMPARE(question->text(), QStringLiteral("is it "));
    QCOMPARE(question->cursorPosition(), 5);
    QCOMPARE(window.guidance()->presenter()->step(), -1);
    QTest::keyClick(question, Qt::Key_PageDown);
    QCOMPARE(window.guidance()->presenter()->step(), 0);
}

void TestPresenter::hurryEndsAtTheRightStep()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_F11);
    const Presenter *presenter = window.guidance()->presenter();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    QTRY_COMPARE(fixture.engine->requests.size(), std::size_t(1));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right); // while the first is being answered
    QCOMPARE(presenter->step(), 1);
    QCOMPARE(fixture.engine->requests.size(), std::size_t(1));
    fixture.engine->finish({.answer = "first"});
    answer(fixture, 2, {.answer = "second"});
    QTRY_COMPARE(window.answerPanel()->answerText(), QStringLiteral("second"));
    QTRY_VERIFY(presenter->bar()->sentence().startsWith(QStringLiteral("64 of 256")));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Left); // its answer was kept
    QTRY_COMPARE(presenter->bar()->sentence(), QStringLiteral("All 256: “first”."));
    QCOMPARE(fixture.engine->requests.size(), std::size_t(2));
}

void TestPresenter::missingPictureIsSaid()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QFile::remove(fixture.path("resources/samples/market.png")));
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_F11);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    const StoryBar *bar = window.guidance()->presenter()->bar();
    QTRY_VERIFY2(bar->sentence().contains(QStringLiteral("market.png")), qPrintable(bar->sentence()));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_End);
    answer(fixture, 1);
    QTRY_VERIFY2(bar->sentence().contains(QStringLiteral("25 % kept")), qPrintable(bar->sentence()));
}

void TestPresenter::shownRunBecomesAStep()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    const auto add = [&] { window.commands()->action(QStringLiteral("story.addRun"))->trigger(); };
    const QString file = window.guidance()->presenter()->ownFile();
    add(); // there is no run yet
    QVERIFY(!QFile::exists(file));
    QVERIFY(fixture.openSample());
    window.setQuestion(QStringLiteral("my question?"));
    window.startRun();
    answer(fixture, 1);
    window.selection()->setOverlay(OverlayKind::Combined);
    add();
    add();
    const std::vector<Story> stories = readStories(file, {});
    QCOMPARE(stories.size(), std::size_t(1));
    QCOMPARE(stories[0].steps.size(), std::size_t(2));
    QCOMPARE(stories[0].steps[0].question, QStringLiteral("my question?"));
    QCOMPARE(stories[0].steps[0].picture, fixture.path("resources/samples/market.png"));
    QCOMPARE(stories[0].steps[0].overlay, OverlayKind::Combined);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_F11);
    QCOMPARE(window.guidance()->presenter()->stepCount(), 6); // behind the shipped ones
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_End);
    answer(fixture, 2);
    QCOMPARE(fixture.engine->requests.back().question, std::string("my question?"));
}

// Edits come along: written, read back and asked again, for this step alone.
void TestPresenter::editedRunBecomesAStep()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(fixture.openSample());
    window.setQuestion(QStringLiteral("my question?"));
    window.startRun();
    answer(fixture, 1);
    window.commands()->action(QStringLiteral("story.addRun"))->trigger();
    Overrides edits;
    edits.force = Branch::Prune;
    edits.lambda = 0.25;
    edits.keep = {3, 200};
    RunRequest edited = fixture.engine->requests.back();
    edited.overrides = edits;
    emit window.whatIfPanel()->runRequested(edited);
    answer(fixture, 2);
    QCOMPARE(window.shownTrace()->request.overrides, edits);
    window.commands()->action(QStringLiteral("story.addRun"))->trigger();
    const std::vector<Story> stories = readStories(window.guidance()->presenter()->ownFile(), {});
    QCOMPARE(stories.at(0).steps.size(), std::size_t(2));
    QVERIFY(stories[0].steps[0].overrides.empty());
    QCOMPARE(stories[0].steps[1].overrides, edits);
    QVERIFY(!stories[0].steps[0].asksTheSame(stories[0].steps[1]));
    QVERIFY(stories[0].steps[1].say.contains(QStringLiteral("{changes}")));
    const QString said = filledSentence(QStringLiteral("{changes}"), window.shownTrace().get());
    QCOMPARE(said, QString::fromStdString(overridesText(edits)));

    QVERIFY(QTest::qWaitForWindowActive(&window));
    QTest::keyClick(&window, Qt::Key_F11);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_End);
    answer(fixture, 3);
    QCOMPARE(fixture.engine->requests.back().overrides, edits);
    QCOMPARE(fixture.engine->requests.back().question, std::string("my question?"));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Left);
    answer(fixture, 4);
    QVERIFY(fixture.engine->requests.back().overrides.empty());
}

void TestPresenter::taggedRunsBecomeAStory()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture::openWithStories(fixture);
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(fixture.openSample());
    std::size_t runs = 0;
    for (const char *question : {"one?", "two?", "three?"}) {
        window.setQuestion(QString::fromLatin1(question));
        window.startRun();
        answer(fixture, ++runs);
        if (question != QByteArray("two?")) {
            QTRY_VERIFY(window.runsPanel()->tagsEdit()->isEnabled());
            window.runsPanel()->tagsEdit()->setText(QStringLiteral("demo"));
            QTest::keyClick(window.runsPanel()->tagsEdit(), Qt::Key_Return);
        }
    }
    window.runsPanel()->filterEdit()->setText(QStringLiteral("#demo"));
    QTRY_COMPARE(window.runsPanel()->listed().size(), std::size_t(2));
    window.commands()->action(QStringLiteral("story.addListed"))->trigger();
    const std::vector<Story> stories = readStories(window.guidance()->presenter()->ownFile(), {});
    QCOMPARE(stories.size(), std::size_t(1));
    QCOMPARE(stories[0].title, QStringLiteral("#demo"));
    QCOMPARE(stories[0].steps.size(), std::size_t(2));
    QCOMPARE(stories[0].steps[0].question, QStringLiteral("one?"));
    QCOMPARE(stories[0].steps[1].question, QStringLiteral("three?"));
}

QTEST_MAIN(TestPresenter)
#include "tst_presenter.moc"
