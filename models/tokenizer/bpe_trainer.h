// SPDX-License-Identifier: GPL-3.0-or-later
//
// Learns a byte-level BPE vocabulary from text.
#pragma once

#include <span>
#include <string>

namespace qmop {

// The text of a tokenizer.json: special tokens first (ids 0, 1, ...), then all
// 256 bytes, then merges by frequency until vocabSize ids exist or no pair is
// left. Lower-cases everything. Ties go to the pair with the lower ids, as in
// Hugging Face's BpeTrainer, so the result depends on the corpus alone. Every
// text encodes. vocabSize >= 256 + special tokens; the corpus is UTF-8.
std::string trainByteLevelBpe(std::span<const std::string> corpus, int vocabSize,
                              std::span<const std::string> specialTokens);

} // namespace qmop
