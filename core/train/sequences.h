// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text sequences while a batch is put together.
#pragma once

#include "core/train/language_batch.h"
#include "core/train/lookups.h"
#include "core/train/random.h"

#include <cstdint>
#include <string>
#include <vector>

namespace qmop::train {

struct SequenceRow {
    std::int64_t id, offset, group;
};

// One sequence's text, and where its answers are.
struct Sequence {
    std::vector<SequenceRow> rows;
    struct Answer {
        std::int64_t row, next, question;
    };
    std::vector<Answer> answers;
    QuestionLooks looks; // their rows are the sequence's
};

// Ids of a question with the prompt's text around it, as they stand behind the visual tokens.
std::vector<int> askedIds(const TrainingModel &model, const std::string &question);

// Puts asked and answer ids behind the sequence, learning the answer and its end as question `index`.
// `offset`: place of the first id within its question.
void appendText(Sequence &sequence, const TrainingModel &model, const std::vector<int> &asked,
                const std::vector<int> &answer, std::int64_t offset, std::int64_t group, std::int64_t index);

// Puts the looks of the question that is appended next behind the sequence's.
void appendLooks(Sequence &sequence, const QuestionLooks &looks);

// ids, offsets, group, answerRows, answers, answerQuestion, looks of a batch.
void fillSequences(LanguageBatch &batch, const std::vector<Sequence> &sequences);
// One question's standard Gumbel noise, one value per branch.
void drawGumbel(std::vector<float> &noise, StepRandom &random);
// For PerQuestion: the text tower's rows and the router's noise, drawn for as many questions.
void fillRouterInputs(LanguageBatch &batch, const TrainingModel &model, const std::vector<std::string> &questions,
                      const std::vector<float> &noise);

// [n] int64
at::Tensor indexTensor(const std::vector<std::int64_t> &values);

} // namespace qmop::train
