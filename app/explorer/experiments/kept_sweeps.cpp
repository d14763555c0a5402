// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/experiments/kept_sweeps.h"

#include "app/explorer/experiments/experiments.h"
#include "widgets/sweep/sweep_panel.h"

#include <QDateTime>
#include <QLocale>

namespace qmop {

KeptSweeps::KeptSweeps(Experiments *experiments, KeptSweepsHost host, QObject *parent)
    : QObject(parent)
    , m_experiments(experiments)
    , m_host(std::move(host))
{
    connect(experiments, &Experiments::sweepGrew, this, &KeptSweeps::keep);
}

void KeptSweeps::keep(const StoredSweep &sweep)
{
    m_host.write(sweep);
    m_newest = sweep.uid;
    list();
}

void KeptSweeps::open()
{
    const std::vector<StoredSweep> &sweeps = m_host.sweeps();
    const StoredSweep *newest[2] = {};
    for (const StoredSweep &sweep : sweeps) {
        newest[sweep.overQuestions] = &sweep;
        m_newest = sweep.uid;
    }
    const bool questionsAreNewer = !sweeps.empty() && sweeps.back().overQuestions;
    for (const bool overQuestions : {!questionsAreNewer, questionsAreNewer}) // the newer one stays in front
        if (newest[overQuestions])
            show(*newest[overQuestions]);
        else
            m_experiments->clearSweep(overQuestions);
    if (!sweeps.empty() || m_connected)
        list();
}

// Any of its runs has the grid and the picture; all of them have the same.
void KeptSweeps::show(const StoredSweep &sweep)
{
    for (const std::string &uid : sweep.runs) {
        const std::shared_ptr<const RunTrace> base = uid.empty() ? nullptr : m_host.run(uid);
        if (!base || base->grid.patchCount() != sweep.patches)
            continue;
        m_host.panel()->showTab(sweep.overQuestions);
        m_experiments->showStored(sweep, base, [problem = m_host.modelProblem, base] { return problem(*base); });
        return;
    }
    m_host.notice(tr("The sweep “%1” cannot be shown: none of its runs is there any more.").arg(titleOf(sweep)), {});
}

// The newest first, as in the list of runs.
void KeptSweeps::list()
{
    SweepPanel *panel = m_host.panel();
    if (!std::exchange(m_connected, true))
        connect(panel, &SweepPanel::keptChosen, this, [this](int index) {
            const StoredSweep sweep = m_host.sweeps().rbegin()[index];
            m_newest = sweep.uid;
            show(sweep);
        });
    QStringList titles;
    int current = 0;
    const std::vector<StoredSweep> &sweeps = m_host.sweeps();
    for (auto sweep = sweeps.rbegin(); sweep != sweeps.rend(); ++sweep) {
        if (sweep->uid == m_newest)
            current = int(titles.size());
        titles << titleOf(*sweep);
    }
    panel->setKept(titles, current);
}

QString KeptSweeps::titleOf(const StoredSweep &sweep)
{
    const QString time
        = QLocale().toString(QDateTime::fromMSecsSinceEpoch(sweep.startedAt).time(), QLocale::ShortFormat);
    return sweep.overQuestions
        ? (sweep.questions.size() == 1 ? tr("%1 · %2 question on %3") : tr("%1 · %2 questions on %3"))
              .arg(time)
              .arg(sweep.questions.size())
              .arg(QString::fromStdString(sweep.pictureName))
        : tr("%1 · %2 runs of “%3” on %4")
              .arg(time)
              .arg(sweep.budgets.cells.size() + 1)
              .arg(QString::fromStdString(sweep.question), QString::fromStdString(sweep.pictureName));
}

} // namespace qmop
