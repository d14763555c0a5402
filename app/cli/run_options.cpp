// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/run_options.h"

#include "qmop/error.h"
#include "qmop/has_budget.h"
#include "qmop/sweep.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

namespace qmop {

void RunOptions::addTo(CLI::App &command, bool required)
{
    command.add_option("IMAGE", image, "PNG, JPEG, WebP, BMP or TIFF")->required(required);
    command.add_option("QUESTION", questions, "Question in UTF-8; may be repeated")->required(required);
    command
        .add_option("--compressor", compressor,
                    "none: all visual tokens; qmop: the router decides; pool, resample, prune: this branch alone; "
                    "avgpool, cls-prune: the uncompressed model on averaged patches, or on those that "
                    "the class token attends to; blind: no visual tokens")
        ->check(CLI::IsMember(compressorNames))
        ->capture_default_str();
    command.add_option("--budget", budget, "Visual tokens M after compression (default: 64)")
        ->check(CLI::Range(1, 1 << 20));
    command.add_flag("--compare", compare, "Also answer with all visual tokens");
    command.add_flag("--json", json, "Print JSON, as is done in any case");
    common.addTo(command);
    scored.addTo(command, "--score", "whose log-probability is printed, and its change by the options below");
    changes.addTo(command);
}

RunRequest RunOptions::request(const std::string &question, std::uint64_t id) const
{
    RunRequest request = common.request();
    request.id = id;
    request.image.path = image;
    request.question = question;
    request.compressor = compressor;
    if (budget && !hasBudget(compressor))
        throw Error(ErrorCode::InvalidArgument, "--budget has no effect on --compressor " + compressor,
                    compressor == "none" ? "leave it out: none uses all visual tokens"
                                         : "leave it out: blind uses no visual tokens");
    request.budget = budget.value_or(request.budget);
    request.withUncompressed = compare;
    request.overrides = changes.overrides();
    request.score = scored.target();
    return request;
}

} // namespace qmop
