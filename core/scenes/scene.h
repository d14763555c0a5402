// SPDX-License-Identifier: GPL-3.0-or-later
//
// Deterministic pictures with dense labels and questions in five dimensions:
// what the embedded model is trained and examined on.
//
// A scene is a pure function of (seed, split, size): integer arithmetic only,
// so the same bytes on every processor. The split shares nothing between
// training and examination: seeds, phrasings and pairs of object classes are
// disjoint (see audit.h).
#pragma once

#include "qmop/image_u8.h"
#include "qmop/suite.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace qmop::scenes {

enum class Split : std::uint8_t { Train, HeldOut };

// Labels lie on the patch grid of the embedded model (128 px, patches of 8 px),
// whatever the size of the drawing.
inline constexpr int labelColumns = 16;
inline constexpr int labelCount = labelColumns * labelColumns;

// Positions and lengths of a scene are in units of 1/8192 of the picture's side.
inline constexpr int unitsPerSide = 8192;

struct Question {
    std::string type; // "count", "where", ...: see questionTypes()
    Dimension dimension = Dimension::GU;
    std::string text; // lower case, at most 15 words
    std::string answer; // one to three words, lower case
    int phrasing = 0; // index of the wording within its type; the splits' ranges are disjoint
    std::vector<int> objects; // classes (as in patchClass) that the question names
};

// What lies in the picture, in drawing order (later ones cover earlier ones).
struct SceneObject {
    int classIndex = 0; // as in patchClass
    int colour = -1; // small shapes: index into colourNames(); others: -1
    int x = 0, y = 0; // upper left corner of the drawn part, in units
    int width = 0, height = 0; // in units
    bool mirrored = false;

    int centreX() const { return x + width / 2; }
    int centreY() const { return y + height / 2; }
};

// What is drawn and asked beside the ordinary scene of a seed; for training only.
struct SceneVariant {
    // A page for learning to read: several signs with random characters, few
    // other parts. Its questions speak of "the sign" and are not to be asked.
    bool reading = false;
    int rounds = 1; // of questions: the same picture asked again, with other draws and wordings; 1 ... 64

    bool operator==(const SceneVariant &) const = default;
};

struct Scene {
    ImageU8 image; // [size, size, 3]
    std::vector<std::uint8_t> patchClass; // [16 * 16] 0 background, else index into classNames()
    std::vector<std::uint8_t>
        patchPart; // [16 * 16] 0 background, else 1 + index into objects: whose class patchClass names
    std::vector<std::uint8_t> patchCharacter; // [16 * 16] 0 none, else index into characterNames()
    int place = 0; // index into placeNames()
    int style = 0; // index into styleNames()
    int weather = 0; // index into weatherNames(); drawn outdoors only
    bool night = false;
    std::vector<SceneObject> objects; // objects, small shapes, face, sign
    std::string signText; // empty: no sign
    int signGlyphHeight = 0; // of the capital letters, in units (64 units = 1 px at 128 px)
    std::vector<Question> questions;
};

// Names behind the indices. [0] of classNames() is "background" and of
// characterNames() is "" (no character).
// Classes: background, objects, faces ("happy face"), "sign", small shapes ("small star").
const std::vector<std::string> &classNames();
const std::vector<std::string> &characterNames(); // "", "a" ... "z", "0" ... "9"
const std::vector<std::string> &placeNames();
const std::vector<std::string> &styleNames(); // [0] is "plain"
const std::vector<std::string> &weatherNames();
const std::vector<std::string> &colourNames();

struct QuestionType {
    std::string name;
    Dimension dimension = Dimension::GU;
    int trainPhrasings = 0; // phrasings 0 ... trainPhrasings - 1 are used in training only
    int heldOutPhrasings = 0; // the following ones in examination only
};
const std::vector<QuestionType> &questionTypes();

// 0 ... 6: pairs of classes of the same group are kept for examination, pairs
// of different groups for training. -1 for faces, sign and small shapes, which
// may stand beside anything.
int pairingGroup(int classIndex);

// Whether the hash of a seed assigns it to the split (one seed in eight is held out).
bool seedBelongsTo(std::uint64_t seed, Split split);
// The n-th seed of a split: counting through them never meets the other split's.
std::uint64_t seedAt(std::uint64_t n, Split split);

class Atlas;

class Generator {
public:
    // `atlasFolder` holds sprites.png, glyphs.png and atlas.txt. Throws
    // Error{InvalidArgument} naming the file that is missing or damaged.
    explicit Generator(const std::filesystem::path &atlasFolder);
    ~Generator();
    Generator(Generator &&) noexcept;
    Generator &operator=(Generator &&) noexcept;

    // A pure function of its arguments; may be called from several threads.
    // `size`: side of the picture in pixels, a multiple of 128 up to 1024.
    // A seed of the other split is moved into this one by hashing, so any seed
    // may be given. The first round of questions and, unless it is a reading
    // page, the picture do not depend on `variant`. Throws
    // Error{InvalidArgument} for another size or number of rounds.
    Scene make(std::uint64_t seed, Split split, int size, const SceneVariant &variant = {}) const;

private:
    std::unique_ptr<const Atlas> m_atlas;
};

// Every kind of text that a scene of the training split can hold: questions in
// all training phrasings with all names, answers, single names, letters and
// digits, in a fixed order. For training the tokenizer; about 25,000 lines.
std::vector<std::string> corpus();

} // namespace qmop::scenes
