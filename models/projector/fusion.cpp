// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projector/fusion.h"

#include "models/projector/precision.h"
#include "qmop/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

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

Selection selectBranches(const PerBranch<float> &alpha, FusionMode mode, double threshold, const PerBranch<bool> &off)
{
    // Below every weight, so that no mode prefers a branch that is off.
    PerBranch<float> weights = alpha;
    for (Branch branch : allBranches)
        if (off[branch])
            weights[branch] = -1;
    Selection selection;
    switch (mode) {
    case FusionMode::Soft:
        selection.active.values.fill(true);
        break;
    case FusionMode::Threshold:
        for (Branch branch : allBranches)
            selection.active[branch] = double(weights[branch]) >= threshold;
        selection.active[highest(weights)] = true;
        break;
    case FusionMode::Top2: {
        selection.active.values.fill(true);
        // The lowest leaves; of equal ones the last.
        Branch lowest = Branch::Pool;
        for (Branch branch : allBranches)
            lowest = weights[branch] <= weights[lowest] ? branch : lowest;
        selection.active[lowest] = false;
        break;
    }
    }
    double sum = 0;
    for (Branch branch : allBranches) {
        selection.active[branch] = selection.active[branch] && !off[branch];
        sum += selection.active[branch] ? double(alpha[branch]) : 0.0;
    }
    // With branches off, those left may have weights that were rounded to 0.
    const auto left = double(std::count(selection.active.values.begin(), selection.active.values.end(), true));
    for (Branch branch : allBranches)
        if (selection.active[branch])
            selection.weights[branch] = sum > 0 ? float(double(alpha[branch]) / sum) : float(1 / left);
    return selection;
}

Selection givenWeights(const PerBranch<double> &weights, const PerBranch<bool> &off)
{
    double sum = 0;
    for (Branch branch : allBranches)
        sum += off[branch] ? 0.0 : weights[branch];
    const double scale = std::abs(sum - 1) <= 1e-6 ? 1.0 : sum;
    Selection selection;
    for (Branch branch : allBranches) {
        const float weight = off[branch] ? 0.0F : float(weights[branch] / scale);
        selection.weights[branch] = weight;
        selection.active[branch] = weight > 0;
    }
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
