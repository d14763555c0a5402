// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parallel/parallel_module.h"

#include "core/parallel/rendezvous.h"
#include "core/parallel/tcp_ring.h"

namespace qmop {

namespace {

std::unique_ptr<train::ProcessGroup> join(const Meeting &meeting)
{
    return std::make_unique<parallel::TcpRing>(meeting.rank, meeting.size, parallel::meet(meeting));
}

constexpr ParallelModule module{join};

}

} // namespace qmop

extern "C" __attribute__((visibility("default"))) const qmop::ParallelModule *qmopParallelModule()
{
    return &qmop::module;
}
