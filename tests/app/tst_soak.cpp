// SPDX-License-Identifier: GPL-3.0-or-later
//
// Runs of the embedded model one after another with the window open, then runs
// that are cancelled: no trace may stay, every cancel must end its run. What it
// takes of memory and time is printed. The long form, for figures to quote, also
// holds the memory's growth after the first tenth to 5 %, and cancels to 0.3 s:
//
//   QMOP_SOAK_RUNS=10000 QMOP_SOAK_CANCELS=1000 build/tests/tst_soak
#include <QtTest>

#include "app/explorer/runs/budget_slider.h"
#include "app/explorer/runs/run_controls.h"
#include "tests/app/frame_times.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/selection/selection.h"

#include <QElapsedTimer>
#include <QSlider>

#include <algorithm>
#include <random>

using namespace qmop;

namespace {

int count(const char *variable, int otherwise)
{
    const int value = qEnvironmentVariableIntValue(variable);
    return value > 0 ? value : otherwise;
}

const int runs = count("QMOP_SOAK_RUNS", 40);
const int cancels = count("QMOP_SOAK_CANCELS", 20);
const bool isLong = runs >= 1000;

QtMessageHandler testLog = nullptr;

// Without what the offscreen platform says at every change of a layout.
void logWithoutHints(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    if (!text.contains(QLatin1String("propagateSizeHints")))
        testLog(type, context, text);
}

}

class TestSoak : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void runsLeaveNothingBehind();
    void cancelsEndTheirRun();
    void cleanupTestCase();

private:
    void nextQuestion();
    bool waitForEnd(int ends);

    QTemporaryDir m_folder;
    std::unique_ptr<MainWindow> m_window;
    QStringList m_questions;
    std::mt19937 m_random{20240607};
    int m_ends = 0;
    int m_finished = 0;
    std::vector<std::weak_ptr<const RunTrace>> m_traces; // of which something may be alive
};

void TestSoak::initTestCase()
{
    testLog = qInstallMessageHandler(logWithoutHints); // QtTest puts the old one back
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    m_window = std::make_unique<MainWindow>(fixture::realConfig(m_folder.filePath("journal.sqlite").toStdString()));
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    connect(m_window.get(), &MainWindow::runEnded, this, [this](const std::shared_ptr<const RunTrace> &trace) {
        ++m_ends;
        m_finished += trace ? 1 : 0;
        std::erase_if(m_traces, [](const auto &earlier) { return earlier.expired(); });
        if (trace)
            m_traces.push_back(trace);
    });
    for (const Sample &sample : readSamples(fixture::realConfig({}).resources / "samples"))
        for (const QString &question : sample.questions)
            m_questions << sample.path + u'\n' + question;
    QVERIFY(!m_questions.isEmpty());
}

// Every eighth time another picture; else another question, budget or overlay.
void TestSoak::nextQuestion()
{
    const QStringList next = m_questions[qsizetype(m_random() % std::size_t(m_questions.size()))].split(u'\n');
    if (m_random() % 8 == 0 || !m_window->shownTrace()) {
        QSignalSpy opened(m_window.get(), &MainWindow::pictureOpened);
        m_window->openPicture({next[0].toStdString(), {}});
        QVERIFY(opened.wait(120'000)); // the engine is loaded with the first
    }
    m_window->setQuestion(next[1]);
    QSlider *budget = m_window->controls()->budgetSlider();
    budget->setValue(budget->minimum() + int(m_random() % unsigned(budget->maximum() - budget->minimum() + 1)));
    m_window->selection()->nextOverlay();
    m_window->selection()->setHoveredPatch(int(m_random() % 200));
}

bool TestSoak::waitForEnd(int ends)
{
    return QTest::qWaitFor([&] { return m_ends >= ends; }, 120'000);
}

void TestSoak::runsLeaveNothingBehind()
{
    QStringList lines{QStringLiteral("\nruns    resident MiB  in use MiB")};
    double afterWarmUp = 0;
    for (int run = 1; run <= runs; ++run) {
        nextQuestion();
        m_window->startRun();
        QVERIFY(waitForEnd(run));
        QCOMPARE(m_finished, run); // none failed
        if (run % std::max(1, runs / 10) != 0)
            continue;
        const QString line = QStringLiteral("%1 %2 %3")
                                 .arg(run, 6)
                                 .arg(fixture::residentMib(), 12, 'f', 1)
                                 .arg(fixture::inUseMib(), 12, 'f', 1);
        if (isLong)
            std::fprintf(stderr, "%s\n", qPrintable(line)); // to be seen while it goes on
        lines << line;
        if (afterWarmUp == 0)
            afterWarmUp = fixture::residentMib();
    }
    const double growth = 100 * (fixture::residentMib() / afterWarmUp - 1);
    lines << QStringLiteral("growth after the first tenth: %1 %").arg(growth, 0, 'f', 2);
    qInfo("%s", qPrintable(lines.join(u'\n')));
    // Shown, compared with, and in the engine's hands; all others are in the journal alone.
    const auto alive = std::ranges::count_if(m_traces, [](const auto &trace) { return !trace.expired(); });
    QVERIFY2(alive <= 3, qPrintable(QString::number(alive)));
    QCOMPARE(m_window->runsPanel()->model()->rowCount(), runs);
    if (isLong)
        QVERIFY2(growth <= 5, qPrintable(QString::number(growth)));
}

void TestSoak::cancelsEndTheirRun()
{
    std::vector<double> ms;
    const int before = m_ends;
    for (int cycle = 1; cycle <= cancels; ++cycle) {
        nextQuestion();
        m_window->startRun();
        for (unsigned i = m_random() % 6; i > 0 && m_window->runIsUnderWay(); --i)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
        QElapsedTimer timer;
        timer.start();
        m_window->cancelRun();
        QVERIFY(waitForEnd(before + cycle));
        ms.push_back(double(timer.nsecsElapsed()) / 1e6);
        QVERIFY(!m_window->runIsUnderWay());
    }
    std::ranges::sort(ms);
    const double p95 = ms[std::min(ms.size() - 1, ms.size() * 95 / 100)];
    qInfo("cancel to idle: n %d  p50 %.1f  p95 %.1f  max %.1f ms", cancels, ms[ms.size() / 2], p95, ms.back());
    qInfo("resident: %.1f MiB", fixture::residentMib());
    if (cancels >= 1000)
        QVERIFY2(p95 <= 300, qPrintable(QString::number(p95)));
}

void TestSoak::cleanupTestCase()
{
    m_window.reset();
}

int main(int argc, char **argv)
{
    fixture::startAsTheLauncherDoes(argv);
    qputenv("QTEST_FUNCTION_TIMEOUT", QByteArray::number(24 * 3600 * 1000));
    QApplication application(argc, argv);
    TestSoak test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_soak.moc"
