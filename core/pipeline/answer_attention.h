// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which visual tokens the decoder's rows attended to as they chose the answer.
// Watches the forward passes of decoding; changes nothing in them.
#pragma once

#include "models/llama/decoder.h"
#include "qmop/run_trace.h"

#include <vector>

namespace qmop {

// Throws Error{InvalidArgument} for a layer or head that the decoder does not have.
void checkAttention(const AttentionChoice &choice, const DecoderConfig &config);

class AnswerAttentionRecorder {
public:
    // Visual tokens stand at `firstVisual` ... in the sequence.
    AnswerAttentionRecorder(const AttentionChoice &choice, const DecoderConfig &config, int firstVisual,
                            int visualTokens);

    // For decoderForward(): reads the last row of the chosen layer.
    AttentionObserver observer();
    // The row that was read last chose a token of the answer.
    void keep();
    const AnswerAttention &attention() const { return m_attention; }

private:
    int m_firstVisual;
    std::vector<float> m_last; // [M], of the pass before
    AnswerAttention m_attention;
};

} // namespace qmop
