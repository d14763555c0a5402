// SPDX-License-Identifier: GPL-3.0-or-later
//
// The weighted sum of a step's losses, of this process alone or of a group.
#pragma once

#include "core/train/process_group.h"
#include "core/train/stage_task.h"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace qmop::train {

// Each loss is a mean over `count` rows (or the sum of their weights). In a group the mean over all processes'
// rows is wanted, so that a step is what one process with all pictures would do: each one's loss is scaled by its
// share of the rows. Every process adds the same losses in the same order; one without rows adds an undefined tensor.
class LossSum {
public:
    explicit LossSum(ProcessGroup *group)
        : m_group(group)
    {
    }

    void add(const char *name, double weight, const at::Tensor &loss, double count);

    // The sum to go backwards from; puts the means and their sum over all processes into the report. Summed
    // gradients of all processes are those of the whole.
    at::Tensor finish(StepReport &report) const;

private:
    struct Part {
        const char *name;
        double weight;
        at::Tensor loss;
        double count;
    };
    ProcessGroup *m_group;
    std::vector<Part> m_parts;
};

// Sums the gradients of all processes. Where no process has one there is none afterwards either.
void sumGradients(const TensorMap &trained, ProcessGroup &group);
// Gives all processes the values of the first.
void shareWeights(const TensorMap &tensors, ProcessGroup &group);

} // namespace qmop::train
