// SPDX-License-Identifier: GPL-3.0-or-later
//
// How long a row of runs will still take, as far as can be told from those done.
#pragma once

#include <QElapsedTimer>
#include <QString>

#include <optional>

namespace qmop {

// Seconds that `total - done` take if each takes as long as the `done` have taken
// since `clock` was started; not set before the first.
std::optional<double> secondsLeft(const QElapsedTimer &clock, int done, int total);

// "about 3 min left", "about 40 s left"; empty where nothing can be told.
QString timeLeftText(std::optional<double> seconds);

} // namespace qmop
