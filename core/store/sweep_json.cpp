// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/sweep_json.h"

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t maxCells = 1000;
constexpr int maxTokens = 1 << 20;

json cellJson(const SweepCell &cell, const std::vector<int> &kept)
{
    json fields{{"compressor", cell.point.compressor}, {"budget", cell.point.budget}, {"trained", cell.point.trained},
                {"visual_tokens", cell.visualTokens},  {"answer", cell.answer},       {"unchanged", cell.unchanged}};
    if (cell.logProbability)
        fields["log_probability"] = *cell.logProbability;
    fields["time_to_first_token"] = cell.timeToFirstTokenSeconds;
    fields["prefill_seconds"] = cell.prefillSeconds;
    fields["kv_bytes"] = cell.kvBytes;
    if (!kept.empty())
        fields["kept"] = kept;
    return fields;
}

double seconds(const Fields &fields, const char *key)
{
    const double value = fields.real(key);
    if (!(value >= 0 && value <= 1e9))
        fields.refuse(key);
    return value;
}

// Older files do not say that a sweep was stopped.
int notAsked(const Fields &fields)
{
    return fields.has("not_asked") ? fields.integer("not_asked", 0, maxTokens) : 0;
}

SweepCell readCell(const Fields &fields)
{
    SweepCell cell;
    cell.point.compressor = fields.text("compressor");
    if (std::ranges::find(compressorNames, cell.point.compressor) == compressorNames.end())
        fields.refuse("compressor");
    cell.point.budget = fields.integer("budget", 0, maxTokens);
    cell.point.trained = fields.integer("trained", 0, maxTokens);
    cell.visualTokens = fields.integer("visual_tokens", 0, maxTokens);
    cell.answer = fields.text("answer");
    cell.unchanged = fields.boolean("unchanged");
    if (fields.has("log_probability")) {
        cell.logProbability = fields.real("log_probability");
        if (!(*cell.logProbability <= 0 && *cell.logProbability >= -1e6))
            fields.refuse("log_probability");
    }
    if (fields.has("time_to_first_token")) // older ones counted the picture's encoding for the first run alone
        cell.timeToFirstTokenSeconds = seconds(fields, "time_to_first_token");
    cell.prefillSeconds = seconds(fields, "prefill_seconds");
    cell.kvBytes = fields.longInteger("kv_bytes");
    return cell;
}

QuestionCell readQuestion(const Fields &fields, int patches)
{
    QuestionCell cell;
    cell.question = fields.text("question");
    cell.answer = fields.text("answer");
    cell.uncompressed = fields.text("uncompressed");
    cell.kept = fields.integers("kept", 0, patches - 1);
    cell.pruned = fields.boolean("pruned");
    if (!fields.has("alpha"))
        return cell;
    const Fields alpha = fields.object("alpha");
    cell.alpha.emplace();
    for (Branch branch : allBranches) {
        const std::string key(branchKey(branch));
        const double weight = alpha.real(key.c_str());
        if (!(weight >= 0 && weight <= 1))
            alpha.refuse(key.c_str());
        (*cell.alpha)[branch] = float(weight);
    }
    return cell;
}

}

json questionJson(const QuestionCell &cell)
{
    json fields{{"question", cell.question},
                {"answer", cell.answer},
                {"uncompressed", cell.uncompressed},
                {"kept", cell.kept},
                {"pruned", cell.pruned}};
    if (cell.alpha)
        for (Branch branch : allBranches)
            fields["alpha"][std::string(branchKey(branch))] = double((*cell.alpha)[branch]);
    return fields;
}

json sweepRecipe(const FigureSweep &sweep)
{
    json cells = json::array();
    for (std::size_t i = 0; i < sweep.cells.size(); ++i)
        cells.push_back(cellJson(sweep.cells[i], sweep.kept[i]));
    json recipe{{"reference", cellJson(sweep.reference, {})}, {"cells", cells}};
    if (sweep.notAsked > 0)
        recipe["not_asked"] = sweep.notAsked;
    return recipe;
}

FigureSweep readSweep(const Fields &fields, int patches)
{
    FigureSweep sweep;
    sweep.reference = readCell(fields.object("reference"));
    const std::vector<Fields> cells = fields.objects("cells");
    if (cells.size() > maxCells)
        fields.refuse("cells");
    for (const Fields &cell : cells) {
        sweep.cells.push_back(readCell(cell));
        sweep.kept.push_back(cell.has("kept") ? cell.integers("kept", 0, patches - 1) : std::vector<int>());
    }
    sweep.notAsked = notAsked(fields);
    return sweep;
}

std::string writeSweepDocument(const StoredSweep &sweep)
{
    json document{{"kind", sweep.overQuestions ? "questions" : "budgets"},
                  {"question", sweep.question},
                  {"picture", sweep.pictureName},
                  {"patches", sweep.patches},
                  {"runs", sweep.runs}};
    if (sweep.overQuestions) {
        document["questions"] = json::array();
        for (const QuestionCell &cell : sweep.questions)
            document["questions"].push_back(questionJson(cell));
        if (sweep.questionsNotAsked > 0)
            document["not_asked"] = sweep.questionsNotAsked;
    } else {
        document["sweep"] = sweepRecipe(sweep.budgets);
    }
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

StoredSweep readSweepDocument(const std::string &text, const std::string &name)
{
    const Document document(text, name);
    const Fields fields = document.fields();
    StoredSweep sweep;
    const std::string kind = fields.text("kind");
    if (kind != "budgets" && kind != "questions")
        fields.refuse("kind");
    sweep.overQuestions = kind == "questions";
    sweep.question = fields.text("question");
    sweep.pictureName = fields.text("picture");
    sweep.patches = fields.integer("patches", 1, maxTokens);
    sweep.runs = fields.texts("runs");
    if (sweep.overQuestions) {
        for (const Fields &cell : fields.objects("questions"))
            sweep.questions.push_back(readQuestion(cell, sweep.patches));
        sweep.questionsNotAsked = notAsked(fields);
    } else {
        sweep.budgets = readSweep(fields.object("sweep"), sweep.patches);
    }
    const std::size_t rows = sweep.overQuestions ? sweep.questions.size() : sweep.budgets.cells.size() + 1;
    if (rows > maxCells || sweep.runs.size() != rows)
        fields.refuse("runs");
    return sweep;
}

} // namespace qmop
