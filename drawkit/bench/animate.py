"""Whether a character stays itself: what `drawkit bench animate` prints."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageSequence

from drawkit import Drawing, Session, animate, rank
from drawkit.perceptor.concepts import load_concepts
from drawkit.perceptor.names import BUILTIN
from drawkit.scene.grid import Grid

__all__ = [
    "AREA_BOUND",
    "PROMPTS",
    "SECONDS_BOUND",
    "CharacterRow",
    "area_deviation",
    "bench_animate",
]

PROMPTS = ("a cat", "a dog", "a penguin", "a chicken", "a robot", "a princess")
AREA_BOUND, SECONDS_BOUND = 0.05, 120.0
AMONG = 5
_NAMES = 300
_Pixels = npt.NDArray[np.uint8]
_SIDE = 256
"""Pixels of a frame as the judge sees it."""


@dataclass(frozen=True)
class CharacterRow:
    """One character in all its frames.

    area: how far a frame's silhouette is from the first one's at most, of its area. colors: of the
    palette. foreign: pixels of the GIF in no colour of it. ramps: materials. named: share of
    the frames whose words are among the first 5 of 300 for the built-in perceptor; front, side and
    back: of those that look down, left or right, up. seconds: of the clock; processor: of all
    threads.
    """

    prompt: str
    frames: int
    area: float
    colors: int
    foreign: int
    ramps: int
    named: float
    front: float
    side: float
    back: float
    seconds: float
    processor: float


def bench_animate(
    prompt: str, session: Session, *, motion: str = "walk,breathe", **options: Any
) -> CharacterRow:
    """Draw one character from four sides in several motions. options: of `animate`."""
    began, before = time.perf_counter(), time.process_time()
    drawing = animate(prompt, motion=motion, facings=4, session=session, **options)
    seconds, processor = time.perf_counter() - began, time.process_time() - before
    grid = drawing.scene.grid
    assert grid is not None
    names = {name.rpartition(" ")[0] for name in grid.swatch_names} - {""}
    with tempfile.TemporaryDirectory() as place:
        frames = _shown(drawing, Path(place))
        named = _named(prompt, frames, Path(place), session)
    sides = [tag.name.rpartition("-")[2] for tag in grid.tags for _ in tag.played()]
    looks = np.array(sides)
    return CharacterRow(
        prompt,
        len(grid.frames),
        area_deviation([frame[..., 3] > 0 for frame in frames]),
        len(grid.palette) - (grid.transparent is not None),
        _foreign(frames, grid),
        len(names),
        float(named.mean()),
        float(named[looks == "down"].mean()),
        float(named[(looks == "left") | (looks == "right")].mean()),
        float(named[looks == "up"].mean()),
        seconds,
        processor,
    )


def area_deviation(shown: Sequence[npt.NDArray[np.bool_]]) -> float:
    """How far the area of a silhouette is from that of the first one at most, of the latter."""
    areas = np.array([one.sum() for one in shown])
    return float(np.abs(areas - areas[0]).max() / max(1, areas[0]))


def _names() -> tuple[str, ...]:
    """An even choice of what the built-in perceptor has seen."""
    every = load_concepts(BUILTIN / "concepts.json.gz").names
    return every[:: -(-len(every) // _NAMES)]


def _shown(drawing: Drawing, folder: Path) -> list[_Pixels]:
    """Every frame as straight RGBA, as Pillow reads it in the GIF."""
    drawing.save(folder / "frames.gif")
    with Image.open(folder / "frames.gif") as film:
        return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(film)]


def _named(
    prompt: str, frames: Sequence[_Pixels], folder: Path, session: Session
) -> npt.NDArray[np.bool_]:
    """[frames] whether the words are among the first names of each frame."""
    files = []
    for number, pixels in enumerate(frames):
        scale = max(1, _SIDE // max(pixels.shape[:2]))
        size = pixels.shape[1] * scale, pixels.shape[0] * scale
        files.append(str(folder / f"{number:04}.png"))
        Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST).save(files[-1])
    found = rank(prompt, files, against=_names(), model="builtin", session=session)
    places = {one.file: one.place for one in found}
    return np.array([places[file] <= AMONG for file in files])


def _foreign(frames: Sequence[_Pixels], grid: Grid) -> int:
    """Visible pixels of all frames in no colour of the palette."""
    known = {color for row, color in enumerate(grid.palette) if row != grid.transparent}
    seen = np.concatenate([pixels[pixels[..., 3] > 0][:, :3] for pixels in frames])
    colors, counts = np.unique(seen, axis=0, return_counts=True)
    pairs = zip(map(tuple, colors.tolist()), counts.tolist(), strict=True)
    return sum(count for color, count in pairs if color not in known)
