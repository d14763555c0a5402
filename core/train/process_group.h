// SPDX-License-Identifier: GPL-3.0-or-later
//
// Several processes that train one model together: each takes its share of every
// step's pictures, gradients are summed. How they speak with one another is
// behind this interface (core/parallel), so that the trainer opens no socket.
#pragma once

#include <span>

namespace qmop::train {

class ProcessGroup {
public:
    virtual ~ProcessGroup() = default;

    virtual int rank() const = 0; // 0 ... size() - 1; 0 writes log and checkpoints
    virtual int size() const = 0;

    // The sum over all processes, in place; all call it with as many values. Every process gets the same bits,
    // and the order of the sum depends on nothing but size(). Throws Error{Cancelled} naming the process that is gone.
    virtual void allReduce(std::span<float> values) = 0;
    virtual void allReduce(std::span<double> values) = 0;

    // Throws where a neighbour has ended; takes no time.
    virtual void check() = 0;
};

} // namespace qmop::train
