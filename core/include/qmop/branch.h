// SPDX-License-Identifier: GPL-3.0-or-later
//
// The three branches of QMoP and how they are combined (paper, section 3).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace qmop {

// Order and keys are the same everywhere: files, JSON, plots.
enum class Branch : std::uint8_t { Pool = 0, Resample = 1, Prune = 2 };

inline constexpr std::size_t branchCount = 3;
inline constexpr std::array<Branch, branchCount> allBranches{Branch::Pool, Branch::Resample, Branch::Prune};

// "pool", "resample", "prune".
std::string_view branchKey(Branch branch);
std::optional<Branch> branchFromKey(std::string_view key);

// One value per branch, indexed by Branch: routing weights, logits, flags.
template<typename T>
struct PerBranch {
    std::array<T, branchCount> values{};

    T &operator[](Branch branch) { return values[std::size_t(branch)]; }
    const T &operator[](Branch branch) const { return values[std::size_t(branch)]; }
    bool operator==(const PerBranch &) const = default;
};

// Which branches run at inference, from the raw routing weights.
enum class FusionMode : std::uint8_t {
    Top2,      // the two highest weights, renormalised
    Threshold, // all weights >= theta, renormalised; the highest always stays
    Soft,      // all three
};

// "top2", "threshold", "soft".
std::string_view fusionKey(FusionMode mode);
std::optional<FusionMode> fusionFromKey(std::string_view key);

} // namespace qmop
