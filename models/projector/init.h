// SPDX-License-Identifier: GPL-3.0-or-later
//
// First weights of the projector for training, float32, under the names of a
// checkpoint folder (qmop.*, multi_modal_projector.*).
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"

#include <ATen/core/Generator.h>

namespace qmop {

struct ProjectorInit {
    // A resampler from random maps is by far the slowest branch to learn. With
    // this its attention begins as a soft window around each query's place: the
    // query and key maps pass the positions' high frequencies, scaled so that a
    // window of s x s patches has about the spread of a uniform one, and value
    // and output map together are the identity. All weights stay free.
    bool resamplerNearPooling = true;
    // Typical standard deviation of a patch row. The resampler normalises its
    // rows; this brings its first output to the scale of the other branches.
    double rowScale = 1.0;
};

// qmop.pooling.*, qmop.resampler.*, qmop.router.*. Pooling: query 0, value map
// identity, key map normal 0.02. Resampler: queries normal 0.02. Router: its
// last layer is 0, so every branch begins with alpha = 1/3. channels C (width of
// the vision tower), textChannels C2 (of the text tower); M = (gridSide / s)^2.
TensorMap initBranches(const ProjectorConfig &config, int channels, int textChannels, int gridSide,
                       at::Generator generator, const ProjectorInit &options = {});

// multi_modal_projector.linear_1 [D, C], linear_2 [D, D]; normal with
// 1/sqrt(3 fan-in), biases 0.
TensorMap initProjectorMlp(int channels, int decoderWidth, at::Generator generator);

// Both.
TensorMap initProjector(const ProjectorConfig &config, int channels, int textChannels, int decoderWidth, int gridSide,
                        at::Generator generator, const ProjectorInit &options = {});

} // namespace qmop
