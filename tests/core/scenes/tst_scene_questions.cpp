// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/scene.h"

#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace qmop;
using namespace qmop::scenes;

namespace {

const Generator &generator()
{
    static const Generator made(std::filesystem::path(QMOP_SOURCE_DIR) / "resources/scenes");
    return made;
}

// Written here once more, independent of the catalogue.
const std::map<std::string, std::set<std::string>> &members()
{
    static const std::map<std::string, std::set<std::string>> all{
        {"animal",
         {"cat", "dog", "horse", "frog", "lion", "panda", "penguin", "fish", "octopus", "butterfly", "turtle", "owl",
          "shark", "crocodile"}},
        {"food",
         {"apple", "banana", "pineapple", "strawberry", "pizza", "burger", "cake", "cookie", "carrot", "egg", "pear",
          "lemon", "donut", "watermelon"}},
        {"vehicle", {"car", "bus", "bicycle", "airplane", "boat", "train", "rocket"}},
        {"instrument", {"guitar", "drum", "trumpet", "violin", "piano", "saxophone", "accordion"}},
        {"tool", {"hammer", "scissors", "wrench", "saw", "knife", "axe", "screwdriver"}},
        {"plant", {"sunflower", "tree", "cactus", "mushroom", "rose", "tulip", "clover"}},
        {"toy", {"football", "basketball", "kite", "teddy", "puzzle", "balloon", "yoyo"}},
        {"sharp", {"scissors", "saw", "knife", "axe", "cactus"}},
        {"biting", {"shark", "crocodile", "octopus"}},
        {"traffic", {"car", "bus", "bicycle", "train"}},
    };
    return all;
}

const std::vector<std::string> numbers{"zero", "one", "two", "three", "four", "five", "six"};

// The scene as its labels and parts tell it.
struct Recount {
    explicit Recount(const Scene &scene)
        : scene(scene)
    {
        for (const SceneObject &part : scene.objects) {
            const std::string &name = classNames()[std::size_t(part.classIndex)];
            parts[name].push_back(part);
            if (part.classIndex <= 70)
                ++total;
        }
    }

    const SceneObject &only(int classIndex) const
    {
        const auto &found = parts.at(classNames()[std::size_t(classIndex)]);
        if (found.size() != 1)
            throw std::runtime_error("not alone");
        return found.front();
    }
    int count(const std::string &name) const
    {
        const auto found = parts.find(name);
        return found == parts.end() ? 0 : int(found->second.size());
    }
    bool hasAny(const std::set<std::string> &names) const
    {
        return std::any_of(names.begin(), names.end(), [this](const auto &n) { return count(n) > 0; });
    }
    // The one member that is there, or "".
    std::string onlyOf(const std::string &group) const
    {
        std::string found;
        for (const std::string &name : members().at(group))
            if (count(name) > 0) {
                if (!found.empty())
                    return {};
                found = name;
            }
        return found;
    }
    static std::string corner(const SceneObject &part)
    {
        return std::string(part.centreY() < unitsPerSide / 2 ? "top " : "bottom ")
            + (part.centreX() < unitsPerSide / 2 ? "left" : "right");
    }

