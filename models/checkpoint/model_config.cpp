// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkpoint/model_config.h"

#include "models/checkpoint/strict_json.h"
#include "qmop/error.h"

#include <cmath>

namespace qmop {

namespace {

using json = nlohmann::json;

constexpr std::size_t maxConfigBytes = 16'000'000;
constexpr int maxWidth = 1 << 20;
constexpr int maxVocabulary = 10'000'000;

// One section of a config.json; every message names file and field.
class Fields {
public:
    Fields(const json &object, std::string file, std::string section)
        : m_object(object)
        , m_file(std::move(file))
        , m_section(std::move(section))
    {
        if (!object.is_object())
            throw Error(ErrorCode::InvalidModel, m_file + ": " + m_section + " is not an object", hint());
    }

    [[noreturn]] void fail(const std::string &field, const std::string &why) const
    {
        throw Error(ErrorCode::InvalidModel,
                    m_file + ": " + (m_section.empty() ? "" : m_section + ".") + field + " " + why, hint());
    }

    bool has(const char *field) const { return m_object.contains(field) && !m_object[field].is_null(); }
    const json &at(const char *field) const { return m_object[field]; }

    int integer(const char *field, std::optional<int> fallback, int low, int high) const
    {
        if (!has(field)) {
            if (!fallback)
                fail(field, "is missing");
            return *fallback;
        }
        const json &value = at(field);
        // Compared as doubles: the value may not fit into an int.
        if (!value.is_number_integer() || value.get<double>() < low || value.get<double>() > high)
            fail(field, "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
        return value.get<int>();
    }

    double number(const char *field, double fallback, double low, double high) const
    {
        if (!has(field))
            return fallback;
        const json &value = at(field);
        if (!value.is_number() || !(value.get<double>() >= low && value.get<double>() <= high))
            fail(field, "is not a number in its range");
        return value.get<double>();
    }

    bool flag(const char *field, bool fallback) const
    {
        if (!has(field))
            return fallback;
        if (!at(field).is_boolean())
            fail(field, "must be true or false");
        return at(field).get<bool>();
    }

    std::string text(const char *field, const std::string &fallback) const
    {
        if (!has(field))
            return fallback;
        if (!at(field).is_string())
            fail(field, "must be text");
        return at(field).get<std::string>();
    }

    // Hugging Face allows a list of end tokens: the first is the one that training used.
    int token(const char *field, int fallback, int vocabSize) const
    {
        if (has(field) && at(field).is_array() && !at(field).empty()) {
            const json first{{field, at(field)[0]}};
            return Fields(first, m_file, m_section).integer(field, fallback, 0, vocabSize - 1);
        }
        const int id = integer(field, fallback, 0, maxVocabulary);
        if (id >= vocabSize)
            fail(field, "lies outside the vocabulary");
        return id;
    }

    Activation activation(const char *field, const char *fallback) const
    {
        const std::string name = text(field, fallback);
        if (name == "quick_gelu")
            return Activation::QuickGelu;
        if (name == "gelu")
            return Activation::Gelu;
        if (name == "silu")
            return Activation::Silu;
        fail(field, "is an activation that is not supported (quick_gelu, gelu, silu are)");
    }

    Fields section(const char *field) const
    {
        if (!has(field))
            fail(field, "is missing");
        return Fields(at(field), m_file, (m_section.empty() ? "" : m_section + ".") + field);
    }

private:
    static const char *hint() { return "use a checkpoint whose config.json is complete and unchanged"; }

    const json &m_object;
    std::string m_file;
    std::string m_section;
};

void requireDivisible(const Fields &fields, const char *field, int value, int divisor, const char *divisorName)
{
    if (value % divisor != 0)
        fields.fail(field, "must be a multiple of " + std::string(divisorName));
}

// Missing fields take the defaults of transformers' CLIPVisionConfig.
VisionConfig readVision(const Fields &fields)
{
    VisionConfig config;
    config.hiddenSize = fields.integer("hidden_size", 768, 1, maxWidth);
    config.layers = fields.integer("num_hidden_layers", 12, 1, 1024);
    config.heads = fields.integer("num_attention_heads", 12, 1, 4096);
    config.intermediateSize = fields.integer("intermediate_size", 3072, 1, maxWidth);
    config.imageSize = fields.integer("image_size", 224, 1, 1 << 14);
    config.patchSize = fields.integer("patch_size", 32, 1, 1 << 14);
    config.projectionSize = fields.integer("projection_dim", 512, 1, maxWidth);
    config.activation = fields.activation("hidden_act", "quick_gelu");
    config.layerNormEps = fields.number("layer_norm_eps", 1e-5, 0, 1);
    if (fields.integer("num_channels", 3, 1, 1024) != 3)
        fields.fail("num_channels", "must be 3");
    requireDivisible(fields, "hidden_size", config.hiddenSize, config.heads, "num_attention_heads");
    requireDivisible(fields, "image_size", config.imageSize, config.patchSize, "patch_size");
    return config;
}

// Missing fields take the defaults of transformers' CLIPTextConfig.
TextTowerConfig readTextTower(const Fields &fields)
{
    TextTowerConfig config;
    config.vocabSize = fields.integer("vocab_size", 49408, 1, maxVocabulary);
    config.hiddenSize = fields.integer("hidden_size", 512, 1, maxWidth);
    config.layers = fields.integer("num_hidden_layers", 12, 1, 1024);
    config.heads = fields.integer("num_attention_heads", 8, 1, 4096);
    config.intermediateSize = fields.integer("intermediate_size", 2048, 1, maxWidth);
    config.maxPositions = fields.integer("max_position_embeddings", 77, 2, maxWidth);
    config.projectionSize = fields.integer("projection_dim", 512, 1, maxWidth);
    config.bosToken = fields.token("bos_token_id", 49406, config.vocabSize);
    config.eosToken = fields.token("eos_token_id", 49407, config.vocabSize);
    config.activation = fields.activation("hidden_act", "quick_gelu");
    config.layerNormEps = fields.number("layer_norm_eps", 1e-5, 0, 1);
    requireDivisible(fields, "hidden_size", config.hiddenSize, config.heads, "num_attention_heads");
    return config;
}

// Older files have rope_theta and rope_scaling, newer ones rope_parameters.
double readRopeTheta(const Fields &fields)
{
    double theta = fields.number("rope_theta", 10000.0, 1, 1e12);
    for (const char *name : {"rope_scaling", "rope_parameters"}) {
        if (!fields.has(name))
            continue;
        const Fields rope = fields.section(name);
        const std::string type = rope.text("rope_type", rope.text("type", "default"));
        if (type != "default")
            rope.fail("rope_type", "is a scaling of rotary positions that is not supported");
        theta = rope.number("rope_theta", theta, 1, 1e12);
    }
    return theta;
}

// Missing fields take the defaults of transformers' LlamaConfig.
DecoderConfig readDecoder(const Fields &fields)
{
    DecoderConfig config;
    config.vocabSize = fields.integer("vocab_size", 32000, 1, maxVocabulary);
    config.hiddenSize = fields.integer("hidden_size", 4096, 1, maxWidth);
    config.layers = fields.integer("num_hidden_layers", 32, 1, 1024);
    config.heads = fields.integer("num_attention_heads", 32, 1, 4096);
    config.kvHeads = fields.integer("num_key_value_heads", config.heads, 1, 4096);
    config.intermediateSize = fields.integer("intermediate_size", 11008, 1, maxWidth);
    config.maxPositions = fields.integer("max_position_embeddings", 2048, 1, 1 << 24);
    config.rmsNormEps = fields.number("rms_norm_eps", 1e-6, 0, 1);
    config.ropeTheta = readRopeTheta(fields);
    config.tieEmbeddings = fields.flag("tie_word_embeddings", false);
    config.bosToken = fields.token("bos_token_id", 1, config.vocabSize);
    config.eosToken = fields.token("eos_token_id", 2, config.vocabSize);
    if (fields.activation("hidden_act", "silu") != Activation::Silu)
        fields.fail("hidden_act", "must be silu");
    for (const char *bias : {"attention_bias", "mlp_bias"})
        if (fields.flag(bias, false))
            fields.fail(bias, "is not supported");
    if (!fields.has("head_dim"))
        requireDivisible(fields, "hidden_size", config.hiddenSize, config.heads, "num_attention_heads");
    config.headDim = fields.integer("head_dim", config.hiddenSize / config.heads, 2, 1 << 14);
    requireDivisible(fields, "head_dim", config.headDim, 2, "2 (rotary pairs)");
    requireDivisible(fields, "num_attention_heads", config.heads, config.kvHeads, "num_key_value_heads");
    return config;
}

ProjectorConfig readProjector(const Fields &fields, const VisionConfig &vision)
{
    ProjectorConfig config;
    config.budget = fields.integer("budget", std::nullopt, 1, vision.patchCount());
    config.stride = fields.integer("stride", std::nullopt, 1, vision.gridSide());
    config.resamplerHeads = fields.integer("resampler_heads", 8, 1, 4096);
    config.routerHidden = fields.integer("router_hidden", 512, 1, maxWidth);
    config.pruneLambda = fields.number("prune_lambda", 0.5, 0, 1);
    config.relevanceSign = fields.integer("relevance_sign", 1, -1, 1);
    config.temperature = fields.number("temperature", 0.5, 1e-4, 1e4);
    if (config.relevanceSign == 0)
        fields.fail("relevance_sign", "must be 1 or -1");
    if (vision.gridSide() % config.stride != 0)
        fields.fail("stride", "must divide the grid's side of " + std::to_string(vision.gridSide()) + " patches");
    const int side = vision.gridSide() / config.stride;
    if (config.budget != side * side)
        fields.fail("budget", "must be " + std::to_string(side * side) + ", which the stride gives");
    if (vision.hiddenSize % config.resamplerHeads != 0)
        fields.fail("resampler_heads", "must divide the vision tower's hidden_size");
    return config;
}

// Router and relevance read the question through the text tower.
void requireTextTower(const Fields &root, const ModelConfig &config)
{
    if (config.text.layers == 0)
        root.fail("clip_text_config", "is missing, and a qmop cannot do without it");
}

std::string folderName(const std::filesystem::path &folder)
{
    return (folder.has_filename() ? folder : folder.parent_path()).filename().string();
}

// A folder that is not there is another mistake than one without its config.json.
void requireCheckpoint(const std::filesystem::path &folder)
{
    std::error_code failed;
    const std::filesystem::file_status status = std::filesystem::status(folder, failed);
    std::string what;
    if (status.type() == std::filesystem::file_type::not_found)
        what = ": there is no such folder";
    else if (failed)
        what = ": cannot be opened: " + failed.message();
    else if (!std::filesystem::is_directory(status))
        what = ": is no folder";
    else if (!std::filesystem::exists(folder / "config.json", failed))
        what = failed ? ": cannot be opened: " + failed.message() : ": holds no config.json";
    if (!what.empty())
        throw Error(ErrorCode::InvalidModel, folder.string() + what,
                    "check the path: a checkpoint is a folder with config.json and model.safetensors");
}

ModelConfig readBase(const Fields &root, const std::string &defaultName)
{
    ModelConfig config;
    config.name = root.text("name", defaultName);
    config.vision = readVision(root.section("vision_config"));
    if (root.has("clip_text_config")) {
        const Fields text = root.section("clip_text_config");
        config.text = readTextTower(text);
        if (config.text.projectionSize != config.vision.projectionSize)
            text.fail("projection_dim", "must equal vision_config.projection_dim");
    }
    config.decoder = readDecoder(root.section("text_config"));
    // Hugging Face's LLaVA files state tying at either level.
    if (root.has("tie_word_embeddings") && !root.section("text_config").has("tie_word_embeddings"))
        config.decoder.tieEmbeddings = root.flag("tie_word_embeddings", false);
    config.visionFeatureLayer = root.integer("vision_feature_layer", -2, -2, -2);
    config.prompt = root.text("prompt", "USER: <image>\n{question} ASSISTANT:");
    if (config.prompt.find("<image>") == std::string::npos)
        root.fail("prompt", "must contain <image>");
    if (config.prompt.find("{question}") == std::string::npos)
        root.fail("prompt", "must contain {question}");
    if (root.has("qmop")) {
        requireTextTower(root, config);
        config.qmop = readProjector(root.section("qmop"), config.vision);
    }
    return config;
}

}

ModelConfig parseModelConfig(std::string_view json, const std::string &name)
{
    const nlohmann::json document = parseStrictJson(json, name);
    return readBase(Fields(document, name, ""), "");
}

ModelConfig readModelConfig(const std::filesystem::path &folder)
{
    requireCheckpoint(folder);
    const std::filesystem::path file = folder / "config.json";
    const json document = readStrictJson(file, maxConfigBytes);
    const Fields root(document, file.string(), "");
    if (root.text("model_type", "llava") != "qmop")
        return readBase(root, folderName(folder));

    // A compressor's folder: its own section over the configuration of its base.
    const std::filesystem::path base = root.text("base", "..");
    if (base.is_absolute())
        root.fail("base", "must be relative to this folder");
    const std::filesystem::path baseFolder = (folder / base).lexically_normal();
    const std::filesystem::path baseFile = baseFolder / "config.json";
    const json baseDocument = readStrictJson(baseFile, maxConfigBytes);
    const Fields baseRoot(baseDocument, baseFile.string(), "");
    if (baseRoot.text("model_type", "llava") == "qmop")
        root.fail("base", "must be a whole model, not another compressor");
    ModelConfig config = readBase(baseRoot, folderName(baseFolder));
    requireTextTower(baseRoot, config);
    config.qmop = readProjector(root.section("qmop"), config.vision);
    return config;
}

} // namespace qmop
