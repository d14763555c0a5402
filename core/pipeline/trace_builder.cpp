// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/trace_builder.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace qmop {
namespace {

std::vector<float> toFloats(const at::Tensor &tensor)
{
    const at::Tensor host = tensor.to(at::kCPU, at::kFloat).contiguous();
    const float *data = host.data_ptr<float>();
    return {data, data + host.numel()};
}

std::vector<int> toInts(const at::Tensor &tensor)
{
    const at::Tensor host = tensor.to(at::kCPU, at::kInt).contiguous();
    const int *data = host.data_ptr<int>();
    return {data, data + host.numel()};
}

} // namespace

Provenance toProvenance(const at::Tensor &weights)
{
    return {int(weights.size(0)), int(weights.size(1)), toFloats(weights)};
}

RoutingTrace toRoutingTrace(const RoutingOutput &routing)
{
    return {routing.logits, routing.alpha, routing.selection.weights, routing.selection.active, routing.temperature,
            routing.forced, routing.given};
}

PruningTrace toPruningTrace(const PruningScores &scores, const ProjectorConfig &config, const Overrides &overrides)
{
    PruningTrace trace;
    trace.importance = toFloats(scores.importance[0]);
    trace.relevance = toFloats(scores.relevance[0]);
    trace.combined = toFloats(scores.combined[0]);
    trace.kept = toInts(scores.kept[0]);
    trace.threshold = 1;
    for (int patch : trace.kept)
        if (std::find(overrides.keep.begin(), overrides.keep.end(), patch) == overrides.keep.end())
            trace.threshold = std::min(trace.threshold, trace.combined[std::size_t(patch)]);
    trace.lambda = float(scores.lambda);
    trace.relevanceSign = config.relevanceSign;
    return trace;
}

std::vector<BranchTrace> toBranchTraces(const std::vector<BranchRecord> &records)
{
    std::vector<BranchTrace> traces;
    for (const BranchRecord &record : records)
        traces.push_back({record.branch, record.onMainPath, toProvenance(record.provenance)});
    return traces;
}

Costs toCosts(const ModelConfig &config, int visualTokens, int textTokens, const PerBranch<bool> *active,
              const DecodeResult &decoded)
{
    const DecoderConfig &decoder = config.decoder;
    const DecoderShape shape{decoder.layers, decoder.hiddenSize, decoder.kvHeads * decoder.headDim,
                             decoder.intermediateSize};
    const ProjectorShape projector{config.vision.patchCount(),
                                   visualTokens,
                                   config.vision.hiddenSize,
                                   config.text.hiddenSize,
                                   config.vision.projectionSize,
                                   config.qmop ? config.qmop->routerHidden : 0,
                                   decoder.hiddenSize};
    Costs costs;
    costs.visualTokens = visualTokens;
    costs.textTokens = textTokens;
    costs.prefillMacs = prefillMacs(shape, visualTokens);
    costs.projectorMacs
        = totalMacs(active != nullptr ? projectorItems(projector, *active) : mlpItems(projector, visualTokens));
    costs.kvBytes = keyValueBytes(shape, visualTokens);
    costs.kvBytesMeasured = decoded.kvBytes;
    if (decoded.steps > 1 && decoded.decodeSeconds > 0)
        costs.tokensPerSecond = (decoded.steps - 1) / decoded.decodeSeconds;
    return costs;
}

std::string unlikeNotice(std::optional<double> pictureDistance)
{
    if (!pictureDistance || *pictureDistance <= 1)
        return {};
    std::ostringstream text;
    text << std::fixed << std::setprecision(2)
         << "this picture looks unlike the pictures that the model was trained on (distance " << *pictureDistance
         << ", limit 1.00): its answers may mean little";
    return text.str();
}

RunEnvironment describeEnvironment(const LoadedModel &model, const ModelVariant &variant)
{
    RunEnvironment environment;
    environment.modelName = variant.config.name;
    environment.modelHash = variant.hash;
    environment.device = "cpu";
    environment.computeType = model.computeType() == at::kBFloat16 ? "bfloat16" : "float32";
    environment.threads = at::get_num_threads();
    environment.torchVersion = TORCH_VERSION;
    environment.appVersion = QMOP_VERSION;
    return environment;
}

} // namespace qmop
