// SPDX-License-Identifier: GPL-3.0-or-later
//
// The real engine behind the window's interface.
#pragma once

#include "app/explorer/run_backend.h"

#include <filesystem>

namespace qmop {

BackendFactory engineBackend(const std::filesystem::path &defaultModel);

} // namespace qmop
