// SPDX-License-Identifier: GPL-3.0-or-later
//
// How well a few typed letters fit a text: for the command palette.
#pragma once

#include <QString>

#include <optional>

namespace qmop {

// The letters must occur in their order, whatever their case; spaces do not
// count. Higher is better: letters at the start of a word and next to each other
// count more, a long text less. nullopt: they do not fit. An empty pattern fits all alike.
std::optional<int> fuzzyScore(const QString &pattern, const QString &text);

} // namespace qmop
