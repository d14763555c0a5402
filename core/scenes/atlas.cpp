// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/atlas.h"

#include "core/scenes/catalogue.h"
#include "qmop/error.h"

#include <fstream>
#include <opencv2/imgcodecs.hpp>

namespace qmop::scenes {

namespace {

[[noreturn]] void damaged(const std::filesystem::path &file, const std::string &why)
{
    throw Error(ErrorCode::InvalidArgument, "scene atlas " + file.string() + ": " + why,
                "restore resources/scenes, or make it again with make_atlas.py");
}

// Only the decoding is OpenCV's: PNG is lossless, so every decoder gives the same bytes.
cv::Mat readPng(const std::filesystem::path &file, int type)
{
    if (!std::filesystem::exists(file))
        damaged(file, "not found");
    cv::Mat picture = cv::imread(file.string(), cv::IMREAD_UNCHANGED);
    if (picture.empty() || picture.type() != type)
        damaged(file, "not the picture that was written there");
    return picture;
}

SpriteLevel cutSprite(const cv::Mat &sheet, const cv::Rect &box)
{
    SpriteLevel level{box.width, box.height, {}};
    level.rgba.reserve(std::size_t(box.area()) * 4);
    for (int y = box.y; y < box.y + box.height; ++y)
        for (int x = box.x; x < box.x + box.width; ++x) {
            const auto &bgra = sheet.at<cv::Vec4b>(y, x);
            for (const int channel : {2, 1, 0})
                level.rgba.push_back(std::uint8_t((bgra[channel] * bgra[3] + 127) / 255));
            level.rgba.push_back(bgra[3]);
        }
    return level;
}

SpriteLevel cutGlyph(const cv::Mat &sheet, const cv::Rect &box)
{
    SpriteLevel level{box.width, box.height, {}};
    level.rgba.reserve(std::size_t(box.area()) * 4);
    for (int y = box.y; y < box.y + box.height; ++y)
        for (int x = box.x; x < box.x + box.width; ++x)
            level.rgba.insert(level.rgba.end(), 4, sheet.at<std::uint8_t>(y, x));
    return level;
}

SpriteLevel halved(const SpriteLevel &from)
{
    SpriteLevel to{(from.width + 1) / 2, (from.height + 1) / 2, {}};
    to.rgba.resize(std::size_t(to.width) * to.height * 4);
    for (int y = 0; y < to.height; ++y)
        for (int x = 0; x < to.width; ++x)
            for (int c = 0; c < 4; ++c) {
                int sum = 0;
                for (int dy = 0; dy < 2; ++dy)
                    for (int dx = 0; dx < 2; ++dx) {
                        const int sx = 2 * x + dx;
                        const int sy = 2 * y + dy;
                        // Beyond an odd edge there is nothing: transparent.
                        if (sx < from.width && sy < from.height)
                            sum += from.rgba[(std::size_t(sy) * from.width + sx) * 4 + c];
                    }
                to.rgba[(std::size_t(y) * to.width + x) * 4 + c] = std::uint8_t((sum + 2) / 4);
            }
    return to;
}

// Reads "x y width height" and checks that it lies on the sheet.
cv::Rect readBox(std::istream &in, const cv::Mat &sheet, const std::filesystem::path &file)
{
    cv::Rect box;
    in >> box.x >> box.y >> box.width >> box.height;
    if (!in || box.x < 0 || box.y < 0 || box.width <= 0 || box.height <= 0 || box.width > sheet.cols - box.x
        || box.height > sheet.rows - box.y)
        damaged(file, "a part lies outside its picture");
    return box;
}

} // namespace

Sprite withLevels(SpriteLevel full)
{
    Sprite sprite;
    sprite.levels.push_back(std::move(full));
    while (sprite.levels.back().width >= 8 && sprite.levels.back().height >= 8)
        sprite.levels.push_back(halved(sprite.levels.back()));
    return sprite;
}

Atlas::Atlas(const std::filesystem::path &folder)
{
    const std::filesystem::path indexFile = folder / "atlas.txt";
    std::ifstream in(indexFile);
    if (!in)
        damaged(indexFile, "not found");
    std::string word;
    int version = 0, sprites = 0, glyphs = 0, cap = 0, left = 0, top = 0;
    in >> word >> version >> sprites >> glyphs >> cap >> left >> top;
    if (!in || word != "atlas" || version != 1 || sprites != objectCount + faceCount || cap != capHeight
        || left != glyphLeft || top != glyphTop)
        damaged(indexFile, "not an index of this version");

    const cv::Mat spriteSheet = readPng(folder / "sprites.png", CV_8UC4);
    const cv::Mat glyphSheet = readPng(folder / "glyphs.png", CV_8UC1);
    for (int i = 0; i < sprites; ++i) {
        std::string name;
        in >> word >> name;
        const bool face = i >= objectCount;
        const std::string &expected = face ? feelingNames()[std::size_t(i - objectCount)] : objectClass(i + 1).name;
        if (!in || word != "sprite" || name != expected)
            damaged(indexFile, "expected the sprite " + expected);
        m_sprites.push_back(withLevels(cutSprite(spriteSheet, readBox(in, spriteSheet, indexFile))));
    }
    for (int i = 0; i < glyphs; ++i) {
        int font = 0;
        char character = 0;
        in >> word >> font >> character;
        if (!in || word != "glyph" || font < 0 || font >= fontCount)
            damaged(indexFile, "expected a glyph");
        Glyph glyph{withLevels(cutGlyph(glyphSheet, readBox(in, glyphSheet, indexFile))), 0};
        in >> glyph.advance;
        if (!in || glyph.advance <= 0)
            damaged(indexFile, "a glyph has no width");
        m_glyphs[std::size_t(font)].emplace(character, std::move(glyph));
    }
    for (const auto &font : m_glyphs)
        if (font.size() + 1 != characterNames().size())
            damaged(indexFile, "characters are missing");
}

const Sprite &Atlas::sprite(int classIndex) const
{
    return m_sprites.at(std::size_t(classIndex - firstObject));
}

} // namespace qmop::scenes
