// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/compressors/compressor.h"

#include "models/compressors/qmop_compressor.h"
#include "models/compressors/training_free.h"
#include "models/compressors/uncompressed.h"
#include "qmop/error.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace qmop {

bool needsQmop(std::string_view id)
{
    if (id == "qmop" || branchFromKey(id))
        return true;
    if (id == "none" || id == "blind" || id == "avgpool" || id == "cls-prune")
        return false;
    throw Error(ErrorCode::InvalidArgument, "there is no compressor called \"" + std::string(id) + "\"",
                "choose none, qmop, pool, resample, prune, avgpool, cls-prune or blind");
}

at::Tensor Compressor::withKept(const CompressorInput &, const CompressedTokens &, const at::Tensor &) const
{
    throw Error(ErrorCode::InvalidArgument, "this compressor drops no patches by score", "choose qmop or prune");
}

std::unique_ptr<Compressor> makeCompressor(std::string_view id, const WeightScope &weights, const ModelConfig &config)
{
    if (needsQmop(id)) {
        if (!config.qmop)
            throw Error(ErrorCode::InvalidModel, config.name + " holds no trained QMoP",
                        "choose the compressor none, or a model with a QMoP");
        return std::make_unique<QmopCompressor>(weights, *config.qmop, branchFromKey(id));
    }
    if (id == "none")
        return std::make_unique<Uncompressed>(weights);
    if (id == "avgpool")
        return std::make_unique<AveragePool>(weights);
    if (id == "cls-prune")
        return std::make_unique<ClassPrune>(weights);
    return std::make_unique<Blind>(config.vision.patchCount(), config.decoder.hiddenSize);
}

} // namespace qmop
