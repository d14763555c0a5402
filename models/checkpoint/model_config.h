// SPDX-License-Identifier: GPL-3.0-or-later
//
// Hyper-parameters of every network, read from a checkpoint's config.json. The
// embedded model and LLaVA-1.5 differ only in these values.
#pragma once

#include "qmop/branch.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace qmop {

enum class Activation : std::uint8_t { QuickGelu, Gelu, Silu };

// CLIP vision tower (`vision_config`).
struct VisionConfig {
    int hiddenSize = 0;       // C
    int layers = 0;
    int heads = 0;
    int intermediateSize = 0;
    int imageSize = 0;        // pixels, a multiple of patchSize
    int patchSize = 0;
    int projectionSize = 0;   // P, the joint space
    Activation activation = Activation::QuickGelu;
    double layerNormEps = 1e-5;

    int gridSide() const { return imageSize / patchSize; }
    int patchCount() const { return gridSide() * gridSide(); } // N
};

// CLIP text tower (`clip_text_config`).
struct TextTowerConfig {
    int vocabSize = 0;
    int hiddenSize = 0;       // C2
    int layers = 0;
    int heads = 0;
    int intermediateSize = 0;
    int maxPositions = 0;     // context length
    int projectionSize = 0;   // P
    int bosToken = 0;
    int eosToken = 0;
    Activation activation = Activation::QuickGelu;
    double layerNormEps = 1e-5;
};

// LLaMA decoder (`text_config`).
struct DecoderConfig {
    int vocabSize = 0;
    int hiddenSize = 0;       // D
    int layers = 0;           // T
    int heads = 0;
    int kvHeads = 0;          // heads % kvHeads == 0
    int headDim = 0;          // hiddenSize / heads unless given
    int intermediateSize = 0;
    int maxPositions = 0;
    double rmsNormEps = 1e-5;
    double ropeTheta = 10000.0;
    bool tieEmbeddings = false;
    int bosToken = 1;
    int eosToken = 2;
};

// The projector between tower and decoder. Plain LLaVA has only the MLP; QMoP
// adds its branches and router (`qmop` section of a compressor's config.json).
struct ProjectorConfig {
    int budget = 0;             // M = (gridSide / stride)^2
    int stride = 0;             // s, N = s^2 M
    int resamplerHeads = 8;
    int routerHidden = 512;
    double pruneLambda = 0.5;   // lambda of equation 3
    int relevanceSign = 1;      // -1 negates the similarity, as TRIM and CDPruner do
    double temperature = 0.5;   // tau at inference: the last training value
};

// One checkpoint folder's configuration.
struct ModelConfig {
    std::string name;
    VisionConfig vision;
    TextTowerConfig text;
    DecoderConfig decoder;
    int visionFeatureLayer = -2; // rows X come from the hidden state before the last layer
    // Where image and question go, e.g. "USER: <image>\n{question} ASSISTANT:".
    std::string prompt;
    std::optional<ProjectorConfig> qmop; // set when the folder holds a trained QMoP
};

// One whole model's config.json from memory (not a compressor's); `name` stands
// in front of every message. Errors as below.
ModelConfig parseModelConfig(std::string_view json, const std::string &name);

// Reads `folder`/config.json (and validates ranges and divisibility). Throws
// Error{InvalidModel} naming the file and the field.
ModelConfig readModelConfig(const std::filesystem::path &folder);

} // namespace qmop
