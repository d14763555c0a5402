// SPDX-License-Identifier: GPL-3.0-or-later
//
// Questions about held-out scenes for a benchmark suite: as many in every
// dimension, spread over question types and answers, a few per picture.
#pragma once

#include "core/scenes/scene.h"
#include "qmop/suite.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace qmop::scenes {

struct ExaminationOptions {
    std::string name;
    std::string version;
    int perDimension = 50; // questions, 5 ... 2000
    std::uint32_t seed = 1; // other seeds, other scenes
    int size = 512; // of the pictures, in pixels: part of the suite's source line
    std::string pictureFormat = "webp"; // ending of the pictures' names
};

struct Examination {
    // Samples in the order of the pictures. A sample's id is
    // "<number of the picture>-<question type>"; a picture is named
    // "pictures/<number>-<seed in hexadecimal>.<format>".
    Suite suite;
    std::vector<std::uint64_t> seeds; // of the pictures: make(seed, Split::HeldOut, size)
    std::vector<std::string> pictures; // their paths within the suite
};

// A pure function of its arguments; draws nothing. One to three questions per
// picture, each of another dimension. Types of a dimension get equal shares, the
// answers of a type as equal ones as the scenes hold. `atlasFolder` as for
// Generator. Throws Error{InvalidArgument}.
Examination makeExamination(const std::filesystem::path &atlasFolder, const ExaminationOptions &options);

// The seed in a picture's name. Throws Error{InvalidSuite} for other names.
std::uint64_t seedOfPicture(const std::string &image);

} // namespace qmop::scenes
