// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/run_stages.h"

#include "core/image/decode.h"
#include "core/pipeline/answer_attention.h"
#include "core/pipeline/answer_score.h"
#include "core/pipeline/patch_search.h"
#include "core/pipeline/request_checks.h"
#include "core/pipeline/trace_builder.h"
#include "core/pipeline/warm_up.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "qmop/sweep.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace qmop {
namespace {

class Run {
public:
    Run(const RunRequest &request, LoadedModel &model, StageCache &cache, std::int64_t maxImagePixels,
        const RunSink &sink, StageRecorder &stages)
        : m_request(request)
        , m_model(model)
        , m_cache(cache)
        , m_maxImagePixels(maxImagePixels)
        , m_sink(sink)
        , m_stages(stages)
        , m_trace(std::make_shared<RunTrace>())
    {
    }

    std::shared_ptr<const RunTrace> execute();

private:
    const ModelVariant &chooseVariant();
    CachedPicture &preparedPicture();
    void warmUpOnce(std::initializer_list<const ModelVariant *> variants);
    void encode(CachedPicture &picture, bool readsQuestion);
    PromptIds fittedPrompt(int visualTokens, int comparedTokens);
    DecodeJob decodeJob(const ModelVariant &variant, const PromptIds &prompt, const at::Tensor &visual,
                        const std::string &prefix);
    DecodeResult decode(DecodeJob job, const std::string &prefix);
    void answerUncompressed(const PromptIds &prompt);
    void recordUncompressed(const UncompressedAnswer &uncompressed);
    void search(const Compressor &compressor, const ModelVariant &variant, const CompressedTokens &tokens,
                const PromptIds &prompt);
    void recordTokens(const CompressedTokens &tokens, const ModelVariant &variant);
    void recordAnswer(const DecodeResult &result, const CompressedTokens &tokens, const ModelVariant &variant,
                      const PromptIds &prompt);
    void resolveTargets();
    double costOf(std::initializer_list<const char *> stages) const;

