// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/request_checks.h"

#include "core/pipeline/prompt.h"
#include "models/compressors/compressor.h"
#include "qmop/error.h"

namespace qmop {
namespace {

void require(bool holds, const std::string &what, const std::string &hint)
{
    if (!holds)
        throw Error(ErrorCode::InvalidArgument, what, hint);
}

void checkCounterfactuals(const RunRequest &request)
{
    const Overrides &overrides = request.overrides;
    checkOverrides(overrides);
    require(overrides.empty() || needsQmop(request.compressor),
            "this compressor has no branches, weights or scores to change",
            "choose the compressor qmop, pool, resample or prune");
    require(!branchFromKey(request.compressor)
                || (!overrides.force && !overrides.alpha && overrides.off == PerBranch<bool>{}),
            "this compressor is one branch already: there are no weights to change", "choose the compressor qmop");
    if (!request.search)
        return;
    require(request.search->rounds >= 1, "a search needs a round", "ask for 1 or more");
    require(request.search->target || request.withUncompressed, "the search has no answer to look for",
            "give one, or ask for the uncompressed answer too");
}

} // namespace

void checkRequest(const RunRequest &request)
{
    checkQuestion(request.question);
    needsQmop(request.compressor); // throws for a name that is none
    checkCounterfactuals(request);
    require(request.decode.maxNewTokens >= 1, "an answer needs at least one token", "ask for 1 token or more");
    require(request.decode.topK >= 0, "the number of alternatives per token is negative", "ask for 0 or more");
    require(request.fusionThreshold >= 0 && request.fusionThreshold <= 1, "the fusion threshold lies outside 0 ... 1",
            "choose a threshold from 0 to 1");
    require(!request.image.bytes.empty() || !request.image.path.empty(), "no picture was given", "open a picture");
}

void checkPatches(const Overrides &overrides, int patches)
{
    for (const std::vector<int> *list : {&overrides.keep, &overrides.drop})
        for (int patch : *list)
            require(patch >= 0 && patch < patches, "there is no patch " + std::to_string(patch),
                    "patches are numbered from 0 to " + std::to_string(patches - 1) + " in raster order");
    const int kept = overrides.keepCount.value_or(1);
    require(kept <= patches, std::to_string(kept) + " patches cannot be kept of " + std::to_string(patches),
            "keep at most all of them");
}

} // namespace qmop
