// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/catalogue.h"

#include <array>
#include <map>
#include <string_view>

namespace qmop::scenes {

namespace {

struct Group {
    Category category;
    // Multiples of seven, so that every pairing group gets the same share.
    std::vector<std::string> names;
};

const std::vector<Group> &groups()
{
    static const std::vector<Group> all{
        {Category::Animal,
         {"cat", "dog", "horse", "frog", "lion", "panda", "penguin", "fish", "octopus", "butterfly", "turtle", "owl",
          "shark", "crocodile"}},
        {Category::Food,
         {"apple", "banana", "pineapple", "strawberry", "pizza", "burger", "cake", "cookie", "carrot", "egg", "pear",
          "lemon", "donut", "watermelon"}},
        {Category::Vehicle, {"car", "bus", "bicycle", "airplane", "boat", "train", "rocket"}},
        {Category::Instrument, {"guitar", "drum", "trumpet", "violin", "piano", "saxophone", "accordion"}},
        {Category::Tool, {"hammer", "scissors", "wrench", "saw", "knife", "axe", "screwdriver"}},
        {Category::Plant, {"sunflower", "tree", "cactus", "mushroom", "rose", "tulip", "clover"}},
        {Category::Toy, {"football", "basketball", "kite", "teddy", "puzzle", "balloon", "yoyo"}},
        {Category::Thing, {"umbrella", "key", "phone", "clock", "camera", "book", "gift"}},
    };
    return all;
}

std::string pluralOf(const std::string &name)
{
    static const std::map<std::string, std::string> irregular{
        {"octopus", "octopuses"}, {"butterfly", "butterflies"}, {"strawberry", "strawberries"},
        {"bus", "buses"},         {"scissors", "scissors"},     {"knife", "knives"},
        {"cactus", "cactuses"},   {"teddy", "teddies"},         {"fish", "fish"},
    };
    if (const auto found = irregular.find(name); found != irregular.end())
        return found->second;
    return name + "s";
}

const std::vector<ObjectClass> &objects()
{
    static const std::vector<ObjectClass> all = [] {
        std::vector<ObjectClass> made;
        for (const Group &group : groups())
            for (const std::string &name : group.names)
                made.push_back({name, pluralOf(name), group.category});
        return made;
    }();
    return all;
}

std::vector<int> indicesOf(const std::vector<std::string> &names)
{
    std::vector<int> found;
    for (const std::string &name : names)
        for (int i = 0; i < objectCount; ++i)
            if (objects()[std::size_t(i)].name == name)
                found.push_back(firstObject + i);
    return found;
}

} // namespace

const ObjectClass &objectClass(int classIndex)
{
    return objects().at(std::size_t(classIndex - firstObject));
}

const std::vector<int> &classesOf(Category category)
{
    static const std::array<std::vector<int>, 8> all = [] {
        std::array<std::vector<int>, 8> made;
        for (int i = 0; i < objectCount; ++i)
            made[std::size_t(objects()[std::size_t(i)].category)].push_back(firstObject + i);
        return made;
    }();
    return all[std::size_t(category)];
}

const std::vector<std::string> &feelingNames()
{
    static const std::vector<std::string> names{"happy",  "sad",  "angry",  "surprised",
                                                "sleepy", "cool", "loving", "scared"};
    return names;
}

const std::vector<std::string> &shapeNames()
{
    static const std::vector<std::string> names{"dot",      "star",   "heart", "diamond",
                                                "triangle", "square", "ring",  "cross"};
    return names;
}

const std::vector<std::string> &signWords()
{
    static const std::vector<std::string> words{
        "ant", "art", "bag", "bat", "bay", "bed", "big", "box", "cap", "cow", "cup", "day", "dry", "ear", "eat", "elf",
        "eye", "fan", "fox", "fun", "gas", "gym", "ham", "hat", "hot", "ice", "ink", "jam", "jet", "joy", "kid", "kit",
        "law", "leg", "lip", "log", "map", "mix", "mud", "net", "new", "nut", "oak", "oil", "one", "pay", "pen", "pie",
        "pub", "red", "run", "shy", "six", "sky", "sun", "tax", "tea", "top", "van", "vet", "way", "win", "yes", "zoo"};
    return words;
}

const std::vector<CategoryName> &namedCategories()
{
    static const std::vector<CategoryName> all{
        {Category::Animal, "an animal", "animals"},
        {Category::Food, "some food", "foods"},
        {Category::Vehicle, "a vehicle", "vehicles"},
        {Category::Instrument, "an instrument", "instruments"},
        {Category::Tool, "a tool", "tools"},
        {Category::Plant, "a plant", "plants"},
        {Category::Toy, "a toy", "toys"},
    };
    return all;
}

const std::vector<int> &dangersOf(Activity activity)
{
    static const std::vector<int> sharp = indicesOf({"scissors", "saw", "knife", "axe", "cactus"});
    static const std::vector<int> biting = indicesOf({"shark", "crocodile", "octopus"});
    static const std::vector<int> traffic = indicesOf({"car", "bus", "bicycle", "train"});
    switch (activity) {
    case Activity::WalkBarefoot:
        return sharp;
    case Activity::Swim:
        return biting;
    case Activity::CrossStreet:
        break;
    }
    return traffic;
}

std::string withArticle(const std::string &noun)
{
    static constexpr std::string_view vowels = "aeiou";
    if (noun == "scissors")
        return noun;
    return (vowels.find(noun.front()) != std::string_view::npos ? "an " : "a ") + noun;
}

std::string numberWord(int number)
{
    static const std::vector<std::string> words{"zero",  "one",   "two",  "three", "four",   "five",  "six",
                                                "seven", "eight", "nine", "ten",   "eleven", "twelve"};
    return words.at(std::size_t(number));
}

const std::vector<std::string> &classNames()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made{"background"};
        for (const ObjectClass &object : objects())
            made.push_back(object.name);
        for (const std::string &feeling : feelingNames())
            made.push_back(feeling + " face");
        made.push_back("sign");
        for (const std::string &shape : shapeNames())
            made.push_back("small " + shape);
        return made;
    }();
    return names;
}

const std::vector<std::string> &characterNames()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made{""};
        for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789"))
            made.emplace_back(1, c);
        return made;
    }();
    return names;
}

const std::vector<std::string> &placeNames()
{
    static const std::vector<std::string> names{"beach",    "forest", "city",  "desert",
                                                "mountain", "room",   "field", "sea"};
    return names;
}

const std::vector<std::string> &styleNames()
{
    static const std::vector<std::string> names{"plain", "sketch", "sepia", "pixel", "blur", "negative"};
    return names;
}

const std::vector<std::string> &weatherNames()
{
    static const std::vector<std::string> names{"clear", "rainy", "snowy", "cloudy"};
    return names;
}

const std::vector<std::string> &colourNames()
{
    static const std::vector<std::string> names{"red", "yellow", "green", "blue", "purple", "pink", "white", "black"};
    return names;
}

int pairingGroup(int classIndex)
{
    if (!isObject(classIndex))
        return -1;
    // Dealt out within each category, so that every group has of everything.
    const Category category = objectClass(classIndex).category;
    const int position = classIndex - classesOf(category).front();
    return (position * 3 + int(category) * 2) % pairingGroups;
}

} // namespace qmop::scenes
