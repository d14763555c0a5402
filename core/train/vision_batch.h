// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pictures and dense labels of one step.
#pragma once

#include "core/scenes/scene.h"
#include "core/train/training_model.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace qmop::train {

class OwnData;
class ProcessGroup;

// This process's part of every step's pictures. In a group each picture has random numbers of its own, so
// that the group's size changes nothing; alone they are drawn one after the other.
struct Share {
    int rank = 0, size = 1;
    bool group = false;

    int begin(int count) const { return int(std::int64_t(count) * rank / size); } // the first of `count` pictures
    int end(int count) const { return int(std::int64_t(count) * (rank + 1) / size); }
};

// Where pictures come from and how they reach the networks; read from several threads.
struct DataSource {
    const scenes::Generator *generator = nullptr;
    const TrainingModel *model = nullptr;
    const OwnData *own = nullptr; // in place of scenes, for every stage but "vision"
    Share share; // of the steps' batches
    ProcessGroup *group = nullptr; // that shares them
    std::uint64_t seed = 1;
    std::array<float, 3> mean{};
    std::array<float, 3> deviation{};

    // Takes mean and deviation from the recipe's preprocessor. Throws Error{InvalidRecipe}.
    DataSource(const scenes::Generator &generator, const TrainingModel &model, const Recipe &recipe);
};

// The scenes of a step: a pure function of (seed, stage, step, variant's seed); no scene comes twice.
// The last `reading` of them are pages for learning to read. Only those of the share are made.
std::vector<scenes::Scene> trainingScenes(const DataSource &source, StageKind stage, std::int64_t step, int count,
                                          int rounds = 1, int reading = 0, std::uint64_t seed = 0,
                                          const Share &share = {});
// The first `count` held-out scenes from `first` on.
std::vector<scenes::Scene> heldOutScenes(const DataSource &source, std::int64_t first, int count);

// (pixel / 255 - mean) / deviation. [B, 3, S, S] float32
at::Tensor toPixels(const DataSource &source, const std::vector<scenes::Scene> &pictures);
at::Tensor toPixels(const DataSource &source, const std::vector<const ImageU8 *> &pictures);

// Texts for the text tower: begin token, text, end token, padded behind.
struct TextRows {
    at::Tensor ids; // [R, L] int64
    at::Tensor eosIndex; // [R] int64
};
TextRows toTextRows(const TrainingModel &model, const std::vector<std::string> &texts);

struct VisionBatch {
    at::Tensor pixels; // [B, 3, S, S] float32
    at::Tensor patchClass; // [B, N] int64
    at::Tensor characterPatch; // [K] int64, rows of the flattened [B * N] patches that the character loss reads
    at::Tensor character; // [K] int64
    // Patches of parts (objects, faces, shapes, signs), as rows of the flattened [B * N] patches.
    at::Tensor partPatch; // [K] int64
    at::Tensor centre; // [K] float32: 1 for the patch of its part that is nearest to the part's centre, else 0
    at::Tensor toCentre; // [K, 2] float32: from the patch to the centre, right and down, in patches
    at::Tensor shapePatch, shapeColour; // [K'] int64: patches of small shapes; index into colourNames()
    at::Tensor place, style, night; // [B] int64
    at::Tensor weather; // [B] int64, -100 where no sky is drawn
    TextRows classTexts; // one text per class, in random templates
};

// `templates`: texts with {}; empty: plain names. `random` decides templates and
// which blank patches of signs the character loss reads (three in ten). In a group `first` is the
// first picture's place in the step.
VisionBatch makeVisionBatch(const DataSource &source, const std::vector<scenes::Scene> &pictures,
                            const std::vector<std::string> &templates, std::uint64_t random, int first = 0);

} // namespace qmop::train
