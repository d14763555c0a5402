// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/checkpoint.h"

#include "models/checkpoint/strict_json.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/checkpoint/tensor_writer.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/sha256.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace qmop::train {
namespace {

constexpr const char *prefix = "checkpoint-";
constexpr const char *partSuffix = ".part";
constexpr const char *hint = "remove the training folder to start again, or give another one with --out";

std::string folderName(const Recipe &recipe, const TrainingPosition &position)
{
    std::int64_t steps = position.step;
    for (int i = 0; i < position.stage; ++i)
        steps += recipe.stages[std::size_t(i)].steps;
    std::string digits = std::to_string(steps);
    digits.insert(0, 8 - std::min<std::size_t>(8, digits.size()), '0');
    // The end of one stage and the start of the next have the same count.
    return prefix + digits + "-" + std::to_string(position.stage);
}

// Whole checkpoints below root, oldest first.
std::vector<std::filesystem::path> checkpoints(const std::filesystem::path &root)
{
    std::vector<std::filesystem::path> folders;
    std::error_code error;
    for (const auto &entry : std::filesystem::directory_iterator(root, error)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(prefix) && !name.ends_with(partSuffix))
            folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

TensorMap writableWithPrefix(const TensorMap &tensors, std::string_view begin, bool cut)
{
    TensorMap chosen;
    for (const auto &[name, tensor] : tensors)
        if (name.starts_with(begin))
            chosen[cut ? name.substr(begin.size()) : name] = tensor.clone();
    return chosen;
}

nlohmann::json losses(const Recipe &recipe)
{
    const VisionLossRecipe &v = recipe.visionLosses;
    nlohmann::json all{v.patch, v.background, v.character, v.place, v.style, v.sky, v.presence};
    if (v.position + v.instance + v.colour + v.featureClass + v.featureCharacter > 0)
        all.push_back({v.position, v.instance, v.colour, v.featureClass, v.featureCharacter});
    return all;
}

nlohmann::json stageJson(const StageRecipe &stage)
{
    const OptimiserRecipe &o = stage.optimiser;
    nlohmann::json all{
        stageKey(stage.kind), stage.batch,    stage.questions,   o.adamRate, o.muonRate, o.beta1, o.beta2,
        o.weightDecay,        o.muonMomentum, o.muonWeightDecay, o.clip,     o.warmup,   o.floor, o.decay};
    if (stage.rounds > 1 || stage.reading > 0)
        all.push_back({stage.rounds, stage.reading});
    if (stage.naming > 0)
        all.push_back({{"naming", stage.naming}});
    if (stage.grounding > 0)
        all.push_back({{"grounding", stage.grounding}});
    if (stage.keeping > 0)
        all.push_back({{"keeping", stage.keeping}});
    if (stage.placing > 0)
        all.push_back({{"placing", stage.placing}});
    if (stage.rarity > 0)
        all.push_back({{"rarity", stage.rarity}});
    if (stage.budget > 0)
        all.push_back(stage.budget);
    if (!stage.variant.empty() || !stage.routed || stage.seed > 0)
        all.push_back({stage.variant, stage.branches.values, stage.routed, stage.seed});
    return all;
}

nlohmann::json routingJson(const RoutingRecipe &routing)
{
    nlohmann::json all{routing.tauStart, routing.tauEnd, routing.gammaStart, routing.gammaEnd, routing.loadBalance};
    if (routing.gammaUntil < 1)
        all.push_back(routing.gammaUntil);
    return all;
}

} // namespace

std::string recipeFingerprint(const Recipe &recipe, const TrainingPosition &position, const std::string &dtype)
{
    nlohmann::json text{{"seed", recipe.seed},
                        {"dtype", dtype},
                        {"model", recipe.model},
                        {"preprocessor", recipe.preprocessor},
                        {"vocabulary", recipe.vocabulary},
                        {"templates", recipe.templates},
                        {"losses", losses(recipe)}};
    if (!recipe.base.empty())
        text["base"] = recipe.baseSha256;
    if (recipe.data)
        text["data"] = recipe.data->sha256;
    for (int i = 0; i <= position.stage; ++i) {
        const StageRecipe &entry = recipe.stages[std::size_t(i)];
        text["stages"].push_back(stageJson(entry));
        const int decay = entry.optimiser.decay;
        const bool open = i == position.stage && entry.kind != StageKind::Stage2 // tau and gamma follow the length
            && decay > 0 && position.step < entry.steps - decay;
        if (!open)
            text["stages"].back().push_back(entry.steps);
        if (entry.kind >= StageKind::Stage1)
            text["qmop"] = recipe.qmop;
        if (entry.routing)
            text["stages"].back().push_back(routingJson(*entry.routing));
        else if (entry.kind == StageKind::Stage2)
            text["routing"] = routingJson(recipe.routing);
    }
    return sha256Hex(std::string_view(text.dump()));
}

void saveCheckpoint(const std::filesystem::path &root, const Recipe &recipe, const TrainingModel &model,
                    const TensorMap &optimiser, const TrainingPosition &position, const std::string &dtype)
{
    const std::vector<std::filesystem::path> older = checkpoints(root);
    const std::filesystem::path target = root / folderName(recipe, position);
    const std::filesystem::path part = target.string() + partSuffix;
    try {
        std::filesystem::remove_all(part);
        writeModel(model, recipe, part);
        TensorMap state = model.heads;
        for (const auto &[name, tensor] : optimiser)
            state["optimiser." + name] = tensor;
        writeSafetensors(part / "training.safetensors", state);
        const nlohmann::json json{{"stage", position.stage},
                                  {"step", position.step},
                                  {"fingerprint", recipeFingerprint(recipe, position, dtype)}};
        writeFileAtomically(part / "training.json", json.dump(2) + "\n");
        if (std::filesystem::exists(target))
            return; // a step is written once: the same weights
        std::filesystem::rename(part, target);
        for (const std::filesystem::path &folder : older)
            std::filesystem::remove_all(folder);
    } catch (const std::filesystem::filesystem_error &error) {
        throw Error(ErrorCode::OutputFailed, target.string() + " cannot be written: " + error.code().message(),
                    "free space or choose another folder with --out");
    }
}

std::optional<Checkpoint> loadCheckpoint(const std::filesystem::path &root, const Recipe &recipe,
                                         const std::string &dtype)
{
    const std::vector<std::filesystem::path> folders = checkpoints(root);
    if (folders.empty())
        return std::nullopt;
    const std::filesystem::path &folder = folders.back();
    const nlohmann::json json = readStrictJson(folder / "training.json", 100'000);
    Checkpoint checkpoint;
    try {
        checkpoint.position = {json.at("stage").get<int>(), json.at("step").get<std::int64_t>()};
    } catch (const nlohmann::json::exception &) {
        throw Error(ErrorCode::InvalidModel, (folder / "training.json").string() + " is damaged", hint);
    }
    const TrainingPosition &position = checkpoint.position;
    const bool inRange = position.stage >= 0 && position.stage < int(recipe.stages.size()) && position.step >= 0;
    if (!inRange || json.value("fingerprint", "") != recipeFingerprint(recipe, position, dtype))
        throw Error(ErrorCode::InvalidRecipe,
                    recipe.file.string() + " differs from the recipe (or number type) that made " + folder.string(),
                    hint);
    checkpoint.folder = folder;
    checkpoint.model = readModel(recipe, folder);
    const StageRecipe &stage = recipe.stages[std::size_t(position.stage)];
    if (stage.kind >= StageKind::Stage1)
        chooseProjector(checkpoint.model, recipe, stage);
    const TensorMap state = readTensorFile(folder / "training.safetensors");
    checkpoint.model.heads = writableWithPrefix(state, "heads.", false);
    checkpoint.optimiser = writableWithPrefix(state, "optimiser.", true);
    return checkpoint;
}

} // namespace qmop::train
