// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/override_options.h"

#include "qmop/error.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <algorithm>

namespace qmop {

namespace {

const std::vector<std::string> branchNames{"pool", "resample", "prune"};
constexpr const char *group = "Change the run";

std::vector<int> sorted(std::vector<int> patches)
{
    std::sort(patches.begin(), patches.end());
    patches.erase(std::unique(patches.begin(), patches.end()), patches.end());
    return patches;
}

}

void OverrideOptions::addTo(CLI::App &command)
{
    command.add_option("--force", force, "This branch alone makes the visual tokens")
        ->check(CLI::IsMember(branchNames))
        ->group(group);
    command.add_option("--alpha", alpha, "Weights of pool, resample and prune in the fusion, e.g. 0.2,0.3,0.5")
        ->delimiter(',')
        ->expected(3)
        ->group(group);
    command.add_option("--off", off, "Branches that stay out of the tokens, separated by commas")
        ->delimiter(',')
        ->check(CLI::IsMember(branchNames))
        ->group(group);
    command.add_option("--lambda", lambda, "Share of importance in the pruning score, 0 to 1")->group(group);
    command.add_option("--eta", eta, "Keep all patches whose combined score reaches this (pruning alone)")
        ->group(group);
    command.add_option("--keep-count", keepCount, "Keep so many patches (pruning alone, unless it is the budget)")
        ->group(group);
    command.add_option("--keep", keep, "Patches that pruning keeps in any case, separated by commas")
        ->delimiter(',')
        ->type_name("PATCH")
        ->group(group);
    command.add_option("--drop", drop, "Patches that pruning drops in any case, separated by commas")
        ->delimiter(',')
        ->type_name("PATCH")
        ->group(group);
}

Overrides OverrideOptions::overrides() const
{
    Overrides overrides;
    overrides.force = branchFromKey(force);
    if (!alpha.empty()) {
        overrides.alpha.emplace();
        std::copy_n(alpha.begin(), branchCount, overrides.alpha->values.begin());
    }
    for (const std::string &name : off)
        overrides.off[*branchFromKey(name)] = true;
    overrides.lambda = lambda;
    overrides.eta = eta;
    overrides.keepCount = keepCount;
    overrides.keep = sorted(keep);
    overrides.drop = sorted(drop);
    return overrides;
}

void TargetOptions::addTo(CLI::App &command, const std::string &prefix, const std::string &what)
{
    this->prefix = prefix;
    command.add_option(prefix + "-answer", text, "Answer " + what);
    command.add_option(prefix + "-tokens", tokens, "The same by token ids, where tokenising the text gives others")
        ->delimiter(',');
    command.add_flag(prefix + "-open", open, "That answer goes on: its end-of-sequence token does not count");
}

std::optional<ScoreTarget> TargetOptions::target() const
{
    if (!text && tokens.empty() && open)
        throw Error(ErrorCode::InvalidArgument, prefix + "-open: there is no answer that goes on",
                    "give it with " + prefix + "-answer or " + prefix + "-tokens");
    if (!text && tokens.empty())
        return std::nullopt;
    return ScoreTarget{text.value_or(std::string()), tokens, !open};
}

} // namespace qmop
