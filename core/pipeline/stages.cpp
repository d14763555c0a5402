// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/stages.h"

#include "core/image/decode.h"
#include "models/clip/text_tower.h"
#include "models/clip/vision_tower.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>

namespace qmop {

PreparedPicture preparePicture(std::span<const std::uint8_t> bytes, const std::string &name,
                               const PreprocessConfig &config, std::int64_t maxPixels)
{
    DecodedImage decoded = decodeImage(bytes, name, maxPixels);
    PixelInput input = preparePixels(*decoded.image, config);
    PreparedPicture picture;
    picture.image = std::move(decoded.image);
    picture.format = std::move(decoded.format);
    picture.notices = std::move(decoded.notices);
    picture.pixels = at::tensor(at::ArrayRef<float>(input.pixels)).view({1, 3, config.size, config.size});
    picture.grid = std::move(input.grid);
    picture.padding
        = at::tensor(at::ArrayRef<std::uint8_t>(picture.grid.isPadding), at::kByte).to(at::kBool).unsqueeze(0);
    return picture;
}

VisionFeatures encodePicture(const LoadedModel &model, const at::Tensor &pixels, const LayerProgress &progress,
                             const at::Tensor &padding)
{
    const ModelVariant &base = model.base();
    const WeightScope root = base.root();
    int layer = 0;
    const auto onLayer = [&] { progress(layer++, base.config.vision.layers); };
    const VisionOutput out = visionForward(root / "vision_tower" / "vision_model", base.config.vision, pixels, onLayer);
    const bool hasJointSpace = base.config.text.vocabSize > 0;
    std::optional<double> distance;
    if (const auto &statistics = model.pictureStatistics())
        distance = pictureDistance(*statistics, pictureFeatures(out, padding)).item<double>();
    return {out.rows.contiguous(),
            out.classRow.contiguous(),
            out.classAttention.contiguous(),
            hasJointSpace ? out.last : at::Tensor(),
            {},
            distance,
            0,
            0};
}

const at::Tensor &ensureJointPatches(const LoadedModel &model, VisionFeatures &features)
{
    if (!features.jointPatches.defined()) {
        const auto start = std::chrono::steady_clock::now();
        features.jointPatches = jointPatches(model.base().root(), model.base().config.vision, features.last);
        features.last.reset();
        features.jointSeconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }
    return features.jointPatches;
}

QueryFeatures encodeQuestion(const LoadedModel &model, const std::string &question)
{
    const ModelVariant &base = model.base();
    const TowerIds tower = makeTowerIds(model.tokenizer(), base.config.text, question);
    const std::vector<std::int64_t> ids(tower.ids.begin(), tower.ids.end());
    const at::Tensor last = at::full({1}, std::int64_t(ids.size()) - 1, at::kLong);
    const TextOutput out = textForward(base.root() / "text_tower", base.config.text,
                                       at::tensor(at::ArrayRef<std::int64_t>(ids), at::kLong).unsqueeze(0), last);
    return {out.eos, out.joint, int(ids.size()) - 2 + tower.cut, tower.cut, 0};
}

} // namespace qmop
