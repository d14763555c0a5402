// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/counterfactual_json.h"

#include "qmop/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace qmop {
namespace {

using json = nlohmann::ordered_json;

constexpr int maxRounds = 1 << 20;

std::vector<int> readPatches(const Fields &fields, const char *key, int patches)
{
    return fields.has(key) ? fields.integers(key, 0, patches - 1) : std::vector<int>();
}

} // namespace

json number(float value)
{
    if (!std::isfinite(value))
        return nullptr;
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    double shortest = 0;
    std::from_chars(text, end, shortest);
    return shortest;
}

json numbers(std::span<const float> values)
{
    json list = json::array();
    for (float value : values)
        list.push_back(number(value));
    return list;
}

json overridesJson(const Overrides &overrides)
{
    json object = json::object();
    if (overrides.force)
        object["force"] = branchKey(*overrides.force);
    if (overrides.alpha)
        for (Branch branch : allBranches)
            object["alpha"][std::string(branchKey(branch))] = (*overrides.alpha)[branch];
    for (Branch branch : allBranches)
        if (overrides.off[branch])
            object["off"].push_back(branchKey(branch));
    if (overrides.lambda)
        object["lambda"] = *overrides.lambda;
    if (overrides.eta)
        object["eta"] = *overrides.eta;
    if (overrides.keepCount)
        object["keep_count"] = *overrides.keepCount;
    if (!overrides.keep.empty())
        object["keep"] = overrides.keep;
    if (!overrides.drop.empty())
        object["drop"] = overrides.drop;
    return object;
}

json targetJson(const ScoreTarget &target, const TextWriter &text)
{
    return {{"answer", text(target.text)}, {"tokens", target.tokens}, {"with_end", target.withEnd}};
}

json searchRequestJson(const PatchSearch &search, const TextWriter &text)
{
    json object = json::object();
    object["rounds"] = search.rounds;
    if (search.target)
        object["target"] = targetJson(*search.target, text);
    return object;
}

json scoreJson(const AnswerScore &score, const TextWriter &text)
{
    json tokens = json::array();
    for (const ScoredToken &token : score.tokens)
        tokens.push_back({{"id", token.id}, {"text", text(token.text)}, {"log_probability", token.logProbability}});
    return {{"answer", text(score.text)},
            {"with_end", score.withEnd},
            {"text_suffices", score.textSuffices},
            {"log_probability", score.logProbability},
            {"tokens", tokens}};
}

json searchJson(const SearchTrace &search, const TextWriter &text)
{
    json rounds = json::array();
    for (const SearchRound &round : search.rounds)
        rounds.push_back({{"patch", round.patch},
                          {"replaced", round.replaced < 0 ? json() : json(round.replaced)},
                          {"gain", round.gain},
                          {"log_probability", round.logProbability},
                          {"answer", text(round.answer)},
                          {"reaches_target", round.reachesTarget}});
    return {{"target", scoreJson(search.target, text)},
            {"rounds", rounds},
            {"gains", numbers(search.gains)}, // null: not tried
            {"tried", search.tried},
            {"complete", search.complete}};
}

Overrides readOverrides(const Fields &fields, int patches)
{
    Overrides overrides;
    if (fields.has("force")) {
        overrides.force = branchFromKey(fields.text("force"));
        if (!overrides.force)
            fields.refuse("force");
    }
    if (fields.has("alpha")) {
        const Fields alpha = fields.object("alpha");
        overrides.alpha.emplace();
        for (Branch branch : allBranches)
            (*overrides.alpha)[branch] = alpha.real(std::string(branchKey(branch)).c_str());
    }
    if (fields.has("off"))
        for (const std::string &key : fields.texts("off")) {
            const auto branch = branchFromKey(key);
            if (!branch)
                fields.refuse("off");
            overrides.off[*branch] = true;
        }
    if (fields.has("lambda"))
        overrides.lambda = fields.real("lambda");
    if (fields.has("eta"))
        overrides.eta = fields.real("eta");
    if (fields.has("keep_count"))
        overrides.keepCount = fields.integer("keep_count", 1);
    overrides.keep = readPatches(fields, "keep", patches);
    overrides.drop = readPatches(fields, "drop", patches);
    try {
        checkOverrides(overrides);
    } catch (const Error &) {
        fields.refuse("overrides"); // nobody could have asked for that
    }
    return overrides;
}

ScoreTarget readTarget(const Fields &fields)
{
    return {fields.text("answer"), fields.integers("tokens", 0, INT_MAX), fields.boolean("with_end")};
}

PatchSearch readSearchRequest(const Fields &fields)
{
    PatchSearch search;
    search.rounds = fields.integer("rounds", 1, maxRounds);
    if (fields.has("target"))
        search.target = readTarget(fields.object("target"));
    return search;
}

AnswerScore readScore(const Fields &fields)
{
    AnswerScore score;
    score.text = fields.text("answer");
    score.withEnd = fields.boolean("with_end");
    score.textSuffices = fields.boolean("text_suffices");
    score.logProbability = fields.real("log_probability");
    for (const Fields &token : fields.objects("tokens"))
        score.tokens.push_back({token.integer("id", 0), token.text("text"), token.real("log_probability")});
    return score;
}

SearchTrace readSearch(const Fields &fields, int patches)
{
    SearchTrace search;
    search.target = readScore(fields.object("target"));
    for (const Fields &round : fields.objects("rounds"))
        search.rounds.push_back({round.integer("patch", 0, patches - 1),
                                 round.isNull("replaced") ? -1 : round.integer("replaced", 0, patches - 1),
                                 round.real("log_probability"), round.real("gain"), round.text("answer"),
                                 round.boolean("reaches_target")});
    for (double gain : fields.reals("gains"))
        search.gains.push_back(float(gain));
    if (int(search.gains.size()) != patches)
        fields.refuse("gains");
    search.tried = fields.integer("tried", 0);
    search.complete = fields.boolean("complete");
    return search;
}

} // namespace qmop
