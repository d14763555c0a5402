// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/visual_tokens.h"

#include "models/clip/text_tower.h"
#include "models/projector/fusion.h"
#include "models/projector/pooling.h"
#include "models/projector/projector_mlp.h"
#include "models/projector/pruning.h"
#include "models/projector/resampler.h"
#include "models/projector/router.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace qmop::train {
namespace {

struct Features {
    VisionOutput vision;
    at::Tensor joint; // [P, N, P']
    TextOutput text; // of the questions
};

Features frozenFeatures(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                        const std::function<void()> &stop)
{
    const at::NoGradGuard noGradient;
    const WeightScope root(tensors);
    Features features;
    features.vision = visionForward(root / "vision_tower" / "vision_model", config.vision, batch.pixels, stop);
    if (batch.questions.ids.defined()) {
        features.joint = jointPatches(root, config.vision, features.vision.last);
        features.text = textForward(root / "text_tower", config.text, batch.questions.ids, batch.questions.eosIndex);
    }
    return features;
}

at::Tensor throughMlp(const TensorMap &tensors, const at::Tensor &rows)
{
    return projectorMlp(WeightScope(tensors) / "multi_modal_projector", rows);
}

constexpr PerBranch<bool> everyBranch{{true, true, true}};

// Rows of the chosen branches per question, the others undefined. Pooling and resampling do not depend
// on the question: computed once per picture.
PerBranch<at::Tensor> branchRows(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                                 const Features &features, const PerBranch<bool> &branches = everyBranch)
{
    const WeightScope qmop = WeightScope(tensors) / "qmop";
    const at::Tensor &rows = features.vision.rows;
    const auto perQuestion = [&](const at::Tensor &tensor) { return tensor.index_select(0, batch.picture); };
    PerBranch<at::Tensor> out;
    if (branches[Branch::Pool])
        out[Branch::Pool] = perQuestion(poolBranch(qmop / "pooling", *config.qmop, rows, false).rows);
    if (branches[Branch::Resample])
        out[Branch::Resample] = perQuestion(resampleBranch(qmop / "resampler", *config.qmop, rows, false).rows);
    if (!branches[Branch::Prune])
        return out;
    const PruningScores scores = pruningScores(*config.qmop, perQuestion(features.vision.classAttention),
                                               perQuestion(features.joint), features.text.joint);
    out[Branch::Prune] = pruneBranch(perQuestion(rows), scores, false).rows;
    return out;
}

at::Tensor routerAlpha(const TensorMap &tensors, const LanguageBatch &batch, const Features &features, double tau,
                       double gamma, const at::Tensor &gumbel)
{
    const WeightScope router = WeightScope(tensors) / "qmop" / "router";
    const at::Tensor classRow = features.vision.classRow.index_select(0, batch.picture);
    const at::Tensor logits = routerLogits(router, classRow, features.text.eos.to(classRow.scalar_type()));
    return routingWeights(logits, tau, gamma, gumbel);
}

} // namespace

VisualTokens allTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                       const std::function<void()> &stop)
{
    const Features features = frozenFeatures(tensors, config, batch, stop);
    return {throughMlp(tensors, features.vision.rows).index_select(0, batch.picture), {}};
}

VisualTokens concatenatedTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                                const PerBranch<bool> &branches, const std::function<void()> &stop)
{
    const Features features = frozenFeatures(tensors, config, batch, stop);
    const PerBranch<at::Tensor> rows = branchRows(tensors, config, batch, features, branches);
    std::vector<at::Tensor> all;
    for (const Branch branch : allBranches)
        if (branches[branch])
            all.push_back(rows[branch].to(features.vision.rows.scalar_type()));
    return {throughMlp(tensors, at::cat(all, 1)), {}};
}

VisualTokens mixedTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                         const PerBranch<bool> &branches, const std::function<void()> &stop)
{
    const Features features = frozenFeatures(tensors, config, batch, stop);
    const auto members = std::count(branches.values.begin(), branches.values.end(), true);
    at::Tensor alpha = at::zeros({batch.picture.size(0), std::int64_t(branchCount)});
    for (const Branch branch : allBranches)
        if (branches[branch])
            alpha.select(1, std::int64_t(branch)).fill_(1.0 / double(members));
    return {throughMlp(tensors, fuseBranches(branchRows(tensors, config, batch, features, branches), alpha)), {}};
}

VisualTokens fusedTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch, double tau,
                         double gamma, const std::function<void()> &stop)
{
    const Features features = frozenFeatures(tensors, config, batch, stop);
    const at::Tensor alpha = routerAlpha(tensors, batch, features, tau, gamma, batch.gumbel);
    return {throughMlp(tensors, fuseBranches(branchRows(tensors, config, batch, features), alpha)), alpha};
}

RoutedBranches routedBranches(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch,
                              double tau)
{
    const Features features = frozenFeatures(tensors, config, batch, {});
    return {branchRows(tensors, config, batch, features), routerAlpha(tensors, batch, features, tau, 0, {})};
}

at::Tensor selectTopTwo(const at::Tensor &alpha)
{
    const at::Tensor raw = alpha.to(at::kFloat).contiguous();
    at::Tensor selected = at::zeros_like(raw);
    const float *in = raw.data_ptr<float>();
    float *out = selected.data_ptr<float>();
    for (std::int64_t i = 0; i < raw.size(0); ++i, in += branchCount, out += branchCount) {
        const Selection selection = selectBranches({{in[0], in[1], in[2]}}, FusionMode::Top2, 0);
        std::copy(selection.weights.values.begin(), selection.weights.values.end(), out);
    }
    return selected;
}

VisualTokens topTwoTokens(const TensorMap &tensors, const RoutedBranches &branches, const at::Tensor &alpha)
{
    return {throughMlp(tensors, fuseBranches(branches.rows, selectTopTwo(alpha))), alpha};
}

VisualTokens topTwoTokens(const TensorMap &tensors, const ModelConfig &config, const LanguageBatch &batch, double tau)
{
    const RoutedBranches branches = routedBranches(tensors, config, batch, tau);
    return topTwoTokens(tensors, branches, branches.alpha);
}

} // namespace qmop::train
