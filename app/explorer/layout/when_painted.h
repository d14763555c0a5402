// SPDX-License-Identifier: GPL-3.0-or-later
//
// What may wait until people see a window, so that it does not hold the window
// back. A timer of 0 ms is too early: it fires before the first paint.
#pragma once

#include <functional>

class QWidget;

namespace qmop {

// Calls `then` once from the event loop, after `window` (a top-level widget that
// is being shown) was painted for the first time; never if it is destroyed before.
void whenPainted(QWidget &window, std::function<void()> then);

} // namespace qmop
