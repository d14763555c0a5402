// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/decode.h"
#include "qmop/run_request.h"

#include <functional>

namespace qmop {

// Decodes a picture as decodeImage() and loadImage() do, with their errors.
// Called beside the window's thread.
using PictureDecoder = std::function<DecodedImage(const ImageSource &)>;

} // namespace qmop
