// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/error.h"

#include <array>

namespace qmop {

namespace {

struct CodeEntry {
    const char *key;
    int exitCode;
};

// Indexed by ErrorCode. Exit codes are a documented interface: append, never
// renumber. 130 follows the shell's convention for Ctrl+C.
constexpr std::array<CodeEntry, 12> entries{{
    {"invalid-argument", 2},
    {"image-unreadable", 3},
    {"image-too-large", 4},
    {"invalid-question", 5},
    {"invalid-model", 6},
    {"invalid-suite", 7},
    {"invalid-recipe", 8},
    {"out-of-memory", 9},
    {"output-failed", 10},
    {"cancelled", 130},
    {"internal", 70},
    {"invalid-session", 11},
}};

}

const char *errorKey(ErrorCode code)
{
    return entries[std::size_t(code)].key;
}

int exitCode(ErrorCode code)
{
    return entries[std::size_t(code)].exitCode;
}

} // namespace qmop
