// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/naming.h"

#include "core/scenes/scene.h"
#include "core/train/precision.h"

#include <ATen/ATen.h>

namespace qmop::train {
namespace {

constexpr double sharpness = 10.0;
constexpr double backgroundLogit = 3.0;

at::Tensor normalised(const at::Tensor &rows)
{
    return rows / at::linalg_vector_norm(rows, 2, {-1}, true).clamp_min(1e-6);
}

} // namespace

at::Tensor nameWeights(const TrainingModel &model)
{
    const auto &classes = scenes::classNames();
    at::Tensor weights = at::zeros({std::int64_t(classes.size()) - 1, model.tokenizer->vocabSize()});
    auto rows = weights.accessor<float, 2>();
    for (std::size_t c = 1; c < classes.size(); ++c)
        for (const std::string &spelling : {classes[c], " " + classes[c]}) {
            const std::vector<int> ids = model.tokenizer->encode(spelling);
            for (const int id : ids)
                rows[std::int64_t(c) - 1][id] += 0.5F / float(ids.size());
        }
    return weights;
}

at::Tensor namingLoss(const at::Tensor &tokens, const at::Tensor &names, const at::Tensor &patchClass,
                      double background)
{
    const AutocastScope plain(at::kFloat); // small, and sharpened
    const std::int64_t half = tokens.size(-1) / 2;
    const at::Tensor rows = normalised(tokens.narrow(-1, 0, half).to(at::kFloat).flatten(0, 1));
    const at::Tensor cosine = at::mm(rows, normalised(names.narrow(-1, 0, half).to(at::kFloat)).t());
    const at::Tensor level = at::full({cosine.size(0), 1}, backgroundLogit, cosine.options());
    at::Tensor weights = at::ones({cosine.size(1) + 1});
    weights[0] = background;
    return at::cross_entropy_loss(at::cat({level, sharpness * cosine}, 1), patchClass.flatten(), weights);
}

} // namespace qmop::train
