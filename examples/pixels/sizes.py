"""Draw four things at 16, 32 and 64 cells, and show them on one sheet: `python sizes.py`."""

from pathlib import Path

from drawkit import draw
from drawkit.pictures.contact_sheet import Cell, contact_sheet

THINGS = ("a mushroom", "a church", "cherries", "an octopus")
LOOK = {"background": "transparent", "palette": "endesga-32", "outline": "auto"}

cells = []
for size in (16, 32, 64):
    for thing in THINGS:
        drawing = draw(thing, settings={"draw.canvas": "pixels"}, size=size, **LOOK)
        cells.append(Cell(f"{thing}, {size}", drawing.png()))
Path(__file__).with_suffix(".png").write_bytes(contact_sheet(cells, len(THINGS), 192))
