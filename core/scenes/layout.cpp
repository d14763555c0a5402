// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/layout.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace qmop::scenes {

namespace {

constexpr int signPercent = 66;

struct Grid {
    int cells = 4; // per side
    std::vector<bool> used;

    int cellSize() const { return unitsPerSide / cells; }
    bool isUsed(int column, int row) const { return used[std::size_t(row * cells + column)]; }
    void use(int column, int row) { used[std::size_t(row * cells + column)] = true; }
};

// Styles that take details away get larger parts, or questions had no answer.
bool hidesDetails(int style)
{
    return style == Pixel || style == Blur;
}

std::string drawText(Random &random)
{
    // Words and the numbers 10 ... 99, each as likely as any other.
    const int words = int(signWords().size());
    const int choice = random.below(words + 90);
    return choice < words ? signWords()[std::size_t(choice)] : std::to_string(10 + choice - words);
}

int advanceOf(const SignPlan &sign, const Atlas &atlas)
{
    int advance = 0;
    for (const char c : sign.text)
        advance += atlas.glyph(sign.font, c).advance;
    return advance; // atlas pixels
}

void drawColours(Random &random, SignPlan &sign)
{
    static constexpr std::array<Rgb, 4> light{{{255, 255, 255}, {250, 235, 120}, {205, 230, 250}, {215, 240, 205}}};
    static constexpr std::array<Rgb, 4> dark{{{25, 25, 30}, {20, 60, 130}, {20, 95, 55}, {150, 25, 30}}};
    const bool onLight = random.coin();
    sign.board = random.pick(onLight ? light : dark);
    sign.ink = onLight ? dark[std::size_t(random.below(4))] : light[std::size_t(random.below(2))];
}

// The board and its letters for a glyph height, as far as so many columns of a grid allow.
void sizeSign(SignPlan &sign, int wanted, int columns, const Grid &grid, const Atlas &atlas)
{
    const int room = columns * grid.cellSize() - 64;
    const int advance = advanceOf(sign, atlas);
    // The board is 2/5 of the glyph height larger than the text.
    const int widest = room * 5 * Atlas::capHeight / (5 * advance + 2 * Atlas::capHeight);
    const int tallest = (grid.cellSize() - 32) * 5 / 7;
    sign.glyphHeight = std::min({wanted, widest, tallest});
    sign.width = advance * sign.glyphHeight / Atlas::capHeight + sign.glyphHeight * 2 / 5;
    sign.height = sign.glyphHeight * 7 / 5;
}

// Somewhere in `columns` cells from (column, row) on, which it takes.
void putSign(Random &random, SignPlan &sign, int column, int row, int columns, Grid &grid, const Atlas &atlas)
{
    for (int i = 0; i < columns; ++i)
        grid.use(column + i, row);
    sign.x
        = column * grid.cellSize() + 16 + random.between(0, std::max(0, columns * grid.cellSize() - 32 - sign.width));
    sign.y = row * grid.cellSize() + 16 + random.between(0, std::max(0, grid.cellSize() - 32 - sign.height));
    sign.glyphTop = sign.y + sign.glyphHeight / 5;
    int pen = sign.x + sign.glyphHeight / 5;
    for (const char c : sign.text) {
        const int step = atlas.glyph(sign.font, c).advance * sign.glyphHeight / Atlas::capHeight;
        sign.letters.push_back({c, pen, step});
        pen += step;
    }
}

// Half of the signs have capitals of 16 px or more at 128 px (64 units per
// pixel), the others of 7 ... 15 px.
void placeSign(Random &random, Plan &plan, Grid &grid, const Atlas &atlas)
{
    SignPlan &sign = plan.signs.emplace_back();
    sign.text = drawText(random);
    sign.font = random.below(Atlas::fontCount);
    drawColours(random, sign);
    const bool large = random.coin() || hidesDetails(plan.style);
    const int wanted = large ? random.between(16 * 64, 20 * 64) : random.between(7 * 64, 15 * 64);
    const int columns = grid.cells == 4 ? 2 : (large ? 3 : 2);
    sizeSign(sign, wanted, columns, grid, atlas);
    const int column = random.between(0, grid.cells - columns);
    const int row = random.below(grid.cells);
    putSign(random, sign, column, row, columns, grid, atlas);
}

std::string drawCharacters(Random &random)
{
    static const std::string characters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    for (int length = random.between(2, 3); length > 0; --length)
        text += characters[std::size_t(random.below(int(characters.size())))];
    return text;
}

// Longest side of a part, in units.
int drawLength(Random &random, int classIndex, int cellSize, bool large)
{
    const int widest = cellSize - 60;
    if (isShape(classIndex))
        return large ? random.between(640, 800) : random.between(400, 640);
    if (isFace(classIndex))
        return random.between(1280, widest);
    if (!large && random.chance(20))
        return random.between(720, 1000);
    return random.between(1080, widest);
}

SceneObject placePart(Random &random, int classIndex, int length, int left, int top, int cellSize, const Atlas &atlas)
{
    SceneObject object;
    object.classIndex = classIndex;
    object.width = object.height = length;
    if (isShape(classIndex)) {
        object.colour = random.below(int(colourNames().size()));
    } else {
        const Sprite &sprite = atlas.sprite(classIndex);
        const int longest = std::max(sprite.width(), sprite.height());
        object.width = length * sprite.width() / longest;
        object.height = length * sprite.height() / longest;
        object.mirrored = isObject(classIndex) && random.coin();
    }
    object.x = left + 16 + random.between(0, cellSize - 32 - object.width);
    object.y = top + 16 + random.between(0, cellSize - 32 - object.height);
    return object;
}

// Objects, faces and shapes into the free cells, in random order.
void placeParts(Random &random, Plan &plan, std::vector<int> parts, const Grid &grid, const Atlas &atlas)
{
    std::vector<int> cells;
    for (int i = 0; i < grid.cells * grid.cells; ++i)
        if (!grid.used[std::size_t(i)])
            cells.push_back(i);
    random.shuffle(cells);
    random.shuffle(parts);
    const int size = grid.cellSize();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const int length = drawLength(random, parts[i], size, hidesDetails(plan.style));
        plan.objects.push_back(placePart(random, parts[i], length, cells[i] % grid.cells * size,
                                         cells[i] / grid.cells * size, size, atlas));
    }
}

