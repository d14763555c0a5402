// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/scenery.h"

#include "core/scenes/light.h"

#include <algorithm>
#include <array>
#include <vector>

namespace qmop::scenes {

namespace {

constexpr int side = unitsPerSide;

struct Brush {
    Random &random;
    const Light &light;
    Canvas &canvas;
    int horizon;
};

// A hilly edge that goes from one side to the other and is filled downwards.
void hills(Brush &b, int height, int swing, int waves, Rgb colour)
{
    std::vector<UnitPoint> points{{0, side}};
    const int phase = b.random.below(64);
    const int second = b.random.below(64);
    for (int i = 0; i <= 32; ++i) {
        const int wave = sine64(phase + i * waves * 2) + sine64(second + i * waves * 3) / 3;
        points.push_back({i * side / 32, height + swing * wave / 16384});
    }
    points.push_back({side, side});
    b.canvas.polygon(points, colour);
}

void specks(Brush &b, int count, int top, Rgb colour, int width, int height)
{
    for (int i = 0; i < count; ++i) {
        const int x = b.random.below(side), y = b.random.between(top, side);
        // Nearer ones, further down, are larger.
        const int grow = 128 + 256 * (y - top) / std::max(1, side - top);
        b.canvas.ellipse(x, y, width * grow / 256, height * grow / 256, colour, 150);
    }
}

void tuft(Brush &b, int x, int y, int height, Rgb colour)
{
    const int w = height / 3;
    const std::array<UnitPoint, 7> blades{{{x - w, y},
                                           {x - w, y - height * 2 / 3},
                                           {x - w / 3, y - height / 4},
                                           {x, y - height},
                                           {x + w / 3, y - height / 4},
                                           {x + w, y - height * 2 / 3},
                                           {x + w, y}}};
    b.canvas.polygon(blades, colour);
}

void tufts(Brush &b, int count, int top, Rgb colour)
{
    for (int i = 0; i < count; ++i) {
        const int x = b.random.below(side), y = b.random.between(top, side);
        tuft(b, x, y, 90 + 160 * (y - top) / std::max(1, side - top), colour);
    }
}

void water(Brush &b, int top, int bottom)
{
    b.canvas.gradient(top, bottom, b.light({66, 140, 205}), b.light({28, 92, 165}));
    const int lines = 4 + (bottom - top) / 260;
    for (int i = 0; i < lines; ++i) {
        const int x = b.random.below(side), y = b.random.between(top + 60, bottom), w = b.random.between(260, 700);
        b.canvas.ellipse(x, y, w, 22, b.light({150, 205, 240}), 130);
    }
}

void beach(Brush &b)
{
    const int shore = b.horizon + b.random.between(1000, 1700);
    water(b, b.horizon, shore + 400);
    hills(b, shore - 60, 130, 1, b.light({250, 250, 245}));
    hills(b, shore + 60, 130, 1, b.light({243, 222, 168}));
    specks(b, 26, shore + 400, b.light({208, 180, 124}), 40, 20);
}

void conifer(Brush &b, int x, int foot, int height, Rgb colour)
{
    const int w = height / 4;
    b.canvas.rectangle(x - height / 30, foot - height / 8, height / 15, height / 8, b.light({84, 60, 40}));
    for (int layer = 0; layer < 3; ++layer) {
        const int base = foot - height / 8 - layer * height / 4;
        const int half = w - layer * w / 4;
        const std::array<UnitPoint, 3> part{{{x - half, base}, {x + half, base}, {x, base - height * 2 / 5}}};
        b.canvas.polygon(part, layer == 1 ? blend(colour, {255, 255, 255}, 12) : colour);
    }
}

void forest(Brush &b)
{
    b.canvas.gradient(b.horizon, side, b.light({74, 128, 62}), b.light({38, 84, 36}));
    hills(b, b.horizon - 500, 160, 3, b.light({92, 140, 110}));
    for (int row = 0; row < 2; ++row)
        for (int i = 0; i < 9; ++i) {
            const int x = i * side / 8 + b.random.between(-420, 420);
            const int height = b.random.between(1500, 2300) + row * 350;
            conifer(b, x, b.horizon + 80 + row * 280, height, b.light(row ? Rgb{34, 92, 48} : Rgb{52, 116, 70}));
        }
    hills(b, b.horizon + 330, 60, 2, b.light({58, 110, 50}));
    tufts(b, 26, b.horizon + 600, b.light({34, 78, 34}));
}

void building(Brush &b, int x, int width, int top, int foot)
{
    const int tone = b.random.between(-24, 24);
    const Rgb wall = b.light({142 + tone, 134 + tone / 2, 138 - tone / 2});
    b.canvas.rectangle(x, top, width, foot - top, wall);
    b.canvas.rectangle(x + width * 4 / 5, top, width / 5, foot - top, blend(wall, {0, 0, 0}, 34));
    const int columns = std::max(2, width / 330);
    const int step = width / columns;
    for (int y = top + 150; y + 220 < foot; y += 340)
        for (int column = 0; column < columns; ++column) {
            const bool lit = b.random.chance(55);
            const Rgb pane
                = lit && b.light.night ? Rgb{250, 220, 120} : b.light(lit ? Rgb{196, 222, 240} : Rgb{96, 116, 140});
            b.canvas.rectangle(x + column * step + step / 4, y, step / 2, 190, pane);
        }
}

void city(Brush &b)
{
    const int street = std::max(b.horizon, 4000) + 400;
    for (int x = -b.random.below(500); x < side;) {
        const int width = b.random.between(800, 1500);
        const int height = b.random.between(1200, 3000);
        building(b, x, width, street - height, street);
        x += width + b.random.between(0, 160);
    }
    b.canvas.gradient(street, street + 640, b.light({186, 182, 178}), b.light({166, 162, 158}));
    b.canvas.gradient(street + 640, side, b.light({94, 96, 102}), b.light({72, 74, 80}));
    const int line = (street + 640 + side) / 2;
    for (int x = b.random.below(700) - 700; x < side; x += 1400)
        b.canvas.rectangle(x, line - 50, 800, 100, b.light({238, 232, 205}));
}

void desert(Brush &b)
{
    hills(b, b.horizon - 120, 330, 1, b.light({228, 176, 104}));
    hills(b, b.horizon + 700, 300, 1, b.light({238, 190, 118}));
    hills(b, b.horizon + 1900, 260, 1, b.light({218, 162, 90}));
    for (int i = 0; i < 14; ++i) {
        const int x = b.random.below(side), y = b.random.between(b.horizon + 1000, side),
                  w = b.random.between(200, 620);
        b.canvas.ellipse(x, y, w, 20, b.light({190, 134, 68}), 110);
    }
}

void mountain(Brush &b)
{
    for (int row = 0; row < 2; ++row) {
        const Rgb rock = b.light(row ? Rgb{112, 124, 146} : Rgb{150, 164, 188});
        for (int i = 0; i < 4; ++i) {
            const int x = i * side / 3 + b.random.between(-600, 600) - row * 500;
            const int foot = b.horizon + 500, peak = foot - b.random.between(2100, 3400) + row * 600,
                      w = (foot - peak) * 3 / 4;
            const int cap = (foot - peak) / 3;
            const int capWidth = w / 3;
            const std::array<UnitPoint, 3> body{{{x - w, foot}, {x, peak}, {x + w, foot}}};
            const std::array<UnitPoint, 3> shade{{{x + w / 8, foot}, {x, peak}, {x + w, foot}}};
            const std::array<UnitPoint, 7> snow{{{x, peak},
                                                 {x + capWidth, peak + cap},
                                                 {x + capWidth / 2, peak + cap * 4 / 5},
                                                 {x + capWidth / 6, peak + cap * 6 / 5},
                                                 {x - capWidth / 4, peak + cap * 4 / 5},
                                                 {x - capWidth / 2, peak + cap * 6 / 5},
                                                 {x - capWidth, peak + cap}}};
            b.canvas.polygon(body, rock);
            b.canvas.polygon(shade, blend(rock, {0, 0, 0}, 36));
            b.canvas.polygon(snow, b.light({246, 249, 253}));
        }
    }
    hills(b, b.horizon + 330, 120, 1, b.light({222, 231, 242}));
    hills(b, b.horizon + 1500, 200, 1, b.light({240, 245, 250}));
    specks(b, 16, b.horizon + 900, b.light({196, 210, 230}), 190, 26);
}

// The window shows the time of the day; rooms have no weather.
void roomWindow(Brush &b)
{
    const Light outside{b.light.night, Clear, 0};
    const int w = b.random.between(1500, 2100), h = b.random.between(1300, 1700);
    const int x = b.random.between(500, side - w - 500), y = b.random.between(350, 800);
    b.canvas.rectangle(x - 110, y - 110, w + 220, h + 220, b.light({250, 248, 242}));
    b.canvas.rectangle(x, y, w, h, outside.skyTop());
    b.canvas.rectangle(x, y + h / 2, w, h / 2, outside.skyBottom());
    if (b.light.night)
        b.canvas.ellipse(x + w / 4, y + h / 4, 170, 170, {240, 238, 215});
    b.canvas.rectangle(x + w / 2 - 40, y, 80, h, b.light({250, 248, 242}));
    b.canvas.rectangle(x, y + h / 2 - 40, w, 80, b.light({250, 248, 242}));
    b.canvas.rectangle(x - 190, y + h + 70, w + 380, 110, b.light({226, 220, 208}));
}

void room(Brush &b)
{
    static constexpr std::array<Rgb, 4> papers{{{232, 214, 190}, {206, 220, 214}, {226, 206, 208}, {214, 212, 230}}};
    const Rgb paper = b.random.pick(papers);
    const int floor = std::max(b.horizon, 3900) + 900;
    b.canvas.gradient(0, floor, b.light(paper), b.light(blend(paper, {120, 100, 80}, 40)));
    const int step = b.random.between(480, 800);
    for (int x = step / 2; x < side; x += step)
        b.canvas.rectangle(x, 0, step / 4, floor, b.light(blend(paper, {255, 255, 255}, 90)), 120);
    roomWindow(b);
    b.canvas.gradient(floor, side, b.light({176, 124, 80}), b.light({138, 92, 56}));
    for (int i = -6; i <= 6; ++i) { // boards run towards the viewer
        const int far = side / 2 + i * 900, near = side / 2 + i * 1700;
        const std::array<UnitPoint, 4> gap{
            {{far - 12, floor}, {far + 12, floor}, {near + 22, side}, {near - 22, side}}};
        b.canvas.polygon(gap, b.light({104, 66, 38}));
    }
    b.canvas.rectangle(0, floor - 220, side, 220, b.light({244, 240, 232}));
    const int rugX = b.random.between(2400, side - 2400);
    b.canvas.ellipse(rugX, (floor + side) / 2, 1900, 620, b.light({168, 72, 78}));
    b.canvas.ellipse(rugX, (floor + side) / 2, 1600, 490, b.light({206, 142, 120}));
}

void field(Brush &b)
{
    hills(b, b.horizon - 260, 240, 1, b.light({142, 196, 112}));
    hills(b, b.horizon + 260, 200, 1, b.light({122, 188, 84}));
    hills(b, b.horizon + 1500, 220, 1, b.light({104, 172, 70}));
    tufts(b, 30, b.horizon + 700, b.light({74, 140, 52}));
    static constexpr std::array<Rgb, 3> petals{{{255, 255, 255}, {250, 220, 110}, {240, 170, 200}}};
    for (int i = 0; i < 16; ++i) {
        const int x = b.random.below(side), y = b.random.between(b.horizon + 800, side);
        const Rgb petal = b.random.pick(petals);
        b.canvas.ellipse(x, y, 44, 40, b.light(petal));
    }
}

void sea(Brush &b)
{
    water(b, b.horizon, side);
    if (b.random.coin()) {
        const int x = b.random.between(900, side - 900), w = b.random.between(500, 900);
        const std::vector<UnitPoint> island{{x - w, b.horizon},
                                            {x - w / 3, b.horizon - 260},
                                            {x, b.horizon - 330},
                                            {x + w / 2, b.horizon - 200},
                                            {x + w, b.horizon}};
        b.canvas.polygon(island, b.light({104, 130, 110}));
    }
    for (int i = 0; i < 24; ++i) {
        const int y = b.random.between(b.horizon + 200, side), x = b.random.below(side);
        const int w = 160 + 300 * (y - b.horizon) / (side - b.horizon);
        const std::array<UnitPoint, 5> crest{
            {{x - w, y}, {x - w / 3, y - w / 5}, {x + w / 4, y - w / 6}, {x + w, y}, {x, y - w / 12}}};
        b.canvas.polygon(crest, b.light({214, 236, 248}), 170);
    }
}

} // namespace

void drawScenery(const Plan &plan, Canvas &canvas)
{
    Random random(plan.scenerySeed);
    const Light light{plan.night, plan.place == Room ? int(Clear) : plan.weather, random.between(-12, 12)};
    Brush brush{random, light, canvas, plan.horizon};
    if (plan.place == Room) {
        room(brush);
        return;
    }
    // Beyond the horizon too, for what lies lower between hills.
    drawSky(random, light, std::min(side, plan.horizon + 1500), canvas);
    canvas.gradient(plan.horizon + 1500, side, light.skyBottom(), light.skyBottom());
    static constexpr std::array<void (*)(Brush &), 8> places{beach, forest, city, desert, mountain, room, field, sea};
    places[std::size_t(plan.place)](brush);
    drawWeather(random, light, plan.style == Sketch, canvas);
}

} // namespace qmop::scenes
