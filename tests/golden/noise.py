# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the resize and preprocess goldens; tests/core/image/noise.h draws the same."""
import numpy as np
from PIL import Image


def noise(width, height):
    state = 12345
    data = bytearray(width * height * 3)
    for i in range(len(data)):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        data[i] = state >> 24
    return Image.fromarray(np.frombuffer(bytes(data), np.uint8).reshape(height, width, 3))
