// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tags as a line that is typed: separated by commas, with or without "#".
#pragma once

#include <QString>

#include <string>
#include <vector>

namespace qmop {

QString tagText(const std::vector<std::string> &tags);

// Each tag once, in the order typed; no empty ones.
std::vector<std::string> tagsIn(const QString &text);

} // namespace qmop
