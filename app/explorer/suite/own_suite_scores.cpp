// SPDX-License-Identifier: GPL-3.0-or-later
//
// Scores of a suite of one's own: of single runs, and of runs over all of it.
#include "app/explorer/suite/own_suite.h"
#include "core/vtcbench/bench_request.h"
#include "qmop/command_line.h"
#include "qmop/error.h"
#include "qmop/method_text.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/bench/own_suite_panel.h"
#include "widgets/runs/time_left.h"

#include <QClipboard>
#include <QGuiApplication>

#include <algorithm>

namespace qmop {

void OwnSuite::note(const RunTrace &trace)
{
    if (!m_editor || !trace.request.overrides.empty()) // an edit's answer is not the model's
        return;
    for (const std::string &id : m_editor->questionsOn(trace.imageSha256)) {
        const SuiteSample &sample = *m_editor->find(id);
        if (sample.question != trace.request.question)
            continue;
        keep(sample, trace, shownMethod(trace.request).text(), trace.answer.text);
        if (trace.uncompressed && trace.request.compressor != "none")
            keep(sample, trace, "none", trace.uncompressed->text);
        showScores();
    }
}

void OwnSuite::keep(const SuiteSample &sample, const RunTrace &trace, const std::string &method,
                    const std::string &answer)
{
    // A run of the history may be another model's.
    const std::string &hash = trace.environment.modelHash;
    if (m_hashes.empty() || hash.empty() || m_hashes.contains(hash))
        m_answers.put(sample, method, answer);
    try {
        if (m_memory)
            m_memory->put(trace.imageSha256, sample.question, {method, hash, answer});
    } catch (const Error &error) {
        m_memory.reset(); // said once; the scores last as long as the window
        m_host.fail({error.code(), error.what(), error.hint()});
    }
}

void OwnSuite::setHashes(const std::set<std::string> &hashes)
{
    m_hashes = hashes;
    if (!m_editor)
        return;
    recall();
    showScores();
}

// Scores never stand under other weights' name.
void OwnSuite::recall()
{
    if (!m_editor || !m_memory || m_hashes.empty())
        return;
    for (const SuiteSample &sample : m_editor->suite().samples)
        for (const RememberedAnswer &given : m_memory->answers(m_editor->pictureOf(sample), sample.question)) {
            const bool stale = !m_hashes.contains(given.modelHash);
            const std::string method = stale
                ? tr("%1 (other weights %2)")
                      .arg(QString::fromStdString(given.method), QString::fromStdString(given.modelHash).left(8))
                      .toStdString()
                : given.method;
            m_answers.put(sample, method, given.answer);
        }
}

void OwnSuite::showScores()
{
    const Suite &suite = m_editor->suite();
    QHash<QString, std::vector<BenchAnswer>> answers;
    for (const SuiteSample &sample : suite.samples)
        for (const GivenAnswer &given : m_answers.answersTo(suite, sample))
            answers[QString::fromStdString(sample.id)].push_back(
                {QString::fromStdString(given.method), QString::fromStdString(given.answer).trimmed(), given.score});
    m_panel->bench()->setAnswers(std::move(answers));
    std::vector<BenchRow> rows;
    for (const MethodScore &score : m_answers.scores(suite)) {
        const QString method = QString::fromStdString(score.method);
        const bool all = score.answered == int(suite.samples.size());
        rows.push_back({all ? method : tr("%1 (%2 of %3)").arg(method).arg(score.answered).arg(suite.samples.size()),
                        score.score});
    }
    const QString note = rows.empty() && !suite.samples.empty()
        ? tr("No scores yet: ask a question, or “Score all” of them.")
        : QString();
    m_panel->bench()->setResults(std::move(rows), note);
}

std::vector<BenchPoint> OwnSuite::points() const
{
    std::vector<std::string> compressors;
    for (const QString &compressor : m_panel->compressors())
        compressors.push_back(compressor.toStdString());
    return benchPoints(compressors, m_panel->budgets());
}

// Budgets that no weights were trained for would fail at once.
void OwnSuite::startScoring()
{
    if (!m_editor || isScoring() || !m_host.busy().isEmpty())
        return;
    attempt([this] { m_editor->reload(); });
    auto scoring = std::make_unique<Scoring>(Scoring{m_editor->suite(), points()});
    if (scoring->total() == 0)
        return;
    if (const std::vector<std::string> missing = m_editor->missingPictures(); !missing.empty()) {
        const SuiteSample *sample = m_editor->find(missing.front());
        m_host.fail(
            {ErrorCode::InvalidSuite,
             m_editor->file().string() + ": the picture of “" + sample->question + "” is missing: " + sample->image,
             "put it back beside the suite, or delete the question"});
        return;
    }
    m_scoring = std::move(scoring);
    m_scoring->clock.start();
    startNext();
}

void OwnSuite::startNext()
{
    const std::size_t points = m_scoring->points.size();
    const SuiteSample &sample = m_scoring->suite.samples[m_scoring->next / points];
    const BenchPoint &point = m_scoring->points[m_scoring->next % points];
    RunRequest base = m_host.request();
    base.overrides = {};
    base.withUncompressed = false;
    base.trace = TraceLevel::Answer;
    const QString left = timeLeftText(secondsLeft(m_scoring->clock, int(m_scoring->next), int(m_scoring->total())));
    m_panel->setProgress(tr("%1 of %2 · %3")
                             .arg(m_scoring->next + 1)
                             .arg(m_scoring->total())
                             .arg(QString::fromStdString(point.compressor))
                         + (left.isEmpty() ? QString() : QStringLiteral(" · ") + left));
    m_host.start(benchRequest(std::move(base), m_editor->folder(), sample, point));
    updateState();
}

bool OwnSuite::take(const std::shared_ptr<const RunTrace> &trace)
{
    if (!m_scoring)
        return false;
    m_host.record(trace);
    const std::size_t points = m_scoring->points.size();
    const SuiteSample &sample = m_scoring->suite.samples[m_scoring->next / points];
    keep(sample, *trace, shownMethod(trace->request).text(), sampleResult(*trace).answer);
    ++m_scoring->next;
    const bool done = m_scoring->next == m_scoring->total();
    // Intervals of a large suite take their time: about fifty updates in all.
    if (done || m_scoring->next % std::max<std::size_t>(1, m_scoring->total() / 50) == 0)
        showScores();
    if (!done) {
        startNext();
        return true;
    }
    const std::size_t total = m_scoring->total();
    m_panel->setProgress(total == 1 ? tr("1 answer scored") : tr("%1 answers scored").arg(total));
    m_scoring.reset();
    updateState();
    return true;
}

void OwnSuite::stop()
{
    if (!m_scoring)
        return;
    m_panel->setProgress(tr("stopped after %1 of %2").arg(m_scoring->next).arg(m_scoring->total()));
    m_scoring.reset();
    if (m_editor)
        showScores();
    updateState();
}

// What was scored is no longer what is listed.
void OwnSuite::forgetProgress()
{
    if (!m_scoring)
        m_panel->setProgress({});
}

void OwnSuite::copyCommand() const
{
    if (!m_editor)
        return;
    std::vector<std::string> compressors;
    for (const QString &compressor : m_panel->compressors())
        compressors.push_back(compressor.toStdString());
    QGuiApplication::clipboard()->setText(QString::fromStdString(suiteCommandLine(
        {"suite", "score", "--suite", m_editor->file().string()}, m_host.request(), compressors, m_panel->budgets())));
}

} // namespace qmop
