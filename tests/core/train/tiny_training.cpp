// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/train/tiny_training.h"

#include "core/train/language_task.h"
#include "core/train/vision_task.h"

#include <ATen/ATen.h>

#include <fstream>

using namespace qmop;
using namespace qmop::train;

namespace {

nlohmann::json stage(const char *name, int steps)
{
    const nlohmann::json optimiser{
        {"adamw_rate", 1e-3}, {"muon_rate", 0.01}, {"clip", 1.0}, {"warmup", 4}, {"decay", 5}};
    return {{"stage", name},           {"steps", steps},         {"batch", 2},
            {"questions", 2},          {"log_every", 1},         {"optimiser", optimiser},
            {"evaluate_every", 10000}, {"evaluate_pictures", 2}, {"checkpoint_every", 1}};
}

nlohmann::json with(nlohmann::json object, const char *field, const nlohmann::json &value)
{
    object[field] = value;
    return object;
}

} // namespace

// The recipe's own budget, then a second one.
nlohmann::json tinyRecipeJson()
{
    return {
        {"name", "tiny"},
        {"seed", 7},
        {"dtype", "f32"},
        {"vocabulary", 320},
        {"model",
         {{"model_type", "llava"},
          {"vision_config",
           {{"hidden_size", 32},
            {"num_hidden_layers", 2},
            {"num_attention_heads", 2},
            {"intermediate_size", 48},
            {"image_size", 128},
            {"patch_size", 8},
            {"projection_dim", 16},
            {"hidden_act", "gelu"}}},
          {"clip_text_config",
           {{"hidden_size", 16},
            {"num_hidden_layers", 1},
            {"num_attention_heads", 2},
            {"intermediate_size", 32},
            {"max_position_embeddings", 64},
            {"projection_dim", 16},
            {"hidden_act", "gelu"},
            {"bos_token_id", 1},
            {"eos_token_id", 2}}},
          {"text_config",
           {{"hidden_size", 32},
            {"num_hidden_layers", 1},
            {"num_attention_heads", 2},
            {"num_key_value_heads", 2},
            {"intermediate_size", 48},
            {"max_position_embeddings", 1024},
            {"rms_norm_eps", 1e-5},
            {"tie_word_embeddings", true},
            {"bos_token_id", 1},
            {"eos_token_id", 2}}},
          {"prompt", "<image>{question}<a>"}}},
        {"preprocessor", {{"image_mean", {0.5, 0.5, 0.5}}, {"image_std", {0.5, 0.5, 0.5}}}},
        {"qmop", {{"budget", 16}, {"stride", 4}, {"resampler_heads", 2}, {"router_hidden", 8}}},
        {"templates", {"{}", "is there a {}?"}},
        {"vision_losses",
         {{"position", 0.3}, {"instance", 0.5}, {"colour", 0.25}, {"feature_class", 0.5}, {"feature_character", 0.5}}},
        {"stages",
         {stage("vision", 20),
          with(with(with(with(stage("language", 14), "naming", 0.5), "grounding", 0.3), "keeping", 1.0), "placing",
               1.0),
          stage("stage1", 8), stage("stage2", 8), with(stage("stage1", 8), "budget", 4),
          with(stage("stage2", 8), "budget", 4)}}};
}

std::filesystem::path writeRecipe(const std::filesystem::path &folder, const nlohmann::json &json)
{
    const std::filesystem::path file = folder / "recipe.json";
    std::ofstream(file) << json.dump(1);
    return file;
}

TinyTraining::TinyTraining(const std::filesystem::path &folder)
    : recipe(readRecipe(writeRecipe(folder, tinyRecipeJson())))
    , generator(QMOP_SOURCE_DIR "/resources/scenes")
    , model(makeModel(recipe))
    , source(std::make_unique<DataSource>(generator, model, recipe))
{
}

void TinyTraining::initAll()
{
    initVisionStage(model, recipe, *source);
    for (const std::size_t stage : {1, 2, 3})
        initLanguageStage(model, recipe, recipe.stages[stage], *source);
}

void TinyTraining::spreadRouter()
{
    at::Generator random = initGenerator(recipe, StageKind::Stage2);
    at::Tensor &last = model.compressed["qmop.router.linear_2.weight"];
    last = at::randn(last.sizes(), random) * 2.0;
}
