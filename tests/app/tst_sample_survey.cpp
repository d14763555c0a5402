// SPDX-License-Identifier: GPL-3.0-or-later
//
// The marks at suggested questions come from runs, and small things beside them.
#include <QtTest>

#include "app/explorer/commands/commands.h"
#include "app/explorer/engine/model_hash.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/window/guidance.h"
#include "app/explorer/window/sample_survey.h"
#include "qmop/sha256.h"
#include "tests/app/window_fixture.h"
#include "widgets/answer/answer_panel.h"

#include <QAction>

using namespace qmop;
using Verdict = SampleSurvey::Verdict;

class TestSampleSurvey : public QObject {
    Q_OBJECT

private slots:
    void surveyAsksAllAndMarks();
    void cancelKeepsWhatWasLearnt();
    void ownRunsMarkToo();
    void marksOutliveTheWindow();
    void cancelledRunSaysThatOthersAreOlder();

private:
    static void trigger(MainWindow &window) { window.commands()->action(QStringLiteral("samples.survey"))->trigger(); }
};

void TestSampleSurvey::surveyAsksAllAndMarks()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture.open();
    const SampleSurvey *survey = window.guidance()->survey();
    trigger(window);
    // Two questions on the market, one on the beach; the second's answer differs.
    const char *const full[] = {"fox", "cat", "fox"};
    for (std::size_t run = 0; run < 3; ++run) {
        QTRY_COMPARE(fixture.engine->requests.size(), run + 1);
        QVERIFY(survey->isGoing());
        fixture::TraceOptions options;
        options.uncompressed = full[run];
        auto trace = fixture::makeTrace(options);
        trace->request = fixture.engine->requests.back();
        trace->imageSha256 = std::string(64, run < 2 ? 'm' : 'b'); // two pictures
        fixture.engine->send(RunFinished{trace});
    }
    QTRY_VERIFY(!survey->isGoing() && window.messageBar()->isVisible());
    QVERIFY2(window.messageBar()->text().contains(QStringLiteral("1 of 3")), qPrintable(window.messageBar()->text()));
    QVERIFY(window.messageBar()->text().contains(QStringLiteral("is it day?")));
    const QString market = fixture.path("resources/samples/market.png");
    QCOMPARE(survey->verdict(market, "what does the sign say?"), Verdict::Same);
    QCOMPARE(survey->verdict(market, "is it day?"), Verdict::Differs);
    QCOMPARE(survey->verdict(fixture.path("resources/samples/beach.png"), "where is this?"), Verdict::Same);
    QCOMPARE(survey->verdict(market, "where is this?"), Verdict::Unknown);
    // The gallery shows it when the picture is opened again.
    QVERIFY(fixture.openSample());
    QTRY_VERIFY(window.answerPanel()->suggestionMark("is it day?").contains(u'≠'));
    QVERIFY(window.answerPanel()->suggestionMark("what does the sign say?").contains(u'='));
    QCOMPARE(window.answerPanel()->suggestions().size(), 2);
}

void TestSampleSurvey::cancelKeepsWhatWasLearnt()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture.open();
    trigger(window);
    QTRY_COMPARE(fixture.engine->requests.size(), std::size_t(1));
    fixture.engine->finish({.uncompressed = "cat"});
    QTRY_COMPARE(fixture.engine->requests.size(), std::size_t(2));
    fixture.engine->send(RunCancelled{});
    QTRY_VERIFY(!window.guidance()->survey()->isGoing());
    QVERIFY2(window.messageBar()->text().contains(QStringLiteral("1 of 1")), qPrintable(window.messageBar()->text()));
    QCoreApplication::processEvents();
    QCOMPARE(fixture.engine->requests.size(), std::size_t(2));
}

