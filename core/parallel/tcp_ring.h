// SPDX-License-Identifier: GPL-3.0-or-later
//
// All-reduce over TCP, in a ring (Patarasuk and Yuan 2009): each process sends
// to the next and receives from the one before, 2 (n - 1) / n times the values.
#pragma once

#include "core/parallel/socket.h"
#include "core/train/process_group.h"

#include <cstddef>

namespace qmop::parallel {

struct Neighbours {
    Socket next, previous; // to rank + 1 and from rank - 1; none of a process alone
};

class TcpRing : public train::ProcessGroup {
public:
    TcpRing(int rank, int size, Neighbours neighbours);

    int rank() const override { return m_rank; }
    int size() const override { return m_size; }
    void allReduce(std::span<float> values) override;
    void allReduce(std::span<double> values) override;
    void check() override;

private:
    template<typename T> void reduce(std::span<T> values);
    // Sends to the next process and receives from the one before at the same time.
    void exchange(const void *out, std::size_t outBytes, void *in, std::size_t inBytes);
    [[noreturn]] void lost(bool next) const;

    int m_rank, m_size;
    Neighbours m_neighbours;
};

} // namespace qmop::parallel
