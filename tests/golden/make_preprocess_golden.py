#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reference for tst_prepare: what transformers' processors make of a picture.

Needs Pillow < 13 (see make_resize_golden.py), numpy and transformers. Writes preprocess_golden.json beside
itself: digests of the float32 pixel values [3, S, S] and a few of the values.
Crop is CLIPImageProcessor (Pillow back end), pad is LlavaImageProcessor with
do_pad, which equals LLaVA-1.5's expand2square. The pictures are those of noise.py.
"""
import hashlib
import json
import pathlib

import numpy as np
import transformers
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil

from noise import noise

SHAPES = [(128, 128), (640, 480), (480, 640), (100, 50), (51, 100), (333, 250), (1, 1), (2, 1), (700, 101), (90, 64),
          (300, 7)]


def main():
    cases = []
    for width, height in SHAPES:
        for size in (128, 336):
            for fit in ("crop", "pad"):
                options = {"size": {"shortest_edge": size}, "crop_size": {"height": size, "width": size}}
                if fit == "crop":
                    processor = CLIPImageProcessorPil(**options)
                else:
                    processor = LlavaImageProcessorPil(do_pad=True, **options)
                values = processor(noise(width, height), return_tensors="np")["pixel_values"][0]
                assert values.shape == (3, size, size) and values.dtype == np.float32, (values.shape, values.dtype)
                picked = [float(values[c, size // 3, size // 2]) for c in range(3)]
                cases.append({"source": [width, height], "size": size, "fit": fit, "picked": picked,
                              "sha256": hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()})
    out = pathlib.Path(__file__).with_name("preprocess_golden.json")
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    out.write_text(f'{{"transformers": "{transformers.__version__}", "cases": [\n{lines}\n]}}\n')
    print(f"{len(cases)} cases, transformers {transformers.__version__}")


main()
