// SPDX-License-Identifier: GPL-3.0-or-later
//
// Exceptions as values, for the borders of threads and programs.
#pragma once

#include "qmop/error.h"

#include <exception>
#include <string>

namespace qmop {

struct Failure {
    ErrorCode code = ErrorCode::Internal;
    std::string what; // one line
    std::string hint; // one line, may be empty
};

// Any exception: qmop::Error as it is, failed allocations (of the standard
// library, LibTorch and OpenCV) as OutOfMemory, all else as Internal.
Failure describeFailure(const std::exception_ptr &exception);

} // namespace qmop
