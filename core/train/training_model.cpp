// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_model.h"

#include "core/scenes/scene.h"
#include "core/train/random.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/checkpoint/tensor_writer.h"
#include "models/tokenizer/bpe_trainer.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/temporary_folder.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <array>
#include <cmath>
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

double lastTemperature(const Recipe &recipe, const std::string &projector)
{
    for (const StageRecipe &stage : recipe.stages)
        if (stage.kind == StageKind::Stage2 && projectorFolder(recipe, stage) == projector)
            return routingOf(recipe, stage).tauEnd;
    return recipe.routing.tauEnd;
}

// At inference the router keeps the last temperature of its training. The
// stride follows from the budget where that is not the section's own.
nlohmann::json compressorJson(const Recipe &recipe, const std::string &projector, int budget)
{
    nlohmann::json qmop = recipe.qmop;
    if (qmop.value("budget", nlohmann::json()) != budget) {
        const nlohmann::json &vision = recipe.model.value("vision_config", nlohmann::json::object());
        const int grid = vision.value("image_size", 0) / std::max(1, vision.value("patch_size", 1));
        qmop["budget"] = budget;
        qmop["stride"] = grid / std::max(1, int(std::lround(std::sqrt(double(budget)))));
    }
    qmop["temperature"] = lastTemperature(recipe, projector);
    return {{"model_type", "qmop"}, {"base", ".."}, {"qmop", qmop}};
}

// The one parser of config.json reads from folders, so the recipe's sections
// go through a folder of their own.
ModelConfig parseConfig(const Recipe &recipe, const Tokenizer &tokenizer, const std::string &projector, int budget)
{
    const TemporaryFolder temporary;
    const std::filesystem::path &folder = temporary.path();
    try {
        std::filesystem::create_directories(folder / "qmop");
        writeFileAtomically(folder / "config.json", configJson(recipe, tokenizer).dump());
        writeFileAtomically(folder / "qmop" / "config.json", compressorJson(recipe, projector, budget).dump());
        ModelConfig config = readModelConfig(folder / "qmop");
        config.name = recipe.name;
        return config;
    } catch (const Error &error) {
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
    const auto [first, budget] = projectorsOf(recipe).front();
    model.projector = first;
    model.config = parseConfig(recipe, *model.tokenizer, first, budget);
    return model;
}

void chooseProjector(TrainingModel &model, const Recipe &recipe, const StageRecipe &stage)
{
    const std::string folder = projectorFolder(recipe, stage);
    if (folder == model.projector)
        return;
    model.config = parseConfig(recipe, *model.tokenizer, folder, budgetOf(recipe, stage));
    if (!model.compressed.empty())
        model.finished[model.projector] = std::move(model.compressed);
    model.compressed.clear();
    model.projector = folder;
    if (const auto found = model.finished.find(folder); found != model.finished.end()) {
        model.compressed = std::move(found->second);
        model.finished.erase(found);
    }
}

std::vector<std::pair<std::string, int>> projectorsOf(const Recipe &recipe)
{
    std::vector<std::pair<std::string, int>> projectors;
    for (const StageRecipe &stage : recipe.stages) {
        const std::pair<std::string, int> entry{projectorFolder(recipe, stage), budgetOf(recipe, stage)};
        if (stage.kind >= StageKind::Stage1
            && std::find(projectors.begin(), projectors.end(), entry) == projectors.end())
            projectors.push_back(entry);
    }
    if (projectors.empty())
        projectors.emplace_back(projectorFolder(recipe, {}), budgetOf(recipe, {}));
    return projectors;
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
    const auto writeProjector = [&](const std::string &name, int budget, const TensorMap &tensors) {
        const std::filesystem::path sub = folder / name;
        makeFolder(sub);
        writeFileAtomically(sub / "config.json", compressorJson(recipe, name, budget).dump(2) + "\n");
        writeSafetensors(sub / "model.safetensors", tensors, metadata, type);
    };
    for (const auto &[name, budget] : projectorsOf(recipe)) {
        const auto found = model.finished.find(name);
        static const TensorMap none;
        const TensorMap &tensors = name == model.projector ? model.compressed
            : found != model.finished.end()                ? found->second
                                                           : none;
        if (!tensors.empty())
            writeProjector(name, budget, tensors);
    }
}

TrainingModel readModel(const Recipe &recipe, const std::filesystem::path &folder)
{
    TrainingModel model = makeModel(recipe, folder);
    model.base = writableCopies(readTensors(folder));
    for (const auto &[name, budget] : projectorsOf(recipe)) {
        const std::filesystem::path file = folder / name / "model.safetensors";
        if (std::filesystem::exists(file))
            (name == model.projector ? model.compressed : model.finished[name]) = writableCopies(readTensorFile(file));
    }
    return model;
}

at::Generator initGenerator(const Recipe &recipe, StageKind kind, std::uint64_t seed)
{
    return at::make_generator<at::CPUGeneratorImpl>(
        mix64(mix64(recipe.seed) ^ (0x1000 + std::uint64_t(kind) + (seed << 16))));
}

} // namespace qmop::train
