"""Hold drawings to colours: a built-in palette, those of a picture, or a list.

python examples/07_palette.py

drawkit pixeldraw "a tulip" --palette pico8 -o tulip.png
drawkit clipdraw "a tulip" --set strokes.palette=@examples/pixels/coffee.jpg:6 -o tulip.svg
"""

from pathlib import Path

from drawkit import draw
from drawkit.palettes import resolve_palette

COFFEE = f"@{Path(__file__).parent / 'pixels' / 'coffee.jpg'}:6"
DUSK = "#1a1c2c,#5d275d,#b13e53,#ef7d57,#ffcd75"

for name in ("pico8", COFFEE, DUSK):
    palette = resolve_palette(name)
    print(palette.name, " ".join("#{:02x}{:02x}{:02x}".format(*c) for c in palette.swatches))

sprite = draw("a tulip", palette=DUSK, size=24, canvas="pixels")
used = {sprite.scene.grid.palette[index] for index in sprite.scene.grid.frames[0].indices.flat}
print(len(used), "colours used;", sprite.save("tulip.png"))

print(draw("a tulip", settings={"strokes.palette": [COFFEE]}).save("tulip.svg"))
