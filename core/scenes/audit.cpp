// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/audit.h"

#include "core/scenes/catalogue.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace qmop::scenes {

namespace {

// What one split showed.
struct Seen {
    std::set<std::uint64_t> seeds;
    std::set<std::pair<std::string, int>> phrasings;
    std::set<std::string> texts;
    std::set<std::pair<int, int>> pairs;
    std::map<std::string, std::map<std::string, int>> answers; // by type
};

Seen look(const Generator &generator, Split split, int n)
{
    Seen seen;
    for (int i = 0; i < n; ++i) {
        const std::uint64_t seed = seedAt(std::uint64_t(i), split);
        const Scene scene = generator.make(seed, split, 128);
        seen.seeds.insert(seed);
        for (const SceneObject &a : scene.objects)
            for (const SceneObject &b : scene.objects)
                if (isObject(a.classIndex) && isObject(b.classIndex) && a.classIndex < b.classIndex)
                    seen.pairs.emplace(a.classIndex, b.classIndex);
        for (const Question &q : scene.questions) {
            seen.phrasings.emplace(q.type, q.phrasing);
            seen.texts.insert(q.text);
            ++seen.answers[q.type][q.answer];
        }
    }
    return seen;
}

template<typename T> int shared(const std::set<T> &a, const std::set<T> &b)
{
    return int(std::count_if(a.begin(), a.end(), [&](const T &value) { return b.contains(value); }));
}

using Counts = std::map<std::string, int>; // by answer

Counts::const_iterator mostFrequent(const Counts &counts)
{
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto &a, const auto &b) { return a.second < b.second; });
}

void addBalances(const Seen &here, const Seen &other, Split split, std::vector<AnswerBalance> &balances)
{
    for (const auto &[type, counts] : here.answers) {
        AnswerBalance balance;
        balance.type = type;
        balance.split = split;
        balance.answers = int(counts.size());
        for (const auto &[answer, count] : counts)
            balance.questions += count;
        balance.largestShare = double(mostFrequent(counts)->second) / balance.questions;
        if (const auto elsewhere = other.answers.find(type); elsewhere != other.answers.end()) {
            balance.majority = mostFrequent(elsewhere->second)->first;
            if (const auto found = counts.find(balance.majority); found != counts.end())
                balance.majorityAccuracy = double(found->second) / balance.questions;
        }
        balance.limit = balance.answers <= 2 ? 0.55 : 1.2 / balance.answers;
        balance.allowance = 3 * std::sqrt(balance.limit * (1 - balance.limit) / balance.questions);
        balances.push_back(balance);
    }
}

// Eleven quantiles, in pixels at 128 px.
std::vector<double> quantiles(std::vector<int> units)
{
    std::vector<double> values;
    if (units.empty())
        return values;
    std::sort(units.begin(), units.end());
    for (std::size_t k = 0; k <= 10; ++k)
        values.push_back(double(units[(units.size() - 1) * k / 10]) * 128 / unitsPerSide);
    return values;
}

} // namespace

bool Audit::passed() const
{
    return sharedSeeds == 0 && sharedPhrasings == 0 && sharedTexts == 0 && sharedPairs == 0
        && std::all_of(balances.begin(), balances.end(), [](const AnswerBalance &b) { return b.withinLimit(); });
}

Audit auditScenes(const Generator &generator, int n)
{
    const Seen train = look(generator, Split::Train, n);
    const Seen heldOut = look(generator, Split::HeldOut, n);
    Audit audit;
    audit.scenesPerSplit = n;
    audit.sharedSeeds = shared(train.seeds, heldOut.seeds);
    audit.sharedPhrasings = shared(train.phrasings, heldOut.phrasings);
    audit.sharedTexts = shared(train.texts, heldOut.texts);
    audit.sharedPairs = shared(train.pairs, heldOut.pairs);
    audit.trainPairs = int(train.pairs.size());
    audit.heldOutPairs = int(heldOut.pairs.size());
    addBalances(train, heldOut, Split::Train, audit.balances);
    addBalances(heldOut, train, Split::HeldOut, audit.balances);
    return audit;
}

SceneStats statsOfScenes(const Generator &generator, Split split, int n)
{
    SceneStats stats;
    stats.scenes = n;
    std::vector<int> objects, shapes, glyphs;
    std::int64_t questions = 0, labelled = 0;
    for (int i = 0; i < n; ++i) {
        const Scene scene = generator.make(seedAt(std::uint64_t(i), split), split, 128);
        std::size_t count = 0;
        for (const SceneObject &part : scene.objects) {
            ++stats.classes[classNames()[std::size_t(part.classIndex)]];
            count += isObject(part.classIndex) ? 1 : 0;
            if (isShape(part.classIndex))
                shapes.push_back(std::max(part.width, part.height));
            else if (part.classIndex != signClass)
                objects.push_back(std::max(part.width, part.height));
        }
        if (!scene.signText.empty())
            glyphs.push_back(scene.signGlyphHeight);
        stats.objectsPerPicture.resize(std::max(stats.objectsPerPicture.size(), count + 1));
        ++stats.objectsPerPicture[count];
        for (const Question &q : scene.questions) {
            ++stats.questionTypes[q.type];
            ++stats.dimensions[std::string(dimensionKey(q.dimension))];
        }
        questions += std::int64_t(scene.questions.size());
        labelled += std::count_if(scene.patchClass.begin(), scene.patchClass.end(), [](auto c) { return c != 0; });
    }
    stats.objectSizes = quantiles(std::move(objects));
    stats.shapeSizes = quantiles(std::move(shapes));
    stats.signGlyphHeights = quantiles(std::move(glyphs));
    stats.questionsPerPicture = double(questions) / n;
    stats.labelledPatches = double(labelled) / n / labelCount;
    return stats;
}

} // namespace qmop::scenes
