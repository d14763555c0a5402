#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference for tst_resize: digests of what Pillow's Image.resize() gives.

Needs Pillow < 13 (which swaps the two passes for tall pictures) and numpy. Writes resize_golden.json beside itself. The pictures
are noise from a linear congruential generator that the test repeats, so that
only digests have to be kept; noise makes the bicubic overshoot and clip.
"""
import hashlib
import json
import pathlib

import PIL
from PIL import Image

from noise import noise

CASES = [  # source width, height, target width, height
    (1, 1, 1, 1), (1, 1, 16, 16), (2, 3, 128, 128), (7, 5, 7, 5), (7, 5, 3, 2), (7, 5, 14, 10), (33, 17, 16, 17),
    (33, 17, 33, 8), (64, 64, 128, 128), (101, 57, 100, 58), (333, 250, 170, 128), (250, 333, 128, 170),
    (640, 480, 170, 128), (512, 512, 128, 128), (97, 131, 336, 336), (30000, 10, 128, 128), (10, 30000, 128, 64),
    (3000, 10, 384, 1), (255, 257, 1, 1),
]


def main():
    cases = []
    for width, height, new_width, new_height in CASES:
        picture = noise(width, height)
        for name, resample in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
            data = picture.resize((new_width, new_height), resample).tobytes()
            cases.append({"source": [width, height], "target": [new_width, new_height], "filter": name,
                          "head": list(data[:6]), "sha256": hashlib.sha256(data).hexdigest()})
    out = pathlib.Path(__file__).with_name("resize_golden.json")
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    out.write_text(f'{{"pillow": "{PIL.__version__}", "cases": [\n{lines}\n]}}\n')
    print(f"{len(cases)} cases, Pillow {PIL.__version__}")


main()
