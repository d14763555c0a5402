// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the window shows as values of a figure, and back.
#pragma once

#include "qmop/figure.h"
#include "widgets/selection/selection.h"

namespace qmop {

// "kept", ...: as recipes have it.
std::string overlayKey(OverlayKind kind);
OverlayKind overlayFromKey(const std::string &key); // Kept for what is no key

std::vector<FigureMark> marksOf(const std::vector<Target> &targets);
std::vector<Target> targetsOf(const std::vector<FigureMark> &marks);

// The token that was locked last: of the answer for its overlay, else as Selection::token().
TokenRef tokenOf(const std::vector<FigureMark> &marks, OverlayKind kind);

} // namespace qmop
