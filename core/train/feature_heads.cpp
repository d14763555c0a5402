// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/feature_heads.h"

#include <ATen/ATen.h>

#include <cmath>

namespace qmop::train {
namespace {

// [B * N, C]: each row with mean 0 and deviation 1.
at::Tensor standardised(const at::Tensor &features)
{
    const at::Tensor rows = features.flatten(0, 1);
    return at::layer_norm(rows, {rows.size(1)});
}

struct Places {
    at::Tensor row, column; // [B * N] int64
};

Places placesOf(const at::Tensor &features)
{
    constexpr std::int64_t side = scenes::labelColumns;
    const at::Tensor patch = at::arange(features.size(1), at::kLong).repeat({features.size(0)});
    return {patch.floor_divide(side), patch.remainder(side)};
}

} // namespace

at::Tensor head(const WeightScope &heads, std::string_view name, const at::Tensor &x)
{
    const WeightScope linear = heads / name;
    return at::linear(x, linear["weight"], linear["bias"]).to(at::kFloat);
}

void addHead(TensorMap &heads, const std::string &name, std::int64_t outputs, std::int64_t width,
             at::Generator &generator)
{
    heads[name + ".weight"] = at::randn({outputs, width}, generator) / std::sqrt(3.0 * double(width));
    heads[name + ".bias"] = at::zeros({outputs});
}

void initFeatureHeads(const VisionLossRecipe &weights, const VisionConfig &vision,
                      const std::function<void(const std::string &name, std::size_t outputs)> &linear)
{
    if (weights.position > 0) {
        linear("feature_row", std::size_t(vision.gridSide()));
        linear("feature_column", std::size_t(vision.gridSide()));
    }
    if (weights.instance > 0) {
        linear("feature_centre", 1);
        linear("feature_offset", 2);
    }
    if (weights.colour > 0)
        linear("feature_colour", scenes::colourNames().size());
    if (weights.featureClass > 0)
        linear("feature_class", scenes::classNames().size());
    if (weights.featureCharacter > 0)
        linear("feature_character", scenes::characterNames().size());
}

void addFeatureLosses(
    const WeightScope &heads, const VisionLossRecipe &weights, const VisionBatch &batch, const at::Tensor &features,
    const std::function<void(const char *name, double weight, const at::Tensor &loss, double count)> &add)
{
    const at::Tensor rows = standardised(features);
    const auto all = double(rows.numel() / rows.size(-1));
    // The loss of a head on some of the rows, none where there are no such rows.
    const auto some = [&](const char *name, double weight, const at::Tensor &which, const auto &loss) {
        const bool any = which.size(0) > 0;
        add(name, weight, any ? loss(head(heads, name, rows.index_select(0, which))) : at::Tensor(),
            double(which.size(0)));
    };
    if (weights.position > 0) {
        const Places places = placesOf(features);
        add("feature_row", weights.position, at::cross_entropy_loss(head(heads, "feature_row", rows), places.row), all);
        add("feature_column", weights.position,
            at::cross_entropy_loss(head(heads, "feature_column", rows), places.column), all);
    }
    if (weights.instance > 0) {
        some("feature_centre", weights.instance, batch.partPatch, [&](const at::Tensor &logits) {
            return at::binary_cross_entropy_with_logits(logits.squeeze(1), batch.centre);
        });
        some("feature_offset", weights.instance, batch.partPatch,
             [&](const at::Tensor &offsets) { return at::smooth_l1_loss(offsets, batch.toCentre); });
    }
    if (weights.colour > 0)
        some("feature_colour", weights.colour, batch.shapePatch,
             [&](const at::Tensor &logits) { return at::cross_entropy_loss(logits, batch.shapeColour); });
    if (weights.featureClass > 0) {
        at::Tensor classWeights = at::ones({std::int64_t(scenes::classNames().size())});
        classWeights[0] = weights.background;
        const at::Tensor labels = batch.patchClass.flatten();
        add("feature_class", weights.featureClass,
            at::cross_entropy_loss(head(heads, "feature_class", rows), labels, classWeights),
            classWeights.index_select(0, labels).sum().item<double>());
    }
    if (weights.featureCharacter > 0)
        some("feature_character", weights.featureCharacter, batch.characterPatch,
             [&](const at::Tensor &logits) { return at::cross_entropy_loss(logits, batch.character); });
}

void countFeatureHits(
    const WeightScope &heads, const VisionLossRecipe &weights, const VisionBatch &batch, const at::Tensor &features,
    const std::function<void(const char *name, const at::Tensor &right, const at::Tensor &counted)> &add)
{
    const at::Tensor rows = standardised(features);
    const auto right = [&](const char *name, const at::Tensor &from, const at::Tensor &labels) {
        return head(heads, name, from).argmax(-1).eq(labels);
    };
    const auto all = [](const at::Tensor &labels) { return at::ones_like(labels, at::kBool); };
    if (weights.position > 0) {
        const Places places = placesOf(features);
        add("feature_row", right("feature_row", rows, places.row), all(places.row));
        add("feature_column", right("feature_column", rows, places.column), all(places.column));
    }
    if (weights.instance > 0 && batch.partPatch.size(0) > 0) {
        const at::Tensor marked = head(heads, "feature_centre", rows.index_select(0, batch.partPatch)).squeeze(1) > 0;
        const at::Tensor centre = batch.centre > 0.5;
        add("feature_centre", marked.logical_and(centre), marked.logical_or(centre));
    }
    if (weights.colour > 0 && batch.shapePatch.size(0) > 0)
        add("feature_colour", right("feature_colour", rows.index_select(0, batch.shapePatch), batch.shapeColour),
            all(batch.shapeColour));
    if (weights.featureClass > 0) {
        const at::Tensor labels = batch.patchClass.flatten();
        add("feature_class", right("feature_class", rows, labels), labels > 0);
    }
    if (weights.featureCharacter > 0 && batch.characterPatch.size(0) > 0)
        add("feature_character",
            right("feature_character", rows.index_select(0, batch.characterPatch), batch.character),
            batch.character > 0);
}

} // namespace qmop::train
