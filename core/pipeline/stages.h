// SPDX-License-Identifier: GPL-3.0-or-later
//
// The stages of a run as free functions over the loaded model, in their order:
// prepare, encode (picture, question), compress, decode. What they keep between
// runs lies in the stage cache, not here.
#pragma once

#include "core/pipeline/loaded_model.h"
#include "core/pipeline/prompt.h"
#include "models/compressors/compressor.h"
#include "qmop/image_u8.h"
#include "qmop/patch_grid.h"
#include "qmop/run_request.h"
#include "qmop/run_trace.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace qmop {

// Layers done and in all; also the place where a run may be stopped.
using LayerProgress = std::function<void(int done, int total)>;

// The user's picture and what the encoder gets of it.
struct PreparedPicture {
    std::shared_ptr<const ImageU8> image;
    PatchGrid grid;
    std::string format; // of the encoded bytes, as DecodedImage has it
    std::vector<std::string> notices; // on the content, not on the name
    at::Tensor pixels; // [1, 3, S, S] float32; dropped once encoded
    at::Tensor padding; // [1, N] bool
};

PreparedPicture preparePicture(std::span<const std::uint8_t> bytes, const std::string &name,
                               const PreprocessConfig &config, std::int64_t maxPixels);

struct VisionFeatures {
    at::Tensor rows; // [1, N, C] compute type
    at::Tensor classRow; // [1, C]
    at::Tensor classAttention; // [1, N] float32
    // Last layer [1, N + 1, C]: what the joint-space rows are made of. Dropped once
    // they are there.
    at::Tensor last;
    at::Tensor jointPatches; // [1, N, P] float32; undefined until ensureJointPatches()
    std::optional<double> distance; // RunTrace::pictureDistance
    double seconds = 0; // that encoding took
    double jointSeconds = 0; // that jointPatches took; 0 until they are there
};

// `padding`: of the prepared picture.
VisionFeatures encodePicture(const LoadedModel &model, const at::Tensor &pixels, const LayerProgress &progress,
                             const at::Tensor &padding = {});

// The patches in CLIP's joint space, computed with the first call: only pruning
// reads them, and it may be off. The model has a text tower.
const at::Tensor &ensureJointPatches(const LoadedModel &model, VisionFeatures &features);

struct QueryFeatures {
    at::Tensor eos; // [1, C2]
    at::Tensor joint; // [1, P] float32
    int tokens = 0; // question tokens in all
    int cut = 0; // of these, left out for the text tower
    double seconds = 0; // that reading it took
};

QueryFeatures encodeQuestion(const LoadedModel &model, const std::string &question);

struct TargetIds; // answer_score.h

// Greedy decoding behind [before, visual, question, after].
struct DecodeJob {
    const ModelVariant *variant = nullptr;
    const Tokenizer *tokenizer = nullptr;
    PromptIds prompt;
    at::Tensor visual; // [1, M, D], M >= 0
    DecodeConfig config;
    std::optional<AttentionChoice> attention; // recorded of the answer, not of the target
    std::shared_ptr<const TargetIds> target; // scored behind the same prompt, after the answer; may be null
    LayerProgress onPrefill; // per layer
    std::function<void()> onPrompt; // once the prompt has been read: the first token's logits are there; may be empty
    std::function<void()> onStep; // before each later token; throws to stop
    std::function<void(const std::string &text, const DecodedToken &token)> onToken;
};

struct DecodeResult {
    Answer answer;
    std::optional<AnswerScore> score; // of the job's target
    std::optional<AnswerAttention> attention; // where the job asked for it
    double decodeSeconds = 0; // everything after
    int steps = 0; // tokens computed, with end-of-sequence
    std::int64_t kvBytes = 0; // allocated
};

DecodeResult decodeAnswer(const DecodeJob &job);

} // namespace qmop
