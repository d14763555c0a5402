// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/claims.h"

#include "core/scenes/scene.h"
#include "core/train/held_out_score.h"
#include "qmop/error.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <numeric>
#include <optional>
#include <set>

namespace qmop::train {
namespace {

constexpr double widestHalf = 1.5; // points
constexpr double points = 100;

double meanOf(const std::vector<double> &values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / double(std::max<std::size_t>(1, values.size()));
}

// "pool-s2" -> "pool".
std::string withoutSeed(const std::string &variant)
{
    const std::size_t at = variant.rfind("-s");
    const bool numbered = at != std::string::npos && at + 2 < variant.size()
        && variant.find_first_not_of("0123456789", at + 2) == std::string::npos;
    return numbered ? variant.substr(0, at) : variant;
}

std::vector<double> chosen(const std::vector<double> &scores, const std::vector<Dimension> &dimensions,
                           std::optional<Dimension> dimension)
{
    std::vector<double> result;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (!dimension || dimensions[i] == *dimension)
            result.push_back(scores[i]);
    return result;
}

// `variant` against the best of `others` that are there; none where either is missing.
std::optional<Claim> against(const std::string &text, const VariantScores &scores,
                             const std::vector<Dimension> &dimensions, std::optional<Dimension> dimension,
                             const std::string &variant, const std::set<std::string> &others, bool keeps)
{
    const auto own = scores.find(variant);
    std::vector<double> best;
    for (const std::string &other : others)
        if (const auto found = scores.find(other); found != scores.end()) {
            std::vector<double> values = chosen(found->second, dimensions, dimension);
            if (best.empty() || meanOf(values) > meanOf(best))
                best = std::move(values);
        }
    if (own == scores.end() || best.empty())
        return std::nullopt;
    const std::vector<double> mine = chosen(own->second, dimensions, dimension);
    // Of the same questions: what both find hard cancels out.
    std::vector<double> differences(mine.size());
    std::transform(mine.begin(), mine.end(), best.begin(), differences.begin(), std::minus<>());
    const Interval interval = bootstrapMean(differences);
    Claim claim{text, points * (meanOf(mine) - meanOf(best)), {points * interval.low, points * interval.high}};
    const bool wide = (claim.interval.high - claim.interval.low) / 2 > widestHalf;
    if (keeps ? claim.interval.low >= 0 : claim.interval.low > 0)
        claim.verdict = Verdict::Holds;
    else if (claim.interval.high < 0)
        claim.verdict = Verdict::DoesNotHold;
    else
        claim.verdict = wide ? Verdict::Undecided : keeps ? Verdict::Holds : Verdict::DoesNotHold;
    return claim;
}

const char *verdictText(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Holds:
        return "holds";
    case Verdict::DoesNotHold:
        return "does not hold";
    case Verdict::Undecided:
        break;
    }
    return "undecided";
}

} // namespace

VariantScores readVariantScores(const Recipe &recipe, const std::filesystem::path &log, int budget)
{
    std::map<std::string, std::string> variants{{"base", "none"}}; // by the name that the log gives
    for (const StageRecipe &stage : recipe.stages)
        if (stage.kind == StageKind::Stage2 && budgetOf(recipe, stage) == budget)
            variants[stageName(stage)] = stage.variant.empty() ? "qmop" : stage.variant;
    std::map<std::string, std::vector<bool>> hits;
    std::ifstream stream(log);
    for (std::string line; std::getline(stream, line);) {
        const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
        const auto textAt = [](const nlohmann::json &object, const char *key) {
            const auto value = object.find(key);
            return value != object.end() && value->is_string() ? value->get<std::string>() : std::string();
        };
        if (!json.is_object() || !json.contains("evaluation") || !json["evaluation"].is_object())
            continue;
        const auto found = variants.find(textAt(json, "stage"));
        if (found != variants.end())
            hits[found->second] = hitsFromText(textAt(json["evaluation"], "hits"));
        if (found != variants.end() && hits[found->second].empty())
            throw Error(ErrorCode::InvalidArgument,
                        log.string() + ": the evaluation of " + found->second
                            + " does not say which questions were right; an earlier version wrote it",
                        "test the claims on a run of resources/recipes/ablation.json");
    }
    VariantScores scores;
    std::map<std::string, int> seeds;
    for (const auto &[variant, right] : hits) {
        std::vector<double> &sum = scores[withoutSeed(variant)];
        if (!sum.empty() && sum.size() != right.size())
            throw Error(ErrorCode::InvalidArgument, log.string() + ": " + variant + " was asked other questions",
                        "give all stages the same evaluate_pictures");
        sum.resize(right.size(), 0.0);
        ++seeds[withoutSeed(variant)];
        for (std::size_t i = 0; i < right.size(); ++i)
            sum[i] += right[i] ? 1 : 0;
    }
    for (auto &[variant, sum] : scores)
        for (double &value : sum)
            value /= seeds[variant];
    if (scores.empty() || (scores.size() == 1 && scores.contains("none")))
        throw Error(ErrorCode::InvalidArgument,
                    log.string() + " holds no evaluation of stage2 for " + std::to_string(budget) + " tokens",
                    "train the recipe's stages first");
    return scores;
}

