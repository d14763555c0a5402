// SPDX-License-Identifier: GPL-3.0-or-later
//
// How unlike the pictures that a vision tower was trained on another picture looks to it: Mahalanobis distance of
// what its last layers read (after Lee et al., "A Simple Unified Framework for Detecting Out-of-Distribution
// Samples", 2018, with one class).
#pragma once

#include "models/clip/vision_tower.h"

#include <filesystem>
#include <optional>
#include <string>

namespace qmop {

// Below a model's folder; not part of the checkpoint's hash, since it decides no answer.
inline constexpr const char *pictureStatisticsFile = "pictures/statistics.safetensors";

struct PictureStatistics {
    at::Tensor mean; // [F] float32, F = layers read * C
    at::Tensor whitening; // [F, F] float32: (f - mean) whitening has no correlations and variance 1
    double limit = 0; // distance that 99 % of held-out pictures stay below
    std::string modelHash; // checkpointSha256() of the model that they were measured with
};

// Mean over the patches of what goes into each of the last layers, side by side. `padding`: [B, N] bool, patches that
// are no picture and do not count; may be undefined. [B, F] float32, no gradient
at::Tensor pictureFeatures(const VisionOutput &vision, const at::Tensor &padding = {});

// |(f - mean) whitening| / sqrt(F) / limit of each row, so that 1 is the limit. features: [B, F] -> [B] float64
at::Tensor pictureDistance(const PictureStatistics &statistics, const at::Tensor &features);

// From features of training pictures, [n, F] with n > F, and of held-out ones for the limit, [m, F]. Variances below
// 1e-4 of what a feature's own is count as that: directions in which the pictures hardly differ. Throws
// Error{InvalidArgument} where there are too few.
PictureStatistics fitPictureStatistics(const at::Tensor &training, const at::Tensor &heldOut);

// Empty where the model has none, or has ones that were measured with other weights. Throws Error{InvalidModel}
// naming the file where it is damaged.
std::optional<PictureStatistics> readPictureStatistics(const std::filesystem::path &model,
                                                       const std::string &modelHash);
void writePictureStatistics(const std::filesystem::path &model, const PictureStatistics &statistics);

} // namespace qmop
