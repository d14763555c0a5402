// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/comparison_json.h"

#include "core/store/trace_json.h"
#include "qmop/took_part.h"

#include <cmath>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

json valueJson(const ComparedValue::Value &value)
{
    if (const auto *number = std::get_if<double>(&value))
        return *number;
    const auto *text = std::get_if<std::string>(&value);
    return text ? json(*text) : json(nullptr);
}

json tokenJson(const DecidingToken &token)
{
    json object{{"token", token.token < 0 ? json("end") : json(token.token)}, {"text", token.text}};
    if (token.logProbability)
        object["log_probability"] = *token.logProbability;
    if (token.margin) {
        object["margin"] = *token.margin;
        object["margin_is_lower_bound"] = token.marginIsBound;
    }
    return object;
}

json answersJson(const RunTrace &a, const RunTrace &b)
{
    const AnswerComparison answers = compareAnswers(a.answer, b.answer);
    json object{{"same", answers.words.same}};
    if (answers.words.same)
        return object;
    object["first_difference"]
        = {{"word", answers.words.firstDifference}, {"a", answers.words.word}, {"b", answers.words.otherWord}};
    object["a"] = tokenJson(*answers.a);
    object["b"] = tokenJson(*answers.b);
    return object;
}

json mapJson(const std::vector<float> &a, const std::vector<float> &b)
{
    const std::vector<float> difference = mapDifference(a, b);
    double sum = 0;
    std::size_t most = 0;
    for (std::size_t i = 0; i < difference.size(); ++i) {
        sum += double(difference[i]);
        if (std::abs(difference[i]) > std::abs(difference[most]))
            most = i;
    }
    if (difference.empty())
        return nullptr;
    return {{"mean", sum / double(difference.size())}, {"largest", double(difference[most])}, {"patch", most}};
}

}

json comparisonJson(const RunTrace &a, const RunTrace &b)
{
    json object{{"a", runSummary(a)}, {"b", runSummary(b)}, {"answers", answersJson(a, b)}};
    json rows = json::array();
    for (const ComparedValue &row : compareRuns(a, b)) {
        if (!row.differs())
            continue;
        rows.push_back({{"key", row.key}, {"a", valueJson(row.a)}, {"b", valueJson(row.b)}});
        if (const std::optional<double> change = row.change())
            rows.back()["change"] = *change;
    }
    object["differences"] = rows;
    const MapObstacle obstacle = mapObstacle(a, b);
    object["maps"] = obstacle == MapObstacle::None ? "same patches"
        : obstacle == MapObstacle::OtherPicture    ? "other picture"
                                                   : "other patches";
    if (const std::optional<KeptComparison> kept = compareKept(a, b)) {
        const KeptSet inA = *keptSet(a), inB = *keptSet(b);
        object["pruning_took_part"] = {{"a", inA.tookPart}, {"b", inB.tookPart}};
        object["kept_by"] = {{"a", keptByKey(inA.by)}, {"b", keptByKey(inB.by)}};
        object["kept_patches"]
            = {{"both", kept->both}, {"only_a", kept->onlyA}, {"only_b", kept->onlyB}, {"jaccard", kept->jaccard}};
    }
    if (obstacle == MapObstacle::None && a.pruning && b.pruning)
        object["scores"] = {{"importance", mapJson(a.pruning->importance, b.pruning->importance)},
                            {"relevance", mapJson(a.pruning->relevance, b.pruning->relevance)},
                            {"combined", mapJson(a.pruning->combined, b.pruning->combined)}};
    return object;
}

} // namespace qmop
