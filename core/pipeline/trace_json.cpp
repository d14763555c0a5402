// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/trace_json.h"

#include "models/compressors/compressor.h"

#include <charconv>
#include <cmath>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

// The double that is written like the float: 0.1f as 0.1, not 0.10000000149.
json number(float value)
{
    if (!std::isfinite(value))
        return nullptr;
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    double shortest = 0;
    std::from_chars(text, end, shortest);
    return shortest;
}

json numbers(std::span<const float> values)
{
    json list = json::array();
    for (float value : values)
        list.push_back(number(value));
    return list;
}

json perBranch(const PerBranch<float> &values)
{
    json object = json::object();
    for (Branch branch : allBranches)
        object[std::string(branchKey(branch))] = number(values[branch]);
    return object;
}

json tokenJson(const DecodedToken &token, bool withAlternatives)
{
    json object{{"id", token.id}, {"text", token.text}, {"probability", token.probability}};
    if (!withAlternatives)
        return object;
    json alternatives = json::array();
    for (const TokenAlternative &other : token.alternatives)
        alternatives.push_back({{"id", other.id}, {"text", other.text}, {"probability", other.probability}});
    object["alternatives"] = alternatives;
    return object;
}

json answerJson(const Answer &answer, bool full)
{
    json tokens = json::array();
    for (const DecodedToken &token : answer.tokens)
        tokens.push_back(tokenJson(token, full));
    return {{"text", answer.text},
            {"complete", answer.complete},
            {"log_probability", answer.logProbability},
            {"logits_sha256", answer.logitsSha256},
            {"tokens", tokens}};
}

json routingJson(const RoutingTrace &routing, bool full)
{
    json active = json::array();
    for (Branch branch : allBranches)
        if (routing.active[branch])
            active.push_back(branchKey(branch));
    json object{{"alpha", perBranch(routing.alpha)},
                {"selected", perBranch(routing.selected)},
                {"active", active},
                {"forced", routing.forced},
                {"temperature", number(routing.temperature)}};
    if (full)
        object["logits"] = perBranch(routing.logits);
    return object;
}

json costsJson(const Costs &costs)
{
    return {{"visual_tokens", costs.visualTokens},
            {"text_tokens", costs.textTokens},
            {"prefill_macs", costs.prefillMacs},
            {"projector_macs", costs.projectorMacs},
            {"kv_bytes", costs.kvBytes},
            {"kv_bytes_measured", costs.kvBytesMeasured},
            {"time_to_first_token", costs.timeToFirstTokenSeconds},
            {"tokens_per_second", costs.tokensPerSecond}};
}

json stagesJson(const std::vector<StageTime> &stages)
{
    json list = json::array();
    for (const StageTime &stage : stages)
        list.push_back({{"stage", stage.stage}, {"seconds", stage.seconds}, {"cached", stage.cached}});
    return list;
}

json environmentJson(const RunEnvironment &environment)
{
    return {{"model", environment.modelName},   {"model_sha256", environment.modelHash},
            {"device", environment.device},     {"compute_type", environment.computeType},
            {"threads", environment.threads},   {"torch", environment.torchVersion},
            {"version", environment.appVersion}};
}

json provenanceJson(const Provenance &provenance)
{
    json rows = json::array();
    for (int token = 0; token < provenance.tokens; ++token)
        rows.push_back(numbers(provenance.row(token)));
    return {{"tokens", provenance.tokens}, {"patches", provenance.patches}, {"rows", rows}};
}

json gridJson(const PatchGrid &grid)
{
    const ImageFromModel &map = grid.imageFromModel;
    return {{"image_width", grid.imageWidth},
            {"image_height", grid.imageHeight},
            {"model_size", grid.modelSize},
            {"patch_size", grid.patchSize},
            {"rows", grid.rows},
            {"columns", grid.columns},
            {"fit", grid.fit == FitPolicy::Pad ? "pad" : "crop"},
            {"image_from_model",
             {{"scale_x", map.scaleX}, {"scale_y", map.scaleY}, {"offset_x", map.offsetX}, {"offset_y", map.offsetY}}},
            {"is_padding", grid.isPadding}};
}

json pruningJson(const PruningTrace &pruning)
{
    return {{"lambda", number(pruning.lambda)},        {"relevance_sign", pruning.relevanceSign},
            {"threshold", number(pruning.threshold)},  {"importance", numbers(pruning.importance)},
            {"relevance", numbers(pruning.relevance)}, {"combined", numbers(pruning.combined)}};
}

json branchesJson(const std::vector<BranchTrace> &branches)
{
    json list = json::array();
    for (const BranchTrace &branch : branches)
        list.push_back({{"branch", branchKey(branch.branch)},
                        {"on_main_path", branch.onMainPath},
                        {"provenance", provenanceJson(branch.provenance)}});
    return list;
}

json requestJson(const RunTrace &trace)
{
    const RunRequest &request = trace.request;
    json object{{"image", trace.imageName},
                {"image_sha256", trace.imageSha256},
                {"question", request.question},
                {"compressor", request.compressor}};
    if (needsQmop(request.compressor))
        object["budget"] = request.budget;
    object["fusion"] = fusionKey(request.fusion);
    if (request.fusion == FusionMode::Threshold)
        object["fusion_threshold"] = request.fusionThreshold;
    object["max_tokens"] = request.decode.maxNewTokens;
    return object;
}

// Summary and full trace share their order of keys.
json document(const RunTrace &trace, bool full)
{
    json object{{"request", requestJson(trace)}, {"answer", answerJson(trace.answer, full)}};
    if (trace.uncompressed)
        object["uncompressed"] = answerJson(*trace.uncompressed, full);
    if (trace.routing)
        object["routing"] = routingJson(*trace.routing, full);
    if (trace.pruning)
        object["kept_patches"] = trace.pruning->kept;
    object["vision_passes"] = trace.visionPasses;
    object["branches_computed"] = trace.branchesComputed;
    object["logits_sha256"] = trace.answer.logitsSha256;
    object["stages"] = stagesJson(trace.stages);
    object["costs"] = costsJson(trace.costs);
    if (trace.uncompressedCosts)
        object["uncompressed_costs"] = costsJson(*trace.uncompressedCosts);
    object["notices"] = trace.notices;
    object["environment"] = environmentJson(trace.environment);
    if (!full)
        return object;
    object["grid"] = gridJson(trace.grid);
    if (trace.pruning)
        object["pruning"] = pruningJson(*trace.pruning);
    object["provenance"] = provenanceJson(trace.provenance);
    object["branches"] = branchesJson(trace.branches);
    return object;
}

}

json runSummary(const RunTrace &trace)
{
    return document(trace, false);
}

json runTraceJson(const RunTrace &trace)
{
    return document(trace, true);
}

std::string toText(const json &document, int indent)
{
    return document.dump(indent, ' ', false, json::error_handler_t::replace);
}

} // namespace qmop
