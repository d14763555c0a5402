#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Renders the scene atlas: sprites.png, glyphs.png and atlas.txt.

Needs Pillow and the Debian packages fonts-noto-color-emoji, fonts-dejavu-core
and fonts-liberation. Run once; the program reads only what it wrote.
Usage: make_atlas.py [folder]
"""
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/truetype")
EMOJI = FONTS / "noto/NotoColorEmoji.ttf"
LETTERS = [FONTS / "dejavu/DejaVuSans-Bold.ttf", FONTS / "liberation/LiberationSans-Bold.ttf"]
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
CELL = 128        # longest side of a sprite
COLUMNS = 10
CAP_HEIGHT = 96   # of the capital letters

# Order and names are those of core/scenes/catalogue.cpp.
SPRITES = """
cat🐱 dog🐶 horse🐴 frog🐸 lion🦁 panda🐼 penguin🐧 fish🐟 octopus🐙 butterfly🦋 turtle🐢 owl🦉 shark🦈 crocodile🐊
apple🍎 banana🍌 pineapple🍍 strawberry🍓 pizza🍕 burger🍔 cake🎂 cookie🍪 carrot🥕 egg🥚 pear🍐 lemon🍋 donut🍩 watermelon🍉
car🚗 bus🚌 bicycle🚲 airplane✈ boat⛵ train🚂 rocket🚀
guitar🎸 drum🥁 trumpet🎺 violin🎻 piano🎹 saxophone🎷 accordion🪗
hammer🔨 scissors✂ wrench🔧 saw🪚 knife🔪 axe🪓 screwdriver🪛
sunflower🌻 tree🌳 cactus🌵 mushroom🍄 rose🌹 tulip🌷 clover🍀
football⚽ basketball🏀 kite🪁 teddy🧸 puzzle🧩 balloon🎈 yoyo🪀
umbrella☂ key🔑 phone📱 clock⏰ camera📷 book📕 gift🎁
happy😀 sad😢 angry😡 surprised😮 sleepy😴 cool😎 loving😍 scared😱
""".split()


def sprite(character):
    font = ImageFont.truetype(str(EMOJI), 109)  # the only size of the bitmap font
    canvas = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((20, 20), character, font=font, embedded_color=True)
    box = canvas.getbbox()
    if box is None:
        raise SystemExit(f"{EMOJI} has no {character}")
    cut = canvas.crop(box)
    scale = CELL / max(cut.size)
    return cut.resize([max(1, round(side * scale)) for side in cut.size], Image.LANCZOS)


def write_sprites(folder, lines):
    rows = -(-len(SPRITES) // COLUMNS)
    sheet = Image.new("RGBA", (COLUMNS * CELL, rows * CELL), (0, 0, 0, 0))
    for index, entry in enumerate(SPRITES):
        name = "".join(c for c in entry if c.isascii())
        image = sprite(entry[len(name):])
        x, y = index % COLUMNS * CELL, index // COLUMNS * CELL
        sheet.paste(image, (x, y))
        lines.append(f"sprite {name} {x} {y} {image.width} {image.height}")
    sheet.save(folder / "sprites.png", optimize=True)


def cap_sized(path):
    """The font at the size where its H is CAP_HEIGHT pixels tall."""
    for size in range(CAP_HEIGHT, 2 * CAP_HEIGHT):
        font = ImageFont.truetype(str(path), size)
        left, top, right, bottom = font.getbbox("H")
        if bottom - top >= CAP_HEIGHT:
            return font
    raise SystemExit(f"no size of {path} fits")


def write_glyphs(folder, lines):
    cell = (CAP_HEIGHT + 48, CAP_HEIGHT + 32)
    sheet = Image.new("L", (cell[0] * 12, cell[1] * 3 * len(LETTERS)))
    draw = ImageDraw.Draw(sheet)
    for number, path in enumerate(LETTERS):
        font = cap_sized(path)
        top = font.getbbox("H")[1]
        for index, character in enumerate(CHARACTERS):
            x = index % 12 * cell[0]
            y = (index // 12 + 3 * number) * cell[1]
            # 16 px of room above and below the capitals, 8 px before the origin.
            draw.text((x + 8, y + 16 - top), character, font=font, fill=255)
            lines.append(f"glyph {number} {character.lower()} {x} {y} {cell[0]} {cell[1]} "
                         f"{round(font.getlength(character))}")
    sheet.save(folder / "glyphs.png", optimize=True)


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent)
    lines = [f"atlas 1 {len(SPRITES)} {len(LETTERS) * len(CHARACTERS)} {CAP_HEIGHT} 8 16"]
    write_sprites(folder, lines)
    write_glyphs(folder, lines)
    (folder / "atlas.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
