// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pipeline/loaded_model.h"

#include "core/pipeline/pipeline.h"
#include "models/checkpoint/compute_type.h"
#include "models/checkpoint/expected_tensors.h"
#include "qmop/error.h"
#include "qmop/sweep.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <charconv>

namespace qmop {
namespace {

constexpr std::int64_t bigModelBytes = 1LL << 30;
const std::string budgetPrefix = "qmop-";

at::ScalarType chooseType(const TensorMap &tensors)
{
    return totalBytes(tensors) > bigModelBytes && multipliesBfloat16() ? at::kBFloat16 : at::kFloat;
}

ModelVariant readBase(const std::filesystem::path &folder)
{
    return {readModelConfig(folder), {}, {}};
}

PreprocessConfig readPreprocess(const std::filesystem::path &folder, const VisionConfig &vision)
{
    PreprocessConfig config = readPreprocessConfig(folder / "preprocessor_config.json");
    if (config.size != vision.imageSize)
        throw Error(ErrorCode::InvalidModel,
                    (folder / "preprocessor_config.json").string() + ": the picture's size "
                        + std::to_string(config.size) + " is not vision_config.image_size "
                        + std::to_string(vision.imageSize),
                    "use a checkpoint whose files belong together");
    config.patchSize = vision.patchSize;
    return config;
}

std::filesystem::path budgetFolder(const std::filesystem::path &model, int budget)
{
    return model / (budgetPrefix + std::to_string(budget));
}

// Throws Error{InvalidArgument} naming the budgets that exist where there is none for this one.
void requireTrainedBudget(const std::filesystem::path &model, int budget, int patches)
{
    std::error_code failed;
    if (budget > 0 && std::filesystem::exists(budgetFolder(model, budget) / "config.json", failed))
        return;
    const std::vector<int> trained = trainedBudgets(model);
    throw Error(ErrorCode::InvalidArgument, model.string() + " has no QMoP trained for M = " + std::to_string(budget),
                trained.empty() ? "choose the compressor none"
                                : "this model offers " + offeredBudgets("qmop", trained, patches));
}

} // namespace

LoadedModel::LoadedModel(const std::filesystem::path &folder, const LoadProgress &progress, const StopCheck &stop,
                         std::optional<at::ScalarType> type)
    : m_folder(folder)
    , m_base(readBase(folder))
    , m_tokenizer(Tokenizer::fromFile(folder / "tokenizer.json"))
    , m_preprocess(readPreprocess(folder, m_base.config.vision))
{
    const TensorMap stored = readTensors(folder, progress, stop);
    requireTensors(stored, m_base.config, folder);
    // One tokenizer feeds both: an id beyond either table would end a run with an internal error.
    const ModelConfig &config = m_base.config;
    if (m_tokenizer.vocabSize() > config.decoder.vocabSize
        || (config.text.vocabSize > 0 && m_tokenizer.vocabSize() > config.text.vocabSize))
        throw Error(ErrorCode::InvalidModel,
                    (folder / "tokenizer.json").string()
                        + " has more tokens than the vocabulary of the decoder or the text tower",
                    "use a checkpoint whose files belong together");
    m_type = type.value_or(chooseType(stored));
    m_base.tensors = toComputeType(stored, m_type, {}, stop);
    m_base.hash = checkpointSha256(folder, stop);
    m_statistics = readPictureStatistics(folder, m_base.hash);
    const VisionConfig &vision = config.vision;
    if (m_statistics && m_statistics->mean.size(0) != std::min(lastInputsKept, vision.layers) * vision.hiddenSize)
        throw Error(ErrorCode::InvalidModel,
                    (folder / pictureStatisticsFile).string() + " does not fit vision_config.hidden_size",
                    "make it anew with qmop train --survey");
}

const ModelVariant &LoadedModel::forBudget(int budget, const LoadProgress &progress, const StopCheck &stop)
{
    if (m_base.config.qmop && m_base.config.qmop->budget == budget)
        return m_base;
    const auto known = m_byBudget.find(budget);
    if (known != m_byBudget.end())
        return known->second;

    requireTrainedBudget(m_folder, budget, m_base.config.vision.patchCount());
    const std::filesystem::path folder = budgetFolder(m_folder, budget);
    ModelVariant variant{readModelConfig(folder), {}, {}};
    const TensorMap own = readTensors(folder, progress, stop);
    // Shapes of what is replaced are checked too: over the whole of it.
    TensorMap whole = overlay(m_base.tensors, toComputeType(own, m_type, {}, stop));
    requireTensors(whole, variant.config, folder);
    variant.tensors = std::move(whole);
    variant.hash = budgetSha256(m_base.hash, folder, stop);
    return m_byBudget.emplace(budget, std::move(variant)).first->second;
}

std::vector<int> trainedBudgets(const std::filesystem::path &model)
{
    std::vector<int> budgets;
    std::error_code failed;
    for (const auto &entry : std::filesystem::directory_iterator(model, failed)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(budgetPrefix) || !std::filesystem::exists(entry.path() / "config.json", failed))
            continue;
        int budget = 0;
        const char *end = name.data() + name.size();
        const auto parsed = std::from_chars(name.data() + budgetPrefix.size(), end, budget);
        if (parsed.ec == std::errc() && parsed.ptr == end && budget > 0)
            budgets.push_back(budget);
    }
    // The folder may itself be a QMoP.
    if (std::filesystem::exists(model / "config.json", failed))
        if (const auto own = readModelConfig(model).qmop; own && std::ranges::count(budgets, own->budget) == 0)
            budgets.push_back(own->budget);
    std::sort(budgets.begin(), budgets.end(), std::greater<>());
    return budgets;
}

std::vector<int> LoadedModel::budgets() const
{
    return trainedBudgets(m_folder);
}

} // namespace qmop
