// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/recipe.h"

#include "core/train/recipe_fields.h"
#include "models/checkpoint/strict_json.h"
#include "qmop/error.h"
#include "qmop/sha256.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace qmop::train {
namespace {

constexpr std::array<const char *, 4> stageKeys{"vision", "language", "stage1", "stage2"};
constexpr std::size_t maxRecipeBytes = 1'000'000;
constexpr int many = 100'000'000;

OptimiserRecipe readOptimiser(const RecipeFields &fields)
{
    fields.allow({"adamw_rate", "muon_rate", "beta1", "beta2", "weight_decay", "muon_momentum", "muon_weight_decay",
                  "clip", "warmup", "floor", "decay"});
    OptimiserRecipe optimiser;
    optimiser.adamRate = fields.number("adamw_rate", optimiser.adamRate, 0, 10);
    optimiser.muonRate = fields.number("muon_rate", optimiser.muonRate, 0, 10);
    optimiser.beta1 = fields.number("beta1", optimiser.beta1, 0, 0.999999);
    optimiser.beta2 = fields.number("beta2", optimiser.beta2, 0, 0.999999);
    optimiser.weightDecay = fields.number("weight_decay", optimiser.weightDecay, 0, 10);
    optimiser.muonMomentum = fields.number("muon_momentum", optimiser.muonMomentum, 0, 0.999999);
    optimiser.muonWeightDecay = fields.number("muon_weight_decay", optimiser.muonWeightDecay, 0, 10);
    optimiser.clip = fields.number("clip", optimiser.clip, 0, 1e9);
    optimiser.warmup = fields.integer("warmup", optimiser.warmup, 0, many);
    optimiser.floor = fields.number("floor", optimiser.floor, 0, 1);
    optimiser.decay = fields.integer("decay", optimiser.decay, 0, many);
    return optimiser;
}

void readVariant(const RecipeFields &fields, StageRecipe &stage)
{
    for (const char *field : {"budget", "variant", "branches", "router", "seed"})
        if (stage.kind < StageKind::Stage1 && fields.has(field))
            fields.fail(field, "belongs to stage1 and stage2");
    if (fields.has("budget"))
        stage.budget = fields.integer("budget", 0, 1, 1'000'000);
    if (fields.has("variant")) {
        stage.variant = fields.text("variant");
        const bool plain = std::all_of(stage.variant.begin(), stage.variant.end(),
                                       [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '-'; });
        if (stage.variant.empty() || !plain)
            fields.fail("variant", "must be letters, digits, + and -");
        if (stage.budget == 0)
            fields.fail("budget", "is missing beside the variant");
    }
    if (fields.has("branches")) {
        stage.branches = {};
        for (const nlohmann::json &entry : fields.list("branches")) {
            const auto branch = branchFromKey(entry.is_string() ? entry.get<std::string>() : "");
            if (!branch)
                fields.fail("branches", "may hold pool, resample and prune");
            stage.branches[*branch] = true;
        }
    }
    stage.routed = fields.integer("router", 1, 0, 1) == 1;
    if (stage.routed && stage.branches != PerBranch<bool>{{true, true, true}})
        fields.fail("router", "must be 0 where a branch is left out");
    stage.seed = std::uint64_t(fields.integer("seed", 0, 0, 4095));
}

RoutingRecipe readRouting(const RecipeFields &fields)
{
    fields.allow({"tau_start", "tau_end", "gamma_start", "gamma_end", "gamma_until", "load_balance"});
    RoutingRecipe routing;
    routing.tauStart = fields.number("tau_start", routing.tauStart, 1e-3, 1e3);
    routing.tauEnd = fields.number("tau_end", routing.tauEnd, 1e-3, 1e3);
    routing.gammaStart = fields.number("gamma_start", routing.gammaStart, 0, 1e3);
    routing.gammaEnd = fields.number("gamma_end", routing.gammaEnd, 0, 1e3);
    routing.gammaUntil = fields.number("gamma_until", routing.gammaUntil, 1e-3, 1);
    routing.loadBalance = fields.number("load_balance", routing.loadBalance, 0, 1e3);
    return routing;
}

StageRecipe readStage(const RecipeFields &fields)
{
    fields.allow({"stage",
                  "budget",
                  "variant",
                  "branches",
                  "router",
                  "seed",
                  "steps",
                  "batch",
                  "questions",
                  "rounds",
                  "rarity",
                  "naming",
                  "grounding",
                  "keeping",
                  "placing",
                  "reading",
                  "optimiser",
                  "log_every",
                  "evaluate_every",
                  "evaluate_pictures",
                  "checkpoint_every",
                  "routing"});
    StageRecipe stage;
    const std::string key = fields.text("stage");
    const auto found = std::find(stageKeys.begin(), stageKeys.end(), key);
    if (found == stageKeys.end())
        fields.fail("stage", "must be vision, language, stage1 or stage2");
    stage.kind = StageKind(found - stageKeys.begin());
    readVariant(fields, stage);
    stage.steps = fields.integer("steps", std::nullopt, 1, many);
    stage.batch = fields.integer("batch", std::nullopt, 1, 65536);
    stage.questions = fields.integer("questions", stage.questions, 1, 64);
    stage.rounds = fields.integer("rounds", stage.rounds, 1, 64);
    stage.rarity = fields.number("rarity", stage.rarity, 0, 1);
    stage.naming = fields.number("naming", stage.naming, 0, 1e6);
    stage.grounding = fields.number("grounding", stage.grounding, 0, 1e6);
    stage.keeping = fields.number("keeping", stage.keeping, 0, 1e6);
    stage.placing = fields.number("placing", stage.placing, 0, 1e6);
    stage.reading = fields.number("reading", stage.reading, 0, 1);
    if (fields.has("routing")) {
        if (stage.kind != StageKind::Stage2 || !stage.routed)
            fields.fail("routing", "is for stage2 with a router");
        stage.routing = readRouting(fields.section("routing"));
    }
    stage.optimiser = readOptimiser(fields.section("optimiser"));
    stage.logEvery = fields.integer("log_every", stage.logEvery, 1, many);
    stage.evaluateEvery = fields.integer("evaluate_every", stage.evaluateEvery, 1, many);
    stage.evaluatePictures = fields.integer("evaluate_pictures", stage.evaluatePictures, 1, 100000);
    stage.checkpointEvery = fields.integer("checkpoint_every", stage.checkpointEvery, 1, many);
    return stage;
}

// Stages in order; after stage2, stage1 of a budget or variant that is not trained yet.
void checkOrder(const RecipeFields &fields, const Recipe &recipe)
{
    std::vector<std::string> folders;
    for (std::size_t i = 0; i < recipe.stages.size(); ++i) {
        const StageRecipe &stage = recipe.stages[i];
        const std::string section = "stages[" + std::to_string(i) + "]";
        const bool again = i > 0 && stage.kind == StageKind::Stage1 && recipe.stages[i - 1].kind == StageKind::Stage2;
        if (i > 0 && stage.kind <= recipe.stages[i - 1].kind && !again)
            fields.fail(section + ".stage", "stands out of order (vision, language, stage1, stage2)");
        const std::string folder = projectorFolder(recipe, stage);
        if (stage.kind == StageKind::Stage1) {
            if (std::find(folders.begin(), folders.end(), folder) != folders.end())
                fields.fail(section + ".budget", "is trained already");
            folders.push_back(folder);
        } else if (stage.kind == StageKind::Stage2 && !folders.empty()) {
            const StageRecipe &before = recipe.stages[i - 1];
            if (folder != folders.back())
                fields.fail(section + ".budget", "must be that of stage1 before it, and so the variant");
            if (stage.branches != before.branches || stage.routed != before.routed || stage.seed != before.seed)
                fields.fail(section, "must have the branches, router and seed of stage1 before it");
        }
    }
}

VisionLossRecipe readVisionLosses(const RecipeFields &fields)
{
    fields.allow({"patch", "background", "character", "place", "style", "sky", "presence", "position", "instance",
                  "colour", "feature_class", "feature_character"});
    VisionLossRecipe losses;
    losses.patch = fields.number("patch", losses.patch, 0, 1e6);
    losses.background = fields.number("background", losses.background, 0, 1e6);
    losses.character = fields.number("character", losses.character, 0, 1e6);
    losses.place = fields.number("place", losses.place, 0, 1e6);
    losses.style = fields.number("style", losses.style, 0, 1e6);
    losses.sky = fields.number("sky", losses.sky, 0, 1e6);
    losses.presence = fields.number("presence", losses.presence, 0, 1e6);
    losses.position = fields.number("position", losses.position, 0, 1e6);
    losses.instance = fields.number("instance", losses.instance, 0, 1e6);
    losses.colour = fields.number("colour", losses.colour, 0, 1e6);
    losses.featureClass = fields.number("feature_class", losses.featureClass, 0, 1e6);
    losses.featureCharacter = fields.number("feature_character", losses.featureCharacter, 0, 1e6);
    return losses;
}

// Paths are relative to the recipe's folder.
DataRecipe readData(const RecipeFields &fields, const std::filesystem::path &folder)
{
    fields.allow({"json", "held_out", "pictures", "damaged"});
    DataRecipe data;
    const auto path = [&](const char *field, bool isFolder) {
        const std::filesystem::path path = (folder / fields.text(field)).lexically_normal();
        std::error_code failed;
        if (isFolder ? !std::filesystem::is_directory(path, failed) : !std::filesystem::is_regular_file(path, failed))
            fields.fail(field, "names no " + std::string(isFolder ? "folder" : "file") + ": " + path.string());
        return path;
    };
    data.json = path("json", false);
    data.heldOut = path("held_out", false);
    data.pictures = path("pictures", true);
    data.sha256 = sha256OfFile(data.json);
    const std::string damaged = fields.has("damaged") ? fields.text("damaged") : "skip";
    if (damaged != "skip" && damaged != "stop")
        fields.fail("damaged", "must be skip or stop");
    data.stopAtDamage = damaged == "stop";
    return data;
}

std::vector<std::string> readTemplates(const RecipeFields &fields)
{
    std::vector<std::string> templates;
    for (const nlohmann::json &entry : fields.list("templates")) {
        if (!entry.is_string() || entry.get<std::string>().find("{}") == std::string::npos)
            fields.fail("templates", "must hold texts with {} in them");
        templates.push_back(entry.get<std::string>());
    }
    return templates;
}

nlohmann::json parseRecipe(const std::filesystem::path &file)
{
    try {
        return readStrictJson(file, maxRecipeBytes);
    } catch (const Error &error) {
        throw Error(ErrorCode::InvalidRecipe, error.what(), "use one of the recipes in resources/recipes");
    }
}

} // namespace

