// SPDX-License-Identifier: GPL-3.0-or-later
//
// What identifies a checkpoint beside figures that were measured on it. Knows
// files only, no tensors: the window asks it without the networks.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace qmop {

// Polled between pieces of work; throws to stop (see core/engine).
using StopCheck = std::function<void()>;

// SHA-256 over what decides a checkpoint's answers: for config.json,
// preprocessor_config.json, tokenizer.json (where present), the index and every
// safetensors file, in name order, the lines "<sha256>  <name>\n". Throws
// Error{InvalidModel} naming the folder or file.
std::string checkpointSha256(const std::filesystem::path &folder, const StopCheck &stop = {});

// Of a model with a budget's own tensors in place: over the lines "<base>\n" and
// "<checkpointSha256(budgetFolder)>\n". Throws as above.
std::string budgetSha256(const std::string &base, const std::filesystem::path &budgetFolder,
                         const StopCheck &stop = {});
// The same from the hash of the budget's folder.
std::string budgetSha256(const std::string &base, const std::string &budgetHash);

} // namespace qmop
