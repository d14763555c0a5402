// SPDX-License-Identifier: GPL-3.0-or-later
//
// Byte-level BPE from a Hugging Face tokenizer.json (GPT-2's scheme, and what
// bpe_trainer.h writes): normalise, split into words, merge byte pairs.
#pragma once

#include "models/tokenizer/added_tokens.h"
#include "models/tokenizer/bpe_model.h"
#include "models/tokenizer/normalizer.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

// Immutable after loading; safe to share between threads.
class Tokenizer {
public:
    // Throws Error{InvalidModel} naming the file: damaged or hostile JSON, or a
    // kind of normaliser, splitter or model other than byte-level BPE.
    static Tokenizer fromFile(const std::filesystem::path &tokenizerJson);
    static Tokenizer fromJson(std::string_view text, const std::string &name);

    // Token ids of a text, without begin or end tokens. Special tokens spelled
    // out in the text are plain text unless `parseSpecial` is set (templates).
    // Throws Error{InvalidQuestion} when the text is not UTF-8.
    std::vector<int> encode(std::string_view text, bool parseSpecial = false) const;

    // Whole text; damaged UTF-8 becomes U+FFFD. Special tokens are left out;
    // ids outside the vocabulary stand for nothing.
    std::string decode(std::span<const int> ids) const;

    // Bytes of one token, possibly a part of a character; empty outside the vocabulary.
    std::string tokenText(int id) const;

    // Highest id + 1.
    int vocabSize() const { return int(m_model.tokens.size()); }

    // Id of an added token such as "<s>".
    std::optional<int> specialToken(std::string_view content) const;

private:
    friend class TokenizerReader;

    void encodeText(std::string_view normalized, std::vector<int> &ids) const;

    BpeModel m_model;
    std::vector<AddedToken> m_added;
    std::vector<NormalizerStep> m_normalizer;
    std::vector<bool> m_isSpecial; // by id
    bool m_prefixSpace = false;
    bool m_splitWords = true;
};

} // namespace qmop
