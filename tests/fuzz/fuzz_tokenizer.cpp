// SPDX-License-Identifier: GPL-3.0-or-later
//
// A tokenizer.json, a zero byte, and a text to encode with it (without a zero
// byte: a fixed text). Lower case and byte pairs must not lose anything.
#include "models/tokenizer/tokenizer.h"
#include "qmop/error.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view input(reinterpret_cast<const char *>(data), size);
    const std::size_t zero = input.find('\0');
    const std::string_view text
        = zero == std::string_view::npos ? "Is it the DOG's 3rd <s> toy?" : input.substr(zero + 1);
    try {
        const auto tokenizer = qmop::Tokenizer::fromJson(input.substr(0, zero), "fuzz");
        for (bool parseSpecial : {false, true})
            for (int id : tokenizer.encode(text, parseSpecial))
                if (id < 0 || id >= tokenizer.vocabSize())
                    std::abort();
        tokenizer.decode(tokenizer.encode(text));
    } catch (const qmop::Error &) {
    }
    return 0;
}