    const RunRequest &m_request;
    LoadedModel &m_model;
    StageCache &m_cache;
    std::int64_t m_maxImagePixels;
    const RunSink &m_sink;
    StageRecorder &m_stages;
    std::shared_ptr<RunTrace> m_trace;
    CompressorInput m_input;
    std::shared_ptr<const TargetIds> m_score; // of the request, where it has one
    std::shared_ptr<const TargetIds> m_sought; // of its search
};

const ModelVariant &Run::chooseVariant()
{
    if (!needsQmop(m_request.compressor))
        return m_model.base();
    return m_model.forBudget(m_request.budget, {}, [this] { m_stages.poll(); });
}

void Run::warmUpOnce(std::initializer_list<const ModelVariant *> variants)
{
    for (const ModelVariant *variant : variants) {
        if (m_cache.wasUsed(variant->hash))
            continue;
        if (m_stages.current() != "warm up")
            m_stages.begin("warm up");
        warmUp(*variant, [this] { m_stages.poll(); });
        m_cache.markUsed(variant->hash);
    }
    m_stages.end();
}

CachedPicture &Run::preparedPicture()
{
    const ImageSource &source = m_request.image;
    m_stages.begin("decode image");
    std::vector<std::uint8_t> fromFile;
    if (source.bytes.empty())
        fromFile = readPictureFile(source.path, m_maxImagePixels);
    const std::vector<std::uint8_t> &bytes = source.bytes.empty() ? fromFile : source.bytes;
    const std::string name = source.path.empty() ? "the picture" : source.path.string();
    m_trace->imageSha256 = sha256Hex(std::span<const std::uint8_t>(bytes));
    m_trace->imageName = source.path.filename().string();

    CachedPicture *picture = m_cache.findPicture(m_trace->imageSha256);
    if (picture != nullptr) {
        m_stages.endCached(picture->seconds);
    } else {
        CachedPicture fresh{preparePicture(bytes, name, m_model.preprocess(), m_maxImagePixels), std::nullopt, 0};
        m_stages.end();
        fresh.seconds = m_stages.costOf("decode image");
        picture = &m_cache.addPicture(m_trace->imageSha256, std::move(fresh));
    }
    m_trace->image = picture->prepared.image;
    m_trace->grid = picture->prepared.grid;
    // The cache knows pictures by content: this name may be another one.
    if (std::string notice = nameNotice(name, picture->prepared.format); !notice.empty())
        m_trace->notices.push_back(std::move(notice));
    m_trace->notices.insert(m_trace->notices.end(), picture->prepared.notices.begin(), picture->prepared.notices.end());
    return *picture;
}

void Run::encode(CachedPicture &picture, bool readsQuestion)
{
    if (picture.features) {
        m_stages.addCached("vision", picture.features->seconds);
    } else {
        m_stages.begin("vision");
        picture.features = encodePicture(
            m_model, picture.prepared.pixels, [this](int done, int total) { m_stages.advance(done, total); },
            picture.prepared.padding);
        m_stages.end();
        picture.features->seconds = m_stages.costOf("vision");
        picture.prepared.pixels.reset();
        ++m_trace->visionPasses;
    }
    VisionFeatures &features = *picture.features;
    m_trace->pictureDistance = features.distance;
    if (std::string notice = unlikeNotice(features.distance); !notice.empty())
        m_trace->notices.push_back(std::move(notice));
    m_input = {features.rows, features.classRow, features.classAttention, picture.prepared.padding, {}, {}, {}};
    if (!readsQuestion)
        return;

    const QueryFeatures *query = m_cache.findQuestion(m_request.question);
    if (query != nullptr) {
        m_stages.addCached("text", query->seconds);
    } else {
        m_stages.begin("text");
        QueryFeatures fresh = encodeQuestion(m_model, m_request.question);
        m_stages.end();
        fresh.seconds = m_stages.costOf("text");
        query = &m_cache.addQuestion(m_request.question, std::move(fresh));
    }
    m_input.jointPatches = [this, &features] {
        m_stages.addSaved(features.jointSeconds); // 0 with the first call
        return ensureJointPatches(m_model, features);
    };
    m_input.eos = query->eos;
    m_input.jointText = query->joint;
    if (query->cut > 0)
        m_trace->notices.push_back("router and relevance read the first " + std::to_string(query->tokens - query->cut)
                                   + " of the question's " + std::to_string(query->tokens)
                                   + " tokens: the text tower's context ends there");
}

// Room for `visualTokens`, and for `comparedTokens` of the answer beside it: both
// read the same question.
PromptIds Run::fittedPrompt(int visualTokens, int comparedTokens)
{
    const ModelConfig &config = m_model.base().config;
    PromptIds prompt = makePrompt(m_model.tokenizer(), config.prompt, config.decoder.bosToken, m_request.question);
    const int whole = int(prompt.question.size());
    int behind = m_request.decode.maxNewTokens;
    for (const auto &target : {m_score, m_sought})
        behind = std::max(behind, target ? target->steps() : 0);
    const int alone = config.decoder.maxPositions - visualTokens - behind;
    const int needed = std::max(0, prompt.length() - alone);
    const int cut = cutPrompt(prompt, alone - std::max(0, comparedTokens - visualTokens));
    if (cut == 0)
        return prompt;
    std::string notice = "the decoder read the first " + std::to_string(whole - cut) + " of the question's "
        + std::to_string(whole) + " tokens: it has " + std::to_string(config.decoder.maxPositions)
        + " positions for picture, question and answer";
    if (cut > needed)
        notice += "; without the comparison, whose picture takes " + std::to_string(comparedTokens)
            + " of them, it would read " + std::to_string(whole - needed);
    m_trace->notices.push_back(std::move(notice));
    return prompt;
}

// `prefix` stands before the stage names; empty for the main answer, the only
// one that is streamed.
DecodeJob Run::decodeJob(const ModelVariant &variant, const PromptIds &prompt, const at::Tensor &visual,
                         const std::string &prefix)
{
    DecodeJob job;
    job.variant = &variant;
    job.tokenizer = &m_model.tokenizer();
    job.prompt = prompt;
    job.visual = visual;
    job.config = m_request.decode;
    job.onPrefill = [this](int done, int total) { m_stages.advance(done, total); };
    job.onStep = [this] { m_stages.poll(); };
    const bool streamed = prefix.empty() && bool(m_sink.token);
    job.onPrompt = [this, prefix] { m_stages.begin(prefix + "decode"); };
    job.onToken = [this, streamed](const std::string &text, const DecodedToken &token) {
        if (streamed)
            m_sink.token({text, token});
    };
    return job;
}

DecodeResult Run::decode(DecodeJob job, const std::string &prefix)
{
    m_stages.begin(prefix + "prefill");
    DecodeResult result = decodeAnswer(job);
    m_stages.end();
    return result;
}

double Run::costOf(std::initializer_list<const char *> stages) const
{
    double sum = 0;
    for (const char *stage : stages)
        sum += m_stages.costOf(stage);
    return sum;
}

// Another budget, compressor or override asks for the same answer again.
void Run::answerUncompressed(const PromptIds &prompt)
{
    const DecodeConfig &config = m_request.decode;
    std::string key = m_trace->imageSha256;
    for (int number : {config.maxNewTokens, config.topK, prompt.length()})
        key += " " + std::to_string(number);
    key += " " + m_request.question;
    if (const UncompressedAnswer *known = m_cache.findUncompressed(key)) {
        m_stages.addCached("uncompressed project", known->projectSeconds);
        m_stages.addCached("uncompressed prefill", known->prefillSeconds);
        recordUncompressed(*known);
        return;
    }
    const ModelVariant &base = m_model.base();
    const auto compressor = makeCompressor("none", base.root(), base.config);
    const CompressedTokens tokens = compressor->compress(
        m_input, {}, [this](std::string_view part) { m_stages.begin("uncompressed " + std::string(part)); });
    const std::string prefix = "uncompressed ";
    const DecodeResult result = decode(decodeJob(base, prompt, tokens.rows, prefix), prefix);
    recordUncompressed(m_cache.addUncompressed(
        key,
        {result.answer, toCosts(base.config, int(tokens.rows.size(1)), prompt.length(), nullptr, result),
         m_stages.costOf("uncompressed project"), m_stages.costOf("uncompressed prefill")}));
}

// The picture was encoded once for both answers: its time is the same in both.
void Run::recordUncompressed(const UncompressedAnswer &uncompressed)
{
    m_trace->uncompressed = uncompressed.answer;
    m_trace->uncompressedCosts = uncompressed.costs;
    m_trace->uncompressedCosts->timeToFirstTokenSeconds
        = costOf({"decode image", "vision", "uncompressed project", "uncompressed prefill"});
}

void Run::resolveTargets()
{
    const auto resolved = [this](const std::optional<ScoreTarget> &target) {
        return target ? std::make_shared<const TargetIds>(resolveTarget(m_model.tokenizer(), *target)) : nullptr;
    };
    m_score = resolved(m_request.score);
    m_sought = m_request.search ? resolved(m_request.search->target) : nullptr;
}

void Run::search(const Compressor &compressor, const ModelVariant &variant, const CompressedTokens &tokens,
                 const PromptIds &prompt)
{
    if (!m_sought) {
        ScoreTarget target{{}, {}, m_trace->uncompressed->complete};
        for (const DecodedToken &token : m_trace->uncompressed->tokens)
            target.tokens.push_back(token.id);
        m_sought = std::make_shared<const TargetIds>(resolveTarget(m_model.tokenizer(), target));
    }
    m_stages.begin("search");
    DecodeJob job;
    job.variant = &variant;
    job.tokenizer = &m_model.tokenizer();
    job.prompt = prompt;
    job.config = m_request.decode;
    job.target = m_sought;
    job.onPrefill = [this](int, int) { m_stages.poll(); };
    job.onStep = [this] { m_stages.poll(); };
    job.onToken = [](const std::string &, const DecodedToken &) {};
    const int rounds = m_request.search->rounds;
    const auto progress = [this, rounds](int round, int done, int total) {
        m_stages.advance(std::int64_t(round) * total + done, std::int64_t(rounds) * total);
    };
    m_trace->search = searchPatches(
        {compressor, m_input, tokens, m_trace->grid, m_request.budget, m_request.overrides, job, rounds, progress});
    m_stages.end();
}

void Run::recordTokens(const CompressedTokens &tokens, const ModelVariant &variant)
{
    m_trace->provenance = toProvenance(tokens.provenance);
    m_trace->branches = toBranchTraces(tokens.branches);
    m_trace->branchesComputed = tokens.branchesComputed;
    if (tokens.routing)
        m_trace->routing = toRoutingTrace(*tokens.routing);
    if (tokens.pruning)
        m_trace->pruning = toPruningTrace(*tokens.pruning, *variant.config.qmop, m_request.overrides);
}

void Run::recordAnswer(const DecodeResult &result, const CompressedTokens &tokens, const ModelVariant &variant,
                       const PromptIds &prompt)
{
    const PerBranch<bool> *active = tokens.routing ? &tokens.routing->selection.active : nullptr;
    m_trace->answer = result.answer;
    m_trace->score = result.score;
    m_trace->attention = result.attention;
    m_trace->costs = toCosts(variant.config, int(tokens.rows.size(1)), prompt.length(), active, result);
    m_trace->costs.timeToFirstTokenSeconds
        = costOf({"decode image", "text", "route", "branches", "project", "prefill"});
    if (tokens.rows.size(1) > 0) // a blind answer needs no picture, though the one beside it may
        m_trace->costs.timeToFirstTokenSeconds += costOf({"vision"});
    const Overrides &overrides = m_request.overrides;
    const bool prunes = active != nullptr && (*active)[Branch::Prune];
    if (!prunes && (overrides.lambda || overrides.changesKept()))
        m_trace->notices.emplace_back("pruning was off: the change of its patches had no effect on the answer");
}

std::shared_ptr<const RunTrace> Run::execute()
{
    checkPatches(m_request.overrides, m_model.base().config.vision.patchCount());
    const ModelVariant &variant = chooseVariant();
    warmUpOnce({&variant, m_request.withUncompressed ? &m_model.base() : &variant});
    const auto compressor = makeCompressor(m_request.compressor, variant.root(), variant.config);
    resolveTargets();
    if (m_request.answerAttention)
        checkAttention(*m_request.answerAttention, variant.config.decoder);
    CachedPicture &picture = preparedPicture();
    if (compressor->readsPicture() || m_request.withUncompressed)
        encode(picture, compressor->readsQuestion());

    const CompressorOptions options{m_request.fusion, m_request.fusionThreshold, m_request.overrides, m_request.budget};
    CompressedTokens tokens
        = compressor->compress(m_input, options, [this](std::string_view part) { m_stages.begin(part); });
    const int visualTokens = int(tokens.rows.size(1));
    const int patches = variant.config.vision.patchCount();
    const PromptIds prompt = fittedPrompt(visualTokens, m_request.withUncompressed ? patches : visualTokens);
    DecodeJob job = decodeJob(variant, prompt, tokens.rows, "");
    job.target = m_score;
    job.attention = m_request.answerAttention;
    recordAnswer(decode(std::move(job), ""), tokens, variant, prompt);

    if (m_request.trace == TraceLevel::Full) {
        m_stages.begin("trace");
        compressor->addInactiveBranches(m_input, options, tokens);
        m_stages.end();
    }
    recordTokens(tokens, variant);
    if (m_request.compressor == "none") {
        m_trace->uncompressed = m_trace->answer;
        m_trace->uncompressedCosts = m_trace->costs;
    } else if (m_request.withUncompressed) {
        answerUncompressed(prompt);
    }
    if (m_request.search)
        search(*compressor, variant, tokens, prompt);
    m_trace->request = m_request;
    m_trace->request.image.bytes.clear();
    m_trace->stages = m_stages.times();
    m_trace->environment = describeEnvironment(m_model, variant);
    return m_trace;
}

} // namespace

std::shared_ptr<const RunTrace> runStages(const RunRequest &request, LoadedModel &model, StageCache &cache,
                                          std::int64_t maxImagePixels, const RunSink &sink, StageRecorder &stages)
{
    // Pruning keeps as many patches as are asked for, whatever M the projector behind it was trained for.
    if (request.compressor == "prune" && !request.overrides.keepCount && !request.overrides.eta)
        for (const SweepPoint &point :
             sweepPoints({"prune"}, {request.budget}, model.budgets(), model.base().config.vision.patchCount()))
            if (point.trained != point.budget)
                return Run(atPoint(request, point), model, cache, maxImagePixels, sink, stages).execute();
    return Run(request, model, cache, maxImagePixels, sink, stages).execute();
}

} // namespace qmop
