// SPDX-License-Identifier: GPL-3.0-or-later
//
// The shipped suite and the questions that suit the picture shown.
#include "app/explorer/engine/model_hash.h"
#include "app/explorer/experiments/experiments.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/suite/own_suite.h"
#include "app/explorer/suite/shipped_suite.h"
#include "app/explorer/window/main_window.h"
#include "widgets/answer/answer_panel.h"
#include "widgets/bench/bench_panel.h"

namespace qmop {

void MainWindow::loadSuite()
{
    try {
        m_suite->load(m_config.resources / "suites");
    } catch (const Error &error) {
        showFailure({error.code(), error.what(), error.hint()});
    }
    m_bench->setPicture(m_suite->nameOf(m_source));
}

// Which of the shipped scores are of this model: known when its files are hashed,
// which begins when the window is there: it takes a core.
void MainWindow::askForScores()
{
    if (!m_wasPainted)
        return;
    m_modelHash->stop();
    m_suite->hideScores();
    if (m_model)
        m_modelHash->start(*m_model);
    else
        showScores({});
}

void MainWindow::showScores(const std::set<std::string> &hashes)
{
    m_suite->showScores(hashes);
    if (const std::filesystem::path file = m_suite->results(); !file.empty())
        failures()->offer(file, hashes);
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
    const QString inSuite = m_suite->nameOf(m_source);
    m_bench->setPicture(inSuite);
    m_ownSuite->setPicture(m_source, sha256, !inSuite.isEmpty());
    questions << m_suite->questions(inSuite) << m_ownSuite->questions();
    m_answer->setSuggestions(questions);
    m_experiments->setSuggestedQuestions(questions);
    emit questionsOffered();
}

} // namespace qmop
