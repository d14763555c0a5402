// SPDX-License-Identifier: GPL-3.0-or-later
//
// From the user's question to token ids: for the decoder, around the visual
// tokens, and for CLIP's text tower.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/tokenizer/tokenizer.h"

#include <string>
#include <vector>

namespace qmop {

// Throws Error{InvalidQuestion} for a question that is empty, blank or not UTF-8.
void checkQuestion(const std::string &question);

// Ids of a prompt template such as "USER: <image>\n{question} ASSISTANT:". The
// template's special tokens are read as such; a question that spells one out
// ("</s>") means the letters.
struct PromptIds {
    std::vector<int> before; // begin-of-sequence and the text before <image>
    std::vector<int> question; // text after <image>, up to and with the question
    std::vector<int> after; // text behind the question

    int length() const { return int(before.size() + question.size() + after.size()); }
};

PromptIds makePrompt(const Tokenizer &tokenizer, const std::string &promptTemplate, int bosToken,
                     const std::string &question);

// Leaves at most `room` ids by taking some off the question's end. Returns how
// many were cut. Throws Error{InvalidQuestion} where not even the template fits.
int cutPrompt(PromptIds &prompt, int room);

// bos, question, eos for the text tower, at most its context length.
struct TowerIds {
    std::vector<int> ids;
    int cut = 0; // question tokens left out; the end-of-sequence token always stays
};

TowerIds makeTowerIds(const Tokenizer &tokenizer, const TextTowerConfig &config, const std::string &question);

} // namespace qmop
