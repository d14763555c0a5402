// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tags as a cell of a database: a JSON list of texts, UTF-8.
#pragma once

#include <string>
#include <vector>

namespace qmop {

// What is not UTF-8 is replaced.
std::string storedTags(const std::vector<std::string> &tags);

// Each tag once, in the order of the list. Cells of a file that was changed by
// others: what is no list of texts is no tag.
std::vector<std::string> tagsStored(const std::string &cell);

} // namespace qmop
