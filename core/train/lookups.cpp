// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/lookups.h"

#include "core/scenes/asked_patches.h"
#include "core/scenes/catalogue.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

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

// The last token of a name in the question; none where it does not stand there.
std::optional<std::int64_t> namedAt(const Tokenizer &tokenizer, const std::vector<int> &asked,
                                    const std::vector<std::string> &spellings)
{
    for (const std::string &spelling : spellings) {
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
    for (const int wanted : classes) {
        const auto ofClass = [wanted](const scenes::SceneObject &object) { return object.classIndex == wanted; };
        if (std::ranges::any_of(scene.objects, ofClass)
            && std::ranges::find(scene.patchClass, wanted) == scene.patchClass.end())
            return std::nullopt;
    }
    return scenes::patchesShowing(scene, classes);
}

// What a question names: a class, or, where it names none, all of a kind.
struct Named {
    std::vector<std::string> spellings;
    std::vector<int> classes;
};

std::vector<int> allObjects()
{
    std::vector<int> all(std::size_t(scenes::objectCount));
    std::iota(all.begin(), all.end(), scenes::firstObject);
    return all;
}

std::vector<Named> namedBy(const scenes::Question &question)
{
    std::vector<Named> named;
    for (const int c : question.objects)
        named.push_back({spellingsOf(c), {c}});
    if (!named.empty())
        return named;
    for (const scenes::CategoryName &kind : scenes::namedCategories())
        named.push_back(
            {{kind.plural, kind.withArticle.substr(kind.withArticle.find(' ') + 1)}, scenes::classesOf(kind.category)});
    named.push_back({{"objects", "things"}, allObjects()});
    return named;
}

// One patch of each thing of the classes: the one nearest to its centre.
std::vector<std::uint8_t> centresOf(const scenes::Scene &scene, const std::vector<int> &classes)
{
    constexpr double unitsPerPatch = double(scenes::unitsPerSide) / scenes::labelColumns;
    std::map<int, std::pair<double, std::size_t>> nearest; // by part: distance, patch
    for (std::size_t i = 0; i < scene.patchPart.size(); ++i) {
        if (scene.patchPart[i] == 0 || std::find(classes.begin(), classes.end(), scene.patchClass[i]) == classes.end())
            continue;
        const scenes::SceneObject &object = scene.objects[scene.patchPart[i] - 1u];
        const double right = object.centreX() / unitsPerPatch - (double(i % scenes::labelColumns) + 0.5);
        const double down = object.centreY() / unitsPerPatch - (double(i / scenes::labelColumns) + 0.5);
        const std::pair<double, std::size_t> here{right * right + down * down, i};
        const auto [entry, fresh] = nearest.try_emplace(scene.patchPart[i], here);
        if (!fresh)
            entry->second = std::min(entry->second, here);
    }
    std::vector<std::uint8_t> centres(scene.patchClass.size(), 0);
    for (const auto &[part, place] : nearest)
        centres[place.second] = 1;
    return centres;
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
    const std::int64_t first = std::ssize(asked) - 1;
    Look names{first, std::vector<std::uint8_t>(scene.patchClass.size(), 0), {}};
    std::vector<int> classes = question.objects;
    for (const Named &named : namedBy(question)) {
        const auto row = namedAt(*model.tokenizer, asked, named.spellings);
        auto patches = patchesOf(scene, named.classes);
        if (!row || !patches)
            continue;
        names.texts.push_back(*row);
        looks.words.push_back({*row, std::move(*patches), {}});
        if (question.objects.empty())
            classes.insert(classes.end(), named.classes.begin(), named.classes.end());
    }
    if (!looks.words.empty()) {
        looks.names.push_back(std::move(names));
        looks.tallies.push_back({first, centresOf(scene, classes), {}});
    }
    if (classes.empty())
        return looks;
    if (!scene.signText.empty() && question.answer == scene.signText)
        looks.answers = readingLooks(*model.tokenizer, scene, first, answer);
    else if (auto patches = patchesOf(scene, classes))
        looks.answers.push_back({first, std::move(*patches), {}});
    return looks;
}

} // namespace qmop::train
