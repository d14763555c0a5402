// SPDX-License-Identifier: GPL-3.0-or-later
//
// The only place where ImageU8 and QImage meet. ImageU8 is packed, QImage pads
// its lines to 32 bits: every copy goes line by line with both strides.
#pragma once

#include "qmop/image_u8.h"

#include <QImage>

namespace qmop {

// A deep copy in Format_RGB32 (what the screen wants); null for an empty picture.
QImage toQImage(const ImageU8 &image);

// Transparent pixels are laid over white. Empty for a null image.
ImageU8 fromQImage(const QImage &image);

} // namespace qmop
