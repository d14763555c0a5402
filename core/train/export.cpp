// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/export.h"

#include "core/train/checkpoint.h"
#include "core/train/precision.h"
#include "core/train/training_log.h"
#include "qmop/atomic_file.h"
#include "qmop/error.h"
#include "qmop/sha256.h"
#include "qmop/suite.h"

#include <ATen/ATen.h>

#include <fstream>
#include <map>
#include <sstream>

namespace qmop::train {
namespace {

constexpr const char *sceneLimits
    = "\n## Limits\n\n"
      "- It knows the scenes' little world (70 objects, 8 faces, 8 places, 6 styles, signs of up to three "
      "characters) and nothing else: on photographs it guesses.\n"
      "- It answers in one to three words. Questions outside the scenes' kinds get an answer of the nearest "
      "kind.\n"
      "- Counting beyond a few and small signs are its weakest sides.\n\n"
      "Licence: GPL-3.0-or-later, like the program. The sprites in the training pictures are Noto Emoji; see "
      "NOTICE.\n";
constexpr const char *ownLimits
    = "\n## Limits\n\nIt knows what its data show, and what the model that it started from knew. Before passing it on, "
      "add the licences of the pictures and texts.\n";

struct LogFacts {
    std::string type;
    int threads = 0;
    std::map<std::string, nlohmann::json> evaluations; // the last of each stage
    std::map<std::string, std::int64_t> steps;
};

LogFacts readFacts(const std::filesystem::path &log)
{
    LogFacts facts;
    std::ifstream stream(log);
    for (std::string line; std::getline(stream, line);) {
        const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
        if (!json.is_object())
            continue;
        if (json.contains("dtype")) {
            facts.type = json.value("dtype", "");
            facts.threads = json.value("threads", 0);
        }
        if (json.contains("evaluation"))
            facts.evaluations[json.value("stage", "")] = json["evaluation"];
        if (json.contains("step"))
            facts.steps[json.value("stage", "")] = json.value("step", std::int64_t(0));
    }
    return facts;
}

std::string stageTable(const Recipe &recipe, const LogFacts &facts)
{
    std::ostringstream text;
    text << "| stage | steps | pictures | questions of a picture | AdamW rate | Muon rate "
            "|\n|---|---|---|---|---|---|\n";
    for (const StageRecipe &stage : recipe.stages) {
        const auto done = facts.steps.find(stageName(stage));
        if (done == facts.steps.end())
            continue;
        text << "| " << stageName(stage) << " | " << done->second << " | " << done->second * stage.batch << " | "
             << (stage.kind == StageKind::Vision ? "–" : std::to_string(stage.questions)) << " | "
             << nlohmann::json(stage.optimiser.adamRate).dump() << " | "
             << (stage.optimiser.muonRate > 0 ? nlohmann::json(stage.optimiser.muonRate).dump() : "–") << " |\n";
    }
    return text.str();
}

std::string evaluationTable(const Recipe &recipe, const LogFacts &facts)
{
    std::ostringstream text;
    text << "| stage | GU | SC | RC | SE | LD | average |\n|---|---|---|---|---|---|---|\n";
    for (const StageRecipe &stage : recipe.stages) {
        const auto found = facts.evaluations.find(stageName(stage));
        if (stage.kind == StageKind::Vision || found == facts.evaluations.end())
            continue;
        text << "| " << stageName(stage) << " |";
        for (const Dimension dimension : allDimensions) {
            const std::string key(dimensionKey(dimension));
            found->second.contains(key) ? text << " " << found->second.value(key, 0.0) << " |" : text << " – |";
        }
        text << " " << found->second.value("average", 0.0) << " |\n";
    }
    if (const auto vision = facts.evaluations.find("vision"); vision != facts.evaluations.end()) {
        text << "\nVision tower alone, percent right:";
        for (const auto &[name, value] : vision->second.items())
            text << " " << name << " " << value.dump() << (name == "weather" ? "" : ",");
        text << ".\n";
    }
    return text.str();
}

// "64, 16": budgets that have weights of their own, in the recipe's order.
std::string budgetList(const Recipe &recipe, const TrainingModel &model)
{
    std::string list;
    for (const auto &[folder, budget] : projectorsOf(recipe))
        if ((folder == model.projector || model.finished.contains(folder))
            && folder == "qmop-" + std::to_string(budget))
            list += (list.empty() ? "" : ", ") + std::to_string(budget);
    return list;
}

std::string origin(const Recipe &recipe)
{
    if (recipe.base.empty())
        return "Made from scratch by `qmop train`; no other weights went into it.";
    return "Made by `qmop train` from the towers and decoder of `" + recipe.base.filename().string()
        + "` (model.safetensors SHA-256 `" + recipe.baseSha256 + "`).";
}

std::string dataText(const Recipe &recipe)
{
    if (!recipe.data)
        return "scenes drawn by `core/scenes` (training split; every picture is used once). No photographs.";
    return "`" + recipe.data->json.filename().string() + "` (SHA-256 `" + recipe.data->sha256
        + "`) and the pictures that it names; examined on `" + recipe.data->heldOut.filename().string() + "`.";
}

std::string modelCard(const Recipe &recipe, const TrainingModel &model, const LogFacts &facts,
                      const std::filesystem::path &log, const std::string &commit)
{
    std::ostringstream text;
    text << "# " << recipe.name << "\n\n"
         << "The embedded model of QMoP Explorer: a CLIP-style vision tower (" << model.config.vision.imageSize
         << " px, patches of " << model.config.vision.patchSize
         << "), a text tower, a LLaMA-style decoder, and for M = " << budgetList(recipe, model)
         << " visual tokens a QMoP projector with its own decoder. Weights are bfloat16.\n"
         << origin(recipe) << "\n\n## Training\n\n- Data: " << dataText(recipe) << "\n"
         << "- Recipe: `resources/recipes/" << recipe.file.filename().string() << "`, SHA-256 `" << recipe.sha256
         << "`\n"
         << "- Seed: " << recipe.seed << "; number type: " << facts.type << " autocast over float32 weights; "
         << facts.threads << " threads\n"
         << "- Log: `training.jsonl`, SHA-256 `" << sha256OfFile(log) << "`\n";
    if (!commit.empty())
        text << "- Commit of generator and trainer: `" << commit << "`\n";
    text << "\n`qmop train --recipe resources/recipes/" << recipe.file.filename().string()
         << " --steps 20 --compare models/zoo/" << recipe.name << "/training.jsonl` repeats the first losses.\n\n"
         << stageTable(recipe, facts) << "\n## Held-out " << (recipe.data ? "questions" : "scenes")
         << " during training\n\n"
         << (recipe.data ? "Questions" : "Seeds, wordings and object pairings")
         << " that training never meets; teacher forcing, every token of the answer must rank first.\n\n"
         << evaluationTable(recipe, facts);
    text << (recipe.data ? ownLimits : sceneLimits);
    return text.str();
}

} // namespace

void exportModel(const Recipe &recipe, const std::filesystem::path &trainingFolder, const std::filesystem::path &target,
                 const std::string &commit)
{
    const std::filesystem::path log = trainingFolder / "training.jsonl";
    const LogFacts facts = readFacts(log);
    if (facts.type.empty())
        throw Error(ErrorCode::InvalidArgument, log.string() + " is missing or no training log",
                    "the model card is written from it: train without --log, or put the log there");
    const auto checkpoint = loadCheckpoint(trainingFolder, recipe, facts.type);
    if (!checkpoint)
        throw Error(ErrorCode::InvalidArgument, trainingFolder.string() + " holds no checkpoint",
                    "train first, or name the training folder with --out");
    if (checkpoint->model.compressed.empty())
        throw Error(ErrorCode::InvalidArgument, trainingFolder.string() + " has not reached a stage of the projector",
                    "train all stages first");
    makeFolder(target);
    writeModel(checkpoint->model, recipe, target, at::kBFloat16);
    std::ifstream stream(log, std::ios::binary);
    std::ostringstream copy;
    copy << stream.rdbuf();
    writeFileAtomically(target / "training.jsonl", copy.str());
    writeFileAtomically(target / "README.md",
                        modelCard(recipe, checkpoint->model, facts, target / "training.jsonl", commit));
}

} // namespace qmop::train