std::string stageKey(StageKind kind)
{
    return stageKeys[std::size_t(kind)];
}

std::string stageName(const StageRecipe &stage)
{
    return stageKey(stage.kind) + (stage.budget > 0 ? "-" + std::to_string(stage.budget) : "")
        + (stage.variant.empty() ? "" : "-" + stage.variant);
}

std::string projectorFolder(const Recipe &recipe, const StageRecipe &stage)
{
    return "qmop-" + std::to_string(budgetOf(recipe, stage)) + (stage.variant.empty() ? "" : "-" + stage.variant);
}

int budgetOf(const Recipe &recipe, const StageRecipe &stage)
{
    // The section's own parser says what is wrong with other kinds of values.
    const nlohmann::json section = recipe.qmop.value("budget", nlohmann::json());
    return stage.budget > 0 ? stage.budget : section.is_number_integer() ? section.get<int>() : 0;
}

const RoutingRecipe &routingOf(const Recipe &recipe, const StageRecipe &stage)
{
    return stage.routing ? *stage.routing : recipe.routing;
}

Recipe readRecipe(const std::filesystem::path &file)
{
    const nlohmann::json document = parseRecipe(file);
    const RecipeFields fields(document, file.string(), "");
    fields.allow({"name", "base", "seed", "dtype", "model", "preprocessor", "qmop", "vocabulary", "templates",
                  "vision_losses", "routing", "data", "stages"});
    Recipe recipe;
    recipe.file = file;
    recipe.sha256 = sha256OfFile(file);
    recipe.name = fields.text("name");
    if (recipe.name.empty() || recipe.name.find_first_of("/\\") != std::string::npos || recipe.name[0] == '.')
        fields.fail("name", "must be a plain folder name");
    if (fields.has("base")) {
        recipe.base = (file.parent_path() / fields.text("base")).lexically_normal();
        const std::filesystem::path weights = recipe.base / "model.safetensors";
        if (!std::filesystem::is_regular_file(weights))
            fields.fail("base", "names no model folder: " + weights.string() + " is missing");
        recipe.baseSha256 = sha256OfFile(weights);
    }
    recipe.seed = std::uint64_t(fields.integer("seed", 1, 0, many));
    recipe.dtype = fields.has("dtype") ? fields.text("dtype") : "auto";
    if (recipe.dtype != "auto" && recipe.dtype != "bf16" && recipe.dtype != "f32")
        fields.fail("dtype", "must be auto, bf16 or f32");
    recipe.model = fields.section("model").json();
    recipe.preprocessor = fields.section("preprocessor").json();
    recipe.qmop = fields.section("qmop").json();
    recipe.vocabulary = fields.integer("vocabulary", recipe.vocabulary, 300, 1'000'000);
    recipe.templates = readTemplates(fields);
    if (fields.has("vision_losses"))
        recipe.visionLosses = readVisionLosses(fields.section("vision_losses"));
    if (fields.has("data"))
        recipe.data = readData(fields.section("data"), file.parent_path());
    if (fields.has("routing"))
        recipe.routing = readRouting(fields.section("routing"));
    const nlohmann::json &stages = fields.list("stages");
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const std::string section = "stages[" + std::to_string(i) + "]";
        recipe.stages.push_back(readStage(RecipeFields(stages[i], file.string(), section)));
        const StageRecipe &stage = recipe.stages.back();
        const bool labelled
            = stage.naming + stage.grounding + stage.keeping + stage.placing + stage.rarity > 0 || stage.rounds > 1;
        if (recipe.data && labelled)
            fields.fail(
                section,
                "has naming, grounding, keeping, placing, rounds or rarity, which pictures of one's own cannot have");
    }
    checkOrder(fields, recipe);
    return recipe;
}

} // namespace qmop::train