    const Scene &scene;
    std::map<std::string, std::vector<SceneObject>> parts;
    int total = 0;
};

std::string yesNo(bool yes)
{
    return yes ? "yes" : "no";
}

std::string cornerObject(const Question &q, const Recount &r)
{
    std::set<std::string> there;
    for (const auto &[name, parts] : r.parts)
        for (const SceneObject &part : parts)
            if (part.classIndex <= 70 && q.text.find(Recount::corner(part)) != std::string::npos)
                there.insert(name);
    return there.size() == 1 ? *there.begin() : "ambiguous";
}

std::string category(const Question &q, const Recount &r)
{
    for (const char *name : {"animal", "food", "vehicle", "instrument", "tool", "plant", "toy"})
        if (q.text.find(name) != std::string::npos)
            return yesNo(r.hasAny(members().at(name)));
    return "which category?";
}

std::string sign(const Recount &r)
{
    return r.count("sign") == 1 ? r.scene.signText : "no sign";
}

using Solver = std::function<std::string(const Question &, const Recount &)>;

std::map<std::string, Solver> solvers()
{
    const auto name = [](const Question &q, std::size_t i = 0) { return classNames()[std::size_t(q.objects.at(i))]; };
    std::map<std::string, Solver> all;
    all["place"] = [](auto &, auto &r) { return placeNames()[std::size_t(r.scene.place)]; };
    all["day"] = [](auto &, auto &r) { return std::string(r.scene.night ? "night" : "day"); };
    all["weather"] = [](auto &, auto &r) { return weatherNames()[std::size_t(r.scene.weather)]; };
    all["style"] = [](auto &, auto &r) { return styleNames()[std::size_t(r.scene.style)]; };
    all["count"] = [=](auto &q, auto &r) { return numbers.at(std::size_t(r.count(name(q)))); };
    all["total"] = [](auto &, auto &r) { return numbers.at(std::size_t(r.total)); };
    all["left-right"] = [](auto &q, auto &r) {
        return std::string(r.only(q.objects[0]).centreX() < r.only(q.objects[1]).centreX() ? "left" : "right");
    };
    all["above-below"] = [](auto &q, auto &r) {
        return std::string(r.only(q.objects[0]).centreY() < r.only(q.objects[1]).centreY() ? "above" : "below");
    };
    all["corner"] = [](auto &q, auto &r) { return Recount::corner(r.only(q.objects[0])); };
    all["corner-object"] = cornerObject;
    all["category"] = category;
    all["safe-barefoot"] = [](auto &, auto &r) { return yesNo(!r.hasAny(members().at("sharp"))); };
    all["safe-swim"] = [](auto &, auto &r) { return yesNo(!r.hasAny(members().at("biting"))); };
    all["safe-cross"] = [](auto &, auto &r) { return yesNo(!r.hasAny(members().at("traffic"))); };
    const std::map<std::string, std::string> groups{{"eat", "food"},    {"ride", "vehicle"}, {"music", "instrument"},
                                                    {"tool", "tool"},   {"grow", "plant"},   {"play", "toy"},
                                                    {"alive", "animal"}};
    for (const auto &[type, group] : groups)
        all[type] = [group = group](auto &, auto &r) { return r.onlyOf(group); };
    all["feeling"] = [=](auto &q, auto &r) {
        return r.count(name(q)) == 1 ? name(q).substr(0, name(q).find(' ')) : std::string("no face");
    };
    all["sign"] = [](auto &, auto &r) { return sign(r); };
    all["sign-present"] = [](auto &, auto &r) { return yesNo(r.count("sign") > 0); };
    all["small-present"] = [=](auto &q, auto &r) { return yesNo(r.count(name(q)) > 0); };
    all["present"] = all["small-present"];
    all["colour"] = [](auto &q, auto &r) { return colourNames()[std::size_t(r.only(q.objects[0]).colour)]; };
    return all;
}

std::vector<std::string> wordsOf(const std::string &text)
{
    std::vector<std::string> words;
    std::string word;
    for (const char c : text + " ") {
        if (std::isalnum(static_cast<unsigned char>(c))) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(word);
            word.clear();
        }
    }
    return words;
}

} // namespace

class TestSceneQuestions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void answersAreRight_data();
    void answersAreRight();
    void coloursAreSeen();
    void textsAreShort();
    void phrasingsBelongToTheSplit();
    void heldOutWordsAreKnown();
    void everyTypeOccurs();
    void corpusHoldsTheTexts();
};

void TestSceneQuestions::answersAreRight_data()
{
    QTest::addColumn<bool>("heldOut");
    QTest::newRow("training") << false;
    QTest::newRow("held out") << true;
}

void TestSceneQuestions::answersAreRight()
{
    QFETCH(bool, heldOut);
    const auto solve = solvers();
    int questions = 0;
    for (std::uint64_t n = 0; n < 1200; ++n) {
        const Scene scene = generator().make(n, heldOut ? Split::HeldOut : Split::Train, 128);
        const Recount recount(scene);
        for (const Question &q : scene.questions) {
            const std::string expected = solve.at(q.type)(q, recount);
            QVERIFY2(
                q.answer == expected,
                qPrintable(
                    QString("seed %1: %2 %3, not %4").arg(n).arg(q.text.c_str(), q.answer.c_str(), expected.c_str())));
            for (const int c : q.objects) {
                // "scissors" may stand for its plural and "knives" for "knife": the first letters do.
                const std::string &full = classNames().at(std::size_t(c));
                if (q.type != "feeling" && q.type != "sign" && q.type != "corner-object" && q.answer != full)
                    QVERIFY2(q.text.find(full.substr(0, 3)) != std::string::npos, q.text.c_str());
            }
            ++questions;
        }
        // Every label is of a part that is there.
        for (const std::uint8_t label : scene.patchClass)
            if (label)
                QVERIFY(recount.count(classNames()[label]) > 0);
    }
    QVERIFY(questions > 10000);
}

