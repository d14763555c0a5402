// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures of stored runs: how they are found again without the engine.
#pragma once

#include "app/explorer/engine/picture_decoder.h"
#include "core/store/run_tables.h"
#include "qmop/run_trace.h"
#include "widgets/image/picture_pyramid.h"

#include <QImage>
#include <QString>

#include <map>
#include <memory>
#include <vector>

namespace qmop {

QImage thumbnailImage(const PictureRecord &picture);
std::map<std::string, QImage> thumbnailsByHash(const std::vector<PictureRecord> &pictures);

struct FoundPicture {
    std::shared_ptr<const ImageU8> image; // null: see problem
    PicturePyramid levels; // null where they were not asked for
    ImageSource source; // to ask again about the picture
    QString problem; // why the picture is not what it was; empty otherwise
};

// The picture of a stored run. Its bytes must have the recorded hash. PNG, JPEG
// and BMP without transparency are decoded by Qt, the rest by `decoder`. Where it
// is missing, the thumbnail stands in at the picture's size, and `problem` says so.
FoundPicture findPicture(const PictureRecord &record, const PatchGrid &grid, const PictureDecoder &decoder);

} // namespace qmop
