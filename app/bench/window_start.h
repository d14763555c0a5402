// SPDX-License-Identifier: GPL-3.0-or-later
//
// From starting the explorer's process to its painted window, beside a program
// that shows an empty one. The engine is not part of it: it loads afterwards.
#pragma once

#include "app/bench/bench_suite.h"

namespace qmop::bench {

// Runs qmop-explorer and qmop-empty-window, which lie beside this program, on
// Qt's offscreen platform: no display is needed. The bench throws Error{Internal}
// where one of them cannot run.
void addWindowStart(BenchSuite &suite);

} // namespace qmop::bench
