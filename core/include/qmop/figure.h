// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a figure shows of a run, and how: everything that painting it depends on
// beside the run and its picture. Neither the window's size nor its theme is in it.
#pragma once

#include "qmop/branch.h"
#include "qmop/patch_grid.h"
#include "qmop/sweep.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

// Something that was locked in the window; the fields that a kind does not name are unused.
struct FigureMark {
    enum class Kind { Patch, Token, Scores, Branch, Answer, Question };
    Kind kind = Kind::Patch;
    int index = -1; // patch; token of a branch, or of the answer
    std::optional<Branch> branch; // of a token (none: the decoder's); the branch
    double low = 0, high = 0; // scores in [low, high)
    std::string question;

    bool operator==(const FigureMark &) const = default;
};

// The question of the run on its picture, under compressors and budgets.
struct FigureSweep {
    SweepCell reference; // with all visual tokens
    std::vector<SweepCell> cells;
    std::vector<std::vector<int>> kept; // [cells]: patches, ascending; empty where the answer came through none
    int notAsked = 0; // cells that it was to have beside these: it was stopped
};

struct FigureView {
    std::string overlay = "kept"; // "kept", "importance", "relevance", "combined", "pooling", "resampler", "provenance"
    double opacity = 0.6; // of the overlay, 0 ... 1
    // The part of the plane that is shown, in pixels of the picture; without
    // one, the picture and what the encoder saw of padding.
    std::optional<RectF> region;
    std::vector<FigureMark> marks; // in the order in which they were locked
    std::optional<FigureSweep> sweep; // what the panel Sweep shows; not set: there was none
};

// What may stand below the picture.
enum class FigurePanel { Answer, Router, Scores, Maps, Costs, Sweep };
inline constexpr FigurePanel allFigurePanels[] = {FigurePanel::Answer, FigurePanel::Router, FigurePanel::Scores,
                                                  FigurePanel::Maps,   FigurePanel::Costs,  FigurePanel::Sweep};

// "answer", "router", "scores", "maps", "costs", "sweep".
std::string_view figurePanelKey(FigurePanel panel);
std::optional<FigurePanel> figurePanelFromKey(std::string_view key);

inline constexpr int minFigureWidth = 240, maxFigureWidth = 4000;
inline constexpr double minFigureScale = 0.5, maxFigureScale = 8;

struct FigureLook {
    int width = 720; // in units of 1/96 inch; the height follows from the content
    double scale = 2; // pixels per unit: of a PNG, and of the picture inside an SVG or PDF
    bool picture = true; // with its overlay
    bool caption = true;
    std::vector<FigurePanel> panels; // in this order
};

} // namespace qmop
