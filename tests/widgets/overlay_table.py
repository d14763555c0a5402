#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes overlay_table.h: where patch outlines must lie on the screen.

Exact fractions from the rules as transformers' CLIPImageProcessor and LLaVA's
expand2square state them, and from the view's documented behaviour. It shares no
code and no formula with the program.

View: 760 x 704 device-independent pixels, margin 16.
  fit     picture and encoder input together, as large as fits, centred
  actual  one to one, about the view's centre, coming from fit
  wheel   two notches of 1.25 at (410, 290), coming from actual
  out     three notches back at (300, 420), coming from wheel
What of a patch lies beyond the picture is padding, which is not outlined.
Outline edges go to the nearest border of device pixels, of which a dense screen
has two for one. The mark in the picture: the pixels entirely within the first patch.
"""
from fractions import Fraction as F
from math import ceil, floor

WIDTH, HEIGHT, MARGIN = 760, 704, 16
MODEL, PATCH, COLUMNS = 128, 8, 16
SIZES = [(512, 512), (640, 481), (449, 631), (629, 311), (201, 607), (333, 251), (97, 151),
         (641, 361), (799, 261), (309, 771), (563, 447), (383, 521)]
PATCHES = [6 * COLUMNS + 5, 9 * COLUMNS + 10]


def model_to_picture(w, h, pad):
    """Per axis: picture = a * model + b."""
    if pad:
        side = max(w, h)
        a = F(side, MODEL)
        return (a, F(-((side - w) // 2))), (a, F(-((side - h) // 2)))
    short = min(w, h)
    rw, rh = MODEL * w // short, MODEL * h // short
    return (F(w, rw), F(w, rw) * ((rw - MODEL) // 2)), (F(h, rh), F(h, rh) * ((rh - MODEL) // 2))


def nearest(edges, dense, what):
    boxes = []
    for e in edges:
        e *= dense
        # Halves go up; close to one the answer would depend on the last bits of a double.
        from_half = abs(e - floor(e) - F(1, 2))
        assert from_half == 0 or from_half > F(1, 10**6), (what, e)
        boxes.append(floor(e + F(1, 2)))
    return boxes


def main():
    rows = []
    for w, h in SIZES:
        for pad in (False, True):
            (ax, bx), (ay, by) = model_to_picture(w, h, pad)
            left, right = min(F(0), bx), max(F(w), ax * MODEL + bx)
            top, bottom = min(F(0), by), max(F(h), ay * MODEL + by)
            fit = min(F(WIDTH - 2 * MARGIN) / (right - left), F(HEIGHT - 2 * MARGIN) / (bottom - top))
            cx, cy = F(WIDTH, 2), F(HEIGHT, 2)
            ox, oy = cx - fit * (left + right) / 2, cy - fit * (top + bottom) / 2
            # actual: the picture point at the centre stays there
            ax1, ay1 = cx - (cx - ox) / fit, cy - (cy - oy) / fit
            z = F(5, 4) ** 2
            wx, wy = 410 - (410 - ax1) * z, 290 - (290 - ay1) * z
            back = F(4, 5) ** 3
            zx, zy = 300 - (300 - wx) * back, 420 - (420 - wy) * back
            inside = []
            for zoom, s, tx, ty in (("fit", fit, ox, oy), ("actual", F(1), ax1, ay1), ("wheel", z, wx, wy),
                                    ("out", z * back, zx, zy)):
                boxes = []
                for p in PATCHES:
                    c, r = p % COLUMNS, p // COLUMNS
                    edges = [ax * PATCH * c + bx, ay * PATCH * r + by,
                             ax * PATCH * (c + 1) + bx, ay * PATCH * (r + 1) + by]
                    inside.append([max(0, ceil(edges[0])), max(0, ceil(edges[1])),
                                   min(w, floor(edges[2])), min(h, floor(edges[3]))])
                    shown = [max(F(0), edges[0]), max(F(0), edges[1]), min(F(w), edges[2]), min(F(h), edges[3])]
                    boxes.append([s * e + t for e, t in zip(shown, (tx, ty, tx, ty))])
                plain, dense = ("{{%s}, {%s}}" % tuple(
                    ", ".join(map(str, nearest(b, n, (w, h, pad, zoom)))) for b in boxes) for n in (1, 2))
                rows.append('    {%d, %d, %s, "%s", {%s}, %s, %s},' % (
                    w, h, "true" if pad else "false", zoom, ", ".join(map(str, inside[0])), plain, dense))
    print("// SPDX-License-Identifier: GPL-3.0-or-later\n//\n// Written by overlay_table.py: see there for the rules.\n#pragma once\n")
    print("constexpr int overlayPatches[2] = {%d, %d};\n" % tuple(PATCHES))
    print("// Boxes are left, top, right, bottom (exclusive).\nstruct OverlayRow {\n    int width, height;\n    bool pad;\n    const char *zoom;\n"
          "    int markInPicture[4]; // in its pixels\n    int outlines[2][4]; // of overlayPatches\n"
          "    int denseOutlines[2][4]; // at device pixel ratio 2\n};\n")
    print("// clang-format off\nconstexpr OverlayRow overlayTable[] = {")
    print("\n".join(rows))
    print("};\n// clang-format on")


main()
