// SPDX-License-Identifier: GPL-3.0-or-later
//
// The benchmark suite in the window.
#include "app/explorer/engine/model_hash.h"
#include "app/explorer/experiments/experiments.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/suite/own_suite.h"
#include "app/explorer/window/main_window.h"
#include "core/vtcbench/scorer.h"
#include "core/vtcbench/suite_file.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/bench/bench_panel.h"
#include "widgets/runs/runs_model.h"

#include <QDir>

#include <algorithm>

namespace qmop {

// The first folder under suites/ that holds a suite, by name.
void MainWindow::loadSuite()
{
    const QDir suites(QString::fromStdString((m_config.resources / "suites").string()));
    for (const QString &name : suites.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        if (!QFileInfo::exists(suites.filePath(name + QStringLiteral("/suite.json"))))
            continue;
        m_suiteFolder = suites.filePath(name).toStdString();
        try {
            m_suite = std::make_shared<Suite>(qmop::loadSuite(m_suiteFolder));
            m_bench->setSuite(m_suite);
            m_measured = readBenchResults(m_suiteFolder / "results.json", *m_suite);
        } catch (const Error &error) {
            showFailure({error.code(), error.what(), error.hint()});
        }
        m_bench->setPicture(suiteImage(m_source));
        return;
    }
}

// Which of the shipped scores are of this model: known when its files are hashed,
// which begins when the window is there: it takes a core.
void MainWindow::askForScores()
{
    if (!m_wasPainted)
        return;
    m_modelHash->stop();
    m_bench->setResults({});
    if (m_model)
        m_modelHash->start(*m_model);
    else
        showScores({});
}

void MainWindow::showScores(const std::set<std::string> &hashes)
{
    std::vector<BenchRow> rows;
    for (const MeasuredRow &measured : m_measured)
        if (hashes.contains(measured.modelHash))
            rows.push_back(measured.row);
    const QString note = rows.empty() && !m_measured.empty()
        ? tr("The scores of this suite were not measured on this model. “qmop bench” measures it.")
        : QString();
    m_bench->setResults(std::move(rows), note);
    if (!m_measured.empty())
        failures()->offer(m_suiteFolder / "results.json", hashes);
}

// The picture's name in the suite, or empty.
QString MainWindow::suiteImage(const ImageSource &source) const
{
    if (!m_suite || !source.bytes.empty())
        return {};
    const std::filesystem::path folder = std::filesystem::absolute(m_suiteFolder);
    for (const SuiteSample &sample : m_suite->samples)
        if ((folder / sample.image).lexically_normal() == source.path)
            return QString::fromStdString(sample.image);
    return {};
}

QStringList MainWindow::suiteQuestions(const QString &image) const
{
    QStringList questions;
    if (m_suite && !image.isEmpty())
        for (const SuiteSample &sample : m_suite->samples)
            if (QString::fromStdString(sample.image) == image)
                questions << QString::fromStdString(sample.question);
    return questions;
}

// What can be asked about the picture shown, and which suites know it; `sha256` is
// its own, empty where there is no picture.
void MainWindow::offerQuestions(const std::string &sha256)
{
    const QString file = QString::fromStdString(m_source.path.string());
    QStringList questions;
    for (const Sample &sample : m_samples)
        if (sample.path == file)
            questions = sample.questions;
    const QString inSuite = suiteImage(m_source);
    m_bench->setPicture(inSuite);
    m_ownSuite->setPicture(m_source, sha256, !inSuite.isEmpty());
    questions << suiteQuestions(inSuite) << m_ownSuite->questions();
    m_answer->setSuggestions(questions);
    m_experiments->setSuggestedQuestions(questions);
    emit questionsOffered();
}

void MainWindow::scoreAgainstSuite(const RunTrace &trace, const ImageSource &source)
{
    const std::string image = suiteImage(source).toStdString();
    if (!m_suite || image.empty())
        return;
    for (const SuiteSample &sample : m_suite->samples) {
        if (sample.image != image || sample.question != trace.request.question)
            continue;
        const auto add = [&](const QString &method, const std::string &answer) {
            m_bench->addAnswer(
                QString::fromStdString(sample.id),
                {method, QString::fromStdString(answer).trimmed(), scoreSample(m_suite->scorer, answer, sample)});
        };
        add(methodText(trace.request), trace.answer.text);
        if (trace.uncompressed && trace.request.compressor != "none")
            add(QStringLiteral("none"), trace.uncompressed->text);
    }
}

void MainWindow::openSuitePicture(const QString &image)
{
    openPicture({m_suiteFolder / image.toStdString(), {}});
}

} // namespace qmop
