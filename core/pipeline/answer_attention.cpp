// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/answer_attention.h"

#include "models/llama/decoder_ops.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

namespace qmop {

void checkAttention(const AttentionChoice &choice, const DecoderConfig &config)
{
    if (choice.layer < -config.layers || choice.layer >= config.layers)
        throw Error(ErrorCode::InvalidArgument, "the decoder has no layer " + std::to_string(choice.layer),
                    "its layers are 0 to " + std::to_string(config.layers - 1) + "; -1 is the last");
    if (choice.head < -1 || choice.head >= config.heads)
        throw Error(ErrorCode::InvalidArgument, "the decoder has no attention head " + std::to_string(choice.head),
                    "its heads are 0 to " + std::to_string(config.heads - 1) + "; -1 is the mean over all");
}

AnswerAttentionRecorder::AnswerAttentionRecorder(const AttentionChoice &choice, const DecoderConfig &config,
                                                 int firstVisual, int visualTokens)
    : m_firstVisual(firstVisual)
{
    checkAttention(choice, config);
    m_attention.layer = choice.layer < 0 ? config.layers + choice.layer : choice.layer;
    m_attention.layers = config.layers;
    m_attention.head = choice.head;
    m_attention.heads = config.heads;
    m_attention.visualTokens = visualTokens;
}

AttentionObserver AnswerAttentionRecorder::observer()
{
    return [this](int layer, const at::Tensor &query, const at::Tensor &key) {
        if (layer != m_attention.layer)
            return;
        const at::Tensor weights = lastRowAttention(query, key)[0]; // [heads, T]
        const at::Tensor row = (m_attention.head < 0 ? weights.mean(0) : weights[m_attention.head])
                                   .narrow(0, m_firstVisual, m_attention.visualTokens)
                                   .to(at::kFloat)
                                   .contiguous();
        const float *data = row.data_ptr<float>();
        m_last.assign(data, data + row.numel());
    };
}

void AnswerAttentionRecorder::keep()
{
    m_attention.weights.insert(m_attention.weights.end(), m_last.begin(), m_last.end());
    ++m_attention.answerTokens;
}

} // namespace qmop
