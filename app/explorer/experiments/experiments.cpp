// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/experiments/experiments.h"

#include "qmop/command_line.h"
#include "qmop/took_part.h"
#include "widgets/counterfactual/what_if_panel.h"
#include "widgets/image/image_view.h"
#include "widgets/runs/time_left.h"
#include "widgets/sweep/sweep_panel.h"

#include <QClipboard>
#include <QGuiApplication>

namespace qmop {

Experiments::Experiments(ImageView *view, ExperimentHost host, QObject *parent)
    : QObject(parent)
    , m_view(view)
    , m_host(std::move(host))
{
}

void Experiments::setWhatIfPanel(WhatIfPanel *panel)
{
    m_whatIf = panel;
    updateState(m_running);
    connect(m_whatIf, &WhatIfPanel::previewChanged, this, [this] { m_view->setKeptPreview(m_whatIf->shownPreview()); });
    connect(m_whatIf, &WhatIfPanel::brushChanged, m_view, &ImageView::setBrushing);
    connect(m_view, &ImageView::patchesBrushed, m_whatIf, &WhatIfPanel::brushPatches);
    connect(m_view, &ImageView::brushEnded, m_whatIf, &WhatIfPanel::settle);
    connect(m_whatIf, &WhatIfPanel::runRequested, this, &Experiments::askEdit);
    connect(m_whatIf, &WhatIfPanel::commandWanted, this,
            [this](const RunRequest &request) { copy(commandLine(withPicture(request))); });
}

void Experiments::setSweepPanel(SweepPanel *panel)
{
    m_panel = panel;
    setModel(m_model);
    setSuggestedQuestions(m_suggested);
    updateState(m_running);
    connect(m_panel, &SweepPanel::budgetsRequested, this, &Experiments::startBudgets);
    connect(m_panel, &SweepPanel::questionsRequested, this, &Experiments::startQuestions);
    connect(m_panel, &SweepPanel::stopRequested, this, [this] { m_host.cancel(); });
    connect(m_panel, &SweepPanel::budgetCommandWanted, this, [this] {
        const BudgetSweepChoice choice = m_panel->choice();
        copy(sweepCommandLine(budgetBase(), choice.compressors, choice.budgets));
    });
    connect(m_panel, &SweepPanel::questionCommandWanted, this, [this] {
        std::vector<std::string> questions;
        for (const QString &question : m_panel->questions())
            questions.push_back(question.toStdString());
        copy(sweepCommandLine(m_host.request(), questions));
    });
    connect(m_panel, &SweepPanel::budgetActivated, this, [this](int index) {
        if (!showCell(index) && !m_running)
            m_host.hint(tr("The run of this row is not here: a double click or Enter asks it again"));
    });
    connect(m_panel, &SweepPanel::budgetOpened, this, &Experiments::askCellAgain);
    connect(m_panel, &SweepPanel::questionActivated, this, &Experiments::showQuestion);
}

void Experiments::askEdit(const RunRequest &request)
{
    if (const auto known = m_host.answered(request)) {
        m_host.show(known);
        m_host.hint(tr("This was answered before: its run is shown"));
    } else {
        m_host.start(withPicture(request), true);
    }
}

void Experiments::setModel(const std::optional<ModelFolder> &model)
{
    m_model = model;
    if (model && m_panel)
        m_panel->setDefaultBudgets(sweepBudgets(model->budgets, model->patches));
}

void Experiments::setSuggestedQuestions(const QStringList &questions)
{
    m_suggested = questions;
    if (m_panel)
        m_panel->setSuggestedQuestions(questions);
}

void Experiments::updateState(bool running)
{
    const bool other = running && !sweeps();
    m_running = running;
    if (m_whatIf)
        m_whatIf->setRunning(running);
    if (!m_panel)
        return;
    m_panel->setRunning(sweeps());
    m_panel->setObstacle(other ? tr("A run is going on; Esc cancels it") : m_host.obstacle());
}

void Experiments::showProgress(const QString &stage, qint64 done, qint64 total)
{
    if (m_whatIf && stage == QStringLiteral("search"))
        m_whatIf->setSearchProgress(done, total);
}

void Experiments::copy(const std::string &command) const
{
    QGuiApplication::clipboard()->setText(QString::fromStdString(command));
}

// Traces keep no bytes of their picture.
RunRequest Experiments::withPicture(RunRequest request) const
{
    request.image = m_host.picture();
    return request;
}

RunRequest Experiments::budgetBase() const
{
    RunRequest base = m_host.request();
    base.overrides = {};
    base.withUncompressed = false; // the first run of the sweep
    if (const std::string answer = m_panel->choice().answer; !answer.empty())
        base.score = ScoreTarget{answer, {}, true};
    return base;
}

void Experiments::startBudgets()
{
    if (!m_model || !m_host.obstacle().isEmpty())
        return;
    const BudgetSweepChoice choice = m_panel->choice();
    const RunRequest base = budgetBase();
    Sweep sweep;
    sweep.steps.push_back({atPoint(base, {"none", 0, 0}), {"none", 0, 0}, QStringLiteral("none")});
    for (const SweepPoint &point : sweepPoints(choice.compressors, choice.budgets, m_model->budgets, m_model->patches))
        sweep.steps.push_back(
            {atPoint(base, point), point,
             QStringLiteral("%1 %2").arg(QString::fromStdString(point.compressor)).arg(point.budget)});
    QStringList leftOut;
    if (choice.budgets != sweepBudgets(m_model->budgets, m_model->patches)) // that list suits no compressor throughout
        for (const std::string &line :
             leftOutLines(choice.compressors, choice.budgets, m_model->budgets, m_model->patches))
            leftOut << QString::fromStdString(line);
    m_panel->setLeftOut(leftOut);
    m_reference.reset();
    m_cells.clear();
    m_kept.clear();
    m_cellTraces.clear();
    m_figureRun.reset();
    m_budgetSweep = newSweep(false);
    begin(std::move(sweep));
}

void Experiments::startQuestions()
{
    if (!m_host.obstacle().isEmpty())
        return;
    Sweep sweep;
    sweep.overQuestions = true;
    for (const QString &question : m_panel->questions()) {
        RunRequest request = m_host.request();
        request.question = question.toStdString();
        sweep.steps.push_back({request, {}, question});
    }
    m_questions.clear();
    m_questionTraces.clear();
    m_questionSweep = newSweep(true);
    begin(std::move(sweep));
}

void Experiments::begin(Sweep sweep)
{
    if (sweep.steps.empty())
        return;
    m_sweep = std::make_unique<Sweep>(std::move(sweep));
    m_sweep->clock.start();
    startNext();
}

void Experiments::startNext()
{
    const Step &step = m_sweep->steps[m_sweep->next];
    RunRequest request = step.request;
    // What the uncompressed run answered is what the others are scored on.
    if (!m_sweep->overQuestions && m_reference && !request.score)
        request.score = targetOf(m_reference->answer);
    const QString what = step.what;
    const int number = int(m_sweep->next) + 1;
    const int total = int(m_sweep->steps.size());
    m_host.start(std::move(request), false);
    m_panel->setProgress(number, total, what, secondsLeft(m_sweep->clock, number - 1, total));
}

bool Experiments::take(const std::shared_ptr<const RunTrace> &trace)
{
    if (const std::optional<int> again = std::exchange(m_askedAgain, std::nullopt))
        takeAgain(*again, trace);
    if (!m_sweep)
        return false;
    const std::string uid = m_host.record(trace);
    const int notAsked = int(m_sweep->steps.size() - m_sweep->next) - 1;
    if (m_sweep->overQuestions) {
        m_questionSweep.questionsNotAsked = notAsked;
        m_questions.push_back(questionCell(*trace));
        m_questionTraces.push_back(trace);
        m_panel->showQuestions(m_questions, trace->grid, notAsked);
    } else {
        m_notAsked = notAsked;
        takeBudget(m_sweep->steps[m_sweep->next].point, trace);
    }
    grow(m_sweep->overQuestions ? m_questionSweep : m_budgetSweep, uid, *trace);
    if (++m_sweep->next < m_sweep->steps.size())
        startNext();
    else
        m_sweep.reset();
    return true;
}

void Experiments::takeBudget(const SweepPoint &point, const std::shared_ptr<const RunTrace> &trace)
{
    if (!m_reference) {
        m_reference = trace;
        m_sweptPicture = trace->imageSha256;
        m_sweptQuestion = trace->request.question;
        m_referenceCell = sweepCell(point, *trace, trace->answer.text);
        if (!m_referenceCell.logProbability)
            m_referenceCell.logProbability = trace->answer.logProbability;
    } else {
        m_cells.push_back(sweepCell(point, *trace, m_reference->answer.text));
        m_cellTraces.push_back(trace);
        const std::optional<KeptSet> set = keptSet(*trace);
        m_kept.push_back(set && set->tookPart ? set->patches : std::vector<int>());
    }
    m_panel->showBudgets(m_referenceCell, m_cells, m_kept, trace->grid, m_notAsked);
}

std::optional<FigureSweep> Experiments::sweepOf(const RunTrace &trace) const
{
    if (m_cells.empty() || trace.imageSha256 != m_sweptPicture || trace.request.question != m_sweptQuestion)
        return std::nullopt;
    return FigureSweep{m_referenceCell, m_cells, m_kept, m_notAsked};
}

void Experiments::stop()
{
    m_askedAgain.reset();
    m_sweep.reset();
}

} // namespace qmop
