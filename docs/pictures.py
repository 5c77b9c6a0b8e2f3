"""Make the pictures of the documentation: `python docs/pictures.py`, into docs/pictures/.

They are kept in the repository; run this after a change that they should show.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from drawkit import draw
from drawkit.engine import Step

HERE = Path(__file__).parent / "pictures"


def steps() -> None:
    """One drawing after 1, 10, 50 and 250 steps."""
    wanted, seen = (1, 10, 50, 250), list[Image.Image]()

    def look(step: Step) -> None:
        if step.index in wanted:
            seen.append(step.drawing().image(256).convert("RGB"))

    draw("a house", settings={"optimize.score_every": 1}, on_step=look)
    strip(seen).save(HERE / "steps.png", optimize=True)


def strip(pictures: list[Image.Image], gap: int = 8) -> Image.Image:
    """Pictures of one height side by side on white, in few colours, so that the file is small."""
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    sheet = Image.new("RGB", (width, pictures[0].height), "white")
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + gap
    return sheet.quantize(64, dither=Image.Dither.NONE)


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    steps()
