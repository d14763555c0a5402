// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace qmop {

// Lets other threads go first where cores are short: raises the calling thread's
// nice value to `niceness` (0 ... 19), also of threads that it starts from now on.
// Never lowers it. Nothing happens where the system does not have such a thing.
void yieldToOthers(int niceness);

} // namespace qmop
