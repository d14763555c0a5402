// SPDX-License-Identifier: GPL-3.0-or-later
//
// Accuracy per dimension by teacher forcing: an answer counts where every token of
// it, and its end, has the highest logit.
#pragma once

#include "core/train/language_batch.h"
#include "qmop/branch.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qmop::train {

// Which questions of the batch are answered. logits: [K, V] at batch.answerRows. [Q]
std::vector<bool> answeredRight(const LanguageBatch &batch, const at::Tensor &logits);

// Mean of alpha [Q, 3] over the batch's questions of each dimension, by its key; those of no dimension under "all".
std::map<std::string, PerBranch<double>> meanAlpha(const LanguageBatch &batch, const at::Tensor &alpha);

// "9:a38": the number of questions, then one bit each in hexadecimal, the first one highest. And back;
// empty where the text is damaged.
std::string hitsText(const std::vector<bool> &right);
std::vector<bool> hitsFromText(const std::string &text);

class HeldOutScore {
public:
    // `alpha` [Q, 3]: undefined where no router is.
    void add(const LanguageBatch &batch, const std::vector<bool> &right, const at::Tensor &alpha);

    // {"GU": percent, ..., "average": of the five, "types": {"count": percent, ...},
    // "hits": hitsText() of all questions in order, "alpha": {"GU": [pool, resample, prune], ...}}.
    // Where questions have no dimension: no dimensions, "average" over all questions, alpha under "all".
    nlohmann::json json() const;

private:
    struct Count {
        std::int64_t right = 0, all = 0;
        PerBranch<double> alpha; // sum
    };
    std::map<std::string, Count> m_dimensions; // by key, or "all"
    std::map<std::string, Count> m_types;
    std::vector<bool> m_hits;
    bool m_routed = false;
};

} // namespace qmop::train
