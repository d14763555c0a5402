// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/lookups.h"

#include "core/scenes/catalogue.h"
#include "core/train/precision.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

namespace qmop::train {
namespace {

// Every way a class may stand within a question; the longer one first, which may begin with the other's tokens.
std::vector<std::string> spellingsOf(int classIndex)
{
    std::vector<std::string> spellings;
    if (scenes::isObject(classIndex))
        spellings.push_back(scenes::objectClass(classIndex).plural);
    spellings.push_back(scenes::classNames()[std::size_t(classIndex)]);
    return spellings;
}

// The last token of the class's name in the question; none where it is not named.
std::optional<std::int64_t> namedAt(const Tokenizer &tokenizer, const std::vector<int> &asked, int classIndex)
{
    for (const std::string &spelling : spellingsOf(classIndex)) {
        const std::vector<int> ids = tokenizer.encode(" " + spelling);
        const auto found = std::search(asked.begin(), asked.end(), ids.begin(), ids.end());
        if (found != asked.end())
            return found - asked.begin() + std::ssize(ids) - 1;
    }
    return std::nullopt;
}

// Patches of the classes; none where one lies in the picture and no patch shows it.
std::optional<std::vector<std::uint8_t>> patchesOf(const scenes::Scene &scene, const std::vector<int> &classes)
{
    std::vector<std::uint8_t> patches(scene.patchClass.size(), 0);
    for (const int wanted : classes) {
        bool seen = false;
        for (std::size_t i = 0; i < patches.size(); ++i)
            if (scene.patchClass[i] == wanted) {
                patches[i] = 1;
                seen = true;
            }
        const auto ofClass = [wanted](const scenes::SceneObject &object) { return object.classIndex == wanted; };
        if (!seen && std::any_of(scene.objects.begin(), scene.objects.end(), ofClass))
            return std::nullopt;
    }
    return patches;
}

// Each answer token's characters on the sign.
std::vector<Look> readingLooks(const Tokenizer &tokenizer, const scenes::Scene &scene, std::int64_t first,
                               const std::vector<int> &answer)
{
    std::vector<Look> looks;
    const std::vector<std::string> &names = scenes::characterNames();
    for (std::size_t i = 0; i < answer.size(); ++i) {
        const std::string text = tokenizer.decode(std::vector<int>{answer[i]});
        Look look{first + std::int64_t(i), std::vector<std::uint8_t>(scene.patchCharacter.size(), 0), {}};
        for (std::size_t p = 0; p < look.patches.size(); ++p) {
            const std::string &shown = names[scene.patchCharacter[p]];
            look.patches[p] = !shown.empty() && text.find(shown) != std::string::npos ? 1 : 0;
        }
        if (std::find(look.patches.begin(), look.patches.end(), 1) != look.patches.end())
            looks.push_back(std::move(look));
    }
    return looks;
}

} // namespace

QuestionLooks looksOf(const TrainingModel &model, const scenes::Scene &scene, const scenes::Question &question,
                      const std::vector<int> &asked, const std::vector<int> &answer)
{
    QuestionLooks looks;
    if (question.objects.empty())
        return looks;
    for (const int named : question.objects) {
        const auto row = namedAt(*model.tokenizer, asked, named);
        auto patches = patchesOf(scene, {named});
        if (row && patches)
            looks.words.push_back({*row, std::move(*patches), {}});
    }
    const std::int64_t first = std::ssize(asked) - 1;
    if (!looks.words.empty()) {
        Look names{first, std::vector<std::uint8_t>(scene.patchClass.size(), 0), {}};
        for (const Look &word : looks.words)
            names.texts.push_back(word.row);
        looks.names.push_back(std::move(names));
    }
    if (!scene.signText.empty() && question.answer == scene.signText)
        looks.answers = readingLooks(*model.tokenizer, scene, first, answer);
    else if (auto patches = patchesOf(scene, question.objects))
        looks.answers.push_back({first, std::move(*patches), {}});
    return looks;
}

at::Tensor lookupLoss(const at::Tensor &query, const at::Tensor &key, const at::Tensor &group, const LookRows &looks)
{
    if (!looks.rows.defined() || looks.rows.size(0) == 0)
        return {};
    const AutocastScope plain(at::kFloat); // few rows, and a logarithm of small shares
    const std::int64_t length = query.size(1), text = group.size(1), prefix = length - text;
    const std::int64_t heads = std::max<std::int64_t>(1, query.size(2) / 2);
    const at::Tensor rows = query.narrow(1, prefix, text).narrow(2, 0, heads).transpose(1, 2).to(at::kFloat);
    const at::Tensor columns = key.repeat_interleave(query.size(2) / key.size(1), 1).narrow(1, 0, heads).to(at::kFloat);
    const at::Tensor all = at::matmul(rows, columns.transpose(2, 3)) / std::sqrt(double(query.size(3)));
    const at::Tensor scores = all.transpose(1, 2).flatten(0, 1).index_select(0, looks.rows); // [G, heads, length]

    const at::Tensor flat = group.flatten().index_select(0, looks.rows).unsqueeze(1);
    const at::Tensor sequence = looks.rows.div(text, "floor");
    const at::Tensor own
        = group.index_select(0, sequence)
              .eq(flat)
              .logical_and(at::arange(text, group.options()).unsqueeze(0) <= looks.rows.remainder(text).unsqueeze(1));
    const std::int64_t count = own.size(0);
    const at::Tensor seen = at::cat({at::ones({count, prefix}, own.options()), own}, 1);

    // Between the begin token and the patches there may be text of the prompt.
    const std::int64_t patches = looks.columns.size(1) - text - 1;
    const at::Tensor wanted
        = at::cat({looks.columns.narrow(1, 0, 1), at::zeros({count, prefix - patches - 1}, own.options()),
                   looks.columns.narrow(1, 1, patches + text)},
                  1);

    const double lowest = -std::numeric_limits<double>::infinity();
    const auto level = [&](const at::Tensor &chosen) {
        return at::logsumexp(scores.masked_fill(chosen.logical_not().unsqueeze(1), lowest), {-1});
    };
    return (level(seen) - level(wanted)).mean();
}

} // namespace qmop::train
