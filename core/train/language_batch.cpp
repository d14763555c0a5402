// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/language_batch.h"

#include "core/pipeline/prompt.h"
#include "core/train/random.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qmop::train {
namespace {

struct Row {
    std::int64_t id, offset, group;
};

// One sequence's text, and where its answers are.
struct Sequence {
    std::vector<Row> rows;
    struct Answer {
        std::int64_t row, next, question;
    };
    std::vector<Answer> answers;
};

void appendQuestion(Sequence &sequence, const TrainingModel &model, const scenes::Question &question,
                    std::int64_t group, std::int64_t index)
{
    const PromptIds prompt
        = makePrompt(*model.tokenizer, model.config.prompt, model.config.decoder.bosToken, question.text);
    std::vector<int> ids = prompt.question;
    ids.insert(ids.end(), prompt.after.begin(), prompt.after.end());
    const std::size_t asked = ids.size();
    const std::vector<int> answer = model.tokenizer->encode(question.answer);
    ids.insert(ids.end(), answer.begin(), answer.end());
    // The end token is only ever a target: nothing follows it.
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i + 1 >= asked) {
            const int next = i + 1 < ids.size() ? ids[i + 1] : model.config.decoder.eosToken;
            sequence.answers.push_back({std::int64_t(sequence.rows.size()), next, index});
        }
        sequence.rows.push_back({ids[i], std::int64_t(i), group});
    }
}

std::vector<int> draw(int available, int wanted, StepRandom &random)
{
    std::vector<int> order(std::size_t(available), 0);
    std::iota(order.begin(), order.end(), 0);
    if (wanted == 0)
        return order;
    for (int i = 0; i < available; ++i)
        std::swap(order[std::size_t(i)], order[std::size_t(i + random.below(available - i))]);
    order.resize(std::size_t(std::min(available, wanted)));
    return order;
}

at::Tensor column(const std::vector<std::int64_t> &values)
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
            const Row &row = sequences[s].rows[i];
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
    batch.ids = column(ids).view(shape);
    batch.offsets = column(offsets).view(shape);
    batch.group = column(group).view(shape);
    batch.answerRows = column(rows);
    batch.answers = column(answers);
    batch.answerQuestion = column(questions);
}

} // namespace

LanguageBatch makeLanguageBatch(const DataSource &source, const std::vector<scenes::Scene> &pictures, int questions,
                                Packing packing, std::uint64_t randomSeed)
{
    StepRandom random(randomSeed, 0x717561, 0);
    LanguageBatch batch;
    std::vector<Sequence> sequences;
    std::vector<std::int64_t> picture;
    std::vector<std::string> texts;
    for (std::size_t p = 0; p < pictures.size(); ++p) {
        const std::vector<int> chosen = draw(int(pictures[p].questions.size()), questions, random);
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const scenes::Question &question = pictures[p].questions[std::size_t(chosen[i])];
            if (i == 0 || packing == Packing::PerQuestion) {
                sequences.emplace_back();
                picture.push_back(std::int64_t(p));
            }
            const std::int64_t group = packing == Packing::PerQuestion ? 0 : std::int64_t(i);
            appendQuestion(sequences.back(), *source.model, question, group, std::int64_t(batch.dimensions.size()));
            batch.dimensions.push_back(question.dimension);
            texts.push_back(question.text);
        }
    }
    batch.pixels = toPixels(source, pictures);
    std::vector<std::int64_t> classes;
    for (const scenes::Scene &scene : pictures)
        classes.insert(classes.end(), scene.patchClass.begin(), scene.patchClass.end());
    batch.patchClass = column(classes).view({std::int64_t(pictures.size()), scenes::labelCount});
    batch.picture = column(picture);
    fillSequences(batch, sequences);
    if (packing == Packing::PerQuestion) {
        batch.questions = toTextRows(*source.model, texts);
        batch.gumbel = at::empty({std::int64_t(texts.size()), std::int64_t(branchCount)}, at::kFloat);
        float *noise = batch.gumbel.data_ptr<float>();
        for (std::int64_t i = 0; i < batch.gumbel.numel(); ++i)
            noise[i] = float(-std::log(-std::log(random.unit())));
    }
    return batch;
}

at::Tensor blockMask(const at::Tensor &group, std::int64_t prefix)
{
    const std::int64_t sequences = group.size(0);
    const std::int64_t length = prefix + group.size(1);
    // -2 stands for the prefix, which everyone may read.
    const at::Tensor all = at::cat({at::full({sequences, prefix}, -2, group.options()), group}, 1);
    const at::Tensor sameOrPrefix
        = all.unsqueeze(1).eq(all.unsqueeze(2)).logical_or(all.unsqueeze(1).eq(-2)); // [S, row, column]
    const at::Tensor places = at::arange(length, group.options());
    const at::Tensor causal = places.unsqueeze(0) <= places.unsqueeze(1);
    return sameOrPrefix.logical_and(causal).unsqueeze(1);
}

at::Tensor blockPositions(const at::Tensor &offsets, std::int64_t prefix)
{
    const at::Tensor before = at::arange(prefix, offsets.options()).unsqueeze(0).expand({offsets.size(0), prefix});
    return at::cat({before, offsets + prefix}, 1);
}

} // namespace qmop::train
