// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/explorer/figures/case_report.h"

#include "app/explorer/pictures/stored_picture.h"
#include "core/figure/base64.h"
#include "core/figure/recipe_carriers.h"
#include "core/store/session_file.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "widgets/figure/figure_painter.h"
#include "widgets/figure/figure_view.h"

#include <QCoreApplication>

#include <algorithm>

namespace qmop {

namespace {

std::string tr(const char *text)
{
    return QCoreApplication::translate("Report", text).toStdString();
}

// The picture with what decided, and the panels that explain the answer.
FigureRequest figureOf(const CaseRun &run, bool strip)
{
    FigureRequest request{run.trace, run.source, {}, {}, true, strip};
    const OverlayKind best = overlayOf(*run.trace);
    request.view.overlay = overlayKey(hasOverlay(*run.trace, best) ? best : OverlayKind::Provenance);
    request.look.panels = {FigurePanel::Answer};
    if (run.trace->routing)
        request.look.panels.push_back(FigurePanel::Router);
    return request;
}

std::string tagsText(const RunEdits &edits)
{
    std::string text;
    for (const std::string &tag : edits.tags)
        text += (text.empty() ? "#" : " #") + tag;
    return text;
}

Table allRuns(const CaseReport &report)
{
    std::vector<ListedRun> runs;
    for (const CaseRun &run : report.runs)
        runs.push_back({run.headline, run.trace});
    Table table = runsTable(runs, report.stripNames);
    table.title = report.title.toStdString();
    return table;
}

// For reading: the columns that differ from run to run and fit on a page. Notices are left to the runs' own
// sections, where there are some.
Table overview(const CaseReport &report, bool withNotices = false)
{
    const Table all = allRuns(report);
    Table table{all.title, {}, std::vector<std::vector<TableCell>>(all.rows.size())};
    std::vector<std::size_t> columns{0, 2, 3, 4, 6, 7, 8, 14};
    const bool noticed
        = std::ranges::any_of(report.runs, [](const CaseRun &run) { return run.trace && !run.trace->notices.empty(); });
    if (noticed && withNotices)
        columns.push_back(all.columns.size() - 1);
    for (const std::size_t column : columns) {
        table.columns.push_back(all.columns[column]);
        for (std::size_t row = 0; row < all.rows.size(); ++row)
            table.rows[row].push_back(all.rows[row][column]);
    }
    return table;
}

std::vector<Table> tablesOf(const RunTrace &trace)
{
    std::vector<Table> tables{answerTable(trace)};
    if (trace.routing)
        tables.push_back(routerTable(trace));
    tables.push_back(costsTable(trace));
    return tables;
}

QStringList noticesOf(const CaseRun &run)
{
    return run.trace ? figureNotices(*run.trace) : QStringList();
}

std::string heading(std::size_t number, const CaseRun &run)
{
    return std::to_string(number) + ". " + run.headline.question;
}

std::string madeBy(const CaseReport &report)
{
    return tr("QMoP Explorer") + " " QMOP_VERSION + ", " + std::to_string(report.runs.size()) + " "
        + (report.runs.size() == 1 ? tr("run") : tr("runs"));
}

// They name files.
QStringList problemsOf(const CaseReport &report)
{
    if (!report.stripNames || report.problems.isEmpty())
        return report.problems;
    return {QString::fromStdString(tr("Some of what this report is about could not be read and is left out."))};
}

constexpr const char *style
    = "body{font-family:sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;line-height:1.4;color:#1b1f24;"
      "background:#fff}img{max-width:100%;border:1px solid #c9ced6}table{border-collapse:collapse;margin:1rem 0}"
      "caption{text-align:left;font-weight:bold}th,td{border-bottom:1px solid #c9ced6;padding:.2rem .6rem;"
      "text-align:left;vertical-align:top}td.number{text-align:right;font-variant-numeric:tabular-nums}"
      ".note{border-left:.25rem solid #0072b2;padding-left:.8rem;white-space:pre-wrap}"
      ".notice{background:#fff4e0;padding:.3rem .6rem}.missing{color:#b33a0a}";

std::string html(const CaseReport &report, const PictureDecoder &decoder)
{
    const std::string title = xmlText(report.title.toStdString());
    std::string text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + title
        + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n<h1>" + title + "</h1>\n<p>"
        + xmlText(madeBy(report)) + "</p>\n";
    for (const QString &problem : problemsOf(report))
        text += "<p class=\"missing\">" + xmlText(problem.toStdString()) + "</p>\n";
    text += htmlText(overview(report));
    for (std::size_t i = 0; i < report.runs.size(); ++i) {
        const CaseRun &run = report.runs[i];
        text += "<h2>" + xmlText(heading(i + 1, run)) + "</h2>\n";
        if (const std::string tags = tagsText(run.headline.edits); !tags.empty())
            text += "<p>" + xmlText(tags) + "</p>\n";
        if (!run.headline.edits.note.empty())
            text += "<p class=\"note\">" + xmlText(run.headline.edits.note) + "</p>\n";
        for (const QString &notice : noticesOf(run))
            text += "<p class=\"notice\">" + xmlText(notice.toStdString()) + "</p>\n";
        if (!run.trace || !run.trace->image) {
            text += "<p class=\"missing\">" + xmlText(tr("This run or its picture could not be read.")) + "</p>\n";
            continue;
        }
        const FigureRequest request = figureOf(run, report.stripNames);
        const QByteArray png = paintedFigure(request, FigureFormat::Png, decoder);
        text += "<p><img alt=\"" + xmlText(figureCaption(*run.trace, request.view).toStdString())
            + "\" src=\"data:image/png;base64," + png.toBase64().toStdString() + "\"></p>\n";
        for (const Table &table : tablesOf(*run.trace))
            text += htmlText(table);
    }
    return text + "</body>\n</html>\n";
}

// Figures are written first: a Markdown file never names one that is not there.
std::string markdown(const CaseReport &report, const std::filesystem::path &file, const PictureDecoder &decoder)
{
    std::string text = "# " + markdownLine(report.title.toStdString()) + "\n\n" + madeBy(report) + "\n\n";
    for (const QString &problem : problemsOf(report))
        text += "> " + markdownLine(problem.toStdString()) + "\n\n";
    text += markdownText(overview(report));
    const std::string folder = file.stem().string() + "-figures";
    makeFolder(file.parent_path() / folder);
    for (std::size_t i = 0; i < report.runs.size(); ++i) {
        const CaseRun &run = report.runs[i];
        text += "\n## " + markdownLine(heading(i + 1, run)) + "\n\n";
        if (const std::string tags = tagsText(run.headline.edits); !tags.empty())
            text += markdownLine(tags) + "\n\n";
        if (!run.headline.edits.note.empty())
            text += "> " + markdownLine(run.headline.edits.note) + "\n\n";
        for (const QString &notice : noticesOf(run))
            text += markdownLine(notice.toStdString()) + "\n\n";
        if (!run.trace || !run.trace->image) {
            text += tr("This run or its picture could not be read.") + "\n";
            continue;
        }
        const FigureRequest request = figureOf(run, report.stripNames);
        const std::string name = "run-" + std::to_string(i + 1) + ".png";
        const QByteArray png = paintedFigure(request, FigureFormat::Png, decoder);
        writeFileAtomically(file.parent_path() / folder / name,
                            std::string_view(png.constData(), std::size_t(png.size())));
        text += "![" + markdownLine(figureCaption(*run.trace, request.view).toStdString()) + "](<" + folder + "/" + name
            + ">)\n";
        for (const Table &table : tablesOf(*run.trace))
            text += "\n### " + markdownLine(table.title) + "\n\n" + markdownText(table);
    }
    return text;
}

// Without the names that only the table of a run's own file would need.
CaseReport stripped(CaseReport report)
{
    if (report.stripNames)
        for (CaseRun &run : report.runs)
            if (run.trace) {
                auto nameless = std::make_shared<RunTrace>(*run.trace);
                nameless->imageName.clear();
                nameless->imageSha256.clear();
                run.trace = nameless;
            }
    return report;
}

// Said once of a picture, however many runs are about it.
void addProblem(CaseReport &report, const std::string &what, const std::string &hint)
{
    const QString line = QString::fromStdString(what);
    if (!report.problems.contains(line))
        report.problems << line;
    report.hints[line] = QString::fromStdString(hint);
}

// A damaged picture is among the session's own problems.
void sayOfPicture(CaseReport &report, const SessionReader &reader, const PictureRecord &picture, const QString &problem)
{
    if (problem.isEmpty())
        return;
    report.complete = false;
    const std::string obstacle = reader.pictureObstacle(picture.sha256);
    const std::string hint
        = "put the picture back below the session's folder, or report a replay pack, which holds its "
          "pictures";
    if (!obstacle.empty())
        addProblem(report, reader.file().string() + ": the picture " + picture.name + " is missing: " + obstacle, hint);
    else if (!picture.path.empty() || !picture.bytes.empty())
        addProblem(report, reader.file().string() + ": " + problem.toStdString(), hint);
}

}

std::vector<RunHeadline> taggedRuns(std::vector<RunHeadline> runs, const std::string &tag)
{
    const std::string wanted = tag.starts_with("#") ? tag.substr(1) : tag;
    if (!wanted.empty())
        std::erase_if(runs, [&](const RunHeadline &run) {
            return std::ranges::find(run.edits.tags, wanted) == run.edits.tags.end();
        });
    return runs;
}

void writeReport(const CaseReport &report, const std::filesystem::path &file, const PictureDecoder &decoder)
{
    if (report.runs.empty())
        throw Error(ErrorCode::InvalidArgument, file.string() + ": there is no run to report",
                    "tag some runs first, or choose another tag");
    const std::string ending = file.extension().string();
    const CaseReport shown = stripped(report);
    if (ending == ".html")
        writeFileAtomically(file, html(shown, decoder));
    else if (ending == ".md")
        writeFileAtomically(file, markdown(shown, file, decoder));
    else if (ending == ".csv")
        writeFileAtomically(file, csvText(allRuns(shown)));
    else if (ending == ".tex")
        writeFileAtomically(file, latexText(overview(shown, true)));
    else
        throw Error(ErrorCode::InvalidArgument, file.string() + ": is no name of a report",
                    "choose a name that ends in .html, .md, .csv or .tex");
}

QString reportTitle(const std::filesystem::path &session, const QString &tag, bool stripNames)
{
    std::string name = tr("Case report");
    if (!stripNames)
        name += ": " + session.filename().string();
    return QString::fromStdString(tag.isEmpty() ? name : name + " #" + tag.toStdString());
}

CaseReport readCases(const std::filesystem::path &session, const std::string &tag, bool stripNames,
                     const PictureDecoder &decoder)
{
    const SessionReader reader(session);
    CaseReport report;
    report.stripNames = stripNames;
    report.complete = reader.isComplete();
    const std::string plain = tag.starts_with("#") ? tag.substr(1) : tag;
    report.title = reportTitle(session, QString::fromStdString(plain), stripNames);
    for (const std::string &problem : reader.problems())
        addProblem(report, problem, reader.hint());
    for (const RunHeadline &run : taggedRuns(reader.headlines(), tag)) {
        CaseRun found{run, nullptr, {}};
        try {
            if (const std::shared_ptr<const RunTrace> trace = reader.trace(run.uid)) {
                auto whole = std::make_shared<RunTrace>(*trace);
                PictureRecord picture;
                picture.name = run.pictureName;
                picture.sha256 = run.pictureSha256;
                if (auto stored = reader.picture(run.pictureSha256))
                    picture = std::move(*stored);
                const FoundPicture image = findPicture(picture, whole->grid, decoder);
                whole->image = image.image;
                found.source = image.source;
                found.trace = whole;
                sayOfPicture(report, reader, picture, image.problem);
            }
        } catch (const Error &error) {
            addProblem(report, error.what(), damagedSessionHint);
            report.complete = false;
        }
        report.runs.push_back(std::move(found));
    }
    if (report.runs.empty() && !report.complete) // it may be among those that cannot be read
        throw Error(ErrorCode::InvalidSession,
                    reader.problems().front() + "; no run that is left has the tag #" + plain,
                    reader.isNewer() ? newerSessionHint : "take the file from a backup");
    if (report.runs.empty())
        throw Error(ErrorCode::InvalidArgument,
                    session.string() + (plain.empty() ? ": holds no run" : ": no run has the tag #" + plain),
                    "choose another tag, or none for all runs");
    return report;
}

} // namespace qmop
