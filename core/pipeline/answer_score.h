// SPDX-License-Identifier: GPL-3.0-or-later
//
// The log-probability of a given answer (teacher forcing): one set of visual
// tokens at a time, to the bit as decoding computes it, or many at once.
#pragma once

#include "core/pipeline/decode_session.h"
#include "qmop/run_request.h"

#include <functional>
#include <string>
#include <vector>

namespace qmop {

// Ids of a target under one tokenizer.
struct TargetIds {
    std::vector<int> ids; // without end-of-sequence
    std::string text;
    bool withEnd = true;
    bool textSuffices = true; // tokenising `text` gives `ids`

    int steps() const { return int(ids.size()) + (withEnd ? 1 : 0); } // tokens that count
    int fed() const { return steps() - 1; } // the last one is only ever predicted
};

// Throws Error{InvalidArgument} for a target of no tokens or with ids outside the
// vocabulary, Error{InvalidQuestion} for text that is not UTF-8.
TargetIds resolveTarget(const Tokenizer &tokenizer, const ScoreTarget &target);

// Leaves the session rewound. Needs room for target.fed() tokens.
AnswerScore scoreAnswer(DecodeSession &session, const Tokenizer &tokenizer, int endToken, const TargetIds &target);

// Sum of log-probabilities per set of visual tokens [B, M, D], in one pass:
// within about 1e-5 of scoreAnswer. `poll` is asked before each layer.
std::vector<double> scoreBatch(const DecodeJob &job, const at::Tensor &visual, const TargetIds &target,
                               const std::function<void()> &poll);

} // namespace qmop
