// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/language_batch.h"

#include "core/train/lookups.h"
#include "core/train/random.h"
#include "core/train/sequences.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qmop::train {
namespace {

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

// Without repetition, each next one with a chance by its type's weight: the `wanted` smallest of -ln(u) / weight
// (Efraimidis and Spirakis 2006). A type without weight has 1.
std::vector<int> drawByWeight(const std::vector<scenes::Question> &questions, int wanted, const TypeWeights &weights,
                              StepRandom &random)
{
    std::vector<std::pair<double, int>> keys;
    for (const scenes::Question &question : questions) {
        const auto found = weights.find(question.type);
        keys.emplace_back(-std::log(random.unit()) / (found == weights.end() ? 1.0 : found->second), int(keys.size()));
    }
    std::sort(keys.begin(), keys.end());
    std::vector<int> order;
    for (std::size_t i = 0; i < std::min(keys.size(), std::size_t(wanted)); ++i)
        order.push_back(keys[i].second);
    return order;
}

} // namespace

TypeWeights typeWeights(const std::vector<scenes::Scene> &pictures, double rarity)
{
    std::map<std::string, double> counts;
    double all = 0;
    for (const scenes::Scene &picture : pictures)
        for (const scenes::Question &question : picture.questions) {
            counts[question.type] += 1;
            all += 1;
        }
    for (auto &[type, count] : counts)
        count = std::pow(count / all, -rarity);
    return counts;
}

LanguageBatch makeLanguageBatch(const DataSource &source, const std::vector<scenes::Scene> &pictures, int questions,
                                Packing packing, std::uint64_t randomSeed, const TypeWeights &weights, int first)
{
    constexpr std::uint64_t stream = 0x717561;
    StepRandom random(randomSeed, stream, 0);
    LanguageBatch batch;
    std::vector<Sequence> sequences;
    std::vector<std::int64_t> picture;
    std::vector<std::string> texts;
    std::vector<float> noise;
    for (std::size_t p = 0; p < pictures.size(); ++p) {
        if (source.share.group)
            random = StepRandom(randomSeed, stream, std::uint64_t(1 + first) + p);
        const std::vector<scenes::Question> &asked = pictures[p].questions;
        const std::vector<int> chosen = weights.empty() || questions == 0
            ? draw(int(asked.size()), questions, random)
            : drawByWeight(asked, questions, weights, random);
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            const scenes::Question &question = asked[std::size_t(chosen[i])];
            if (i == 0 || packing == Packing::PerQuestion) {
                sequences.emplace_back();
                picture.push_back(std::int64_t(p));
            }
            const std::int64_t group = packing == Packing::PerQuestion ? 0 : std::int64_t(i);
            // The end token is only ever a target: nothing follows it.
            const std::vector<int> asked = askedIds(*source.model, question.text);
            const std::vector<int> answer = source.model->tokenizer->encode(question.answer);
            if (packing == Packing::PerPicture)
                appendLooks(sequences.back(), looksOf(*source.model, pictures[p], question, asked, answer));
            appendText(sequences.back(), *source.model, asked, answer, 0, group, std::int64_t(batch.dimensions.size()));
            batch.dimensions.push_back(question.dimension);
            batch.types.push_back(question.type);
            texts.push_back(question.text);
            if (source.share.group)
                drawGumbel(noise, random);
        }
    }
    batch.pixels = toPixels(source, pictures);
    std::vector<std::int64_t> classes;
    for (const scenes::Scene &scene : pictures)
        classes.insert(classes.end(), scene.patchClass.begin(), scene.patchClass.end());
    batch.patchClass = indexTensor(classes).view({std::int64_t(pictures.size()), scenes::labelCount});
    batch.picture = indexTensor(picture);
    fillSequences(batch, sequences);
    while (noise.size() < texts.size() * branchCount)
        drawGumbel(noise, random);
    if (packing == Packing::PerQuestion)
        fillRouterInputs(batch, *source.model, texts, noise);
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
