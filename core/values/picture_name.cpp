// SPDX-License-Identifier: GPL-3.0-or-later
#include "qmop/picture_name.h"

#include <filesystem>

namespace qmop {

std::string pictureNameProblem(const std::string &image)
{
    const std::filesystem::path path(image);
    if (path.empty())
        return "is empty";
    if (path.is_absolute() || image.find('\\') != std::string::npos)
        return "is not a path below the suite's folder: " + image;
    for (const auto &part : path)
        if (part == "..")
            return "leaves the suite's folder: " + image;
    return {};
}

} // namespace qmop
