// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a picture to the vision encoder's input, as transformers'
// CLIPImageProcessor (crop) and LLaVA-1.5's expand2square (pad) do it.
#pragma once

#include "core/image/resize.h"
#include "qmop/image_u8.h"
#include "qmop/patch_grid.h"

#include <array>
#include <filesystem>
#include <vector>

namespace qmop {

struct PreprocessConfig {
    int size = 336; // S, side of the encoder's square input in pixels
    int patchSize = 14; // divides size
    FitPolicy fit = FitPolicy::Crop;
    ResizeFilter filter = ResizeFilter::Bicubic;
    // Per channel, of values in 0 ... 1. CLIP's by default.
    std::array<float, 3> mean{0.48145466F, 0.4578275F, 0.40821073F};
    std::array<float, 3> std{0.26862954F, 0.26130258F, 0.27577711F};

    // Colour of the padding: int(mean * 255), as LLaVA rounds it.
    std::array<std::uint8_t, 3> padColour() const;
};

struct PixelInput {
    std::vector<float> pixels; // [3, S, S] float32: (value / 255 - mean) / std
    PatchGrid grid;
};

// The picture at the encoder's size, before normalisation: [S, S, 3].
ImageU8 fitToModel(const ImageU8 &image, const PreprocessConfig &config);

// [3, S, S] of a picture that has the encoder's size already.
std::vector<float> normalisePixels(const ImageU8 &fitted, const PreprocessConfig &config);

// Both steps, with the geometry. The picture is not empty.
PixelInput preparePixels(const ImageU8 &image, const PreprocessConfig &config);

// Reads a Hugging Face preprocessor_config.json: crop_size or size,
// image_mean, image_std, resample (2 bilinear, 3 bicubic), do_pad or LLaVA's
// image_aspect_ratio "pad". The patch size comes from the model's config and is
// left to the caller. Throws Error{InvalidModel} naming the file and the field.
PreprocessConfig readPreprocessConfig(const std::filesystem::path &path);

} // namespace qmop
