// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/answer_attention.h"
#include "core/pipeline/answer_score.h"
#include "core/pipeline/decode_session.h"
#include "core/pipeline/greedy_token.h"
#include "core/pipeline/stages.h"
#include "qmop/sha256.h"

#include <algorithm>
#include <chrono>

namespace qmop {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace

DecodeResult decodeAnswer(const DecodeJob &job)
{
    // The last answer token is never fed back.
    std::optional<AnswerAttentionRecorder> recorder;
    if (job.attention)
        recorder.emplace(*job.attention, job.variant->config.decoder, int(job.prompt.before.size()),
                         int(job.visual.size(1)));
    DecodeSession session(job, std::max(job.config.maxNewTokens - 1, job.target ? job.target->fed() : 0),
                          recorder ? recorder->observer() : AttentionObserver());
    DecodeResult result;
    result.kvBytes = session.cacheBytes();
    if (job.onPrompt)
        job.onPrompt();

    const int endToken = job.variant->config.decoder.eosToken;
    const auto decoding = Clock::now();
    Sha256 hash;
    std::vector<int> ids;
    for (;;) {
        const std::vector<float> &logits = session.logits();
        hash.update(logits.data(), logits.size() * sizeof(float));
        const GreedyToken chosen = chooseGreedily(logits, job.config.topK);
        result.answer.logProbability += chosen.logProbability;
        ++result.steps;
        if (chosen.id == endToken) {
            result.answer.complete = true;
            break;
        }
        if (recorder)
            recorder->keep(); // the row that was read last chose this token
        ids.push_back(chosen.id);
        result.answer.tokens.push_back(describeToken(chosen, *job.tokenizer));
        result.answer.text = job.tokenizer->decode(ids);
        job.onToken(result.answer.text, result.answer.tokens.back());
        if (int(ids.size()) >= job.config.maxNewTokens)
            break;
        job.onStep();
        session.feed(chosen.id);
    }
    result.answer.logitsSha256 = hash.hex();
    session.stopObserving();
    if (recorder)
        result.attention = recorder->attention();
    result.decodeSeconds = secondsSince(decoding);
    if (job.target)
        result.score = scoreAnswer(session, *job.tokenizer, endToken, *job.target);
    return result;
}

} // namespace qmop
