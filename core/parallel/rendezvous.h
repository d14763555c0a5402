// SPDX-License-Identifier: GPL-3.0-or-later
//
// How processes find their neighbours in the ring: each leaves its address in
// c10d's TCPStore, which rank 0 serves at MASTER_ADDR:MASTER_PORT.
#pragma once

#include "core/parallel/parallel_module.h"
#include "core/parallel/tcp_ring.h"

namespace qmop::parallel {

// Throws as ParallelModule::join does.
Neighbours meet(const Meeting &meeting);

} // namespace qmop::parallel
