// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/painter.h"

#include <algorithm>
#include <array>

namespace qmop::scenes {

namespace {

constexpr int patchUnits = unitsPerSide / labelColumns;
constexpr int labelSize = 128; // pixels
constexpr int patchPixels = labelSize / labelColumns;

const std::array<Rgb, 8> shapeColours{{{222, 32, 38},
                                       {250, 210, 20},
                                       {34, 158, 58},
                                       {32, 88, 220},
                                       {132, 48, 176},
                                       {250, 140, 190},
                                       {255, 255, 255},
                                       {20, 20, 22}}};

// Outline of a small shape in a box of 1024 around (0, 0).
std::vector<UnitPoint> shapeOutline(int shape, std::vector<int> &ends)
{
    switch (shape) {
    case 0: // dot
        return ellipsePoints(0, 0, 512, 512, 32);
    case 1: { // star
        std::vector<UnitPoint> points;
        static constexpr std::array<UnitPoint, 5> tips{{{0, -540}, {514, -167}, {317, 437}, {-317, 437}, {-514, -167}}};
        for (std::size_t i = 0; i < 5; ++i) {
            const UnitPoint a = tips[i], b = tips[(i + 1) % 5];
            points.push_back(a);
            points.push_back({(a.x + b.x) * 30 / 100, (a.y + b.y) * 30 / 100});
        }
        return points;
    }
    case 2: // heart
        return {{0, 500},  {-330, 200}, {-490, -40}, {-500, -250}, {-400, -410}, {-240, -440}, {-90, -370},
                {0, -230}, {90, -370},  {240, -440}, {400, -410},  {500, -250},  {490, -40},   {330, 200}};
    case 3: // diamond
        return {{0, -560}, {380, 0}, {0, 560}, {-380, 0}};
    case 4: // triangle
        return {{0, -500}, {540, 440}, {-540, 440}};
    case 5: // square
        return {{-440, -440}, {440, -440}, {440, 440}, {-440, 440}};
    case 6: { // ring
        std::vector<UnitPoint> points = ellipsePoints(0, 0, 530, 530, 32);
        const std::vector<UnitPoint> hole = ellipsePoints(0, 0, 250, 250, 32);
        ends = {int(points.size()), int(points.size() + hole.size())};
        points.insert(points.end(), hole.begin(), hole.end());
        return points;
    }
    default: // cross
        return {{-170, -520}, {170, -520}, {170, -170}, {520, -170}, {520, 170},   {170, 170},
                {170, 520},   {-170, 520}, {-170, 170}, {-520, 170}, {-520, -170}, {-170, -170}};
    }
}

void drawShape(const SceneObject &object, Canvas &canvas)
{
    std::vector<int> ends;
    const std::vector<UnitPoint> outline = shapeOutline(object.classIndex - firstShape, ends);
    const auto scaled = [&](int percent) {
        std::vector<UnitPoint> points = outline;
        for (UnitPoint &p : points)
            p = {object.centreX() + p.x * object.width * percent / (1024 * 100),
                 object.centreY() + p.y * object.height * percent / (1024 * 100)};
        return points;
    };
    const Rgb colour = shapeColours[std::size_t(object.colour)];
    // A soft rim, dark around light colours and light around dark ones, so that no ground hides a shape.
    const bool light = colour.r + colour.g + colour.b > 420;
    if (ends.empty())
        canvas.polygon(scaled(100), light ? Rgb{40, 40, 48} : Rgb{245, 245, 245}, 150);
    canvas.polygon(scaled(ends.empty() ? 84 : 95), colour, 256, ends);
}

void drawSign(const SignPlan &sign, const Atlas &atlas, Canvas &canvas)
{
    const int border = std::max(24, sign.glyphHeight / 14);
    canvas.rectangle(sign.x, sign.y, sign.width, sign.height, sign.ink);
    canvas.rectangle(sign.x + border, sign.y + border, sign.width - 2 * border, sign.height - 2 * border, sign.board);
    const auto unit = [&](int atlasPixels) { return atlasPixels * sign.glyphHeight / Atlas::capHeight; };
    for (const LetterPlan &letter : sign.letters) {
        const Glyph &glyph = atlas.glyph(sign.font, letter.character);
        canvas.glyph(glyph.mask, letter.x - unit(Atlas::glyphLeft), sign.glyphTop - unit(Atlas::glyphTop),
                     unit(glyph.mask.width()), unit(glyph.mask.height()), sign.ink);
    }
}

// A soft patch of shade under what stands on the ground.
void drawShadow(const SceneObject &object, int horizon, Canvas &canvas)
{
    const int foot = object.y + object.height;
    if (foot < horizon + 250)
        return;
    for (int ring = 0; ring < 3; ++ring)
        canvas.ellipse(object.centreX(), foot - object.height / 24, object.width * (5 - ring) / 9,
                       object.height * (5 - ring) / 40, {0, 0, 0}, 30);
}

void labelCharactersOf(const SignPlan &sign, std::vector<std::uint8_t> &characters)
{
    constexpr int least = 3 * unitsPerSide / labelSize;
    const int top = sign.glyphTop, bottom = top + sign.glyphHeight;
    for (int patch = 0; patch < labelCount; ++patch) {
        const int x = patch % labelColumns * patchUnits, y = patch / labelColumns * patchUnits;
        const int down = std::min(y + patchUnits, bottom) - std::max(y, top);
        int widest = 0;
        for (const LetterPlan &letter : sign.letters) {
            const int across = std::min(x + patchUnits, letter.x + letter.advance) - std::max(x, letter.x);
            if (down >= least && across >= least && across > widest
                && across * 2 >= std::min(patchUnits, letter.advance)) {
                widest = across;
                const auto &names = characterNames();
                const auto found = std::find(names.begin(), names.end(), std::string(1, letter.character));
                characters[std::size_t(patch)] = std::uint8_t(found - names.begin());
            }
        }
    }
}

} // namespace

void drawObjects(const Plan &plan, const Atlas &atlas, Canvas &canvas)
{
    // All shades first: none falls on a neighbour.
    canvas.setOwner(0);
    for (const SceneObject &object : plan.objects)
        if (isObject(object.classIndex))
            drawShadow(object, plan.horizon, canvas);
    std::size_t signs = 0;
    for (std::size_t i = 0; i < plan.objects.size(); ++i) {
        const SceneObject &object = plan.objects[i];
        canvas.setOwner(std::uint8_t(i + 1));
        if (isShape(object.classIndex))
            drawShape(object, canvas);
        else if (object.classIndex == signClass)
            drawSign(plan.signs[signs++], atlas, canvas);
        else
            canvas.sprite(atlas.sprite(object.classIndex), object.x, object.y, object.width, object.height,
                          object.mirrored);
    }
}

std::vector<std::uint8_t> labelPatches(const Plan &plan, const std::vector<std::uint8_t> &owners)
{
    const std::size_t parts = plan.objects.size() + 1;
    std::vector<int> counts(std::size_t(labelCount) * parts, 0); // [patch, owner]
    for (int y = 0; y < labelSize; ++y)
        for (int x = 0; x < labelSize; ++x) {
            const int patch = y / patchPixels * labelColumns + x / patchPixels;
            ++counts[std::size_t(patch) * parts + owners[std::size_t(y) * labelSize + x]];
        }
    std::vector<std::uint8_t> owner(labelCount, 0);
    std::vector<bool> seen(parts, false);
    for (int patch = 0; patch < labelCount; ++patch) {
        const auto row = counts.begin() + std::ptrdiff_t(patch) * std::ptrdiff_t(parts);
        const auto most = std::max_element(row + 1, row + std::ptrdiff_t(parts));
        if (most != row + std::ptrdiff_t(parts) && *most >= patchPixels * patchPixels / 4) {
            owner[std::size_t(patch)] = std::uint8_t(most - row);
            seen[owner[std::size_t(patch)]] = true;
        }
    }
    for (std::size_t part = 1; part < parts; ++part) {
        if (seen[part])
            continue;
        int best = -1;
        for (int patch = 0; patch < labelCount; ++patch)
            if (const int n = counts[std::size_t(patch) * parts + part];
                n > 0 && owner[std::size_t(patch)] == 0 && (best < 0 || n > counts[std::size_t(best) * parts + part]))
                best = patch;
        if (best >= 0)
            owner[std::size_t(best)] = std::uint8_t(part);
    }
    return owner;
}

std::vector<std::uint8_t> labelCharacters(const Plan &plan)
{
    std::vector<std::uint8_t> characters(labelCount, 0);
    for (const SignPlan &sign : plan.signs)
        labelCharactersOf(sign, characters);
    return characters;
}

} // namespace qmop::scenes
