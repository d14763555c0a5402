// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/method_text.h"

#include "qmop/changes_text.h"
#include "qmop/has_budget.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

namespace qmop {

namespace {

constexpr std::string_view separator = " · ";

std::vector<std::string_view> partsOf(std::string_view changes)
{
    std::vector<std::string_view> parts;
    while (!changes.empty()) {
        const std::size_t end = changes.find(separator);
        parts.push_back(changes.substr(0, end));
        changes.remove_prefix(end == std::string_view::npos ? changes.size() : end + separator.size());
    }
    return parts;
}

// Of "7 patches": a stored run's request is not read for a list.
std::optional<int> keptPatches(std::string_view part)
{
    int count = 0;
    const auto [end, failed] = std::from_chars(part.data(), part.data() + part.size(), count);
    return failed == std::errc() && part.substr(std::size_t(end - part.data())) == " patches" ? std::optional(count)
                                                                                              : std::nullopt;
}

} // namespace

std::string ShownMethod::text() const
{
    std::string text = compressor;
    if (budget > 0)
        text += std::string(separator) + std::to_string(budget);
    return changes.empty() ? text : text + std::string(separator) + changes;
}

ShownMethod shownMethod(const std::string &compressor, int budget, const std::string &changes)
{
    ShownMethod method{compressor, hasBudget(compressor) ? budget : 0, {}};
    const std::vector<std::string_view> parts = partsOf(changes);
    bool prunesAlone = compressor == "prune";
    for (std::string_view part : parts)
        prunesAlone = prunesAlone || (compressor == "qmop" && part == "K forced");
    for (std::string_view part : parts) {
        if (const std::optional<int> kept = keptPatches(part); kept && prunesAlone) {
            method.budget = *kept;
            continue;
        }
        method.changes += (method.changes.empty() ? "" : std::string(separator)) + std::string(part);
    }
    return method;
}

ShownMethod shownMethod(const RunHeadline &run)
{
    return shownMethod(run.compressor, run.budget, run.changes);
}

ShownMethod shownMethod(const RunRequest &request)
{
    return shownMethod(request.compressor, request.budget, changesText(request));
}

} // namespace qmop