// The colour of a small shape, read from the picture.
void TestSceneQuestions::coloursAreSeen()
{
    const std::map<std::string, std::array<int, 3>> seen{
        {"red", {222, 32, 38}},     {"yellow", {250, 210, 20}}, {"green", {34, 158, 58}},   {"blue", {32, 88, 220}},
        {"purple", {132, 48, 176}}, {"pink", {250, 140, 190}},  {"white", {255, 255, 255}}, {"black", {20, 20, 22}}};
    int checked = 0;
    for (std::uint64_t n = 0; n < 200; ++n) {
        const Scene scene = generator().make(n, Split::Train, 512);
        if (scene.style != 0)
            continue;
        for (const SceneObject &part : scene.objects) {
            if (part.colour < 0 || classNames()[std::size_t(part.classIndex)] == "small ring")
                continue; // a ring has nothing in its middle
            const std::uint8_t *rgb = scene.image.at(part.centreX() / 16, part.centreY() / 16);
            const auto &expected = seen.at(colourNames()[std::size_t(part.colour)]);
            for (int c = 0; c < 3; ++c)
                QCOMPARE(int(rgb[c]), expected[std::size_t(c)]);
            ++checked;
        }
    }
    QVERIFY(checked > 50);
}

void TestSceneQuestions::textsAreShort()
{
    for (std::uint64_t n = 0; n < 500; ++n)
        for (const Question &q : generator().make(n, n % 2 ? Split::Train : Split::HeldOut, 128).questions) {
            QVERIFY2(wordsOf(q.text).size() <= 15, q.text.c_str());
            QVERIFY2(q.text.size() <= 90, q.text.c_str());
            QVERIFY2(!q.answer.empty() && wordsOf(q.answer).size() <= 3, q.answer.c_str());
            QVERIFY2(q.text.find_first_of("{}") == std::string::npos, q.text.c_str());
            QVERIFY(
                std::none_of(q.text.begin(), q.text.end(), [](unsigned char c) { return std::isupper(c) || c > 126; }));
        }
}

void TestSceneQuestions::phrasingsBelongToTheSplit()
{
    std::map<std::string, QuestionType> types;
    for (const QuestionType &type : questionTypes()) {
        QVERIFY(type.trainPhrasings >= 4);
        QVERIFY(type.heldOutPhrasings >= 1);
        QVERIFY(types.emplace(type.name, type).second);
    }
    for (std::uint64_t n = 0; n < 400; ++n)
        for (const Split split : {Split::Train, Split::HeldOut})
            for (const Question &q : generator().make(n, split, 128).questions) {
                const QuestionType &type = types.at(q.type);
                QCOMPARE(q.dimension, type.dimension);
                const int first = split == Split::Train ? 0 : type.trainPhrasings;
                const int count = split == Split::Train ? type.trainPhrasings : type.heldOutPhrasings;
                QVERIFY(q.phrasing >= first && q.phrasing < first + count);
            }
}

void TestSceneQuestions::heldOutWordsAreKnown()
{
    std::set<std::string> known;
    for (const std::string &line : corpus())
        for (const std::string &word : wordsOf(line))
            known.insert(word);
    for (std::uint64_t n = 0; n < 3000; ++n)
        for (const Question &q : generator().make(n, Split::HeldOut, 128).questions)
            for (const std::string &word : wordsOf(q.text + " " + q.answer))
                QVERIFY2(known.contains(word), word.c_str());
}

void TestSceneQuestions::everyTypeOccurs()
{
    std::set<std::string> seen;
    for (std::uint64_t n = 0; n < 600; ++n)
        for (const Question &q : generator().make(n, Split::HeldOut, 128).questions)
            seen.insert(q.type);
    for (const QuestionType &type : questionTypes())
        QVERIFY2(seen.contains(type.name), type.name.c_str());
    QCOMPARE(seen.size(), questionTypes().size());
}

void TestSceneQuestions::corpusHoldsTheTexts()
{
    const std::vector<std::string> lines = corpus();
    QVERIFY(lines.size() >= 20000);
    QVERIFY(lines == corpus());
    const std::set<std::string> all(lines.begin(), lines.end());
    int missing = 0, pairs = 0;
    for (std::uint64_t n = 0; n < 300; ++n)
        for (const Question &q : generator().make(n, Split::Train, 128).questions) {
            QVERIFY2(all.contains(q.answer), q.answer.c_str());
            if (q.type == "left-right" || q.type == "above-below") {
                ++pairs; // not every pair of names is listed
                continue;
            }
            missing += !all.contains(q.text);
        }
    QCOMPARE(missing, 0);
    QVERIFY(pairs > 0);
    // No held-out wording may reach the tokenizer's training.
    for (std::uint64_t n = 0; n < 300; ++n)
        for (const Question &q : generator().make(n, Split::HeldOut, 128).questions)
            QVERIFY2(!all.contains(q.text), q.text.c_str());
}

QTEST_APPLESS_MAIN(TestSceneQuestions)
#include "tst_scene_questions.moc"
