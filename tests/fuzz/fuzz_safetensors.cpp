// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whatever is accepted must describe bytes inside the file.
#include "models/checkpoint/safetensors_format.h"
#include "qmop/error.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    try {
        const auto header = qmop::parseSafetensors(std::as_bytes(std::span(data, size)), "fuzz");
        for (const auto &[name, entry] : header.entries)
            if (entry.begin > size || entry.bytes > size - entry.begin)
                std::abort();
    } catch (const qmop::Error &) {
    }
    return 0;
}
