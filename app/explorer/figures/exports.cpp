// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/figures/exports.h"

#include "app/explorer/figures/report_dialog.h"
#include "core/store/session_file.h"
#include "qmop/atomic_file.h"
#include "qmop/command_line.h"
#include "qmop/error.h"
#include "widgets/runs/runs_panel.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QFileDialog>
#include <QTableView>

#include <algorithm>
#include <set>

namespace qmop {

namespace {

QDockWidget *dockAround(QWidget *widget)
{
    while (widget && !qobject_cast<QDockWidget *>(widget))
        widget = widget->parentWidget();
    return qobject_cast<QDockWidget *>(widget);
}

// The table that has the focus, else the first that can be seen.
const QTableView *tableIn(const QDockWidget *dock)
{
    const QTableView *first = nullptr;
    for (const QTableView *table : dock->findChildren<QTableView *>()) {
        if (table->hasFocus())
            return table;
        if (!first && table->isVisible())
            first = table;
    }
    return first;
}

std::vector<ListedRun> listedRuns(const RunsPanel &panel)
{
    std::vector<ListedRun> runs;
    for (const RunHeadline &run : panel.listed())
        runs.push_back({run, panel.model()->trace(panel.model()->indexOf(run.uid))});
    return runs;
}

}

Exports::Exports(RunsPanel *runs, ExportHost host, QWidget *window)
    : QObject(window)
    , m_runs(runs)
    , m_host(std::move(host))
    , m_window(window)
{
}

std::optional<Table> Exports::tableOf(const QDockWidget *dock) const
{
    const QString id = dock ? dock->objectName() : QString();
    if (id == u"runs")
        return runsTable(listedRuns(*m_runs), false);
    const std::shared_ptr<const RunTrace> trace = m_host.trace();
    if (trace && (id.isEmpty() || id == u"pruning"))
        return patchTable(*trace);
    if (trace && id == u"answer")
        return answerTable(*trace);
    if (trace && id == u"router")
        return routerTable(*trace);
    if (trace && id == u"costs")
        return costsTable(*trace);
    if (trace && id == u"resampler")
        return tokensTable(*trace, Branch::Resample);
    if (trace && id == u"pooling")
        return tokensTable(*trace, Branch::Pool);
    if (const QTableView *table = dock ? tableIn(dock) : nullptr)
        return shownTable(*table->model(), dock->windowTitle());
    return std::nullopt;
}

std::optional<Table> Exports::numbersInFocus() const
{
    const QDockWidget *dock = dockAround(QApplication::focusWidget());
    std::optional<Table> table = tableOf(dock);
    if (table && !table->rows.empty())
        return table;
    m_host.notice(tr("There are no numbers in %1.").arg(dock ? dock->windowTitle() : tr("the picture")),
                  m_host.trace() ? tr("Choose a panel that shows some, with Tab or the mouse.")
                                 : tr("Ask a question first, or choose a run."));
    return std::nullopt;
}

void Exports::copyNumbers() const
{
    if (const std::optional<Table> table = numbersInFocus()) {
        QApplication::clipboard()->setText(QString::fromStdString(csvText(*table)));
        m_host.done(tr("Copied %1: %2 rows").arg(QString::fromStdString(table->title)).arg(table->rows.size()));
    }
}

void Exports::chooseNumbersFile() const
{
    const std::optional<Table> table = numbersInFocus();
    if (!table)
        return;
    const QString file
        = QFileDialog::getSaveFileName(m_window, tr("Save the numbers of %1").arg(QString::fromStdString(table->title)),
                                       {}, tr("Tables (*.csv *.json *.tex *.md)"));
    if (!file.isEmpty())
        saveNumbers(*table, file);
}

bool Exports::saveNumbers(const Table &table, const QString &file) const
{
    try {
        std::string text;
        if (file.endsWith(QLatin1String(".csv")))
            text = csvText(table);
        else if (file.endsWith(QLatin1String(".json")))
            text = jsonText(table);
        else if (file.endsWith(QLatin1String(".tex")))
            text = latexText(table);
        else if (file.endsWith(QLatin1String(".md")))
            text = markdownText(table);
        else
            throw Error(ErrorCode::InvalidArgument, file.toStdString() + ": is no name of a table",
                        "choose a name that ends in .csv, .json, .tex or .md");
        writeFileAtomically(file.toStdString(), text);
        m_host.done(tr("Saved %1").arg(file));
        return true;
    } catch (const Error &error) {
        m_host.failed({error.code(), error.what(), error.hint()});
        return false;
    }
}

QDialog *Exports::askForReport()
{
    std::vector<RunHeadline> runs = m_runs->listed();
    if (runs.empty()) {
        m_host.notice(tr("There is no run to report."), tr("Ask a question first, or clear the filter of the runs."));
        return nullptr;
    }
    auto *dialog = new ReportDialog(std::move(runs), m_window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setCommandObstacle(commandObstacle());
    connect(dialog, &ReportDialog::commandWanted, this, [this, dialog] {
        std::vector<std::string> words{"report", m_host.session().string(), "--out", dialog->file().toStdString()};
        if (!dialog->tag().isEmpty())
            words.insert(words.end(), {"--tag", dialog->tag().toStdString()});
        if (dialog->stripNames())
            words.emplace_back("--strip");
        QApplication::clipboard()->setText(QString::fromStdString(commandLine(words)));
        m_host.done(tr("Copied the command of this report"));
    });
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { saveReport(dialog->tag(), dialog->stripNames(), dialog->file()); });
    dialog->open();
    return dialog;
}

// The command reads a file: it has to hold these runs, with these notes and tags.
QString Exports::commandObstacle() const
{
    const std::filesystem::path file = m_host.session();
    if (file.empty())
        return tr("The command reads a session or replay pack: save the session first (Ctrl+S)");
    const QString other = tr("%1 does not hold just the listed runs, with their notes and tags: save it (Ctrl+S), and "
                             "clear the filter of the runs")
                              .arg(QString::fromStdString(file.filename().string()));
    try {
        const auto same
            = [](const RunHeadline &a, const RunHeadline &b) { return a.uid == b.uid && a.edits == b.edits; };
        return std::ranges::equal(SessionReader(file).headlines(), m_runs->listed(), same) ? QString() : other;
    } catch (const Error &error) {
        return QString::fromStdString(error.what());
    }
}

bool Exports::saveReport(const QString &tag, bool stripNames, const QString &file) const
{
    CaseReport report;
    report.stripNames = stripNames;
    report.title = commandObstacle().isEmpty() ? reportTitle(m_host.session(), tag, stripNames)
        : tag.isEmpty()                        ? tr("Case report")
                                               : tr("Case report: %1").arg(u'#' + tag);
    for (const RunHeadline &run : taggedRuns(m_runs->listed(), tag.toStdString())) {
        const auto trace = m_runs->model()->trace(m_runs->model()->indexOf(run.uid));
        report.runs.push_back({run, trace, m_host.source(run.pictureSha256)});
        if (!trace)
            report.problems << tr("The run “%1” could not be read.").arg(QString::fromStdString(run.question));
    }
    try {
        writeReport(report, file.toStdString(), m_host.decoder);
        m_host.done(tr("Saved %1: %2 runs").arg(file).arg(report.runs.size()));
        return true;
    } catch (const Error &error) {
        m_host.failed({error.code(), error.what(), error.hint()});
        return false;
    }
}

} // namespace qmop
