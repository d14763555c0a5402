// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/compute_type.h"

namespace qmop {

bool multipliesBfloat16()
{
#if defined(__x86_64__)
    // Every CPU with AMX has AVX-512-BF16 too; the builtin also asks whether the
    // system saves these registers.
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

bool multipliesBfloat16Tiles()
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("amx-bf16");
#else
    return false;
#endif
}

} // namespace qmop
