// SPDX-License-Identifier: GPL-3.0-or-later
//
// A checkpoint folder in memory: weights, tokenizer, preprocessing, and the
// compressors of its subfolders as they are asked for.
#pragma once

#include "core/image/prepare.h"
#include "models/checkpoint/model_config.h"
#include "models/checkpoint/tensor_reader.h"
#include "models/checkpoint/weights.h"
#include "models/clip/picture_statistics.h"
#include "models/tokenizer/tokenizer.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

// The base, or the base with a budget's own tensors in place. Handles only: the
// tensors that a budget does not replace are shared.
struct ModelVariant {
    ModelConfig config;
    TensorMap tensors;
    std::string hash; // SHA-256 over the files that made it

    WeightScope root() const { return WeightScope(tensors); }
};

class LoadedModel {
public:
    // Throws Error{InvalidModel} naming the file. `type`: compute type; not set:
    // bfloat16 for weights over 1 GiB on a CPU that multiplies it in hardware,
    // else float32.
    LoadedModel(const std::filesystem::path &folder, const LoadProgress &progress = {}, const StopCheck &stop = {},
                std::optional<at::ScalarType> type = std::nullopt);
    LoadedModel(const LoadedModel &) = delete;
    LoadedModel &operator=(const LoadedModel &) = delete;

    const ModelVariant &base() const { return m_base; }
    // Loads "qmop-<budget>" with its first use. Throws Error{InvalidArgument}
    // naming the budgets that exist.
    const ModelVariant &forBudget(int budget, const LoadProgress &progress = {}, const StopCheck &stop = {});

    // M of every QMoP in the folder, largest first.
    std::vector<int> budgets() const;

    const std::filesystem::path &folder() const { return m_folder; }
    const Tokenizer &tokenizer() const { return m_tokenizer; }
    const PreprocessConfig &preprocess() const { return m_preprocess; }
    at::ScalarType computeType() const { return m_type; }
    // Of the pictures that the model was trained on; empty where it has none.
    const std::optional<PictureStatistics> &pictureStatistics() const { return m_statistics; }

private:
    std::filesystem::path m_folder;
    ModelVariant m_base;
    std::map<int, ModelVariant> m_byBudget; // node-based: references stay valid
    Tokenizer m_tokenizer;
    PreprocessConfig m_preprocess;
    at::ScalarType m_type;
    std::optional<PictureStatistics> m_statistics;
};

} // namespace qmop
