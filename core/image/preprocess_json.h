// SPDX-License-Identifier: GPL-3.0-or-later
//
// A preprocessor_config.json that is part of another document.
#pragma once

#include "core/image/prepare.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace qmop {

// As readPreprocessConfig() reads it from a file; `name` is for messages.
PreprocessConfig preprocessFrom(const nlohmann::json &root, const std::filesystem::path &name);

} // namespace qmop
