// SPDX-License-Identifier: GPL-3.0-or-later
//
// A benchmark in the window: what `qmop bench` does, one run after the other.
#include "app/explorer/failures/failure_browser.h"

#include "app/explorer/failures/recent_results.h"

#include "core/vtcbench/bench_request.h"
#include "core/vtcbench/report.h"
#include "core/vtcbench/suite_file.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "widgets/review/failures_panel.h"
#include "widgets/runs/time_left.h"

#include <QDateTime>

namespace qmop {

namespace {

// Of a suite's or model's name what may stand in a file's.
QString fileName(const std::string &name)
{
    QString safe;
    for (const QChar c : QString::fromStdString(name))
        safe += c.isLetterOrNumber() || c == u'-' ? c : u'_';
    return safe.left(60);
}

}

void FailureBrowser::setModel(const std::optional<ModelFolder> &model)
{
    m_model = model;
    updateState(m_running);
}

void FailureBrowser::updateState(bool running)
{
    m_running = running;
    m_panel->setRunning(running);
    m_panel->setObstacle(!m_model      ? tr("Choose a model first")
                             : running ? tr("A run is going on; Esc cancels it")
                                       : QString());
}

void FailureBrowser::startBench(const std::filesystem::path &suite, const std::vector<BenchPoint> &points)
{
    if (!m_model || m_running || points.empty())
        return;
    try {
        RunRequest base = m_host.request();
        base.overrides = {};
        base.withUncompressed = false; // a point of its own
        base.trace = TraceLevel::Answer;
        base.score.reset();
        m_bench = std::make_unique<Bench>(
            Bench{SuiteRun(loadSuite(suite), points), suiteFolder(suite), std::move(base), m_model->name, {}, false});
    } catch (const Error &error) {
        tell(error);
        return;
    }
    m_saved.clear();
    m_benchFolder = m_bench->folder;
    if (!m_host.data.empty())
        addSuiteFolder(QString::fromStdString(m_bench->folder.string()));
    m_bench->clock.start();
    m_host.setRecording(false); // the result has them all
    m_panel->showProgress(0, m_bench->run.total(), std::nullopt);
    showAnswers();
    startNext();
}

void FailureBrowser::startNext()
{
    m_host.start(benchRequest(m_bench->base, m_bench->folder, m_bench->run.sample(), m_bench->run.point()));
}

bool FailureBrowser::take(const std::shared_ptr<const RunTrace> &trace)
{
    if (!m_bench)
        return false;
    SuiteRun &run = m_bench->run;
    m_bench->model = trace->environment.modelName;
    run.take(sampleResult(*trace));
    m_panel->showProgress(run.done(), run.total(), secondsLeft(m_bench->clock, run.done(), run.total()));
    if (run.atEnd() || m_bench->cancelling) {
        endBench();
        return true;
    }
    if (!m_refresh.isActive())
        m_refresh.start();
    startNext();
    return true;
}

void FailureBrowser::cancelling()
{
    if (m_bench)
        m_bench->cancelling = true;
}

void FailureBrowser::stop()
{
    if (m_bench)
        endBench();
}

void FailureBrowser::showAnswers()
{
    if (!m_bench)
        return;
    auto record = std::make_shared<BenchRecord>(m_bench->run.record());
    record->model = m_bench->model;
    const bool first = !m_record || m_record->suite != record->suite || m_record->version != record->version;
    m_record = std::move(record);
    m_file.clear();
    if (first)
        m_pictures.reset();
    m_panel->setRecord(m_record, tr("going on"), editsOf(*m_record));
}

// At its end, stopped or failed: what was answered is shown, and kept.
void FailureBrowser::endBench()
{
    m_refresh.stop();
    showAnswers();
    const std::unique_ptr<Bench> bench = std::move(m_bench);
    m_host.setRecording(true);
    m_panel->endProgress();
    QString source = bench->run.atEnd() ? tr("not saved") : tr("stopped, not saved");
    if (!m_host.data.empty() && bench->run.done() > 0) {
        try {
            BenchReport report = bench->run.report();
            report.model = bench->model;
            report.fusion = bench->base.fusion;
            report.fusionThreshold = bench->base.fusionThreshold;
            const QString name = QStringLiteral("%1-%2-%3.json")
                                     .arg(fileName(report.suite), fileName(report.model),
                                          QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss")));
            makeFolder(m_host.data / "benchmarks");
            m_saved = m_host.data / "benchmarks" / name.toStdString();
            writeFileAtomically(m_saved, reportText(report));
            remember(QString::fromStdString(m_saved.string()));
            source = bench->run.atEnd() ? name : tr("stopped, %1").arg(name);
        } catch (const Error &error) {
            m_saved.clear();
            tell(error);
        }
    }
    m_panel->setRecord(m_record, source, editsOf(*m_record));
}

} // namespace qmop
