// SPDX-License-Identifier: GPL-3.0-or-later
//
// The recipe of a figure: what it was painted from, as one JSON document that
// travels inside the figure. It carries the run's trace itself, so that the
// figure is painted again exactly, without weights and without running anything.
//
//   {"format": "qmop-figure", "schema": 1, "version": "0.3.0",
//    "view": {"overlay", "opacity", "region": [x, y, width, height], "marks": [...],
//             "sweep": {"reference", "cells"}: see core/store/sweep_json.h},
//    "look": {"width", "scale", "picture", "caption", "panels": [...]},
//    "picture": {"sha256", "name", "path", "bytes": base64, "thumbnail": {...}},
//    "run": the record of trace_record.h, "numbers": base64}
#pragma once

#include "core/store/run_tables.h"
#include "core/store/trace_record.h"
#include "qmop/figure.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace qmop {

inline constexpr int figureSchema = 1;

struct FigureRecipe {
    FigureView view;
    FigureLook look;
    // Its path is relative to the figure's folder and lies below it, or is empty.
    PictureRecord picture;
    TraceRecord run;
};

// `picture.path` must be relative already.
std::string recipeText(const FigureRecipe &recipe);

struct ReadFigure {
    FigureView view;
    FigureLook look;
    PictureRecord picture; // path as written: not to be followed unless pathBelow() lets it
    std::shared_ptr<RunTrace> trace; // without its picture
    // One line each: what this version does not know or what was damaged beside
    // the run. The default stands in for it.
    std::vector<std::string> problems;
    bool newer = false; // of a newer schema
};

// A recipe of a newer schema is read as far as it is known. Throws
// Error{InvalidSession} beginning with `name` where there is no run to show,
// Error{InvalidArgument} for a document of another kind.
ReadFigure readRecipe(std::string_view text, const std::string &name);

// The same recipe without what tells of somebody's disk: names and paths of
// picture and model are left out. The picture must be given anew: its bytes may
// hold more than its pixels.
void stripNames(FigureRecipe &recipe, const std::string &pictureSha256, Bytes picture);

} // namespace qmop
