// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sample as suite files and benchmark results write it.
#pragma once

#include "qmop/suite.h"

#include <nlohmann/json_fwd.hpp>

namespace qmop {

nlohmann::ordered_json sampleJson(const SuiteSample &sample);

} // namespace qmop
