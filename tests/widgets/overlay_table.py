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
Outline edges go to the nearest pixel border.
"""
from fractions import Fraction as F
from math import floor

WIDTH, HEIGHT, MARGIN = 760, 704, 16
MODEL, PATCH, COLUMNS = 128, 8, 16
SIZES = [(512, 512), (640, 480), (450, 630), (630, 310), (202, 606), (333, 250), (97, 151), (641, 361)]
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
            for zoom, s, tx, ty in (("fit", fit, ox, oy), ("actual", F(1), ax1, ay1), ("wheel", z, wx, wy)):
                boxes = []
                for p in PATCHES:
                    c, r = p % COLUMNS, p // COLUMNS
                    edges = [s * (ax * PATCH * c + bx) + tx, s * (ay * PATCH * r + by) + ty,
                             s * (ax * PATCH * (c + 1) + bx) + tx, s * (ay * PATCH * (r + 1) + by) + ty]
                    for e in edges:
                        # A tie would make the answer depend on the last bit of a double.
                        assert abs(e - floor(e) - F(1, 2)) > F(1, 10**6), (w, h, pad, zoom, e)
                    boxes.append([floor(e + F(1, 2)) for e in edges])
                rows.append('    {%d, %d, %s, "%s", {{%s}, {%s}}},' % (
                    w, h, "true" if pad else "false", zoom, *(", ".join(map(str, b)) for b in boxes)))
    print("// SPDX-License-Identifier: GPL-3.0-or-later\n//\n// Written by overlay_table.py: see there for the rules.\n#pragma once\n")
    print("struct OverlayRow {\n    int width, height;\n    bool pad;\n    const char *zoom;\n"
          "    int outlines[2][4]; // left, top, right, bottom (exclusive) of patches %d and %d\n};\n" % tuple(PATCHES))
    print("// clang-format off\nconstexpr OverlayRow overlayTable[] = {")
    print("\n".join(rows))
    print("};\n// clang-format on")


main()
