"""How well SVGs of others are read, held against resvg: what `drawkit bench import` prints."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import resvg_py
from PIL import Image

from drawkit import InputError
from drawkit.pictures import premultiplied
from drawkit.pictures.of_scene import picture_of
from drawkit.pictures.svg import read_svg_file

__all__ = ["BOUND", "Reading", "bench_reading", "summary", "svgs_in"]

BOUND = 3.0
"""Levels of 255: the mean difference up to which a file counts as read."""
_SIDE, _MOST_SIDE = 400, 1200
"""Pixels that the longer side has: about, by whole factors, which resvg takes exactly; at most."""


@dataclass(frozen=True)
class Reading:
    """One file. left_out: what is not shown as it is meant; refused: why it was, if it was.

    difference: mean over channels, alpha among them, of premultiplied pixels from resvg's, in
    levels of 255; None where one of the two has no picture.
    """

    path: str
    left_out: Mapping[str, int] = field(default_factory=dict)
    refused: str = ""
    difference: float | None = None
    seconds: float = 0.0

    @property
    def claimed(self) -> bool:
        """Whether it uses nothing but what drawkit says it reads."""
        return self.difference is not None and not self.left_out


def svgs_in(paths: Sequence[str | Path]) -> list[Path]:
    """The SVG files named, and those in folders, at any depth. InputError where there is none."""
    found: list[Path] = []
    for path in map(Path, paths):
        inside = (p for p in path.rglob("*") if p.suffix.lower() in (".svg", ".svgz"))
        found += sorted(p for p in inside if p.is_file()) if path.is_dir() else [path]
    if not found:
        raise InputError("there is no SVG to read there")
    return found


def bench_reading(files: Iterable[Path]) -> Iterator[Reading]:
    """Read each file, and compare it with resvg's picture of it."""
    for file in files:
        began = time.process_time()
        try:
            found = read_svg_file(file)
        except InputError as error:
            yield Reading(str(file), refused=str(error))
            continue
        longer = max(found.pixels)
        small = longer <= _MOST_SIDE
        zoom = max(1, round(_SIDE / longer)) if small else 1 / math.ceil(longer / _MOST_SIDE)
        wanted = _by_resvg(file, float(zoom))
        if wanted is None:
            yield Reading(str(file), found.left_out, seconds=time.process_time() - began)
            continue
        height, width = wanted.shape[:2]
        scale = zoom * found.pixels[0] / found.scene.width
        drawn = picture_of(found.scene, width, height, scale=scale, paper=False)
        difference = round(float(np.abs(drawn - wanted).mean() * 255), 3)
        seconds = round(time.process_time() - began, 3)
        yield Reading(str(file), found.left_out, difference=difference, seconds=seconds)


def summary(rows: Sequence[Reading]) -> dict[str, float]:
    """How many files, how many of those are claimed, and the shares of them within `BOUND`."""
    shown = [row for row in rows if row.difference is not None]
    claimed = [row for row in rows if row.claimed]

    def share(some: Sequence[Reading]) -> float:
        within = sum(row.difference is not None and row.difference <= BOUND for row in some)
        return round(within / len(some), 4) if some else 0.0

    return {
        "files": len(rows),
        "refused": sum(bool(row.refused) for row in rows),
        "compared": len(shown),
        "within": share(shown),
        "claimed": len(claimed),
        "claimed_within": share(claimed),
    }


def _by_resvg(file: Path, zoom: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]] | None:
    """Premultiplied RGBA [H, W, 4]; None where resvg refuses the file."""
    try:
        data = resvg_py.svg_to_bytes(
            svg_path=str(file), zoom=zoom, dpi=96.0, font_size=16.0, skip_system_fonts=True
        )
    except Exception:  # of a library in Rust: it names no kind of its own
        return None
    return premultiplied(np.asarray(Image.open(io.BytesIO(bytes(data))).convert("RGBA")))
