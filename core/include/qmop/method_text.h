// SPDX-License-Identifier: GPL-3.0-or-later
//
// The method of a run as it is named for people, everywhere: in lists, titles, tables,
// captions and messages. Requests and stored headlines stay as they are.
#pragma once

#include "qmop/run_headline.h"
#include "qmop/run_request.h"

#include <string>

namespace qmop {

struct ShownMethod {
    std::string compressor;
    // Visual tokens that were asked for; 0: the compressor has no choice. Pruning alone makes
    // as many as it keeps patches, whatever M the projector behind it was trained for.
    int budget = 0;
    std::string changes; // beside compressor and budget, as "λ 0.30 · search"; may be empty

    // "prune · 7", "none", "qmop · 64 · K forced".
    std::string text() const;
};

// `changes`: as changesText() or overridesText() has them.
ShownMethod shownMethod(const std::string &compressor, int budget, const std::string &changes);
ShownMethod shownMethod(const RunHeadline &run);
ShownMethod shownMethod(const RunRequest &request);

} // namespace qmop
