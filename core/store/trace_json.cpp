// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/trace_json.h"

#include "core/store/counterfactual_json.h"
#include "qmop/answer_attention.h"
#include "qmop/has_budget.h"
#include "qmop/took_part.h"

#include <algorithm>
#include <numeric>

namespace qmop {

namespace {

using json = nlohmann::ordered_json;

enum class Detail {
    Summary,
    Record, // what Full says, exactly, but for the numbers that go beside it as bytes
    Full,
};

bool isUtf8(const std::string &bytes)
{
    try {
        json(bytes).dump();
        return true;
    } catch (const json::type_error &) {
        return false;
    }
}

// A record keeps bytes that are not UTF-8 as they are: {"hex": "79c3"}.
json text(const std::string &bytes, Detail detail)
{
    if (detail != Detail::Record || isUtf8(bytes))
        return bytes;
    static constexpr char digits[] = "0123456789abcdef";
    std::string hex;
    for (unsigned char byte : bytes) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return {{"hex", hex}};
}

json perBranch(const PerBranch<float> &values)
{
    json object = json::object();
    for (Branch branch : allBranches)
        object[std::string(branchKey(branch))] = number(values[branch]);
    return object;
}

TextWriter textOf(Detail detail)
{
    return [detail](const std::string &bytes) { return text(bytes, detail); };
}

json tokenJson(const DecodedToken &token, Detail detail)
{
    json object{{"id", token.id}, {"text", text(token.text, detail)}, {"probability", token.probability}};
    if (detail == Detail::Summary)
        return object;
    json alternatives = json::array();
    for (const TokenAlternative &other : token.alternatives)
        alternatives.push_back(
            {{"id", other.id}, {"text", text(other.text, detail)}, {"probability", other.probability}});
    object["alternatives"] = alternatives;
    return object;
}

json answerJson(const Answer &answer, Detail detail)
{
    json tokens = json::array();
    for (const DecodedToken &token : answer.tokens)
        tokens.push_back(tokenJson(token, detail));
    return {{"text", text(answer.text, detail)},
            {"complete", answer.complete},
            {"log_probability", answer.logProbability},
            {"logits_sha256", answer.logitsSha256},
            {"tokens", tokens}};
}

json routingJson(const RoutingTrace &routing, Detail detail)
{
    json active = json::array();
    for (Branch branch : allBranches)
        if (routing.active[branch])
            active.push_back(branchKey(branch));
    json object{{"alpha", perBranch(routing.alpha)},
                {"selected", perBranch(routing.selected)},
                {"active", active},
                {"forced", routing.forced},
                {"given", routing.given},
                {"temperature", number(routing.temperature)}};
    if (detail != Detail::Summary)
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
    for (const StageTime &stage : stages) {
        list.push_back({{"stage", stage.stage}, {"seconds", stage.seconds}, {"cached", stage.cached}});
        if (stage.cached || stage.savedSeconds > 0)
            list.back()["saved"] = stage.savedSeconds;
    }
    return list;
}

json environmentJson(const RunEnvironment &environment)
{
    return {{"model", environment.modelName},   {"model_sha256", environment.modelHash},
            {"device", environment.device},     {"compute_type", environment.computeType},
            {"threads", environment.threads},   {"torch", environment.torchVersion},
            {"version", environment.appVersion}};
}

json provenanceJson(const Provenance &provenance, Detail detail)
{
    if (detail == Detail::Record)
        return {{"tokens", provenance.tokens}, {"patches", provenance.patches}};
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

json pruningJson(const RunTrace &trace, Detail detail)
{
    const PruningTrace &pruning = *trace.pruning;
    json object{{"lambda", number(pruning.lambda)},
                {"relevance_sign", pruning.relevanceSign},
                {"threshold", number(pruning.threshold)}};
    if (detail == Detail::Record)
        return object;
    object["took_part"] = tookPart(trace, Branch::Prune);
    object["importance"] = numbers(pruning.importance);
    object["relevance"] = numbers(pruning.relevance);
    object["combined"] = numbers(pruning.combined);
    return object;
}

json branchesJson(const std::vector<BranchTrace> &branches, Detail detail)
{
    json list = json::array();
    for (const BranchTrace &branch : branches) {
        list.push_back({{"branch", branchKey(branch.branch)}, {"on_main_path", branch.onMainPath}});
        if (detail != Detail::Summary)
            list.back()["provenance"] = provenanceJson(branch.provenance, detail);
    }
    return list;
}

// The five patches that an answer token attended to most, the strongest first.
json strongestPatches(const std::vector<float> &shares)
{
    std::vector<int> order(shares.size());
    std::iota(order.begin(), order.end(), 0);
    const auto count = std::min<std::size_t>(5, order.size());
    std::partial_sort(order.begin(), order.begin() + std::ptrdiff_t(count), order.end(), [&](int a, int b) {
        return shares[std::size_t(a)] != shares[std::size_t(b)] ? shares[std::size_t(a)] > shares[std::size_t(b)]
                                                                : a < b;
    });
    json list = json::array();
    for (std::size_t i = 0; i < count; ++i)
        list.push_back({{"patch", order[i]}, {"share", number(shares[std::size_t(order[i])])}});
    return list;
}

json attentionJson(const RunTrace &trace, Detail detail)
{
    const AnswerAttention &attention = *trace.attention;
    json object{{"layer", attention.layer},
                {"layers", attention.layers},
                {"head", attention.head < 0 ? json() : json(attention.head)},
                {"head_rule", attention.head < 0 ? "mean" : "one"},
                {"heads", attention.heads},
                {"answer_tokens", attention.answerTokens},
                {"visual_tokens", attention.visualTokens}};
    if (detail == Detail::Record)
        return object;
    json tokens = json::array();
    for (int token = 0; token < attention.tokens(); ++token) {
        json row{{"text", text(trace.answer.tokens[std::size_t(token)].text, detail)},
                 {"visual_share", visualShare(trace, token)},
                 {"patches", strongestPatches(attentionOnPatches(trace, token))}};
        if (detail == Detail::Full)
            row["weights"] = numbers(attention.row(token));
        tokens.push_back(row);
    }
    object["tokens"] = tokens;
    return object;
}

json requestJson(const RunTrace &trace, Detail detail)
{
    const RunRequest &request = trace.request;
    json object{{"image", text(trace.imageName, detail)},
                {"image_sha256", trace.imageSha256},
                {"question", text(request.question, detail)},
                {"compressor", request.compressor}};
    if (hasBudget(request.compressor) || detail == Detail::Record)
        object["budget"] = request.budget;
    object["fusion"] = fusionKey(request.fusion);
    if (request.fusion == FusionMode::Threshold || detail == Detail::Record)
        object["fusion_threshold"] = request.fusionThreshold;
    object["max_tokens"] = request.decode.maxNewTokens;
    if (request.precision != Precision::Automatic)
        object["precision"] = precisionKey(request.precision);
    if (!request.overrides.empty())
        object["overrides"] = overridesJson(request.overrides);
    if (request.answerAttention)
        object["answer_attention"]
            = {{"layer", request.answerAttention->layer}, {"head", request.answerAttention->head}};
    if (detail != Detail::Record)
        return object;
    object["top_k"] = request.decode.topK;
    object["image_path"] = text(request.image.path.string(), detail);
    object["model_path"] = text(request.model.string(), detail);
    object["full_trace"] = request.trace == TraceLevel::Full;
    object["with_uncompressed"] = request.withUncompressed;
    if (request.score)
        object["score"] = targetJson(*request.score, textOf(detail));
    if (request.search)
        object["search"] = searchRequestJson(*request.search, textOf(detail));
    return object;
}

// What pruning would have kept must not read as what the answer was made from. A
// record has one key for both, as its format says, and of class attention the visual tokens.
void addKept(json &object, const RunTrace &trace, Detail detail)
{
    const std::optional<KeptSet> set = keptSet(trace);
    if (set && (detail != Detail::Record || set->by == KeptBy::Scores))
        object[detail == Detail::Record || set->tookPart ? "kept_patches" : "would_keep_patches"] = set->patches;
}

// All three share their order of keys.
json document(const RunTrace &trace, Detail detail)
{
    json object{{"request", requestJson(trace, detail)}, {"answer", answerJson(trace.answer, detail)}};
    if (trace.uncompressed)
        object["uncompressed"] = answerJson(*trace.uncompressed, detail);
    if (trace.score)
        object["score"] = scoreJson(*trace.score, textOf(detail));
    if (trace.search)
        object["search"] = searchJson(*trace.search, textOf(detail));
    if (trace.attention)
        object["answer_attention"] = attentionJson(trace, detail);
    if (trace.routing)
        object["routing"] = routingJson(*trace.routing, detail);
    addKept(object, trace, detail);
    if (trace.pictureDistance)
        object["picture_distance"] = *trace.pictureDistance;
    object["vision_passes"] = trace.visionPasses;
    object["branches_computed"] = trace.branchesComputed;
    if (detail == Detail::Summary)
        object["branches"] = branchesJson(trace.branches, detail);
    object["logits_sha256"] = trace.answer.logitsSha256;
    object["stages"] = stagesJson(trace.stages);
    object["costs"] = costsJson(trace.costs);
    if (trace.uncompressedCosts)
        object["uncompressed_costs"] = costsJson(*trace.uncompressedCosts);
    object["notices"] = trace.notices;
    object["environment"] = environmentJson(trace.environment);
    if (detail == Detail::Summary)
        return object;
    object["grid"] = gridJson(trace.grid);
    if (trace.pruning)
        object["pruning"] = pruningJson(trace, detail);
    object["provenance"] = provenanceJson(trace.provenance, detail);
    object["branches"] = branchesJson(trace.branches, detail);
    return object;
}

}

json runSummary(const RunTrace &trace)
{
    return document(trace, Detail::Summary);
}

json runTraceJson(const RunTrace &trace)
{
    return document(trace, Detail::Full);
}

json runRecordJson(const RunTrace &trace)
{
    return document(trace, Detail::Record);
}

std::string toText(const json &document, int indent)
{
    return document.dump(indent, ' ', false, json::error_handler_t::replace);
}

} // namespace qmop