std::vector<Dimension> heldOutDimensions(const std::filesystem::path &atlas, int pictures)
{
    const scenes::Generator generator(atlas);
    std::vector<Dimension> dimensions;
    for (int i = 0; i < pictures; ++i) {
        const std::uint64_t seed = scenes::seedAt(std::uint64_t(i), scenes::Split::HeldOut);
        for (const scenes::Question &question : generator.make(seed, scenes::Split::HeldOut, 128).questions)
            dimensions.push_back(question.dimension);
    }
    return dimensions;
}

std::vector<Claim> testClaims(const VariantScores &scores, const std::vector<Dimension> &dimensions)
{
    for (const auto &[variant, values] : scores)
        if (values.size() != dimensions.size())
            throw Error(ErrorCode::InvalidArgument,
                        variant + " was asked " + std::to_string(values.size()) + " questions, not the recipe's "
                            + std::to_string(dimensions.size()),
                        "name the recipe that this log was trained from");
    struct Lead {
        const char *text;
        Dimension dimension;
        const char *variant;
    };
    const std::vector<Lead> leads{{"pooling leads on GU", Dimension::GU, "pool"},
                                  {"pooling leads on SC", Dimension::SC, "pool"},
                                  {"pruning leads on LD", Dimension::LD, "prune"},
                                  {"resampler leads on SE", Dimension::SE, "resample"},
                                  {"resampler leads on RC", Dimension::RC, "resample"}};
    std::vector<Claim> claims;
    const auto add = [&](const std::optional<Claim> &claim) {
        if (claim)
            claims.push_back(*claim);
    };
    for (const Lead &lead : leads) {
        std::set<std::string> others{"pool", "resample", "prune"};
        others.erase(lead.variant);
        add(against(lead.text, scores, dimensions, lead.dimension, lead.variant, others, false));
    }
    std::set<std::string> mixtures;
    for (const auto &[variant, values] : scores)
        if (variant != "qmop" && variant != "none")
            mixtures.insert(variant);
    add(against("the router beats every mixture without one", scores, dimensions, {}, "qmop", mixtures, false));
    add(against("QMoP keeps the uncompressed score", scores, dimensions, {}, "qmop", {"none"}, true));
    return claims;
}

std::string claimsText(const VariantScores &scores, const std::vector<Dimension> &dimensions)
{
    char line[200];
    std::string text;
    std::snprintf(line, sizeof line, "%-22s %6s %6s %6s %6s %6s %8s\n", "variant", "GU", "SC", "RC", "SE", "LD", "all");
    text += line;
    for (const auto &[variant, values] : scores) {
        std::snprintf(line, sizeof line, "%-22s", variant.c_str());
        text += line;
        for (const Dimension dimension : allDimensions) {
            std::snprintf(line, sizeof line, " %6.1f", points * meanOf(chosen(values, dimensions, dimension)));
            text += line;
        }
        std::snprintf(line, sizeof line, " %8.1f\n", points * meanOf(values));
        text += line;
    }
    text += "\n";
    for (const Claim &claim : testClaims(scores, dimensions)) {
        std::snprintf(line, sizeof line, "%-44s %-14s %+.1f points (%+.1f to %+.1f)\n", claim.text.c_str(),
                      verdictText(claim.verdict), claim.difference, claim.interval.low, claim.interval.high);
        text += line;
    }
    return text;
}

} // namespace qmop::train
