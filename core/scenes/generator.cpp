// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/scenes/atlas.h"
#include "core/scenes/canvas.h"
#include "core/scenes/painter.h"
#include "core/scenes/plan.h"
#include "core/scenes/questions.h"
#include "core/scenes/scene.h"
#include "core/scenes/scenery.h"
#include "core/scenes/styles.h"
#include "qmop/error.h"
#include "qmop/split_mix.h"

#include <string>

namespace qmop::scenes {

bool seedBelongsTo(std::uint64_t seed, Split split)
{
    const bool heldOut = (scatterBits(seed ^ 0x5ce7e5ull) & 7) == 0;
    return heldOut == (split == Split::HeldOut);
}

std::uint64_t seedAt(std::uint64_t n, Split split)
{
    std::uint64_t seed = scatterBits(n + 1);
    while (!seedBelongsTo(seed, split))
        seed = SplitMix64(seed).next();
    return seed;
}

Generator::Generator(const std::filesystem::path &atlasFolder)
    : m_atlas(std::make_unique<const Atlas>(atlasFolder))
{
}

Generator::~Generator() = default;
Generator::Generator(Generator &&) noexcept = default;
Generator &Generator::operator=(Generator &&) noexcept = default;

Scene Generator::make(std::uint64_t seed, Split split, int size, const SceneVariant &variant) const
{
    if (size < 128 || size > 1024 || size % 128 != 0)
        throw Error(ErrorCode::InvalidArgument, "scenes cannot be " + std::to_string(size) + " pixels wide",
                    "choose a multiple of 128 up to 1024");
    if (variant.rounds < 1 || variant.rounds > 64)
        throw Error(ErrorCode::InvalidArgument,
                    "questions cannot be drawn " + std::to_string(variant.rounds) + " times", "choose 1 to 64 rounds");
    if (!seedBelongsTo(seed, split))
        seed = seedAt(seed, split);
    Plan plan = makePlan(seed, split, *m_atlas, variant.reading);

    Canvas canvas(size);
    drawScenery(plan, canvas);
    Scene scene;
    if (size == 128) {
        canvas.keepOwners();
        drawObjects(plan, *m_atlas, canvas);
        scene.patchPart = labelPatches(plan, canvas.owners());
    } else {
        drawObjects(plan, *m_atlas, canvas);
        Canvas labels(128);
        labels.keepOwners();
        drawObjects(plan, *m_atlas, labels);
        scene.patchPart = labelPatches(plan, labels.owners());
    }
    for (const std::uint8_t part : scene.patchPart)
        scene.patchClass.push_back(part == 0 ? 0 : std::uint8_t(plan.objects[part - 1u].classIndex));
    scene.patchCharacter = labelCharacters(plan);
    applyStyle(plan.style, size, canvas.rgb());
    scene.image = {size, size, std::move(canvas.rgb())};
    scene.place = plan.place;
    scene.style = plan.style;
    scene.weather = plan.weather;
    scene.night = plan.night;
    scene.objects = plan.objects;
    if (!plan.signs.empty()) {
        scene.signText = plan.signs.front().text;
        scene.signGlyphHeight = plan.signs.front().glyphHeight;
    }
    for (int round = 0; round < variant.rounds; ++round) {
        for (Question &question : makeQuestions(plan))
            scene.questions.push_back(std::move(question));
        plan.questionSeed = SplitMix64(plan.questionSeed).next();
    }
    return scene;
}

} // namespace qmop::scenes
