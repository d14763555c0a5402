// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/request_options.h"

#include "app/cli/signature.h"
#include "qmop/error.h"
#include "qmop/resources.h"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

namespace qmop {

void RequestOptions::addTo(CLI::App &command)
{
    signature = signatureOf(command);
    command.add_option("--fusion", fusion, "Which branches of qmop run: the two highest, all above a threshold, all")
        ->check(CLI::IsMember({"top2", "threshold", "soft"}))
        ->capture_default_str();
    command.add_option("--threshold", threshold, "Routing weight that --fusion threshold asks for (default: 0.25)")
        ->check(CLI::Range(0.0, 1.0));
    command.add_option("--model", model, "Checkpoint folder (default: the embedded model)");
    command
        .add_option("--precision", precision,
                    "Numbers that the networks compute in; auto: bfloat16 for large models where the processor is made "
                    "for it, else float32")
        ->check(CLI::IsMember({"auto", "float32", "bfloat16"}))
        ->capture_default_str();
    command.add_option("--max-tokens", maxTokens, "Longest answer in tokens")
        ->check(CLI::Range(1, 4096))
        ->capture_default_str();
    command.add_option("--threads", threads, "Threads for the networks (default: chosen from the machine)")
        ->check(CLI::Range(1, 1024));
    command.add_flag("--progress", progress, "Report progress when standard error is no terminal, too");
}

EngineConfig RequestOptions::engineConfig() const
{
    EngineConfig config;
    config.defaultModel = model.empty() ? defaultModelDir() : std::filesystem::path(model);
    config.threads = threads;
    return config;
}

RunRequest RequestOptions::request() const
{
    RunRequest request;
    request.fusion = *fusionFromKey(fusion);
    if (threshold && request.fusion != FusionMode::Threshold)
        throw Error(ErrorCode::InvalidArgument, "--threshold has no effect on --fusion " + fusion,
                    "add --fusion threshold, or leave it out");
    request.fusionThreshold = threshold.value_or(request.fusionThreshold);
    request.precision = *precisionFromKey(precision);
    request.decode.maxNewTokens = maxTokens;
    return request;
}

} // namespace qmop
