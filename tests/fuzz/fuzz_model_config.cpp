// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whatever is accepted must be safe to compute shapes with.
#include "models/checkpoint/model_config.h"
#include "qmop/error.h"

#include <cstddef>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    try {
        const auto config = qmop::parseModelConfig({reinterpret_cast<const char *>(data), size}, "fuzz");
        const auto &decoder = config.decoder;
        if (config.vision.patchCount() <= 0 || config.vision.hiddenSize % config.vision.heads != 0
            || decoder.heads % decoder.kvHeads != 0 || decoder.eosToken >= decoder.vocabSize)
            std::abort();
        if (config.qmop
            && config.qmop->budget * config.qmop->stride * config.qmop->stride != config.vision.patchCount())
            std::abort();
    } catch (const qmop::Error &) {
    }
    return 0;
}
