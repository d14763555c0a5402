// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/prepare.h"

#include "core/image/preprocess_json.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include <nlohmann/json.hpp>

#include "qmop/error.h"

namespace qmop {

namespace {

using nlohmann::json;

constexpr int largestInput = 4096; // pixels; a bound for damaged files

[[noreturn]] void refuse(const std::filesystem::path &path, const std::string &problem)
{
    throw Error(ErrorCode::InvalidModel, path.string() + ": " + problem,
                "use the preprocessor_config.json that came with the checkpoint");
}

int readSide(const json &root, const std::filesystem::path &path)
{
    const char *key = root.contains("crop_size") ? "crop_size" : "size";
    if (!root.contains(key))
        refuse(path, "has neither crop_size nor size");
    const json &value = root[key];
    json side = value;
    if (value.is_object()) {
        if (value.value("height", json()) != value.value("width", json()))
            refuse(path, std::string(key) + " is not square");
        side = value.contains("height") ? value["height"] : value.value("shortest_edge", json());
    }
    if (!side.is_number_integer() || side < 1 || side > largestInput)
        refuse(path, std::string(key) + " is not a number of pixels from 1 to " + std::to_string(largestInput));
    return side.get<int>();
}

std::array<float, 3> readTriple(const json &root, const char *key, const std::array<float, 3> &standard,
                                const std::filesystem::path &path)
{
    if (!root.contains(key))
        return standard;
    const json &value = root[key];
    if (!value.is_array() || value.size() != 3
        || !std::all_of(value.begin(), value.end(), [](const json &v) { return v.is_number(); }))
        refuse(path, std::string(key) + " is not a list of three numbers");
    return value.get<std::array<float, 3>>();
}

}

std::array<std::uint8_t, 3> PreprocessConfig::padColour() const
{
    std::array<std::uint8_t, 3> colour;
    for (int c = 0; c < 3; ++c)
        colour[c] = std::uint8_t(std::clamp(double(mean[c]) * 255, 0.0, 255.0));
    return colour;
}

ImageU8 fitToModel(const ImageU8 &image, const PreprocessConfig &config)
{
    const int size = config.size;
    if (config.fit == FitPolicy::Pad)
        return resizeOnSquare(image, config.padColour(), size, config.filter);
    // The same rounding as makePatchGrid().
    const std::int64_t shorter = std::min(image.width, image.height);
    const std::int64_t width = size * std::int64_t(image.width) / shorter;
    const std::int64_t height = size * std::int64_t(image.height) / shorter;
    return resizeRegion(image, width, height, {(width - size) / 2, (height - size) / 2, size, size}, config.filter);
}

std::vector<float> normalisePixels(const ImageU8 &fitted, const PreprocessConfig &config)
{
    const std::size_t plane = fitted.pixelCount();
    std::vector<float> pixels(plane * 3);
    for (int c = 0; c < 3; ++c) {
        // transformers rescales in double and normalises in float.
        std::array<float, 256> table;
        for (int v = 0; v < 256; ++v)
            table[v] = (float(v * (1.0 / 255.0)) - config.mean[c]) / config.std[c];
        for (std::size_t i = 0; i < plane; ++i)
            pixels[c * plane + i] = table[fitted.rgb[i * 3 + c]];
    }
    return pixels;
}

PixelInput preparePixels(const ImageU8 &image, const PreprocessConfig &config)
{
    PixelInput input;
    input.grid = makePatchGrid(image.width, image.height, config.size, config.patchSize, config.fit);
    input.pixels = normalisePixels(fitToModel(image, config), config);
    return input;
}

PreprocessConfig readPreprocessConfig(const std::filesystem::path &path)
{
    std::ifstream file(path);
    if (!file)
        refuse(path, "cannot be read");
    return preprocessFrom(json::parse(file, nullptr, false), path);
}

PreprocessConfig preprocessFrom(const json &root, const std::filesystem::path &path)
{
    if (!root.is_object())
        refuse(path, "is not a JSON object");

    PreprocessConfig config;
    config.size = readSide(root, path);
    config.mean = readTriple(root, "image_mean", config.mean, path);
    config.std = readTriple(root, "image_std", config.std, path);
    for (float value : config.std)
        if (!(value > 0))
            refuse(path, "image_std holds a value that is not positive");
    if (root.contains("resample")) {
        if (root["resample"] == 2)
            config.filter = ResizeFilter::Bilinear;
        else if (root["resample"] != 3)
            refuse(path, "resample is neither 2 (bilinear) nor 3 (bicubic)");
    }
    const json pad = root.value("do_pad", json(false));
    const json aspect = root.value("image_aspect_ratio", json());
    if (pad == true || aspect == "pad")
        config.fit = FitPolicy::Pad;
    return config;
}

} // namespace qmop
