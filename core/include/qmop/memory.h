// SPDX-License-Identifier: GPL-3.0-or-later
//
// The system's memory, in bytes; 0 where the system does not say.
#pragma once

#include <cstdint>

namespace qmop {

struct SystemMemory {
    std::uint64_t total = 0;
    std::uint64_t available = 0; // to new allocations without swapping
};

SystemMemory systemMemory();

// Gives freed memory that the allocator keeps for later back to the system.
void returnFreedMemory();

} // namespace qmop
