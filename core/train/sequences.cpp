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

void appendLooks(Sequence &sequence, const QuestionLooks &looks)
{
    const std::int64_t start = std::ssize(sequence.rows);
    const auto append = [start](std::vector<Look> &all, const std::vector<Look> &more) {
        for (const Look &look : more) {
            all.push_back(look);
            all.back().row += start;
            for (std::int64_t &row : all.back().texts)
                row += start;
        }
    };
    append(sequence.looks.names, looks.names);
    append(sequence.looks.words, looks.words);
    append(sequence.looks.answers, looks.answers);
    append(sequence.looks.tallies, looks.tallies);
}

namespace {

LookRows lookRows(const std::vector<Sequence> &sequences, std::size_t length, std::vector<Look> QuestionLooks::*which)
{
    std::vector<std::int64_t> rows, columns;
    for (std::size_t s = 0; s < sequences.size(); ++s)
        for (const Look &look : sequences[s].looks.*which) {
            rows.push_back(std::int64_t(s * length) + look.row);
            const bool nothing
                = look.texts.empty() && std::find(look.patches.begin(), look.patches.end(), 1) == look.patches.end();
            columns.push_back(nothing ? 1 : 0);
            columns.insert(columns.end(), look.patches.begin(), look.patches.end());
            const std::size_t text = columns.size();
            columns.resize(text + length, 0);
            for (const std::int64_t row : look.texts)
                columns[text + std::size_t(row)] = 1;
        }
    if (rows.empty())
        return {};
    return {indexTensor(rows), indexTensor(columns).view({std::ssize(rows), -1}).to(at::kBool)};
}

} // namespace

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
    batch.wordLooks = lookRows(sequences, length, &QuestionLooks::words);
    batch.nameLooks = lookRows(sequences, length, &QuestionLooks::names);
    batch.tallyLooks = lookRows(sequences, length, &QuestionLooks::tallies);
    batch.answerLooks = lookRows(sequences, length, &QuestionLooks::answers);
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
