// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/picture_survey.h"

#include "core/pipeline/loaded_model.h"
#include "core/train/own_data.h"
#include "core/train/vision_batch.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <optional>

namespace qmop::train {
namespace {

constexpr int trainingPictures = 4000;
constexpr int heldOutPictures = 2000;
constexpr int batch = 16;

// Features of `count` pictures, whose pixels `pixelsOf(first, count)` gives. [count, F]
template<typename Pixels>
at::Tensor featuresOf(const LoadedModel &model, int count, const Pixels &pixelsOf, const std::function<void(int)> &done)
{
    const WeightScope tower = model.base().root() / "vision_tower" / "vision_model";
    std::vector<at::Tensor> rows;
    for (int first = 0; first < count; first += batch) {
        const at::Tensor pixels = pixelsOf(first, std::min(batch, count - first));
        if (pixels.size(0) > 0) // else none of these could be read
            rows.push_back(pictureFeatures(visionForward(tower, model.base().config.vision, pixels)));
        done(std::min(count, first + batch));
    }
    return rows.empty() ? at::zeros({0, 1}) : at::cat(rows, 0);
}

at::Tensor pixelsOf(const DataSource &source, const std::vector<Lesson> &lessons)
{
    std::vector<const ImageU8 *> images;
    for (const Lesson &lesson : lessons)
        images.push_back(&lesson.image);
    return toPixels(source, images);
}

} // namespace

double surveyPictures(const Recipe &recipe, const std::filesystem::path &folder, const std::filesystem::path &atlas,
                      const SurveyProgress &progress)
{
    const c10::NoGradGuard noGradient;
    const LoadedModel loaded(folder, {}, {}, at::kFloat);
    TrainingModel model;
    model.config = loaded.base().config;
    const scenes::Generator generator(atlas);
    DataSource source(generator, model, recipe);
    std::optional<OwnData> own;
    if (recipe.data)
        source.own = &own.emplace(recipe, model.config.vision.imageSize);
    const int first = own ? int(std::min<std::size_t>(own->trainingCount(), trainingPictures)) : trainingPictures;
    const int second = own ? int(std::min<std::size_t>(own->heldOutCount(), heldOutPictures)) : heldOutPictures;

    const at::Tensor training = featuresOf(
        loaded, first,
        [&](int from, int count) {
            if (own)
                return pixelsOf(source, own->training(StageKind::Stage1, std::uint64_t(from), count, 0));
            return toPixels(source, trainingScenes(source, StageKind::Vision, from / batch, count));
        },
        [&](int done) { progress(done, first + second); });
    const at::Tensor heldOut = featuresOf(
        loaded, second,
        [&](int from, int count) {
            return own ? pixelsOf(source, own->heldOut(std::size_t(from), std::size_t(count)))
                       : toPixels(source, heldOutScenes(source, from, count));
        },
        [&](int done) { progress(first + done, first + second); });
    PictureStatistics statistics = fitPictureStatistics(training, heldOut);
    statistics.modelHash = loaded.base().hash;
    writePictureStatistics(folder, statistics);
    return statistics.limit;
}

} // namespace qmop::train
