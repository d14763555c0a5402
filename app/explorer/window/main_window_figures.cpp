// SPDX-License-Identifier: GPL-3.0-or-later
//
// What figures may ask of the window.
#include "app/explorer/commands/commands.h"
#include "app/explorer/engine/engine_bridge.h"
#include "app/explorer/engine/model_hash.h"
#include "app/explorer/experiments/experiments.h"
#include "app/explorer/failures/failure_browser.h"
#include "app/explorer/figures/exports.h"
#include "app/explorer/figures/figures.h"
#include "app/explorer/layout/message_bar.h"
#include "app/explorer/runs/run_controls.h"
#include "app/explorer/runs/run_history.h"
#include "app/explorer/window/main_window.h"
#include "widgets/image/image_panel.h"
#include "widgets/review/failures_panel.h"
#include "widgets/runs/runs_panel.h"
#include "widgets/sweep/sweep_panel.h"

#include <QApplication>
#include <QMenu>
#include <QStatusBar>

namespace qmop {

// Weights are known once the model's files have been hashed.
QString MainWindow::modelProblemOf(const RunTrace &trace) const
{
    const QString name = QString::fromStdString(trace.environment.modelName);
    if (!m_model)
        return tr("Its model %1 is not open: it can be looked at, not asked again.").arg(name);
    if (m_model->name != trace.environment.modelName)
        return tr("Its model is %1; asking again would ask %2.").arg(name, QString::fromStdString(m_model->name));
    const std::set<std::string> &hashes = m_modelHash->hashes();
    return hashes.empty() || hashes.contains(trace.environment.modelHash)
        ? QString()
        : tr("The model %1 that is open has other weights than it had.").arg(name);
}

void MainWindow::buildFigures()
{
    FigureHost host;
    host.decoder = m_config.decoder;
    host.trace = [this] { return m_trace; };
    host.source = [this] { return m_source; };
    host.obstacle = [this] { return m_bridge->isRunning() ? tr("a run is going on.") : QString(); };
    host.show = [this](std::shared_ptr<const RunTrace> trace, const ImageSource &source) {
        m_message->clearNotice(); // of what was open before
        if (!source.path.empty() || !source.bytes.empty())
            m_sourcesOfRuns[trace->imageSha256] = source;
        const std::shared_ptr<const RunTrace> listed = m_history->original(*trace);
        if (!listed)
            m_runs->add(trace);
        recall(listed ? listed : trace);
    };
    host.sweep = [this](const RunTrace &trace) { return m_experiments->sweepOf(trace); };
    const auto modelProblem = [this](const RunTrace &trace) { return modelProblemOf(trace); };
    host.modelProblem = modelProblem;
    host.showSweep = [this, modelProblem](const FigureSweep &sweep, std::shared_ptr<const RunTrace> trace) {
        m_sweep.get();
        m_experiments->showSweep(sweep, trace, [modelProblem, trace] { return modelProblem(*trace); });
        m_docks->open(QStringLiteral("sweep"));
    };
    host.atSweep = [this] { return m_sweep.made() && m_sweep.made()->isAncestorOf(QApplication::focusWidget()); };
    host.answers = [this] {
        const bool there = m_failures && m_failuresPanel.get()->isAncestorOf(QApplication::focusWidget());
        return there ? m_failures->view() : std::nullopt;
    };
    host.showAnswers = [this](const AnswersView &view, const QString &name) {
        failures()->showView(view, name);
        m_docks->open(QStringLiteral("failures"));
    };
    host.notice = [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    };
    host.done = [this](const QString &what) { statusBar()->showMessage(what, 5000); };
    host.failed = [this](const RunFailed &failure) { showFailure(failure); };
    m_figures = new Figures(m_selection, m_image->view(), std::move(host), this);
    m_commands->add({QStringLiteral("figure.save"),
                     tr("Save a figure…"),
                     CommandMenu::File,
                     {QKeySequence(Qt::CTRL | Qt::Key_E)},
                     [this] { m_figures->askHow(); }});
    addExports();
}

// Figures as commands, reports and numbers.
void MainWindow::addExports()
{
    ExportHost host;
    host.decoder = m_config.decoder;
    host.trace = [this] { return m_trace; };
    host.source = [this](const std::string &sha256) {
        const auto found = m_sourcesOfRuns.find(sha256);
        return found == m_sourcesOfRuns.end() ? ImageSource() : found->second;
    };
    host.session = [this] { return m_history->shownFile(); };
    host.notice = [this](const QString &what, const QString &hint) {
        m_message->showMessage(MessageBar::Kind::Notice, what, hint, what + u'\n' + hint);
    };
    host.done = [this](const QString &what) { statusBar()->showMessage(what, 5000); };
    host.failed = [this](const RunFailed &failure) { showFailure(failure); };
    m_commands->add(
        {QStringLiteral("figure.command"), tr("Copy the saved figure as command"), CommandMenu::File, {}, [this] {
             m_figures->copyCommand();
         }});
    m_exports = new Exports(m_runs, std::move(host), this);
    m_commands->add(
        {QStringLiteral("report.save"), tr("Case report of the listed runs…"), CommandMenu::File, {}, [this] {
             m_exports->askForReport();
         }});
}

void MainWindow::addNumbersCommands()
{
    m_commands->menu(CommandMenu::Edit)->addSeparator();
    m_commands->add({QStringLiteral("numbers.copy"),
                     tr("Copy the numbers of this panel"),
                     CommandMenu::Edit,
                     {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C)},
                     [this] { m_exports->copyNumbers(); }});
    m_commands->add({QStringLiteral("numbers.save"),
                     tr("Save the numbers of this panel…"),
                     CommandMenu::Edit,
                     {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_E)},
                     [this] { m_exports->chooseNumbersFile(); }});
}

} // namespace qmop
