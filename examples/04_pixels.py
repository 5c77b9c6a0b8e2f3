"""Pixel art in a fixed palette, on nothing, and a photograph made into it.

python examples/04_pixels.py

drawkit pixeldraw "a mushroom" --size 32 --palette endesga-32 --transparent --outline auto \
    -o mushroom.png
drawkit pixelate examples/pixels/coffee.jpg --size 64 --palette db32 -o coffee-64.png
"""

from pathlib import Path

from drawkit import draw, pixelate

drawing = draw(
    "a mushroom",
    canvas="pixels",
    size=32,
    palette="endesga-32",
    transparent=True,
    outline="auto",
)
print(drawing, drawing.save("mushroom.png"))

photo = Path(__file__).parent / "pixels" / "coffee.jpg"
print(pixelate(photo, 64, palette="db32").save("coffee-64.png"))
