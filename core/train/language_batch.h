// SPDX-License-Identifier: GPL-3.0-or-later
//
// Questions and answers of one step as token sequences.
#pragma once

#include "core/train/vision_batch.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qmop::train {

enum class Packing : std::uint8_t {
    PerPicture, // all questions of a picture behind one another, in one sequence
    PerQuestion // one sequence per question: where visual tokens depend on it
};

// Text rows of which it is known what they should attend to; see lookups.h.
struct LookRows {
    at::Tensor rows; // [G] int64, of the flattened [S * T] text rows
    at::Tensor columns; // [G, 1 + N + T] bool: begin token, patches, text of the same sequence
};

// S sequences of T text tokens that stand behind the visual tokens, Q questions.
struct LanguageBatch {
    at::Tensor pixels; // [P, 3, S, S] float32
    at::Tensor patchClass; // [P, N] int64; undefined where pictures have no labels
    at::Tensor picture; // [S] int64: the sequence's picture
    at::Tensor ids; // [S, T] int64, padded behind
    at::Tensor offsets; // [S, T] int64: place within the question, where text positions restart
    at::Tensor group; // [S, T] int64: number of the question in its sequence, -1 for padding
    // Where answers are learnt: rows of the flattened [S * T] hidden states, the
    // token that follows each (the answer's, then end of sequence), its question.
    at::Tensor answerRows; // [K] int64
    at::Tensor answers; // [K] int64
    at::Tensor answerQuestion; // [K] int64, 0 ... Q - 1
    std::optional<VisionBatch> labels; // of the pictures, where visual tokens learn to keep them
    LookRows wordLooks, nameLooks, answerLooks, tallyLooks; // of scenes, PerPicture only
    std::vector<std::optional<Dimension>> dimensions; // [Q]; none: of one's own data that does not say
    std::vector<std::string> types; // [Q] question types; may be empty texts
    TextRows questions; // [Q, L] for the text tower; PerQuestion only
    at::Tensor gumbel; // [Q, 3] float32 standard Gumbel noise; PerQuestion only
};

// How often a question type is drawn, against one of weight 1.
using TypeWeights = std::map<std::string, double>;

// (share of the type among the pictures' questions)^-rarity, so that 0.5 asks rare types more often and 1 all alike.
TypeWeights typeWeights(const std::vector<scenes::Scene> &pictures, double rarity);

// At most `questions` of each picture, drawn without repetition (all of them, in
// order, for 0), by weight where there are weights. A pure function of its arguments. In a group
// `first` is the first picture's place in the step.
LanguageBatch makeLanguageBatch(const DataSource &source, const std::vector<scenes::Scene> &pictures, int questions,
                                Packing packing, std::uint64_t random, const TypeWeights &weights = {}, int first = 0);

// Which row may attend which column when `prefix` rows (begin token, visual
// tokens) stand before the text: nothing behind itself, all of the prefix, and
// of the text only its own question. [S, 1, prefix + T, prefix + T] bool
at::Tensor blockMask(const at::Tensor &group, std::int64_t prefix);

// Positions for the same rows: 0 ... prefix - 1, then prefix + offset. [S, prefix + T] int64
at::Tensor blockPositions(const at::Tensor &offsets, std::int64_t prefix);

} // namespace qmop::train
