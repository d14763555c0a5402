// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/asked_patches.h"

#include <algorithm>

namespace qmop::scenes {

std::vector<std::uint8_t> askedPatches(const Scene &scene, const Question &question)
{
    std::vector<std::uint8_t> asked(scene.patchClass.size(), 0);
    bool any = false;
    for (std::size_t patch = 0; patch < asked.size(); ++patch)
        if (std::find(question.objects.begin(), question.objects.end(), int(scene.patchClass[patch]))
            != question.objects.end()) {
            asked[patch] = 1;
            any = true;
        }
    return any ? asked : std::vector<std::uint8_t>{};
}

} // namespace qmop::scenes
