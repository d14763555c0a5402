// SPDX-License-Identifier: GPL-3.0-or-later
//
// One prompt with its visual tokens in the decoder's cache: fed token by token,
// and rewound to ask for another continuation without reading the picture again.
#pragma once

#include "core/pipeline/stages.h"
#include "models/llama/decoder.h"

#include <vector>

namespace qmop {

// Embedded rows of token ids. [1, L, D]
at::Tensor embedIds(const WeightScope &language, const std::vector<int> &ids);

// [before, visual, question, after] for B sets of visual tokens. visual [B, M, D] -> [B, L, D]
at::Tensor embedPrompt(const WeightScope &language, const PromptIds &prompt, const at::Tensor &visual);

class DecodeSession {
public:
    // Reads the prompt. At most `room` tokens can be fed behind it.
    // `observe` sees every pass, the prompt's too.
    DecodeSession(const DecodeJob &job, int room, AttentionObserver observe = {});

    // Of the last position read: what comes next. [vocabulary]
    const std::vector<float> &logits() const { return m_logits; }
    // job.onStep is asked before each layer.
    void feed(int id);
    // Back to the prompt's end.
    void rewind();
    void stopObserving() { m_observe = {}; }

    std::int64_t cacheBytes() const { return m_cache.bytes(); }

private:
    const DecodeJob &m_job;
    WeightScope m_language;
    AttentionObserver m_observe;
    KvCache m_cache;
    std::int64_t m_promptLength = 0;
    std::vector<float> m_promptLogits;
    std::vector<float> m_logits;
};

} // namespace qmop
