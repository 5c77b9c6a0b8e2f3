"""Draw many things at default settings, let the second judge name them, show them all.

    python -m training.contact --out SHEET --art ART --sheet examples/gallery/things.png
    python -m training.contact --out SHAPES --set strokes.shapes=64 --set strokes.strokes=0 ...

Each drawing is named among 300 names; the rate is printed beside that of real pictures of the same
things from the held-out vendor. Resumes: what is drawn stays drawn. Two processes, one thread each.
With --prefix N only the N paths of the lowest ranks of each drawing are shown and judged.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import tomllib
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py
import torch
from lxml import etree
from PIL import Image
from torch import Tensor

from drawkit.pictures.contact_sheet import Cell, contact_sheet

HERE = Path(__file__).parent
THINGS, NAMES = HERE / "things.txt", HERE / "names300.txt"
SIDE, COLUMNS = 160, 10
AMONG = 5


@dataclass(frozen=True)
class Thing:
    """What is typed, and the name that the judge should find."""

    prompt: str
    name: str

    @property
    def stem(self) -> str:
        """Its file name."""
        return self.prompt.replace(" ", "-")


def read_things(path: Path = THINGS) -> list[Thing]:
    """Lines of `prompt<TAB>name`; `#` starts a comment."""
    lines = [line for line in path.read_text().splitlines() if line and line[0] != "#"]
    return [Thing(*line.split("\t")) for line in lines]


def draw_one(thing: Thing, out: Path, settings: dict[str, Any], seed: int) -> None:
    """Draw one thing, unless it is drawn; its score lies beside it."""
    target = out / f"{thing.stem}.png"
    if target.exists():
        return
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    from drawkit import draw

    small = {"export.png.size": 512, **settings}
    drawing = draw(thing.prompt, settings=small, seed=seed, threads=1)
    drawing.save(out / f"{thing.stem}.svg")
    record = {"score": drawing.scene.metadata.score}
    (out / f"{thing.stem}.json").write_text(json.dumps(record))
    drawing.save(target)
    print(thing.prompt, flush=True)


def draw_all(
    things: Sequence[Thing], out: Path, settings: dict[str, Any], seed: int, workers: int
) -> None:
    """Draw what is missing."""
    out.mkdir(parents=True, exist_ok=True)
    work = partial(draw_one, out=out, settings=settings, seed=seed)
    if workers == 1:
        for thing in things:
            work(thing)
        return
    start = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=start) as pool:
        list(pool.map(work, things))


def first_paths(path: Path, count: int) -> bytes:
    """PNG of the paths of an SVG whose ranks are the `count` lowest, in the file's own order."""
    root = etree.parse(path).getroot()
    for element in root.xpath("//*[@data-rank]"):
        if int(element.get("data-rank")) > count:
            element.getparent().remove(element)
    svg = etree.tostring(root, encoding="unicode")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=512, height=512, background="white"))


def shown(out: Path, thing: Thing, prefix: int | None) -> bytes:
    """PNG of a drawing, or of its first paths."""
    if prefix is None:
        return (out / f"{thing.stem}.png").read_bytes()
    return first_paths(out / f"{thing.stem}.svg", prefix)


def read_picture(png: bytes) -> Tensor:  # [3, 256, 256] 0..1
    """A drawing on white."""
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    white = Image.new("RGBA", picture.size, "white")
    flat = (
        Image.alpha_composite(white, picture)
        .convert("RGB")
        .resize((256, 256), Image.Resampling.BOX)
    )
    return torch.from_numpy(np.asarray(flat).copy()).permute(2, 0, 1).float() / 255


def ranks(pictures: Tensor, names: Sequence[str], among: Sequence[str]) -> list[int]:
    """The second judge's place of each picture's name among all names, 1 the best."""
    from training.judge import load_judge
    from training.sentences import embed

    sentences = torch.from_numpy(np.asarray(embed(list(among)))).float()
    right = torch.tensor([among.index(name) for name in names])
    places: list[int] = load_judge().ranks(pictures, sentences, right).tolist()
    return places


def real_pictures(art: Path, names: Sequence[str]) -> Tensor:
    """Held-out pictures of the same names."""
    from training.pictures import held_out

    found = held_out(art)
    rows = [found.names.index(name) for name in names]
    return found.pictures[rows]


def compose(
    things: Sequence[Thing], places: Sequence[int], pngs: Sequence[bytes], sheet: Path
) -> None:
    """All drawings, each over its words and the place that the judge gave it."""
    cells = [
        Cell(f"{thing.prompt} ({place})", png)
        for thing, place, png in zip(things, places, pngs, strict=True)
    ]
    sheet.parent.mkdir(parents=True, exist_ok=True)
    sheet.write_bytes(contact_sheet(cells, COLUMNS, SIDE))


def rate(places: Sequence[int]) -> float:
    """Share that is named among the first five."""
    return sum(place <= AMONG for place in places) / len(places)


def setting(pair: str) -> tuple[str, Any]:
    """`strokes.shapes=64` -> (`strokes.shapes`, 64): a TOML value, else text."""
    key, _, value = pair.partition("=")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return key, value


def main() -> None:
    """Read the command line, draw, judge, show."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder for the drawings")
    parser.add_argument("--art", type=Path, help="the art folder, to judge real pictures too")
    parser.add_argument("--sheet", type=Path, help="PNG to write")
    parser.add_argument("--things", type=Path, default=THINGS)
    parser.add_argument("--every", type=int, default=1, help="draw every so manieth thing")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--prefix", type=int, help="show so many paths of each, the first ranks")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    things = read_things(args.things)[:: args.every]
    settings = dict(setting(pair) for pair in args.set)
    draw_all(things, args.out, settings, args.seed, args.workers)
    among = NAMES.read_text().split("\n")[:-1]
    pngs = [shown(args.out, thing, args.prefix) for thing in things]
    pictures = torch.stack([read_picture(png) for png in pngs])
    places = ranks(pictures, [t.name for t in things], among)
    for thing, place in zip(things, places, strict=True):
        print(f"{place:4d}  {thing.prompt}")
    print(f"drawings named among the first {AMONG} of {len(among)}: {rate(places):.2f}")
    if args.art:
        real = ranks(
            real_pictures(args.art, [t.name for t in things]), [t.name for t in things], among
        )
        print(f"real pictures of the same things: {rate(real):.2f}")
    if args.sheet:
        compose(things, places, pngs, args.sheet)


if __name__ == "__main__":
    main()
