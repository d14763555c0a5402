// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sweep that came with a figure: numbers at once, its runs as they are opened.
#include "app/explorer/experiments/experiments.h"
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
    m_cellTraces.assign(m_cells.size(), nullptr);
    m_sweptPicture = trace->imageSha256;
    m_sweptQuestion = trace->request.question;
    m_figureRun = std::move(trace);
    m_modelProblem = std::move(modelProblem);
    m_panel->showBudgets(m_referenceCell, m_cells, m_kept, m_figureRun->grid);
}

bool Experiments::showCell(int index)
{
    const std::shared_ptr<const RunTrace> trace = index < 0 ? m_reference
        : index < int(m_cellTraces.size())                  ? m_cellTraces[std::size_t(index)]
                                                            : nullptr;
    if (trace)
        m_host.show(trace);
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
        return tr("its picture %1 did not come with the figure. Open that picture and ask about it once, then open the "
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
    m_host.start(atPoint(std::move(base), (index < 0 ? m_referenceCell : m_cells[std::size_t(index)]).point), true);
}

void Experiments::takeAgain(int index, const std::shared_ptr<const RunTrace> &trace)
{
    if (!m_figureRun || index >= int(m_cells.size()))
        return;
    (index < 0 ? m_reference : m_cellTraces[std::size_t(index)]) = trace;
    const std::string &before = (index < 0 ? m_referenceCell : m_cells[std::size_t(index)]).answer;
    if (before != trace->answer.text)
        m_host.notice(
            tr("The answer is another than in the figure."),
            tr("“%1” now, “%2” in the figure: the model, its device or this program has changed since.")
                .arg(QString::fromStdString(trace->answer.text).trimmed(), QString::fromStdString(before).trimmed()));
}

} // namespace qmop
