"""Pixel art in a fixed palette, on nothing, and a photograph made into it.

python examples/04_pixels.py

drawkit pixeldraw "a mushroom" --size 32 --palette endesga-32 --transparent --outline auto \
    -o mushroom.png
drawkit pixelate examples/pixels/coffee.jpg --size 64 --palette db32 -o coffee-64.png
"""

from pathlib import Path

from drawkit import Drawing, draw
from drawkit.palettes import resolve_palette
from drawkit.pictures import read_picture
from drawkit.pixelart.pixelate import pixelate
from drawkit.scene import Background, CellLayer, Scene

drawing = draw(
    "a mushroom",
    size=32,
    palette="endesga-32",
    background="transparent",
    outline="auto",
    settings={"draw.canvas": "pixels"},
)
print(drawing, drawing.save("mushroom.png"))

photo = read_picture(Path(__file__).parent / "pixels" / "coffee.jpg")
grid = pixelate(photo, 64, palette=resolve_palette("db32"))
scene = Scene(*grid.size, (CellLayer("cells", grid),), Background(None))
print(Drawing(scene).save("coffee-64.png"))
