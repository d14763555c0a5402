// SPDX-License-Identifier: GPL-3.0-or-later
//
// What qmop-parallel.so offers to `qmop train`.
#pragma once

#include "core/train/process_group.h"

#include <memory>
#include <string>

namespace qmop {

// Where the processes of a run meet, as torchrun's environment variables say it.
struct Meeting {
    int rank = 0; // RANK
    int size = 1; // WORLD_SIZE
    std::string address; // MASTER_ADDR: host of rank 0
    int port = 0; // MASTER_PORT
};

struct ParallelModule {
    // Waits, ten minutes at most, until all processes are there. Throws Error{InvalidArgument} naming address
    // and port where they do not meet.
    std::unique_ptr<train::ProcessGroup> (*join)(const Meeting &meeting);
};

} // namespace qmop

extern "C" const qmop::ParallelModule *qmopParallelModule();
