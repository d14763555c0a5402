// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/warm_up.h"

#include "core/pipeline/decode_session.h"

#include <ATen/ATen.h>

namespace qmop {

void warmUp(const ModelVariant &variant, const std::function<void()> &poll)
{
    const DecoderConfig &decoder = variant.config.decoder;
    DecodeJob job;
    job.variant = &variant;
    job.prompt.before = {decoder.bosToken};
    job.visual = at::zeros({1, 0, decoder.hiddenSize});
    job.onPrefill = [&poll](int, int) { poll(); };
    job.onStep = poll;
    DecodeSession(job, 1).feed(decoder.bosToken);
}

} // namespace qmop
