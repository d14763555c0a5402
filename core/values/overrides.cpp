// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/overrides.h"

#include "qmop/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace qmop {
namespace {

void require(bool holds, const std::string &what, const char *hint)
{
    if (!holds)
        throw Error(ErrorCode::InvalidArgument, what, hint);
}

// The shortest text that reads back to the same double.
std::string exactText(double value)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string shortText(double value)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 2).ptr};
}

std::string joined(const std::vector<int> &patches)
{
    std::string text;
    for (int patch : patches)
        text += (text.empty() ? "" : ",") + std::to_string(patch);
    return text;
}

const char *letterOf(Branch branch)
{
    constexpr const char *letters[] = {"P", "R", "K"};
    return letters[std::size_t(branch)];
}

std::vector<std::uint8_t> marked(const std::vector<int> &patches, std::size_t count)
{
    std::vector<std::uint8_t> flags(count, 0);
    for (int patch : patches) {
        require(patch >= 0 && std::size_t(patch) < count, "there is no patch " + std::to_string(patch),
                "patches are numbered from 0 in raster order");
        flags[std::size_t(patch)] = 1;
    }
    return flags;
}

std::size_t wantedCount(std::span<const float> ranked, int budget, const Overrides &overrides)
{
    if (overrides.keepCount)
        return std::size_t(*overrides.keepCount);
    if (!overrides.eta)
        return std::size_t(budget);
    return std::size_t(
        std::count_if(ranked.begin(), ranked.end(), [&](float score) { return double(score) >= *overrides.eta; }));
}

} // namespace

void checkOverrides(const Overrides &overrides)
{
    require(!overrides.force || !overrides.alpha, "a forced branch leaves no choice of routing weights",
            "give one of the two");
    require(!overrides.force || !overrides.off[*overrides.force], "the forced branch is switched off",
            "switch it on, or force another one");
    double sum = 0;
    for (Branch branch : allBranches) {
        const double weight = overrides.alpha ? (*overrides.alpha)[branch] : 1;
        require(std::isfinite(weight) && weight >= 0, "a routing weight is negative or no number",
                "give three weights from 0 upwards");
        sum += overrides.off[branch] ? 0 : weight;
    }
    require(sum > 0 && std::isfinite(sum), "no branch is left to make the visual tokens",
            "leave one branch on, with a weight above 0");
    require(!overrides.lambda || (*overrides.lambda >= 0 && *overrides.lambda <= 1), "lambda lies outside 0 ... 1",
            "choose a share of importance from 0 to 1");
    require(!overrides.eta || (*overrides.eta >= 0 && *overrides.eta <= 1), "eta lies outside 0 ... 1",
            "choose a combined score from 0 to 1");
    require(!overrides.eta || !overrides.keepCount, "eta and a number of patches were both given",
            "give one of the two");
    require(!overrides.keepCount || *overrides.keepCount >= 1, "pruning must keep a patch", "keep 1 or more");
    for (int patch : overrides.keep)
        require(std::find(overrides.drop.begin(), overrides.drop.end(), patch) == overrides.drop.end(),
                "patch " + std::to_string(patch) + " is forced both in and out", "force it one way");
}

std::vector<float> combinedScores(std::span<const float> importance, std::span<const float> relevance, double lambda)
{
    // Factors and products are rounded to float32 one by one, as the tensors are.
    const float ofImportance = float(lambda);
    const float ofRelevance = float(1.0 - lambda);
    std::vector<float> combined(std::min(importance.size(), relevance.size()));
    for (std::size_t i = 0; i < combined.size(); ++i) {
        const float first = ofImportance * importance[i];
        const float second = ofRelevance * relevance[i];
        combined[i] = first + second;
    }
    return combined;
}

