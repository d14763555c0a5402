// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qmop/run_request.h"

#include <string>

namespace qmop {

// What a person changed about a request's method, and whether it looks for a patch
// beside its answer, in words for lists: "K forced · search". Empty for neither.
std::string changesText(const RunRequest &request);

} // namespace qmop
