// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/sequences.h"

#include "core/pipeline/prompt.h"
#include "core/train/random.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace qmop::train {

std::vector<int> askedIds(const TrainingModel &model, const std::string &question)
{
    const PromptIds prompt = makePrompt(*model.tokenizer, model.config.prompt, model.config.decoder.bosToken, question);
    std::vector<int> ids = prompt.question;
    ids.insert(ids.end(), prompt.after.begin(), prompt.after.end());
    return ids;
}

void appendText(Sequence &sequence, const TrainingModel &model, const std::vector<int> &asked,
                const std::vector<int> &answer, std::int64_t offset, std::int64_t group, std::int64_t index)
{
    std::vector<int> ids = asked;
    ids.insert(ids.end(), answer.begin(), answer.end());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i + 1 >= asked.size()) {
            const int next = i + 1 < ids.size() ? ids[i + 1] : model.config.decoder.eosToken;
            sequence.answers.push_back({std::int64_t(sequence.rows.size()), next, index});
        }
        sequence.rows.push_back({ids[i], offset + std::int64_t(i), group});
    }
}

at::Tensor indexTensor(const std::vector<std::int64_t> &values)
{
    at::Tensor tensor = at::empty({std::int64_t(values.size())}, at::kLong);
    std::copy(values.begin(), values.end(), tensor.data_ptr<std::int64_t>());
    return tensor;
}

void fillSequences(LanguageBatch &batch, const std::vector<Sequence> &sequences)
{
    std::size_t length = 1;
    for (const Sequence &sequence : sequences)
        length = std::max(length, sequence.rows.size());
    const std::size_t count = sequences.size() * length;
    std::vector<std::int64_t> ids(count, 0), offsets(count, 0), group(count, -1), rows, answers, questions;
    for (std::size_t s = 0; s < sequences.size(); ++s) {
        for (std::size_t i = 0; i < sequences[s].rows.size(); ++i) {
            const SequenceRow &row = sequences[s].rows[i];
            ids[s * length + i] = row.id;
            offsets[s * length + i] = row.offset;
            group[s * length + i] = row.group;
        }
        for (const Sequence::Answer &answer : sequences[s].answers) {
            rows.push_back(std::int64_t(s * length) + answer.row);
            answers.push_back(answer.next);
            questions.push_back(answer.question);
        }
    }
    const std::vector<std::int64_t> shape{std::int64_t(sequences.size()), std::int64_t(length)};
    batch.ids = indexTensor(ids).view(shape);
    batch.offsets = indexTensor(offsets).view(shape);
    batch.group = indexTensor(group).view(shape);
    batch.answerRows = indexTensor(rows);
    batch.answers = indexTensor(answers);
    batch.answerQuestion = indexTensor(questions);
}

void drawGumbel(std::vector<float> &noise, StepRandom &random)
{
    for (std::size_t branch = 0; branch < branchCount; ++branch)
        noise.push_back(float(-std::log(-std::log(random.unit()))));
}

void fillRouterInputs(LanguageBatch &batch, const TrainingModel &model, const std::vector<std::string> &questions,
                      const std::vector<float> &noise)
{
    batch.questions = toTextRows(model, questions);
    batch.gumbel = at::empty({std::int64_t(questions.size()), std::int64_t(branchCount)}, at::kFloat);
    std::copy_n(noise.begin(), batch.gumbel.numel(), batch.gumbel.data_ptr<float>());
}

} // namespace qmop::train
