#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures for tst_decode that OpenCV cannot write. Needs Pillow.

Each shows four 16 x 16 quadrants: red, green / blue, white.
"""
import pathlib

from PIL import Image

here = pathlib.Path(__file__).parent


def quadrants(mode="RGB"):
    picture = Image.new("RGB", (32, 32), (255, 255, 255))
    picture.paste((255, 0, 0), (0, 0, 16, 16))
    picture.paste((0, 255, 0), (16, 0, 32, 16))
    picture.paste((0, 0, 255), (0, 16, 16, 32))
    return picture.convert(mode)


black = Image.new("RGB", (32, 32))
quadrants("CMYK").save(here / "cmyk.jpg", quality=95)
quadrants("CMYK").save(here / "cmyk_progressive.jpg", quality=95, progressive=True)
quadrants("CMYK").save(here / "cmyk.tif", compression="tiff_lzw")
quadrants().save(here / "animated_lossy.webp", save_all=True, append_images=[black], duration=100, quality=95)
half = quadrants("RGBA")
half.paste((0, 0, 0, 0), (16, 16, 32, 32))  # white quadrant transparent
half.save(here / "animated_alpha.webp", save_all=True, append_images=[black], duration=100, quality=95, alpha_quality=100)
half.save(here / "animated_lossless.webp", save_all=True, append_images=[black], duration=100, lossless=True)
quadrants().save(here / "animated.png", save_all=True, append_images=[black], duration=100)
quadrants().save(here / "subsampled_restarts.jpg", quality=95, subsampling="4:2:0", restart_marker_blocks=1)
# Orientation tag 6: stored turned by 90 degrees to the left, shows upright.
exif = Image.Exif()
exif[0x0112] = 6
turned = quadrants().transpose(Image.Transpose.ROTATE_90)
turned.save(here / "orientation6.jpg", quality=95, exif=exif)
turned.save(here / "orientation6.png", exif=exif)
turned.save(here / "orientation6.webp", lossless=True, exif=exif)
turned.save(here / "orientation6.tif", exif=exif)
quadrants().save(here / "progressive.jpg", quality=95, progressive=True)
