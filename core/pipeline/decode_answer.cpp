// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/greedy_token.h"
#include "core/pipeline/stages.h"
#include "models/llama/decoder.h"
#include "qmop/sha256.h"

#include <ATen/ATen.h>

#include <chrono>

namespace qmop {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

at::Tensor embed(const WeightScope &language, const std::vector<int> &ids)
{
    const std::vector<std::int64_t> wide(ids.begin(), ids.end());
    return embedTokens(language, at::tensor(at::ArrayRef<std::int64_t>(wide), at::kLong).unsqueeze(0));
}

at::Tensor embedPrompt(const WeightScope &language, const DecodeJob &job)
{
    std::vector<int> behind = job.prompt.question;
    behind.insert(behind.end(), job.prompt.after.begin(), job.prompt.after.end());
    const at::Tensor before = embed(language, job.prompt.before);
    const at::Tensor visual = job.visual.to(before.options());
    return behind.empty() ? at::cat({before, visual}, 1) : at::cat({before, visual, embed(language, behind)}, 1);
}

// Logits of the last position as host floats.
std::vector<float> lastLogits(const WeightScope &language, const DecoderConfig &config, const at::Tensor &hidden)
{
    const at::Tensor last = hidden.narrow(1, hidden.size(1) - 1, 1);
    const at::Tensor logits = decoderLogits(language, config, last).flatten().to(at::kCPU, at::kFloat).contiguous();
    const float *data = logits.data_ptr<float>();
    return {data, data + logits.numel()};
}

} // namespace

DecodeResult decodeAnswer(const DecodeJob &job)
{
    const DecoderConfig &config = job.variant->config.decoder;
    const WeightScope language = job.variant->root() / "language_model";
    const auto start = Clock::now();
    const at::Tensor prompt = embedPrompt(language, job);
    // The last answer token is never fed back.
    KvCache cache = makeKvCache(config, 1, prompt.size(1) + job.config.maxNewTokens - 1, prompt.options());

    DecodeResult result;
    result.kvBytes = cache.bytes();
    int layer = 0;
    at::Tensor hidden = decoderForward(language, config, prompt, cache, [&] { job.onPrefill(layer++, config.layers); });
    std::vector<float> logits = lastLogits(language, config, hidden);
    result.prefillSeconds = secondsSince(start);

    const auto decoding = Clock::now();
    Sha256 hash;
    std::vector<int> ids;
    for (;;) {
        hash.update(logits.data(), logits.size() * sizeof(float));
        const GreedyToken chosen = chooseGreedily(logits, job.config.topK);
        result.answer.logProbability += chosen.logProbability;
        ++result.steps;
        if (chosen.id == config.eosToken) {
            result.answer.complete = true;
            break;
        }
        ids.push_back(chosen.id);
        result.answer.tokens.push_back(describeToken(chosen, *job.tokenizer));
        result.answer.text = job.tokenizer->decode(ids);
        job.onToken(result.answer.text, result.answer.tokens.back());
        if (int(ids.size()) >= job.config.maxNewTokens)
            break;
        job.onStep();
        hidden = decoderForward(language, config, embed(language, {chosen.id}), cache, job.onStep);
        logits = lastLogits(language, config, hidden);
    }
    result.answer.logitsSha256 = hash.hex();
    result.decodeSeconds = secondsSince(decoding);
    return result;
}

} // namespace qmop
