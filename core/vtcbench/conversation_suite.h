// SPDX-License-Identifier: GPL-3.0-or-later
//
// One's own questions as a suite, from a file of core/conversations.
#pragma once

#include "qmop/suite.h"

#include <filesystem>

namespace qmop {

struct ConversationSuite {
    Suite suite;
    bool hasDimensions = true; // false: the samples' dimensions say nothing, only the average counts
};

// Every turn is a question of its own, asked without those before it; its one reference is the file's
// answer. Named after the file; scorer "exact". Has dimensions where all records have one. Throws
// Error{InvalidSuite} naming file and record for what ConversationFile refuses and for a picture
// that is not below `pictures`.
ConversationSuite loadConversationSuite(const std::filesystem::path &file, const std::filesystem::path &pictures);

// Whether a path looks like such a file: one that begins with a list.
bool isConversationFile(const std::filesystem::path &path);

} // namespace qmop
