// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/decode_session.h"

#include <ATen/ATen.h>

namespace qmop {
namespace {

// Logits of the last position as host floats.
std::vector<float> lastLogits(const WeightScope &language, const DecoderConfig &config, const at::Tensor &hidden)
{
    const at::Tensor last = hidden.narrow(1, hidden.size(1) - 1, 1);
    const at::Tensor logits = decoderLogits(language, config, last).flatten().to(at::kCPU, at::kFloat).contiguous();
    const float *data = logits.data_ptr<float>();
    return {data, data + logits.numel()};
}

} // namespace

at::Tensor embedIds(const WeightScope &language, const std::vector<int> &ids)
{
    const std::vector<std::int64_t> wide(ids.begin(), ids.end());
    return embedTokens(language, at::tensor(at::ArrayRef<std::int64_t>(wide), at::kLong).unsqueeze(0));
}

at::Tensor embedPrompt(const WeightScope &language, const PromptIds &prompt, const at::Tensor &visual)
{
    const std::int64_t batch = visual.size(0);
    std::vector<int> behind = prompt.question;
    behind.insert(behind.end(), prompt.after.begin(), prompt.after.end());
    const at::Tensor before = embedIds(language, prompt.before).expand({batch, -1, -1});
    const at::Tensor rows = visual.to(before.options());
    if (behind.empty())
        return at::cat({before, rows}, 1);
    return at::cat({before, rows, embedIds(language, behind).expand({batch, -1, -1})}, 1);
}

DecodeSession::DecodeSession(const DecodeJob &job, int room, AttentionObserver observe)
    : m_job(job)
    , m_language(job.variant->root() / "language_model")
    , m_observe(std::move(observe))
{
    const DecoderConfig &config = job.variant->config.decoder;
    const at::Tensor prompt = embedPrompt(m_language, job.prompt, job.visual);
    m_promptLength = prompt.size(1);
    m_cache = makeKvCache(config, 1, m_promptLength + room, prompt.options());
    int layer = 0;
    const at::Tensor hidden = decoderForward(
        m_language, config, prompt, m_cache, [&] { m_job.onPrefill(layer++, config.layers); }, m_observe);
    m_promptLogits = lastLogits(m_language, config, hidden);
    m_logits = m_promptLogits;
}

void DecodeSession::feed(int id)
{
    const DecoderConfig &config = m_job.variant->config.decoder;
    m_logits
        = lastLogits(m_language, config,
                     decoderForward(m_language, config, embedIds(m_language, {id}), m_cache, m_job.onStep, m_observe));
}

void DecodeSession::rewind()
{
    m_cache.length = m_promptLength;
    m_logits = m_promptLogits;
}

} // namespace qmop
