// SPDX-License-Identifier: GPL-3.0-or-later
//
// The two ends of the scale: all patches, and none.
#pragma once

#include "models/compressors/compressor.h"

namespace qmop {

// "none": all N rows through the MLP, as LLaVA does. Provenance is the identity.
class Uncompressed : public Compressor {
public:
    explicit Uncompressed(WeightScope weights);

    bool readsQuestion() const override { return false; }
    CompressedTokens compress(const CompressorInput &input, const CompressorOptions &options,
                              const PartObserver &observer) const override;

private:
    WeightScope m_weights;
};

// "blind": no visual tokens at all: what the question alone gives away.
class Blind : public Compressor {
public:
    Blind(int patches, int decoderWidth);

    bool readsPicture() const override { return false; }
    bool readsQuestion() const override { return false; }
    CompressedTokens compress(const CompressorInput &input, const CompressorOptions &options,
                              const PartObserver &observer) const override;

private:
    int m_patches;
    int m_decoderWidth;
};

} // namespace qmop