void listSigns(Plan &plan)
{
    for (const SignPlan &sign : plan.signs)
        plan.objects.push_back({signClass, -1, sign.x, sign.y, sign.width, sign.height, false});
}

} // namespace

void layOut(Random &random, Plan &plan, std::vector<int> parts, const Atlas &atlas)
{
    const bool withSign = random.chance(signPercent);
    const int needed = int(parts.size()) + (withSign ? 3 : 0);
    Grid grid;
    grid.cells = needed <= 9 || (needed <= 15 && random.coin()) ? 4 : 5;
    grid.used.assign(std::size_t(grid.cells) * grid.cells, false);
    if (withSign)
        placeSign(random, plan, grid, atlas);
    placeParts(random, plan, std::move(parts), grid, atlas);
    listSigns(plan);
}

void layOutReading(Random &random, Plan &plan, std::vector<int> parts, const Atlas &atlas)
{
    constexpr int columns = 2;
    constexpr std::size_t others = 3;
    Grid grid;
    grid.used.assign(std::size_t(grid.cells) * grid.cells, false);
    std::vector<int> places; // every row has two
    for (int i = 0; i < grid.cells * grid.cells / columns; ++i)
        places.push_back(i);
    random.shuffle(places);
    places.resize(std::size_t(random.between(4, 6)));
    for (const int place : places) {
        SignPlan &sign = plan.signs.emplace_back();
        sign.text = drawCharacters(random);
        sign.font = random.below(Atlas::fontCount);
        drawColours(random, sign);
        sizeSign(sign, random.between((hidesDetails(plan.style) ? 14 : 7) * 64, 20 * 64), columns, grid, atlas);
        const int perRow = grid.cells / columns;
        putSign(random, sign, place % perRow * columns, place / perRow, columns, grid, atlas);
    }
    parts.resize(std::min(parts.size(), others));
    placeParts(random, plan, std::move(parts), grid, atlas);
    listSigns(plan);
}

} // namespace qmop::scenes
