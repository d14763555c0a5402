// SPDX-License-Identifier: GPL-3.0-or-later
//
// The drawn parts: emoji sprites and glyphs, rendered once by
// resources/scenes/make_atlas.py, with halved copies for small sizes.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace qmop::scenes {

// One resolution of a sprite: premultiplied RGBA, top row first.
struct SpriteLevel {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgba; // [height, width, 4]
};

// Levels from the full size down, each half as wide as the one before.
struct Sprite {
    std::vector<SpriteLevel> levels;

    int width() const { return levels.front().width; }
    int height() const { return levels.front().height; }
};

// A character: coverage only (the colour is chosen when drawing), as a sprite
// whose four channels are equal.
struct Glyph {
    Sprite mask;
    int advance = 0; // atlas pixels to the next character's origin
};

class Atlas {
public:
    static constexpr int fontCount = 2;
    static constexpr int capHeight = 96; // atlas pixels
    static constexpr int glyphLeft = 8; // from the cell's edge to the origin
    static constexpr int glyphTop = 16; // from the cell's edge to the capitals' top

    // Throws Error{InvalidArgument} naming what is missing or damaged.
    explicit Atlas(const std::filesystem::path &folder);

    // Object or face by class index.
    const Sprite &sprite(int classIndex) const;
    const Glyph &glyph(int font, char character) const { return m_glyphs[std::size_t(font)].at(character); }

private:
    std::vector<Sprite> m_sprites; // by class index - 1
    std::array<std::map<char, Glyph>, fontCount> m_glyphs;
};

// Halvings until a side would fall below four pixels.
Sprite withLevels(SpriteLevel full);

} // namespace qmop::scenes
