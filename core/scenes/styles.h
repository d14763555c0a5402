// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures as drawings, prints and photographs of six kinds, in integers.
#pragma once

#include <cstdint>
#include <vector>

namespace qmop::scenes {

// `style`: index into styleNames(); `rgb`: [size, size, 3], changed in place.
void applyStyle(int style, int size, std::vector<std::uint8_t> &rgb);

} // namespace qmop::scenes
