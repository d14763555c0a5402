// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/init.h"

#include "qmop/error.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qmop {
namespace {

void addMatrix(TensorMap &tensors, const std::string &linear, std::int64_t out, std::int64_t in, double deviation,
               at::Generator &generator)
{
    tensors[linear + ".weight"] = at::randn({out, in}, generator) * deviation;
    tensors[linear + ".bias"] = at::zeros({out});
}

void addNorm(TensorMap &tensors, const std::string &norm, std::int64_t width, double gain)
{
    tensors[norm + ".weight"] = at::full({width}, gain);
    tensors[norm + ".bias"] = at::zeros({width});
}

// Hands the first d/4 frequencies, sine and cosine, of both axes to every head:
// rows of the map are the head's channels. Channel order of gridPositions(): vertical
// sines, vertical cosines, horizontal sines, horizontal cosines, C/4 each.
at::Tensor positionSelector(std::int64_t channels, std::int64_t heads)
{
    const std::int64_t width = channels / heads;
    const std::int64_t frequencies = width / 4;
    at::Tensor map = at::zeros({channels, channels});
    for (std::int64_t head = 0; head < heads; ++head)
        for (std::int64_t part = 0; part < 4; ++part)
            for (std::int64_t i = 0; i < frequencies; ++i)
                map[head * width + part * frequencies + i][part * (channels / 4) + i] = 1.0;
    return map;
}

// Score between places x apart is about g (const - x^2 F / 2), F the sum of the
// squared frequencies: a Gaussian of variance 1 / (g F). A uniform window of s
// patches has s^2 / 12.
double peakedness(std::int64_t channels, std::int64_t heads, int stride)
{
    double sum = 0;
    for (std::int64_t i = 0; i < channels / heads / 4; ++i)
        sum += std::pow(10000.0, -2.0 * double(i) / (double(channels) / 4));
    return 12.0 / (double(stride) * stride * sum);
}

void addResampler(TensorMap &tensors, const ProjectorConfig &config, std::int64_t channels, at::Generator &generator,
                  const ProjectorInit &options)
{
    const std::string scope = "qmop.resampler.";
    const std::int64_t heads = config.resamplerHeads;
    tensors[scope + "query"] = at::randn({config.budget, channels}, generator) * 0.02;
    // Normalised contents have the positions' size; next to them places would
    // not decide. The norms begin small, the value map makes good for it.
    const double gain = options.resamplerNearPooling ? 0.125 : 1.0;
    addNorm(tensors, scope + "query_norm", channels, gain);
    addNorm(tensors, scope + "row_norm", channels, gain);
    for (const char *name : {"query", "key", "value", "output"})
        addMatrix(tensors, scope + name + "_projection", channels, channels,
                  options.resamplerNearPooling ? 0.02 : 1.0 / std::sqrt(3.0 * double(channels)), generator);
    if (!options.resamplerNearPooling)
        return;
    const double scale = std::sqrt(peakedness(channels, heads, config.stride) * std::sqrt(double(channels / heads)));
    const at::Tensor selector = positionSelector(channels, heads);
    tensors[scope + "query_projection.weight"] += scale * selector;
    tensors[scope + "key_projection.weight"] += scale * selector;
    const double passing = std::sqrt(options.rowScale / gain);
    tensors[scope + "value_projection.weight"] = passing * at::eye(channels);
    tensors[scope + "output_projection.weight"] = passing * at::eye(channels);
}

} // namespace

TensorMap initBranches(const ProjectorConfig &config, int channels, int textChannels, int gridSide,
                       at::Generator generator, const ProjectorInit &options)
{
    const std::int64_t patches = std::int64_t(gridSide) * gridSide;
    if (std::int64_t(config.budget) * config.stride * config.stride != patches || channels % config.resamplerHeads != 0)
        throw Error(ErrorCode::InvalidArgument,
                    "budget " + std::to_string(config.budget) + " and stride " + std::to_string(config.stride)
                        + " do not fit a grid of side " + std::to_string(gridSide) + " with " + std::to_string(channels)
                        + " channels",
                    "choose budget * stride^2 = patches, and heads that divide the channels");
    TensorMap tensors;
    tensors["qmop.pooling.query"] = at::zeros({config.budget, channels});
    addMatrix(tensors, "qmop.pooling.key", channels, channels, 0.02, generator);
    tensors["qmop.pooling.value.weight"] = at::eye(channels);
    tensors["qmop.pooling.value.bias"] = at::zeros({channels});
    addResampler(tensors, config, channels, generator, options);
    const std::int64_t features = std::int64_t(channels) + textChannels;
    addMatrix(tensors, "qmop.router.linear_1", config.routerHidden, features, 1.0 / std::sqrt(3.0 * double(features)),
              generator);
    tensors["qmop.router.linear_2.weight"] = at::zeros({std::int64_t(branchCount), config.routerHidden});
    tensors["qmop.router.linear_2.bias"] = at::zeros({std::int64_t(branchCount)});
    return tensors;
}

TensorMap initProjectorMlp(int channels, int decoderWidth, at::Generator generator)
{
    TensorMap tensors;
    addMatrix(tensors, "multi_modal_projector.linear_1", decoderWidth, channels,
              1.0 / std::sqrt(3.0 * double(channels)), generator);
    addMatrix(tensors, "multi_modal_projector.linear_2", decoderWidth, decoderWidth,
              1.0 / std::sqrt(3.0 * double(decoderWidth)), generator);
    return tensors;
}

TensorMap initProjector(const ProjectorConfig &config, int channels, int textChannels, int decoderWidth, int gridSide,
                        at::Generator generator, const ProjectorInit &options)
{
    TensorMap tensors = initBranches(config, channels, textChannels, gridSide, generator, options);
    tensors.merge(initProjectorMlp(channels, decoderWidth, generator));
    return tensors;
}

} // namespace qmop
