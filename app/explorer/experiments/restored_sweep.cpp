// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sweep that came with a figure or a session: numbers at once, its runs as they are
// opened. Of a session they are there, of a figure they are asked again.
#include "app/explorer/experiments/experiments.h"
#include "core/store/run_tables.h"
#include "qmop/run_trace.h"
#include "widgets/sweep/sweep_panel.h"

namespace qmop {

void Experiments::showSweep(const FigureSweep &sweep, std::shared_ptr<const RunTrace> trace,
                            std::function<QString()> modelProblem)
{
    if (m_sweep)
        return;
    m_reference.reset();
    m_referenceCell = sweep.reference;
    m_cells = sweep.cells;
    m_kept = sweep.kept;
    m_notAsked = sweep.notAsked;
    m_cellTraces.assign(m_cells.size(), nullptr);
    m_sweptPicture = trace->imageSha256;
    m_sweptQuestion = trace->request.question;
    m_budgetSweep = {};
    m_figureRun = std::move(trace);
    m_modelProblem = std::move(modelProblem);
    m_panel->showBudgets(m_referenceCell, m_cells, m_kept, m_figureRun->grid, m_notAsked);
}

StoredSweep Experiments::newSweep(bool overQuestions)
{
    StoredSweep sweep;
    sweep.uid = newUid();
    sweep.startedAt = nowMilliseconds();
    sweep.overQuestions = overQuestions;
    return sweep;
}

void Experiments::grow(StoredSweep &sweep, const std::string &run, const RunTrace &trace)
{
    if (sweep.runs.empty()) {
        sweep.question = trace.request.question;
        sweep.pictureName = trace.imageName;
        sweep.patches = trace.grid.patchCount();
    }
    sweep.runs.push_back(run);
    if (sweep.overQuestions)
        sweep.questions = m_questions;
    else
        sweep.budgets = {m_referenceCell, m_cells, m_kept, m_notAsked};
    emit sweepGrew(sweep);
}

void Experiments::showStored(const StoredSweep &sweep, std::shared_ptr<const RunTrace> trace,
                             std::function<QString()> modelProblem)
{
    if (m_sweep)
        return;
    if (!sweep.overQuestions) {
        showSweep(sweep.budgets, std::move(trace), std::move(modelProblem));
        m_budgetSweep = sweep;
        return;
    }
    m_questionSweep = sweep;
    m_questions = sweep.questions;
    m_questionTraces.assign(m_questions.size(), nullptr);
    m_panel->showQuestions(m_questions, trace->grid, sweep.questionsNotAsked);
}

void Experiments::clearSweep(bool overQuestions)
{
    if (m_sweep || !m_panel)
        return;
    if (overQuestions) {
        m_questions.clear();
        m_questionTraces.clear();
        m_questionSweep = {};
        m_panel->showQuestions({}, {});
        return;
    }
    m_reference.reset();
    m_cells.clear();
    m_kept.clear();
    m_notAsked = 0;
    m_cellTraces.clear();
    m_figureRun.reset();
    m_budgetSweep = {};
    m_panel->clearBudgets();
}

// As from the list of runs.
void Experiments::open(const std::shared_ptr<const RunTrace> &trace)
{
    m_host.adopt(trace->request);
    m_host.show(trace);
}

std::shared_ptr<const RunTrace> Experiments::storedRun(const StoredSweep &sweep, std::size_t row) const
{
    return row < sweep.runs.size() && !sweep.runs[row].empty() ? m_host.stored(sweep.runs[row]) : nullptr;
}

void Experiments::showQuestion(int index)
{
    if (index < 0 || index >= int(m_questionTraces.size()))
        return; // the last map is the survival map
    std::shared_ptr<const RunTrace> &trace = m_questionTraces[std::size_t(index)];
    if (!trace)
        trace = storedRun(m_questionSweep, std::size_t(index));
    if (trace)
        open(trace);
    else
        m_host.notice(tr("The run of “%1” is not there any more.")
                          .arg(QString::fromStdString(m_questions[std::size_t(index)].question)),
                      tr("Ask the question again."));
}

bool Experiments::showCell(int index)
{
    if (index >= int(m_cellTraces.size()))
        return false;
    std::shared_ptr<const RunTrace> &trace = index < 0 ? m_reference : m_cellTraces[std::size_t(index)];
    if (!trace)
        trace = storedRun(m_budgetSweep, std::size_t(index + 1)); // the reference comes first
    if (trace)
        open(trace);
    return trace != nullptr;
}

QString Experiments::obstacleAgain() const
{
    if (m_running)
        return tr("a run is going on; open the row again afterwards, or press Esc to cancel it.");
    if (const QString problem = m_modelProblem(); !problem.isEmpty())
        return problem;
    const ImageSource source = m_host.pictureOf(*m_figureRun);
    if (source.path.empty() && source.bytes.empty())
        return tr("its picture %1 did not come with it. Open that picture and ask about it once, then open the "
                  "row again.")
            .arg(QString::fromStdString(m_figureRun->imageName));
    return {};
}

// As the sweep asked it; visibly a run.
void Experiments::askCellAgain(int index)
{
    if (!m_figureRun || index >= int(m_cells.size()) || (index < 0 ? m_reference : m_cellTraces[std::size_t(index)]))
        return; // it was shown
    if (const QString obstacle = obstacleAgain(); !obstacle.isEmpty()) {
        m_host.notice(tr("The run of this row cannot be opened."), obstacle);
        return;
    }
    RunRequest base = m_figureRun->request;
    base.image = m_host.pictureOf(*m_figureRun);
    base.model = m_model ? m_model->path : base.model;
    base.overrides = {};
    base.search.reset();
    base.score.reset(); // the figure does not say which answer the sweep scored
    base.withUncompressed = false;
    const ImageSource shown = m_host.picture();
    if (shown.path != base.image.path || shown.bytes != base.image.bytes)
        m_host.show(m_figureRun); // else the answer would belong to a picture that is not shown
    m_askedAgain = index < 0 ? -1 : index;
    const RunRequest request
        = atPoint(std::move(base), (index < 0 ? m_referenceCell : m_cells[std::size_t(index)]).point);
    m_host.adopt(request);
    m_host.start(request, true);
}

void Experiments::takeAgain(int index, const std::shared_ptr<const RunTrace> &trace)
{
    if (!m_figureRun || index >= int(m_cells.size()))
        return;
    (index < 0 ? m_reference : m_cellTraces[std::size_t(index)]) = trace;
    const std::string &before = (index < 0 ? m_referenceCell : m_cells[std::size_t(index)]).answer;
    if (before != trace->answer.text)
        m_host.notice(
            tr("The answer is another than in this row."),
            tr("“%1” now, “%2” in the row: the model, its device or this program has changed since.")
                .arg(QString::fromStdString(trace->answer.text).trimmed(), QString::fromStdString(before).trimmed()));
}

} // namespace qmop