void TestSampleSurvey::ownRunsMarkToo()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture.open();
    QVERIFY(fixture.openSample());
    QVERIFY(window.answerPanel()->suggestionMark("is it day?").isEmpty());
    window.setQuestion(QStringLiteral("is it day?"));
    window.startRun();
    fixture.engine->finish({.uncompressed = "cat"});
    QTRY_VERIFY(window.answerPanel()->suggestionMark("is it day?").contains(u'≠'));
    window.startRun();
    fixture.engine->finish({}); // the newest run counts
    QTRY_VERIFY(window.answerPanel()->suggestionMark("is it day?").startsWith(u'='));
}

// By picture, question and model: other weights, and another picture, are asked anew.
void TestSampleSurvey::marksOutliveTheWindow()
{
    fixture::WindowFixture fixture;
    for (const char *budget : {"qmop-16", "qmop-64"})
        fixture::writeFile(fixture.path(QStringLiteral("model/") + budget + "/config.json"), "{}");
    fixture::writeFile(fixture.path("model/model.safetensors"), "weights");
    const auto start = [&]() -> MainWindow & {
        WindowConfig config = fixture.config();
        config.journal = fixture.path("data/journal-1.sqlite").toStdString();
        fixture.window = std::make_unique<MainWindow>(config);
        fixture.window->show();
        return *fixture.window;
    };
    std::set<std::string> hashes;
    const auto waitForHashes = [&](MainWindow &window) {
        QSignalSpy ready(window.modelHash(), &ModelHash::ready);
        QVERIFY(ready.wait());
        hashes = ready[0][0].value<std::set<std::string>>();
        QVERIFY(!hashes.empty());
    };
    {
        MainWindow &window = start();
        waitForHashes(window);
        QVERIFY(fixture.openSample());
        window.setQuestion(QStringLiteral("is it day?"));
        window.startRun();
        auto trace = fixture::makeTrace({.uncompressed = "cat"});
        trace->request = fixture.engine->requests.back();
        QFile picture(fixture.path("resources/samples/market.png"));
        QVERIFY(picture.open(QIODevice::ReadOnly));
        trace->imageSha256 = sha256Hex(std::string_view(picture.readAll().toStdString()));
        trace->environment.modelHash = *hashes.begin();
        fixture.engine->send(RunFinished{trace});
        QTRY_VERIFY(window.answerPanel()->suggestionMark("is it day?").contains(u'≠'));
    }
    {
        MainWindow &window = start();
        QVERIFY(fixture.openSample());
        QTRY_VERIFY(window.answerPanel()->suggestionMark("is it day?").contains(u'≠'));
        QVERIFY(window.answerPanel()->suggestionMark("what does the sign say?").isEmpty());
    }
    fixture::writeFile(fixture.path("model/model.safetensors"), "other weights");
    MainWindow &window = start();
    const std::set<std::string> before = hashes;
    waitForHashes(window);
    QVERIFY(hashes != before);
    QVERIFY(fixture.openSample());
    QVERIFY(window.answerPanel()->suggestionMark("is it day?").isEmpty());
}

void TestSampleSurvey::cancelledRunSaysThatOthersAreOlder()
{
    fixture::WindowFixture fixture;
    MainWindow &window = fixture.open();
    QVERIFY(fixture.openSample());
    window.setQuestion(QStringLiteral("is it day?"));
    window.startRun();
    fixture.engine->send(RunCancelled{}); // there is no run before
    QTRY_COMPARE(window.answerPanel()->stateText(), QStringLiteral("cancelled"));
    QVERIFY(window.answerPanel()->noticesText().isEmpty());
    window.startRun();
    fixture.engine->finish({});
    QTRY_VERIFY(window.shownTrace());
    window.startRun();
    fixture.engine->send(RunCancelled{});
    QTRY_VERIFY2(window.answerPanel()->noticesText().contains(QStringLiteral("run before")),
                 qPrintable(window.answerPanel()->noticesText()));
    window.startRun();
    fixture.engine->finish({});
    QTRY_VERIFY(window.answerPanel()->noticesText().isEmpty());
}

QTEST_MAIN(TestSampleSurvey)
#include "tst_sample_survey.moc"
