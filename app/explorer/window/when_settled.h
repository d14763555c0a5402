// SPDX-License-Identifier: GPL-3.0-or-later
//
// When a picture can be taken of the window: what it shows of files comes later than
// itself.
#pragma once

#include <functional>

namespace qmop {

class MainWindow;

// Calls `then` once from the event loop, when the window has been painted and all that
// it waits for beside its own thread has arrived and been laid out: pictures,
// thumbnails, and the model's hash, without which no scores are shown. Not the
// engine's run. Never, if the window is destroyed before.
void whenSettled(MainWindow &window, std::function<void()> then);

} // namespace qmop
