// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/trace_record.h"

#include "core/store/counterfactual_json.h"
#include "core/store/record_fields.h"
#include "core/store/trace_json.h"

#include <algorithm>
#include <cmath>

namespace qmop {

namespace {

constexpr int maxSide = 4096; // patches in a row of the grid
constexpr int maxTokens = 1 << 20;
constexpr std::size_t maxFloats = std::size_t(64) << 20; // of one run: 256 MiB

void putInteger(Bytes &bytes, std::size_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        bytes.push_back(std::uint8_t(value >> shift));
}

// All arrays of a run in the order of the format.
template<typename Trace, typename Visit> void visitArrays(Trace &trace, Visit visit)
{
    if (trace.pruning) {
        visit(trace.pruning->importance);
        visit(trace.pruning->relevance);
        visit(trace.pruning->combined);
    }
    visit(trace.provenance.weights);
    for (auto &branch : trace.branches)
        visit(branch.provenance.weights);
    if (trace.attention)
        visit(trace.attention->weights);
}

DecodedToken readToken(const Fields &fields)
{
    DecodedToken token;
    token.id = fields.integer("id");
    token.text = fields.text("text");
    token.probability = fields.real("probability");
    for (const Fields &other : fields.objects("alternatives"))
        token.alternatives.push_back({other.integer("id"), other.text("text"), other.real("probability")});
    return token;
}

Answer readAnswer(const Fields &fields)
{
    Answer answer;
    answer.text = fields.text("text");
    answer.complete = fields.boolean("complete");
    answer.logProbability = fields.real("log_probability");
    answer.logitsSha256 = fields.text("logits_sha256");
    for (const Fields &token : fields.objects("tokens"))
        answer.tokens.push_back(readToken(token));
    return answer;
}

PerBranch<float> readPerBranch(const Fields &fields)
{
    PerBranch<float> values;
    for (Branch branch : allBranches)
        values[branch] = float(fields.real(std::string(branchKey(branch)).c_str()));
    return values;
}

RoutingTrace readRouting(const Fields &fields)
{
    RoutingTrace routing;
    routing.logits = readPerBranch(fields.object("logits"));
    routing.alpha = readPerBranch(fields.object("alpha"));
    routing.selected = readPerBranch(fields.object("selected"));
    for (const std::string &key : fields.texts("active"))
        if (const auto branch = branchFromKey(key))
            routing.active[*branch] = true;
    routing.temperature = float(fields.real("temperature"));
    routing.forced = fields.boolean("forced");
    routing.given = fields.has("given") && fields.boolean("given"); // younger than the format
    return routing;
}

Costs readCosts(const Fields &fields)
{
    Costs costs;
    costs.visualTokens = fields.integer("visual_tokens", 0, maxTokens);
    costs.textTokens = fields.integer("text_tokens", 0, maxTokens);
    costs.prefillMacs = fields.real("prefill_macs");
    costs.projectorMacs = fields.real("projector_macs");
    costs.kvBytes = fields.longInteger("kv_bytes");
    costs.kvBytesMeasured = fields.longInteger("kv_bytes_measured");
    costs.timeToFirstTokenSeconds = fields.real("time_to_first_token");
    costs.tokensPerSecond = fields.real("tokens_per_second");
    return costs;
}

PatchGrid readGrid(const Fields &fields)
{
    PatchGrid grid;
    // A run that never had a picture's grid has zeros throughout.
    grid.imageWidth = fields.integer("image_width", 0, 1 << 24);
    grid.imageHeight = fields.integer("image_height", 0, 1 << 24);
    grid.modelSize = fields.integer("model_size", 0, 1 << 20);
    grid.patchSize = fields.integer("patch_size", 0, 1 << 20);
    grid.rows = fields.integer("rows", 0, maxSide);
    grid.columns = fields.integer("columns", 0, maxSide);
    grid.fit = fields.text("fit") == "pad" ? FitPolicy::Pad : FitPolicy::Crop;
    const Fields map = fields.object("image_from_model");
    grid.imageFromModel = {map.real("scale_x"), map.real("scale_y"), map.real("offset_x"), map.real("offset_y")};
    for (int value : fields.integers("is_padding", 0, 1))
        grid.isPadding.push_back(std::uint8_t(value));
    const ImageFromModel &m = grid.imageFromModel;
    const auto usable = [](double value, double least) { return value >= least && value <= 1e9; };
    if (!usable(m.scaleX, 1e-9) || !usable(m.scaleY, 1e-9) || !usable(m.offsetX, -1e9) || !usable(m.offsetY, -1e9))
        fields.refuse("image_from_model");
    if (grid.isPadding.size() != std::size_t(grid.patchCount()) && !grid.isPadding.empty())
        fields.refuse("is_padding");
    const bool empty = grid.patchCount() == 0;
    if (!empty
        && (grid.patchSize < 1 || grid.imageWidth < 1 || grid.imageHeight < 1
            || grid.modelSize < grid.patchSize * std::max(grid.rows, grid.columns)))
        fields.refuse("model_size");
    return grid;
}

// Sizes alone; the weights come with the other numbers.
Provenance readProvenance(const Fields &fields, int patches)
{
    Provenance provenance;
    provenance.tokens = fields.integer("tokens", 0, maxTokens);
    provenance.patches = fields.integer("patches", 0, maxSide * maxSide);
    if (provenance.tokens > 0 && provenance.patches != patches)
        fields.refuse("patches");
    const std::size_t count = std::size_t(provenance.tokens) * std::size_t(provenance.patches);
    if (count > maxFloats)
        fields.refuse("tokens");
    return provenance;
}

PruningTrace readPruning(const Fields &document, int patches)
{
    const Fields fields = document.object("pruning");
    PruningTrace pruning;
    pruning.kept = document.integers("kept_patches", 0, std::max(0, patches - 1));
    if (patches == 0 && !pruning.kept.empty())
        document.refuse("kept_patches");
    if (!std::is_sorted(pruning.kept.begin(), pruning.kept.end(), std::less_equal<>()))
        document.refuse("kept_patches"); // less_equal: twice the same is refused too
    pruning.threshold = float(fields.real("threshold"));
    pruning.lambda = float(fields.real("lambda"));
    pruning.relevanceSign = fields.integer("relevance_sign", -1, 1);
    return pruning;
}

void readRequest(const Fields &fields, RunTrace &trace)
{
    RunRequest &request = trace.request;
    trace.imageName = fields.text("image");
    trace.imageSha256 = fields.text("image_sha256");
    request.image.path = fields.text("image_path");
    request.question = fields.text("question");
    request.model = fields.text("model_path");
    request.compressor = fields.text("compressor");
    request.budget = fields.integer("budget", 0, maxTokens);
    const auto fusion = fusionFromKey(fields.text("fusion"));
    if (!fusion)
        fields.refuse("fusion");
    request.fusion = *fusion;
    request.fusionThreshold = fields.real("fusion_threshold");
    request.decode.maxNewTokens = fields.integer("max_tokens", 0, maxTokens);
    if (fields.has("precision")) { // younger than the format
        const auto precision = precisionFromKey(fields.text("precision"));
        if (!precision)
            fields.refuse("precision");
        request.precision = *precision;
    }
    request.decode.topK = fields.integer("top_k", 0, maxTokens);
    request.trace = fields.boolean("full_trace") ? TraceLevel::Full : TraceLevel::Answer;
    request.withUncompressed = fields.boolean("with_uncompressed");
}

void readEnvironment(const Fields &fields, RunEnvironment &environment)
{
    environment.modelName = fields.text("model");
    environment.modelHash = fields.text("model_sha256");
    environment.device = fields.text("device");
    environment.computeType = fields.text("compute_type");
    environment.threads = fields.integer("threads");
    environment.torchVersion = fields.text("torch");
    environment.appVersion = fields.text("version");
}

// Sizes alone, as of provenance.
AnswerAttention readAttention(const Fields &fields, const RunTrace &trace)
{
    AnswerAttention attention;
    attention.layers = fields.integer("layers", 1, 1 << 16);
    attention.layer = fields.integer("layer", 0, attention.layers - 1);
    attention.heads = fields.integer("heads", 1, 1 << 16);
    attention.head = fields.isNull("head") ? -1 : fields.integer("head", 0, attention.heads - 1);
    attention.answerTokens = fields.integer("answer_tokens", 0, maxTokens);
    attention.visualTokens = fields.integer("visual_tokens", 0, maxTokens);
    if (std::size_t(attention.answerTokens) != trace.answer.tokens.size())
        fields.refuse("answer_tokens");
    if (attention.visualTokens != trace.provenance.tokens)
        fields.refuse("visual_tokens");
    return attention;
}

// Only where a run had them.
void readCounterfactuals(const Fields &document, int patches, RunTrace &trace)
{
    const Fields request = document.object("request");
    if (request.has("overrides"))
        trace.request.overrides = readOverrides(request.object("overrides"), patches);
    if (request.has("answer_attention")) {
        const Fields choice = request.object("answer_attention");
        trace.request.answerAttention = {choice.integer("layer"), choice.integer("head")};
    }
    if (request.has("score"))
        trace.request.score = readTarget(request.object("score"));
    if (request.has("search"))
        trace.request.search = readSearchRequest(request.object("search"));
    if (document.has("score"))
        trace.score = readScore(document.object("score"));
    if (document.has("search"))
        trace.search = readSearch(document.object("search"), patches);
}

// Runs of older versions left out of their time to the first token what the cache held, without saying what that was:
// they have none.
void readStages(const Fields &document, RunTrace &trace)
{
    for (const Fields &stage : document.objects("stages")) {
        const bool known = stage.has("saved");
        trace.stages.push_back(
            {stage.text("stage"), stage.real("seconds"), stage.boolean("cached"), known ? stage.real("saved") : 0});
        if (known || !trace.stages.back().cached)
            continue;
        if (!trace.stages.back().stage.starts_with("uncompressed "))
            trace.costs.timeToFirstTokenSeconds = 0;
        if (trace.uncompressedCosts)
            trace.uncompressedCosts->timeToFirstTokenSeconds = 0;
    }
}

RunTrace readDocument(const Fields &document)
{
    RunTrace trace;
    readRequest(document.object("request"), trace);
    trace.answer = readAnswer(document.object("answer"));
    if (document.has("uncompressed"))
        trace.uncompressed = readAnswer(document.object("uncompressed"));
    if (document.has("routing"))
        trace.routing = readRouting(document.object("routing"));
    if (document.has("picture_distance")) // younger than the format
        trace.pictureDistance = document.real("picture_distance");
    trace.visionPasses = document.integer("vision_passes");
    trace.branchesComputed = document.integer("branches_computed");
    trace.costs = readCosts(document.object("costs"));
    if (document.has("uncompressed_costs"))
        trace.uncompressedCosts = readCosts(document.object("uncompressed_costs"));
    readStages(document, trace);
    trace.notices = document.texts("notices");
    readEnvironment(document.object("environment"), trace.environment);
    trace.grid = readGrid(document.object("grid"));
    const int patches = trace.grid.patchCount();
    readCounterfactuals(document, patches, trace);
    if (document.has("pruning"))
        trace.pruning = readPruning(document, patches);
    trace.provenance = readProvenance(document.object("provenance"), patches);
    if (document.has("answer_attention")) // younger than the format
        trace.attention = readAttention(document.object("answer_attention"), trace);
    for (const Fields &branch : document.objects("branches")) {
        const auto key = branchFromKey(branch.text("branch"));
        if (!key)
            branch.refuse("branch");
        trace.branches.push_back(
            {*key, branch.boolean("on_main_path"), readProvenance(branch.object("provenance"), patches)});
    }
    return trace;
}

// Lengths of the arrays as the document wants them; all zero where a run has scores of none.
void readNumbers(const Bytes &bytes, RunTrace &trace, const Fields &document)
{
    const auto integerAt = [&](std::size_t index) -> std::size_t {
        if (bytes.size() < 4 * (index + 1))
            document.refuse("numbers");
        const std::uint8_t *at = bytes.data() + 4 * index;
        return at[0] | std::size_t(at[1]) << 8 | std::size_t(at[2]) << 16 | std::size_t(at[3]) << 24;
    };
    std::vector<std::size_t> expected;
    const auto patches = std::size_t(trace.grid.patchCount());
    if (trace.pruning)
        expected.assign(3, patches);
    const auto expect
        = [&](const Provenance &rows) { expected.push_back(std::size_t(rows.tokens) * std::size_t(rows.patches)); };
    expect(trace.provenance);
    for (const BranchTrace &branch : trace.branches)
        expect(branch.provenance);
    if (trace.attention)
        expected.push_back(std::size_t(trace.attention->answerTokens) * std::size_t(trace.attention->visualTokens));
    if (integerAt(0) != expected.size())
        document.refuse("numbers");
    std::size_t total = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (integerAt(i + 1) != expected[i])
            document.refuse("numbers");
        total += expected[i];
    }
    if (total > maxFloats)
        document.refuse("numbers");
    const auto block = std::span(bytes).subspan(4 * (expected.size() + 1));
    const std::vector<float> values = unpackFloats(block, total, document.name());
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::abs(value) <= 1e6F; }))
        document.refuse("numbers");
    auto from = values.begin();
    std::size_t next = 0;
    visitArrays(trace, [&](std::vector<float> &array) {
        const auto to = from + std::ptrdiff_t(expected[next++]);
        array.assign(from, to);
        from = to;
    });
}

}

TraceRecord writeRecord(const RunTrace &trace)
{
    TraceRecord record{toText(runRecordJson(trace), -1), {}};
    std::vector<std::size_t> lengths;
    std::vector<float> values;
    visitArrays(trace, [&](const std::vector<float> &array) {
        lengths.push_back(array.size());
        values.insert(values.end(), array.begin(), array.end());
    });
    putInteger(record.numbers, lengths.size());
    for (std::size_t length : lengths)
        putInteger(record.numbers, length);
    const Bytes packed = packFloats(values);
    record.numbers.insert(record.numbers.end(), packed.begin(), packed.end());
    return record;
}

RunTrace readRecord(const TraceRecord &record, const std::string &name)
{
    const Document document(record.document, name);
    RunTrace trace = readDocument(document.fields());
    readNumbers(record.numbers, trace, document.fields());
    return trace;
}

TraceRecord withoutPaths(const TraceRecord &record, const std::string &name)
{
    RunTrace trace = readRecord(record, name);
    trace.request.image.path = trace.request.image.path.filename();
    const std::filesystem::path model = trace.request.model;
    trace.request.model = model.has_filename() ? model.filename() : model.parent_path().filename();
    return writeRecord(trace);
}

} // namespace qmop
