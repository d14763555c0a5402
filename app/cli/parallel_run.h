// SPDX-License-Identifier: GPL-3.0-or-later
//
// `qmop train` as one of several processes, as torchrun and Slurm start them.
#pragma once

#include "core/train/process_group.h"

#include <memory>

namespace qmop {

struct ParallelRun {
    std::unique_ptr<train::ProcessGroup> group; // null: this process trains alone
};

// From RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT; alone where neither of the first two is set. Loads
// qmop-parallel.so and waits for the others. Throws Error{InvalidArgument} naming the variable that is missing
// or wrong, and as ParallelModule::join does.
ParallelRun parallelRunFromEnvironment();

} // namespace qmop
