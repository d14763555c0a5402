// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a request must satisfy before it runs.
#pragma once

#include "qmop/run_request.h"

namespace qmop {

// Throws Error{InvalidArgument, InvalidQuestion} for a request that cannot run
// on any model; costs nothing.
void checkRequest(const RunRequest &request);

// Throws Error{InvalidArgument} for a patch that a picture of N `patches` does not
// have, or more kept patches than there are: also where no branch prunes and the
// change would have no effect.
void checkPatches(const Overrides &overrides, int patches);

} // namespace qmop