std::vector<int> keptUnder(std::span<const float> combined, std::span<const std::uint8_t> excluded, int budget,
                           const Overrides &overrides)
{
    const std::size_t count = combined.size();
    const std::vector<std::uint8_t> in = marked(overrides.keep, count);
    const std::vector<std::uint8_t> out = marked(overrides.drop, count);
    const bool onlyPadding = std::all_of(excluded.begin(), excluded.end(), [](std::uint8_t flag) { return flag != 0; });
    std::vector<float> ranked(combined.begin(), combined.end());
    for (std::size_t i = 0; i < count && i < excluded.size(); ++i)
        if (excluded[i] != 0 && !onlyPadding)
            ranked[i] = -1;
    std::size_t wanted = wantedCount(ranked, budget, overrides);
    if (overrides.eta) // a threshold names patches, not a number: pins add and remove
        for (std::size_t i = 0; i < count; ++i) {
            const bool reaches = double(ranked[i]) >= *overrides.eta;
            wanted += in[i] && !reaches ? 1 : 0;
            wanted -= out[i] && reaches ? 1 : 0;
        }
    const auto forcedIn = std::size_t(std::count(in.begin(), in.end(), 1));
    const auto available = count - std::size_t(std::count(out.begin(), out.end(), 1));
    require(wanted > 0, "no patch would be kept", "lower eta, or force patches in");
    require(forcedIn <= wanted,
            std::to_string(forcedIn) + " patches are forced in, but only " + std::to_string(wanted) + " are kept",
            "force fewer patches in");
    require(available >= wanted,
            std::to_string(wanted) + " patches are to be kept, but only " + std::to_string(available) + " may be",
            "force fewer patches out");

    std::vector<int> order(count);
    std::iota(order.begin(), order.end(), 0);
    // Forced in first, forced out last, by score between; stable: ties to the lower index.
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        const auto left = std::size_t(a);
        const auto right = std::size_t(b);
        if (in[left] != in[right])
            return in[left] > in[right];
        if (out[left] != out[right])
            return out[left] < out[right];
        return ranked[left] > ranked[right];
    });
    order.resize(wanted);
    std::sort(order.begin(), order.end());
    return order;
}

std::vector<std::string> overrideOptions(const Overrides &overrides)
{
    std::vector<std::string> words;
    const auto add = [&](const char *option, const std::string &value) {
        words.emplace_back(option);
        words.push_back(value);
    };
    if (overrides.force)
        add("--force", std::string(branchKey(*overrides.force)));
    if (overrides.alpha) {
        std::string weights;
        for (Branch branch : allBranches)
            weights += (weights.empty() ? "" : ",") + exactText((*overrides.alpha)[branch]);
        add("--alpha", weights);
    }
    for (Branch branch : allBranches)
        if (overrides.off[branch])
            add("--off", std::string(branchKey(branch)));
    if (overrides.lambda)
        add("--lambda", exactText(*overrides.lambda));
    if (overrides.eta)
        add("--eta", exactText(*overrides.eta));
    if (overrides.keepCount)
        add("--keep-count", std::to_string(*overrides.keepCount));
    if (!overrides.keep.empty())
        add("--keep", joined(overrides.keep));
    if (!overrides.drop.empty())
        add("--drop", joined(overrides.drop));
    return words;
}

std::string overridesText(const Overrides &overrides)
{
    std::string text;
    const auto add = [&](const std::string &part) { text += (text.empty() ? "" : " · ") + part; };
    if (overrides.force)
        add(std::string(letterOf(*overrides.force)) + " forced");
    if (overrides.alpha) {
        std::string weights = "α";
        for (Branch branch : allBranches)
            weights += std::string(" ") + letterOf(branch) + " " + shortText((*overrides.alpha)[branch]);
        add(weights);
    }
    for (Branch branch : allBranches)
        if (overrides.off[branch])
            add(std::string(letterOf(branch)) + " off");
    if (overrides.lambda)
        add("λ " + shortText(*overrides.lambda));
    if (overrides.eta)
        add("η " + shortText(*overrides.eta));
    if (overrides.keepCount)
        add(std::to_string(*overrides.keepCount) + " patches");
    if (!overrides.keep.empty())
        add(std::to_string(overrides.keep.size()) + " in");
    if (!overrides.drop.empty())
        add(std::to_string(overrides.drop.size()) + " out");
    return text;
}

} // namespace qmop
