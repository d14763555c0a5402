// SPDX-License-Identifier: GPL-3.0-or-later
//
// Losses that draw the decoder's attention to what a question asks for (lookups.h).
#pragma once

#include "core/train/language_batch.h"
#include "core/train/loss_sum.h"

#include <ATen/core/Tensor.h>

#include <array>

namespace qmop::train {

// Mean over looks and the first half of the heads of -ln(share of a row's attention that falls where it should).
// query: [S, prefix + T, heads, d], key: [S, kvHeads, prefix + T, d], both rotated, one layer's; the
// prefix's first row is the begin token, its last N are the patches. group: [S, T] as in LanguageBatch: text rows
// see the prefix and their own question up to themselves. An undefined tensor where there are no looks.
at::Tensor lookupLoss(const at::Tensor &query, const at::Tensor &key, const at::Tensor &group, const LookRows &looks);

// For counting: mean over looks and the third quarter of the heads of the Kullback-Leibler distance from a row's
// attention to the shares 4 / (4 + n) for the begin token and 1 / (4 + n) for each of n columns. What reaches the
// row then tells n: a softmax over the things alone would be the same for one and for six.
at::Tensor tallyLoss(const at::Tensor &query, const at::Tensor &key, const at::Tensor &group, const LookRows &looks);

// All of a step's, collected while its batch is decoded.
class Grounding {
public:
    // For a decoder of so many layers; keeps a reference to the batch.
    Grounding(const LanguageBatch &batch, int layers);

    // An AttentionObserver's part.
    void observe(int layer, const at::Tensor &query, const at::Tensor &key);
    void addTo(LossSum &sum, double weight) const;

private:
    struct Part {
        const char *name;
        int layer;
        const LookRows &looks;
        at::Tensor (*loss)(const at::Tensor &, const at::Tensor &, const at::Tensor &, const LookRows &);
        at::Tensor value;
    };
    const at::Tensor &m_group;
    std::array<Part, 4> m_parts;
};

} // namespace qmop::train
