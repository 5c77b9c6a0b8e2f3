"""A contact sheet of a film: `python sheet.py FILM.mp4 SHEET.png`, twenty frames, evenly."""

from __future__ import annotations

import sys

import av
from PIL import Image

SIDE, COLUMNS, FRAMES = 200, 5, 20


def main() -> None:
    film, sheet = sys.argv[1:]
    with av.open(film) as container:
        pictures = [frame.to_image() for frame in container.decode(video=0)]
    chosen = [pictures[at * (len(pictures) - 1) // (FRAMES - 1)] for at in range(FRAMES)]
    page = Image.new("RGB", (COLUMNS * (SIDE + 4), FRAMES // COLUMNS * (SIDE + 4)), "grey")
    for at, picture in enumerate(chosen):
        row, column = divmod(at, COLUMNS)
        page.paste(picture.resize((SIDE, SIDE)), (column * (SIDE + 4) + 2, row * (SIDE + 4) + 2))
    page.save(sheet)


if __name__ == "__main__":
    main()
