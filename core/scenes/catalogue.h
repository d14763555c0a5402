// SPDX-License-Identifier: GPL-3.0-or-later
//
// What can be in a scene: 70 object classes in eight categories, 8 faces, a
// sign, 8 small shapes; and which of them may be dangerous when.
#pragma once

#include "core/scenes/scene.h"

#include <string>
#include <vector>

namespace qmop::scenes {

enum class Category : std::uint8_t { Animal, Food, Vehicle, Instrument, Tool, Plant, Toy, Thing };

struct ObjectClass {
    std::string name;
    std::string plural;
    Category category = Category::Thing;
};

// Class indices, as in Scene::patchClass.
inline constexpr int objectCount = 70;
inline constexpr int firstObject = 1;
inline constexpr int faceCount = 8;
inline constexpr int firstFace = firstObject + objectCount;
inline constexpr int signClass = firstFace + faceCount;
inline constexpr int shapeCount = 8;
inline constexpr int firstShape = signClass + 1;
inline constexpr int classCount = firstShape + shapeCount;
inline constexpr int pairingGroups = 7;

constexpr bool isObject(int classIndex)
{
    return classIndex >= firstObject && classIndex < firstFace;
}
constexpr bool isFace(int classIndex)
{
    return classIndex >= firstFace && classIndex < signClass;
}
constexpr bool isShape(int classIndex)
{
    return classIndex >= firstShape && classIndex < classCount;
}

const ObjectClass &objectClass(int classIndex); // of an object
const std::vector<int> &classesOf(Category category);
const std::vector<std::string> &feelingNames(); // [8] "happy", ...
const std::vector<std::string> &shapeNames(); // [8] "dot", "star", ...
const std::vector<std::string> &signWords(); // three-letter words

// Categories that "is there ...?" asks for, with their names: "an animal", ...
struct CategoryName {
    Category category;
    std::string withArticle;
    std::string plural;
};
const std::vector<CategoryName> &namedCategories();

// A rule of the scenes' little world: doing this is unsafe where one of these is.
enum class Activity : std::uint8_t { WalkBarefoot, Swim, CrossStreet };
const std::vector<int> &dangersOf(Activity activity);

// Indices of placeNames() that rules speak of.
enum Place : int { Beach, Forest, City, Desert, Mountain, Room, Field, Sea };
enum Weather : int { Clear, Rainy, Snowy, Cloudy };
enum Style : int { Plain, Sketch, Sepia, Pixel, Blur, Negative };

std::string withArticle(const std::string &noun); // "a cat", "an apple"
std::string numberWord(int number); // 0 ... 12

} // namespace qmop::scenes
