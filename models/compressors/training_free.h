// SPDX-License-Identifier: GPL-3.0-or-later
//
// Baselines without weights of their own: they choose or average patch rows and
// send them through the uncompressed model's MLP and decoder, which were not
// trained for it. What a trained compressor has to beat.
#pragma once

#include "models/compressors/compressor.h"

#include <cstdint>

namespace qmop {

// "avgpool": the N patch rows averaged over an h x h grid of cells, M = h^2, as
// adaptive average pooling cuts them (DeCo, arXiv 2405.20985): cell i covers rows
// floor(i S / h) ... ceil((i + 1) S / h) - 1 of S. A row of provenance is even over its cell.
class AveragePool : public Compressor {
public:
    explicit AveragePool(WeightScope weights);

    bool readsQuestion() const override { return false; }
    // Throws Error{InvalidArgument} where options.budget is no square number from 1 to N.
    CompressedTokens compress(const CompressorInput &input, const CompressorOptions &options,
                              const PartObserver &observer) const override;

private:
    WeightScope m_weights;
};

// "cls-prune": the M patches that the class token attends to most, in raster order
// (as FasterVLM and VisionZip rank them; here its attention in the last vision
// layer, mean of the heads). Ties go to the lower index; patches that show only
// padding are kept last.
class ClassPrune : public Compressor {
public:
    explicit ClassPrune(WeightScope weights);

    bool readsQuestion() const override { return false; }
    // Throws Error{InvalidArgument} where options.budget is not 1 ... N.
    CompressedTokens compress(const CompressorInput &input, const CompressorOptions &options,
                              const PartObserver &observer) const override;

private:
    WeightScope m_weights;
};

// [h^2, side^2] float32, rows sum to 1: the cells of AveragePool.
at::Tensor averagingCells(std::int64_t side, std::int64_t h);

// The patches of ClassPrune: [B, M] int64, ascending. classAttention [B, N];
// padding [B, N] bool or undefined.
at::Tensor mostAttended(const at::Tensor &classAttention, const at::Tensor &padding, std::int64_t budget);

} // namespace qmop
