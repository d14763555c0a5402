// SPDX-License-Identifier: GPL-3.0-or-later
//
// What turns the N patch rows of a picture into the M visual tokens that the
// decoder reads. QMoP, its forced branches, the uncompressed model and the blind
// floor stand behind one interface; another method is another file.
#pragma once

#include "models/checkpoint/model_config.h"
#include "models/checkpoint/weights.h"
#include "models/projector/fusion.h"
#include "models/projector/pruning.h"
#include "qmop/overrides.h"

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace qmop {

// One picture and one question. Tensors are in the compute type unless noted.
struct CompressorInput {
    at::Tensor rows; // [1, N, C] hidden state before the vision tower's last layer
    at::Tensor classRow; // [1, C] class token of the same state
    at::Tensor classAttention; // [1, N] float32, last layer
    at::Tensor padding; // [1, N] bool, true where a patch shows only padding; may be undefined
    // Only for compressors that read the question:
    // [1, N, P] float32, L2-normalised; computed when first asked for.
    std::function<at::Tensor()> jointPatches;
    at::Tensor eos; // [1, C2]
    at::Tensor jointText; // [1, P] float32, L2-normalised
};

struct RoutingOutput {
    PerBranch<float> logits{};
    PerBranch<float> alpha{}; // before selection
    Selection selection;
    float temperature = 1;
    bool forced = false; // the selection is one branch that was asked for, not the router's
    bool given = false; // the selection is weights that were asked for
};

struct BranchRecord {
    Branch branch = Branch::Pool;
    bool onMainPath = false;
    at::Tensor provenance; // [M, N] float32, rows sum to 1
};

struct CompressedTokens {
    at::Tensor rows; // [1, M, D] what the decoder reads
    at::Tensor provenance; // [M, N] float32, rows sum to 1
    std::optional<RoutingOutput> routing;
    std::vector<BranchRecord> branches; // in the order of Branch
    PerBranch<at::Tensor> branchRows; // [1, M, C] before fusion, of the main path; undefined elsewhere
    std::optional<PruningScores> pruning;
    int branchesComputed = 0; // on the main path
};

struct CompressorOptions {
    FusionMode fusion = FusionMode::Top2;
    double threshold = 0.25; // theta of FusionMode::Threshold
    Overrides overrides; // for QMoP and its branches; the others read none
    int budget = 0; // M of "avgpool" and "cls-prune"; a QMoP has its own
};

// Told when a part begins ("route", "branches", "project"); throws to stop.
using PartObserver = std::function<void(std::string_view part)>;

class Compressor {
public:
    virtual ~Compressor() = default;

    // Whether the picture's features must be there.
    virtual bool readsPicture() const { return true; }
    // Whether jointPatches, eos and jointText must be there. Who asks for
    // jointPatches pays for them (see core/cost).
    virtual bool readsQuestion() const = 0;

    // The main path: only what the visual tokens depend on.
    virtual CompressedTokens compress(const CompressorInput &input, const CompressorOptions &options,
                                      const PartObserver &observer = {}) const = 0;

    // Adds to `tokens` what was left out of the main path (the branches that the
    // router switched off). Never changes its rows, provenance or routing.
    virtual void addInactiveBranches(const CompressorInput &, const CompressorOptions &, CompressedTokens &) const { }

    // What `tokens.rows` would be with other patches kept and all else equal.
    // kept: [B, M'] int64, ascending -> [B, M', D]. Throws Error{InvalidArgument}
    // where the rows do not depend on pruning, or M' does not fit the other branches.
    virtual at::Tensor withKept(const CompressorInput &input, const CompressedTokens &tokens,
                                const at::Tensor &kept) const;
};

// `id`: "none" (all N rows), "qmop", "pool", "resample", "prune" (that branch of
// the loaded QMoP, whatever the router says), "avgpool" or "cls-prune" (without
// weights of their own, see training_free.h) or "blind" (no visual tokens).
// `weights`: the checkpoint's root, with the QMoP's tensors where it needs them;
// the map must outlive the compressor. Throws Error{InvalidArgument} for another
// id, Error{InvalidModel} where config or weights hold no QMoP.
std::unique_ptr<Compressor> makeCompressor(std::string_view id, const WeightScope &weights, const ModelConfig &config);

// Whether the id needs a trained QMoP of its budget. Throws Error{InvalidArgument}
// for an unknown id.
bool needsQmop(std::string_view id);

} // namespace qmop
