// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>

namespace qmop {

// The picture with at most 256 colours, found by halving the box that differs
// most (median cut), so that a drawing of a window takes a third of the space.
// Heckbert, "Color image quantization for frame buffer display", SIGGRAPH 1982.
QImage withPalette(const QImage &image);

} // namespace qmop
