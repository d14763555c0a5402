// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_model.h"

#include "core/scenes/scene.h"
#include "core/train/random.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/checkpoint/tensor_writer.h"
#include "models/tokenizer/bpe_trainer.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <array>
#include <fstream>
#include <sstream>

namespace qmop::train {
namespace {

const std::array<std::string, 4> specialTokens{"<pad>", "<s>", "</s>", "<a>"};

std::string readText(const std::filesystem::path &file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream)
        throw Error(ErrorCode::InvalidModel, file.string() + " cannot be read");
    return text.str();
}

nlohmann::json configJson(const Recipe &recipe, const Tokenizer &tokenizer)
{
    nlohmann::json config = recipe.model;
    for (const char *section : {"clip_text_config", "text_config"})
        if (config.contains(section) && config[section].is_object())
            config[section]["vocab_size"] = tokenizer.vocabSize();
    return config;
}

// At inference the router keeps the last temperature of its training.
nlohmann::json compressorJson(const Recipe &recipe)
{
    nlohmann::json qmop = recipe.qmop;
    qmop["temperature"] = recipe.routing.tauEnd;
    return {{"model_type", "qmop"}, {"base", ".."}, {"qmop", qmop}};
}

// The one parser of config.json reads from folders, so the recipe's sections
// go through a folder of their own.
ModelConfig parseConfig(const Recipe &recipe, const Tokenizer &tokenizer)
{
    std::string pattern = (std::filesystem::temp_directory_path() / "qmop-recipe-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
        throw Error(ErrorCode::OutputFailed, pattern + " cannot be made", "free space in the temporary folder");
    const std::filesystem::path folder = pattern;
    try {
        std::filesystem::create_directories(folder / "qmop");
        writeFileAtomically(folder / "config.json", configJson(recipe, tokenizer).dump());
        writeFileAtomically(folder / "qmop" / "config.json", compressorJson(recipe).dump());
        ModelConfig config = readModelConfig(folder / "qmop");
        config.name = recipe.name;
        std::filesystem::remove_all(folder);
        return config;
    } catch (const Error &error) {
        std::filesystem::remove_all(folder);
        if (error.code() != ErrorCode::InvalidModel)
            throw;
        std::string what = error.what();
        if (const std::size_t at = what.find("config.json"); at != std::string::npos)
            what = what.substr(at + std::string_view("config.json").size());
        throw Error(ErrorCode::InvalidRecipe, recipe.file.string() + ", model or qmop" + what,
                    "correct the recipe's section");
    }
}

TensorMap writableCopies(const TensorMap &tensors)
{
    TensorMap copies;
    for (const auto &[name, tensor] : tensors)
        copies[name] = tensor.to(at::kFloat, false, true);
    return copies;
}

} // namespace

TrainingModel makeModel(const Recipe &recipe, const std::filesystem::path &folder)
{
    TrainingModel model;
    if (!folder.empty() && std::filesystem::exists(folder / "tokenizer.json")) {
        model.tokenizerJson = readText(folder / "tokenizer.json");
    } else {
        const std::vector<std::string> corpus = scenes::corpus();
        model.tokenizerJson = trainByteLevelBpe(corpus, recipe.vocabulary, specialTokens);
    }
    model.tokenizer = std::make_shared<Tokenizer>(Tokenizer::fromJson(model.tokenizerJson, "tokenizer.json"));
    model.config = parseConfig(recipe, *model.tokenizer);
    return model;
}

std::string budgetFolder(const TrainingModel &model)
{
    return "qmop-" + std::to_string(model.config.qmop->budget);
}

void writeModel(const TrainingModel &model, const Recipe &recipe, const std::filesystem::path &folder,
                std::optional<at::ScalarType> type)
{
    makeFolder(folder);
    nlohmann::json config = configJson(recipe, *model.tokenizer);
    config["torch_dtype"] = type == at::kBFloat16 ? "bfloat16" : "float32";
    writeFileAtomically(folder / "config.json", config.dump(2) + "\n");
    writeFileAtomically(folder / "preprocessor_config.json", recipe.preprocessor.dump(2) + "\n");
    writeFileAtomically(folder / "tokenizer.json", model.tokenizerJson);
    const std::map<std::string, std::string> metadata{{"format", "pt"}};
    writeSafetensors(folder / "model.safetensors", model.base, metadata, type);
    if (model.compressed.empty())
        return;
    const std::filesystem::path sub = folder / budgetFolder(model);
    makeFolder(sub);
    writeFileAtomically(sub / "config.json", compressorJson(recipe).dump(2) + "\n");
    writeSafetensors(sub / "model.safetensors", model.compressed, metadata, type);
}

TrainingModel readModel(const Recipe &recipe, const std::filesystem::path &folder)
{
    TrainingModel model = makeModel(recipe, folder);
    model.base = writableCopies(readTensors(folder));
    const std::filesystem::path sub = folder / budgetFolder(model);
    if (std::filesystem::exists(sub / "model.safetensors"))
        model.compressed = writableCopies(readTensorFile(sub / "model.safetensors"));
    return model;
}

at::Generator initGenerator(const Recipe &recipe, StageKind kind)
{
    return at::make_generator<at::CPUGeneratorImpl>(mix64(mix64(recipe.seed) ^ (0x1000 + std::uint64_t(kind))));
}

} // namespace qmop::train
