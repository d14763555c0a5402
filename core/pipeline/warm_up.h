// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pipeline/loaded_model.h"

#include <functional>

namespace qmop {

// One token through the decoder. The first pass pays for reading the weights into memory and for what the libraries
// set up: no run's prefill shall, least of all one that is compared with the next. `poll` throws to stop.
void warmUp(const ModelVariant &variant, const std::function<void()> &poll);

} // namespace qmop
