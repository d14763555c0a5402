// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window must know of a checkpoint before anything is loaded.
#pragma once

#include "core/image/prepare.h"

#include <filesystem>
#include <string>
#include <vector>

namespace qmop {

struct ModelFolder {
    std::filesystem::path path;
    std::string name;
    int patches = 0; // N
    std::vector<int> budgets; // trained M, ascending; may be empty
    int decoderLayers = 0;
    int decoderHeads = 0;
    PreprocessConfig preprocess;

    PatchGrid gridFor(int imageWidth, int imageHeight) const
    {
        return makePatchGrid(imageWidth, imageHeight, preprocess.size, preprocess.patchSize, preprocess.fit);
    }
};

// Reads config.json, preprocessor_config.json and the names of the subfolders
// qmop-<M>. Throws Error{InvalidModel} naming the file.
ModelFolder readModelFolder(const std::filesystem::path &path);

} // namespace qmop
