// SPDX-License-Identifier: GPL-3.0-or-later
//
// A training recipe: everything that determines the weights, as one JSON file.
// Nothing in it depends on time or machine except "dtype": "auto".
#pragma once

#include "models/checkpoint/model_config.h"

#include "qmop/branch.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qmop::train {

// In this order; the tokenizer is trained before the first of them.
enum class StageKind : std::uint8_t { Vision, Language, Stage1, Stage2 };

// "vision", "language", "stage1", "stage2".
std::string stageKey(StageKind kind);

struct OptimiserRecipe {
    double adamRate = 1e-3;
    double muonRate = 0; // 0: AdamW for every tensor
    double beta1 = 0.9;
    double beta2 = 0.98;
    double weightDecay = 0.05; // AdamW's
    double muonMomentum = 0.95;
    double muonWeightDecay = 0.01;
    double clip = 0; // largest norm of all gradients together; 0: not clipped
    int warmup = 100; // steps
    double floor = 0.01; // of the rate at the last step
    int decay = 0; // 0: cosine; else the plateau ends so many steps before the stage does
};

// Stage 2's router (alpha = softmax((logits + gamma gumbel) / tau)).
struct RoutingRecipe {
    double tauStart = 5;
    double tauEnd = 0.5;
    double gammaStart = 1;
    double gammaEnd = 0;
    double gammaUntil = 1; // share of the stage after which gamma stays at its end
    double loadBalance = 0; // weight of 3 sum_k mean(alpha_k)^2 - 1
};

struct StageRecipe {
    StageKind kind = StageKind::Vision;
    int budget = 0; // visual tokens M that stage1 or stage2 trains for; 0: the one of the recipe's qmop section
    // What is trained for that budget; stage1 and stage2 only.
    std::string variant; // sets this pair of stages apart from others of its budget; empty: the budget's own
    PerBranch<bool> branches{{true, true, true}}; // that take part
    bool routed = true; // false: no router, the branches are mixed evenly
    std::uint64_t seed = 0; // not 0: other pictures, questions and first weights than the other variants'
    int steps = 0;
    int batch = 0; // pictures per step
    int questions = 8; // per picture; not used by the vision stage
    int rounds = 1; // how often a picture's questions are drawn anew before some are chosen; not the vision stage
    double rarity = 0; // draws question types by share^-rarity: 0 as they come, 1 all alike; not the vision stage
    double naming = 0; // weight of the loss that draws visual tokens towards words (naming.h); language stage only
    double grounding = 0; // weight of the losses that draw attention to what is asked for (lookups.h); language only
    double keeping = 0; // weight of heads on visual tokens for what their patches show and where; language only
    double placing = 0; // weight of heads on rows of the text that looked, for where (placing.h); language stage only
    double reading = 0; // share of pages for learning to read among the pictures; vision stage only
    std::optional<RoutingRecipe> routing; // in place of the recipe's; stage2 with a router only
    OptimiserRecipe optimiser;
    int logEvery = 20; // steps; the first 20 are always logged
    int evaluateEvery = 500; // steps; also at the end
    int evaluatePictures = 200;
    int checkpointEvery = 500; // steps; also about every minute and at the end
};

// Weights of the vision stage's losses.
struct VisionLossRecipe {
    double patch = 1.0; // class of each patch against the text tower's embeddings
    double background = 0.15; // weight of background patches within it
    double character = 0.5;
    double place = 0.5;
    double style = 0.5;
    double sky = 0.25; // day or night, weather
    double presence = 3.0;
    // What each feature row (the hidden state that the decoder is given) tells by itself; 0: no such head.
    double position = 0; // row and column of the patch
    double instance = 0; // of parts: which patch is nearest to the part's centre, and the way there
    double colour = 0; // of small shapes
    double featureClass = 0; // class of the patch, from one linear layer
    double featureCharacter = 0; // character of a sign's patch
};

// One's own pictures and conversations (core/conversations) in place of scenes, for every stage but "vision".
struct DataRecipe {
    std::filesystem::path json; // what is trained on
    std::filesystem::path heldOut; // what is only ever examined
    std::filesystem::path pictures; // folder that both files' pictures are below
    std::string sha256; // of `json`
    bool stopAtDamage = false; // at the first bad record or picture; else it is left out and noted
};

struct Recipe {
    std::filesystem::path file;
    std::string sha256; // of the file
    std::string name;
    std::filesystem::path base; // model folder whose towers, MLP and decoder the run starts from; empty: from nothing
    std::string baseSha256; // of its model.safetensors
    std::uint64_t seed = 1;
    std::string dtype = "auto"; // "auto", "bf16", "f32"
    nlohmann::json model; // config.json but for vocabulary sizes, which the tokenizer decides
    nlohmann::json preprocessor; // preprocessor_config.json
    nlohmann::json qmop; // the compressor's section
    int vocabulary = 1000;
    std::vector<std::string> templates; // texts with {} for a class name
    VisionLossRecipe visionLosses;
    RoutingRecipe routing;
    std::optional<DataRecipe> data; // none: scenes
    // At least one, in StageKind's order; stage1 and stage2 may come again for another budget or variant.
    std::vector<StageRecipe> stages;
};

// "vision", "stage2", or "stage2-16-pool" where the stage names its budget and variant: how logs call it.
std::string stageName(const StageRecipe &stage);
// Budget of a stage, or of the recipe's qmop section where the stage names none.
int budgetOf(const Recipe &recipe, const StageRecipe &stage);
// How the stage's router is trained: its own settings, else the recipe's.
const RoutingRecipe &routingOf(const Recipe &recipe, const StageRecipe &stage);
// "qmop-16", "qmop-16-pool": the subfolder of what stage1 or stage2 trains.
std::string projectorFolder(const Recipe &recipe, const StageRecipe &stage);

// Throws Error{InvalidRecipe} naming file and field.
Recipe readRecipe(const std::filesystem::path &file);

} // namespace qmop::train
