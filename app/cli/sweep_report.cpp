// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/sweep_report.h"

#include "core/store/sweep_json.h"
#include "qmop/fixed_text.h"
#include "qmop/scaled_text.h"

#include <algorithm>
#include <cstdio>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

json cellJson(const SweepCell &cell)
{
    json object{{"compressor", cell.point.compressor},
                {"budget", cell.point.budget > 0 ? json(cell.point.budget) : json()},
                {"visual_tokens", cell.visualTokens},
                {"answer", cell.answer},
                {"unchanged", cell.unchanged},
                {"log_probability", cell.logProbability ? json(*cell.logProbability) : json()},
                {"time_to_first_token", cell.timeToFirstTokenSeconds},
                {"prefill", cell.prefillSeconds},
                {"kv_bytes", cell.kvBytes}};
    if (cell.point.trained != cell.point.budget)
        object["trained"] = cell.point.trained;
    return object;
}

std::vector<std::string> compressorsOf(const std::vector<SweepCell> &cells)
{
    std::vector<std::string> names;
    for (const SweepCell &cell : cells)
        if (cell.point.budget > 0 && std::find(names.begin(), names.end(), cell.point.compressor) == names.end())
            names.push_back(cell.point.compressor);
    return names;
}

template<typename... Values> std::string formatted(const char *format, Values... values)
{
    char text[256];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

std::string cellLine(const SweepCell &cell)
{
    const std::string budget = cell.point.budget > 0 ? std::to_string(cell.point.budget) : "-";
    std::string line = formatted("%-10s %6s %6d %9s", cell.point.compressor.c_str(), budget.c_str(), cell.visualTokens,
                                 cell.unchanged ? "same" : "changed");
    line += cell.logProbability ? formatted(" %12s", fixedText(*cell.logProbability, 5).c_str())
                                : formatted(" %12s", "-");
    line += formatted(" %10.1f %8.1f %8s  ", cell.prefillSeconds * 1e3, cell.timeToFirstTokenSeconds * 1e3,
                      bytesText(double(cell.kvBytes)).c_str());
    return line + cell.answer + "\n";
}

// As many cells as the grid has, dark where a patch is kept for every question.
std::string mapText(const std::vector<float> &shares, const PatchGrid &grid)
{
    constexpr std::string_view ramp = " .:-=+*%@#";
    std::string text;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        text += ramp[std::size_t(std::clamp(shares[i], 0.0F, 1.0F) * float(ramp.size() - 1) + 0.5F)];
        if (int(i + 1) % grid.columns == 0)
            text += "\n";
    }
    return text;
}

}

json sweepJson(const SweepReport &report)
{
    json cells = json::array();
    for (const SweepCell &cell : report.cells)
        cells.push_back(cellJson(cell));
    json smallest = json::object();
    for (const std::string &compressor : compressorsOf(report.cells)) {
        const auto found = smallestUnchanged(report.cells, compressor);
        smallest[compressor]
            = found ? json{{"budget", found->budget}, {"every_larger_too", found->everyLargerToo}} : json();
    }
    return {{"target", report.target},
            {"reference", cellJson(report.reference)},
            {"cells", cells},
            {"smallest_unchanged", smallest}};
}

std::string sweepTable(const SweepReport &report)
{
    std::string text = "log p of: " + report.target + "\n"
        + formatted("%-10s %6s %6s %9s %12s %10s %8s %8s  answer\n", "compressor", "budget", "tokens", "change",
                    "log p", "prefill ms", "TTFT ms", "KV cache")
        + cellLine(report.reference);
    for (const SweepCell &cell : report.cells)
        text += cellLine(cell);
    for (const std::string &compressor : compressorsOf(report.cells)) {
        const auto found = smallestUnchanged(report.cells, compressor);
        text += compressor + ": ";
        if (!found)
            text += "every budget changed the answer\n";
        else
            text += "unchanged down to " + std::to_string(found->budget) + " tokens"
                + (found->everyLargerToo ? "\n" : ", though a larger budget changed it\n");
    }
    return text;
}

json questionsJson(const std::vector<QuestionCell> &cells, const PatchGrid &grid)
{
    json questions = json::array();
    for (const QuestionCell &cell : cells)
        questions.push_back(questionJson(cell));
    return {{"questions", questions},
            {"jaccard", jaccardMatrix(cells)},
            {"survival", survivalMap(cells, grid.patchCount())},
            {"rows", grid.rows},
            {"columns", grid.columns}};
}

namespace {

// Kept patches say nothing about an answer that came through other branches.
std::string withoutPruning(const std::vector<QuestionCell> &cells)
{
    std::string numbers;
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (!cells[i].pruned && !cells[i].kept.empty())
            numbers += (numbers.empty() ? "" : ", ") + std::to_string(i + 1);
    return numbers.empty() ? numbers : "pruning took no part in the answer to " + numbers + "; it would keep:\n";
}

}

std::string questionsTable(const std::vector<QuestionCell> &cells, const PatchGrid &grid)
{
    const auto overlap = jaccardMatrix(cells);
    std::string text = "    P      R      K     overlap of kept patches (Jaccard) with 1, 2, ...\n";
    for (std::size_t i = 0; i < cells.size(); ++i) {
        text += formatted("%-3d", int(i + 1));
        for (Branch branch : allBranches)
            text += cells[i].alpha ? formatted(" %.4f", double((*cells[i].alpha)[branch])) : formatted(" %6s", "-");
        text += "  ";
        for (double value : overlap[i])
            text += formatted(" %.2f", value);
        text += "\n";
    }
    for (std::size_t i = 0; i < cells.size(); ++i)
        text += std::to_string(i + 1) + ": " + cells[i].question + " - " + cells[i].answer
            + (cells[i].answer == cells[i].uncompressed ? "\n" : " (all tokens: " + cells[i].uncompressed + ")\n");
    return text + withoutPruning(cells) + "kept for how many of the questions (space: none, #: all):\n"
        + mapText(survivalMap(cells, grid.patchCount()), grid);
}

} // namespace qmop
