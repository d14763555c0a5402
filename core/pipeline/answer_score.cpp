// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/answer_score.h"

#include "core/pipeline/greedy_token.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qmop {

TargetIds resolveTarget(const Tokenizer &tokenizer, const ScoreTarget &target)
{
    TargetIds resolved{target.tokens, target.text, target.withEnd, true};
    if (target.tokens.empty()) {
        resolved.ids = tokenizer.encode(target.text);
    } else {
        const int size = tokenizer.vocabSize();
        for (int id : target.tokens)
            if (id < 0 || id >= size)
                throw Error(ErrorCode::InvalidArgument,
                            "the vocabulary has no token " + std::to_string(id) + ", only 0 to "
                                + std::to_string(size - 1),
                            "score tokens that this model wrote");
        if (resolved.text.empty())
            resolved.text = tokenizer.decode(resolved.ids);
        resolved.textSuffices = tokenizer.encode(resolved.text) == resolved.ids;
    }
    if (resolved.steps() == 0)
        throw Error(ErrorCode::InvalidArgument, "the answer to be scored is empty", "type an answer");
    return resolved;
}

AnswerScore scoreAnswer(DecodeSession &session, const Tokenizer &tokenizer, int endToken, const TargetIds &target)
{
    AnswerScore score;
    score.text = target.text;
    score.withEnd = target.withEnd;
    score.textSuffices = target.textSuffices;
    session.rewind();
    for (int i = 0; i < target.steps(); ++i) {
        if (i > 0)
            session.feed(target.ids[std::size_t(i) - 1]);
        const bool end = i == int(target.ids.size());
        const int id = end ? endToken : target.ids[std::size_t(i)];
        score.tokens.push_back(
            {id, end ? std::string() : tokenizer.tokenText(id), logProbabilityOf(session.logits(), id)});
        score.logProbability += score.tokens.back().logProbability;
    }
    session.rewind();
    return score;
}

std::vector<double> scoreBatch(const DecodeJob &job, const at::Tensor &visual, const TargetIds &target,
                               const std::function<void()> &poll)
{
    const DecoderConfig &config = job.variant->config.decoder;
    const WeightScope language = job.variant->root() / "language_model";
    at::Tensor sequence = embedPrompt(language, job.prompt, visual);
    const std::int64_t first = sequence.size(1) - 1; // its logits predict the first answer token
    if (target.fed() > 0) {
        const std::vector<int> fed(target.ids.begin(), target.ids.begin() + target.fed());
        sequence = at::cat({sequence, embedIds(language, fed).expand({visual.size(0), -1, -1})}, 1);
    }
    KvCache cache = makeKvCache(config, visual.size(0), sequence.size(1), sequence.options());
    const at::Tensor hidden = decoderForward(language, config, sequence, cache, poll);
    const at::Tensor logits = decoderLogits(language, config, hidden.narrow(1, first, target.steps()));
    std::vector<std::int64_t> wanted(target.ids.begin(), target.ids.end());
    if (target.withEnd)
        wanted.push_back(config.eosToken);
    const at::Tensor index
        = at::tensor(at::ArrayRef<std::int64_t>(wanted), at::kLong).view({1, -1, 1}).expand({visual.size(0), -1, 1});
    const at::Tensor sums = at::log_softmax(logits.to(at::kDouble), -1).gather(2, index).sum({1, 2}).contiguous();
    const double *data = sums.data_ptr<double>();
    return {data, data + sums.numel()};
}

} // namespace qmop
