// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/light.h"

#include <algorithm>
#include <array>

namespace qmop::scenes {

namespace {

void drawStars(Random &random, int bottom, Canvas &canvas)
{
    for (int i = random.between(18, 30); i > 0; --i) {
        const int x = random.below(unitsPerSide), y = random.below(bottom), r = random.between(16, 36);
        const std::array<UnitPoint, 4> diamond{{{x - r, y}, {x, y - r}, {x + r, y}, {x, y + r}}};
        canvas.polygon(diamond, {255, 250, 220}, 230);
    }
}

void drawSunOrMoon(Random &random, const Light &light, int bottom, Canvas &canvas)
{
    const int x = random.between(700, unitsPerSide - 700), y = random.between(500, std::max(600, bottom / 2));
    const int r = random.between(330, 480);
    if (!light.night) {
        for (int ring = 3; ring > 0; --ring)
            canvas.ellipse(x, y, r + ring * r / 3, r + ring * r / 3, {255, 240, 170}, 44);
        canvas.ellipse(x, y, r, r, {255, 220, 70});
        return;
    }
    canvas.ellipse(x, y, r * 3 / 2, r * 3 / 2, {220, 225, 250}, 30);
    canvas.ellipse(x, y, r, r, {240, 238, 215});
    canvas.ellipse(x - r / 3, y - r / 4, r / 4, r / 4, {215, 212, 190});
    canvas.ellipse(x + r / 4, y + r / 3, r / 5, r / 5, {218, 215, 195});
}

void drawCloud(Random &random, int x, int y, int width, Rgb colour, Canvas &canvas)
{
    const int h = width / 4;
    const Rgb shade = blend(colour, {60, 70, 90}, 46);
    canvas.ellipse(x, y + h / 3, width / 2, h / 2, shade);
    canvas.ellipse(x, y + h / 6, width / 2 - width / 20, h / 2, colour);
    canvas.ellipse(x - width / 5 + random.between(-60, 60), y - h / 4, width / 5, h * 3 / 5, colour);
    canvas.ellipse(x + width / 9 + random.between(-60, 60), y - h / 2, width / 4, h * 3 / 4, colour);
}

} // namespace

Rgb Light::operator()(Rgb colour) const
{
    const auto moved = [this](int value) { return std::clamp(value + shift, 0, 255); };
    Rgb seen{moved(colour.r), moved(colour.g), moved(colour.b)};
    if (weather != Clear) {
        const int grey = (77 * seen.r + 150 * seen.g + 29 * seen.b) >> 8;
        seen = blend(seen, {grey, grey, grey + (255 - grey) / 16}, weather == Snowy ? 80 : 76);
        seen = blend(seen, {0, 0, 0}, weather == Rainy ? 40 : 16);
    }
    if (night)
        seen = blend({seen.r * 8 / 16, seen.g * 9 / 16, seen.b * 11 / 16}, {16, 22, 62}, 64);
    return seen;
}

Rgb Light::skyTop() const
{
    if (night)
        return weather == Clear ? Rgb{9, 12, 42} : Rgb{24, 27, 40};
    static constexpr std::array<Rgb, 4> tops{{{70, 150, 232}, {106, 118, 136}, {172, 184, 200}, {136, 152, 176}}};
    return tops[std::size_t(weather)];
}

Rgb Light::skyBottom() const
{
    if (night)
        return weather == Clear ? Rgb{42, 46, 96} : Rgb{48, 52, 68};
    static constexpr std::array<Rgb, 4> bottoms{{{192, 226, 250}, {160, 170, 182}, {222, 228, 236}, {196, 206, 218}}};
    return bottoms[std::size_t(weather)];
}

void drawSky(Random &random, const Light &light, int bottom, Canvas &canvas)
{
    canvas.gradient(0, bottom, light.skyTop(), light.skyBottom());
    if (light.weather == Clear) {
        if (light.night)
            drawStars(random, bottom, canvas);
        drawSunOrMoon(random, light, bottom, canvas);
        return;
    }
    static constexpr std::array<Rgb, 4> colours{{{255, 255, 255}, {92, 100, 116}, {200, 208, 220}, {240, 243, 248}}};
    Rgb colour = colours[std::size_t(light.weather)];
    if (light.night)
        colour = blend(colour, {20, 24, 44}, 150);
    const int clouds = light.weather == Snowy ? random.between(3, 4) : random.between(5, 7);
    for (int i = 0; i < clouds; ++i) {
        // One by one: the order in which arguments are evaluated is the compiler's.
        const int x = i * unitsPerSide / clouds + random.between(0, 1100);
        const int y = random.between(250, std::max(500, bottom / 2));
        const int width = random.between(1700, 2700);
        drawCloud(random, x, y, width, colour, canvas);
    }
}

void drawWeather(Random &random, const Light &light, bool asLines, Canvas &canvas)
{
    if (light.weather == Rainy) {
        const int slant = random.between(90, 200);
        for (int i = asLines ? 50 : 110; i > 0; --i) {
            const int x = random.below(unitsPerSide), y = random.below(unitsPerSide), length = random.between(260, 480);
            const std::array<UnitPoint, 4> streak{
                {{x, y}, {x + 42, y}, {x + 42 - slant, y + length}, {x - slant, y + length}}};
            canvas.polygon(streak, light.night ? Rgb{150, 170, 215} : Rgb{225, 236, 250}, asLines ? 90 : 150);
        }
    } else if (light.weather == Snowy) {
        for (int i = 0; i < 100; ++i) {
            const int x = random.below(unitsPerSide), y = random.below(unitsPerSide), r = random.between(34, 84);
            canvas.ellipse(x, y, r, r, {255, 255, 255}, light.night ? 200 : 245);
        }
    }
}

} // namespace qmop::scenes
