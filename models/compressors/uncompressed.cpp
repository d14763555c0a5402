// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/compressors/uncompressed.h"

#include "models/projector/projector_mlp.h"

#include <ATen/ATen.h>

#include <utility>

namespace qmop {

Uncompressed::Uncompressed(WeightScope weights)
    : m_weights(std::move(weights))
{
}

CompressedTokens Uncompressed::compress(const CompressorInput &input, const CompressorOptions &,
                                        const PartObserver &observer) const
{
    if (observer)
        observer("project");
    CompressedTokens tokens;
    tokens.rows = projectorMlp(m_weights / "multi_modal_projector", input.rows);
    tokens.provenance = at::eye(input.rows.size(1), at::kFloat);
    return tokens;
}

Blind::Blind(int patches, int decoderWidth)
    : m_patches(patches)
    , m_decoderWidth(decoderWidth)
{
}

CompressedTokens Blind::compress(const CompressorInput &, const CompressorOptions &, const PartObserver &) const
{
    CompressedTokens tokens;
    tokens.rows = at::empty({1, 0, m_decoderWidth});
    tokens.provenance = at::empty({0, m_patches});
    return tokens;
}

} // namespace qmop
