// SPDX-License-Identifier: GPL-3.0-or-later
//
// The runs that a start from the command line asks for.
#include <QtTest>

#include "app/explorer/experiments/comparison.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/window/start_runs.h"
#include "qmop/error.h"
#include "tests/app/window_fixture.h"

using namespace qmop;

class TestStartRuns : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_fixture.reset(); }
    void aStartComparesTwoRuns();
    void aStartWithAnImpossibleRun();

private:
    Comparison &comparison() { return *m_window->comparison(); }

    std::unique_ptr<fixture::WindowFixture> m_fixture;
    MainWindow *m_window = nullptr;
};

void TestStartRuns::init()
{
    m_fixture = std::make_unique<fixture::WindowFixture>();
    m_window = &m_fixture->open();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    QVERIFY(m_fixture->openSample());
    m_window->setQuestion("what does the sign say?");
}

// `--compressor prune --budget 16 --against none`.
void TestStartRuns::aStartComparesTwoRuns()
{
    const StartRuns runs(m_window, {"prune", 16}, RunChoice{"none", 0});
    const auto &requests = m_fixture->engine->requests;
    const std::size_t before = requests.size();
    m_window->startRun();
    QCOMPARE(requests.back().compressor, std::string("none"));
    QSignalSpy ended(m_window, &MainWindow::runEnded);
    m_fixture->engine->finish({.compressor = "none"});
    QTRY_COMPARE(requests.size(), before + 2); // the other one has begun by itself
    QCOMPARE(ended.size(), 1);
    QVERIFY(m_window->runIsUnderWay());
    QCOMPARE(requests.back().compressor, std::string("prune"));
    QCOMPARE(requests.back().budget, 16);
    m_fixture->engine->finish({.compressor = "prune"});
    QTRY_COMPARE(ended.size(), 2);
    QCOMPARE(comparison().a()->request.compressor, std::string("none"));
    QCOMPARE(comparison().b()->request.compressor, std::string("prune"));
    QCOMPARE(m_window->shownTrace(), comparison().b());
    // No third one; later runs leave A alone.
    QVERIFY(!m_window->runIsUnderWay());
    const auto a = comparison().a();
    m_window->startRun();
    m_fixture->engine->finish({.answer = "no"});
    QTRY_COMPARE(ended.size(), 3);
    QCOMPARE(requests.size(), before + 3);
    QCOMPARE(comparison().a(), a);
}

void TestStartRuns::aStartWithAnImpossibleRun()
{
    QVERIFY(!runChoiceFromText("zip") && !runChoiceFromText("prune:") && !runChoiceFromText("prune:0")
            && !runChoiceFromText("prune:1x") && !runChoiceFromText("none:4") && !runChoiceFromText(""));
    QCOMPARE(runChoiceFromText("cls-prune:12")->compressor, std::string("cls-prune"));
    QCOMPARE(runChoiceFromText("cls-prune:12")->budget, 12);
    QCOMPARE(runChoiceFromText("blind")->budget, 0);
    const auto started = [&](const RunChoice &run, const std::optional<RunChoice> &against) {
        try {
            const StartRuns runs(m_window, run, against);
            return std::string("accepted");
        } catch (const Error &error) {
            return std::string(error.what());
        }
    };
    // Trained for 16 and 64.
    QCOMPARE(started({"qmop", 63}, std::nullopt),
             std::string("qmop with M = 63: with this model the window offers M = 16, 64, and with prune any number of "
                         "patches from 1 to 256"));
    QVERIFY(started({}, RunChoice{"pool", 4}).starts_with("pool with M = 4: "));
    QCOMPARE(started({"", 16}, RunChoice{"prune", 5}), std::string("accepted"));
    // What qmop run takes: any number of patches that the picture has.
    for (const char *compressor : {"prune", "cls-prune"}) {
        for (int budget : {129, 200, 256}) {
            QCOMPARE(started({compressor, budget}, std::nullopt), std::string("accepted"));
            QCOMPARE(m_window->controls()->budget(), budget);
        }
        const std::string said = started({compressor, 257}, std::nullopt);
        QVERIFY2(said.ends_with("from 1 to 256"), said.c_str());
    }
    QCOMPARE(started({"avgpool", 225}, std::nullopt), std::string("accepted"));
    // A that fails is not followed by another run.
    const StartRuns runs(m_window, {}, RunChoice{"none", 0});
    const std::size_t before = m_fixture->engine->requests.size();
    m_window->startRun();
    QSignalSpy ended(m_window, &MainWindow::runEnded);
    m_fixture->engine->send(RunFailed{ErrorCode::OutOfMemory, "not enough memory", ""});
    QVERIFY(ended.wait());
    QCOMPARE(m_fixture->engine->requests.size(), before + 1);
}

QTEST_MAIN(TestStartRuns)
#include "tst_start_runs.moc"
