// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/fusion.h"

#include "models/projector/precision.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qmop {
namespace {

Branch highest(const PerBranch<float> &alpha)
{
    return Branch(std::max_element(alpha.values.begin(), alpha.values.end()) - alpha.values.begin());
}

// Rows that take no part may be undefined, or hold anything at all: 0 * NaN
// would spread. In training every weight is positive and carries a gradient.
bool takesPart(const at::Tensor &rows, const at::Tensor &weight)
{
    return rows.defined() && (weight.requires_grad() || (weight != 0).any().item<bool>());
}

} // namespace

Selection selectBranches(const PerBranch<float> &alpha, FusionMode mode, double threshold)
{
    Selection selection;
    switch (mode) {
    case FusionMode::Soft:
        selection.active.values.fill(true);
        break;
    case FusionMode::Threshold:
        for (Branch branch : allBranches)
            selection.active[branch] = double(alpha[branch]) >= threshold;
        selection.active[highest(alpha)] = true;
        break;
    case FusionMode::Top2: {
        selection.active.values.fill(true);
        // The lowest leaves; of equal ones the last.
        Branch lowest = Branch::Pool;
        for (Branch branch : allBranches)
            lowest = alpha[branch] <= alpha[lowest] ? branch : lowest;
        selection.active[lowest] = false;
        break;
    }
    }
    double sum = 0;
    for (Branch branch : allBranches)
        sum += selection.active[branch] ? double(alpha[branch]) : 0.0;
    for (Branch branch : allBranches)
        selection.weights[branch] = selection.active[branch] ? float(double(alpha[branch]) / sum) : 0.0F;
    return selection;
}

at::Tensor fuseBranches(const PerBranch<at::Tensor> &rows, const at::Tensor &alpha)
{
    at::Tensor sum;
    at::ScalarType type = at::kHalf;
    for (Branch branch : allBranches) {
        const at::Tensor weight = alpha.select(1, std::int64_t(branch));
        if (!takesPart(rows[branch], weight))
            continue;
        type = sum.defined() ? at::promote_types(type, rows[branch].scalar_type()) : rows[branch].scalar_type();
        const at::Tensor term = widened(rows[branch]) * weight.view({-1, 1, 1});
        sum = sum.defined() ? sum + term : term;
    }
    if (!sum.defined())
        throw Error(ErrorCode::Internal, "fusion got no active branch");
    return sum.to(type);
}

} // namespace qmop
