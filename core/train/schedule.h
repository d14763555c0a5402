// SPDX-License-Identifier: GPL-3.0-or-later
//
// What changes over a stage, as functions of the step alone (never of time).
#pragma once

#include <cstdint>

namespace qmop::train {

// How far a stage is: 0 at its first step, 1 at its last.
double stageFraction(std::int64_t step, std::int64_t steps);

// Factor on a learning rate: linear warm-up over the first `warmup` steps, then
// the cosine from 1 down to `floor` at the last step. In (0, 1].
double cosineFactor(std::int64_t step, std::int64_t steps, std::int64_t warmup, double floor);

// The same with a plateau at 1 that ends `decay` steps before the stage does, then
// a straight line down to `floor` at the last step. Until the decay begins it does
// not depend on `steps`: how long a run shall be may be decided while it runs.
double trapezoidFactor(std::int64_t step, std::int64_t steps, std::int64_t warmup, std::int64_t decay, double floor);

// from (to / from)^fraction; both positive.
double exponentialDecay(double from, double to, double fraction);

// from + (to - from) fraction.
double linearDecay(double from, double to, double fraction);

} // namespace qmop::train
