// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/asked_patches.h"

#include <algorithm>

namespace qmop::scenes {

std::vector<std::uint8_t> patchesShowing(const Scene &scene, const std::vector<int> &classes)
{
    std::vector<std::uint8_t> shown(scene.patchClass.size(), 0);
    std::ranges::transform(scene.patchClass, shown.begin(), [&](int patchClass) {
        return std::uint8_t(std::ranges::find(classes, patchClass) != classes.end());
    });
    return shown;
}

std::vector<std::uint8_t> askedPatches(const Scene &scene, const Question &question)
{
    std::vector<std::uint8_t> asked = patchesShowing(scene, question.objects);
    return std::ranges::find(asked, 1) == asked.end() ? std::vector<std::uint8_t>{} : asked;
}

} // namespace qmop::scenes
