"""Pictures as shapes with outlines, ready to be moved; and what a drawing still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from drawkit.canvas.fitted import Run, fitted, polygon, ways
from drawkit.canvas.regions import regions
from drawkit.canvas.stacked import Sheet, areas, stacked
from drawkit.canvas.trace_config import TraceConfig

__all__ = ["Shapes", "joined", "missing", "outlined", "price", "shapes_of"]

_LEAST_HOLE = 3.0
"""Px of a hole at least."""
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shapes:
    """N closed shapes of R runs, S segments in all, bottom first.

    points: [3 S, 2] px; segments: [R]; owner: [R] the shape of each run, ascending; smooth,
    straight: [S] as of `fitted.Run`; color: [N, 3] sRGB; alpha: [N].
    """

    points: Tensor
    segments: Tensor
    owner: Tensor
    smooth: Tensor
    straight: Tensor
    color: Tensor
    alpha: Tensor

    def chosen(self, rows: Tensor) -> tuple[Shapes, Tensor]:
        """Some of the shapes, in order, and where their points were."""
        new = torch.full((len(self.color),), -1)
        new[rows] = torch.arange(len(rows))
        runs = new[self.owner] >= 0
        parts = runs.repeat_interleave(self.segments)
        points = parts.repeat_interleave(3)
        kept = Shapes(
            self.points[points],
            self.segments[runs],
            new[self.owner][runs],
            self.smooth[parts],
            self.straight[parts],
            self.color[rows],
            self.alpha[rows],
        )
        return kept, torch.nonzero(points).flatten()


def joined(below: Shapes, above: Shapes) -> Shapes:
    """Shapes and others on them."""
    owner = torch.cat([below.owner, above.owner + len(below.color)])
    pairs = {name: torch.cat([getattr(below, name), getattr(above, name)]) for name in vars(below)}
    return Shapes(**{**pairs, "owner": owner})


def shapes_of(picture: npt.NDArray[np.float32], most: int, config: TraceConfig) -> Shapes | None:
    """The shapes of premultiplied RGBA [H, W, 4], 0..1; None where it shows nothing."""
    least = max(1.0, config.smallest * picture.shape[0] * picture.shape[1])
    found = regions(picture.astype(np.float64), most, price(config), config.soft, least)
    sheets = stacked(found, soft=config.soft > 0)
    return outlined(sheets, (picture.shape[1], picture.shape[0]), config)


def missing(off: _Floats, picture: _Floats, most: int, config: TraceConfig) -> Shapes | None:
    """Shapes on top that bring a drawing nearest to the picture; None where none does.

    off: [H, W, 4] what the drawing lacks, premultiplied; picture: [H, W, 4] what it should be.
    """
    if most <= 0:
        return None
    there = picture[..., 3:] > 0.5
    least = max(1.0, config.smallest * off.shape[0] * off.shape[1])
    found = regions(off * there, 4 * most + 1, price(config), 2, least)
    gains: list[tuple[float, Sheet]] = []
    for sheet in areas(found, picture):
        rows = slice(sheet.top, sheet.top + sheet.mask.shape[0])
        columns = slice(sheet.left, sheet.left + sheet.mask.shape[1])
        wanted = picture[rows, columns][sheet.mask]
        before = np.square(off[rows, columns][sheet.mask]).sum()
        after = np.square(wanted - np.array(sheet.color)).sum()
        large = sheet.mask.sum() >= least and _width(sheet.mask) >= config.soft
        if large and before > after:
            gains.append((float(before - after), sheet))
    best = sorted(gains, key=lambda pair: -pair[0])[:most]
    sheets = sorted((sheet for _, sheet in best), key=lambda sheet: -int(sheet.mask.sum()))
    return outlined(sheets, (picture.shape[1], picture.shape[0]), config)


def _width(mask: npt.NDArray[np.bool_]) -> float:
    """How wide an area would be if it were a strip, px."""
    padded = np.pad(mask, 1).astype(int)
    border = np.abs(np.diff(padded, axis=0)).sum() + np.abs(np.diff(padded, axis=1)).sum()
    # Steps make a slanting border up to 1.4 times as long as it is.
    return 2.5 * float(mask.sum()) / float(border)


def price(config: TraceConfig) -> float:
    """What joining two areas of 16 x 16 px of just that contrast costs; more where edges are wide.

    Those come of a picture that was enlarged, in which a px is less.
    """
    times = float(max(1, config.soft - 1))
    return float(32 * config.contrast**2 * times**1.5)


def outlined(sheets: Sequence[Sheet], size: tuple[int, int], config: TraceConfig) -> Shapes | None:
    """The outlines of shapes of pixels on a sheet of that width and height."""
    runs: list[Run] = []
    owner: list[int] = []
    for row, sheet in enumerate(sheets):
        for way in _kept(ways(sheet.mask), pieces=config.soft == 0):
            there = way + np.array([sheet.left, sheet.top], dtype=np.float64)
            runs.append(fitted(there, config.tolerance, size) if config.soft else polygon(there))
            owner.append(row)
    if not runs:
        return None
    colors = torch.tensor([sheet.color for sheet in sheets], dtype=torch.float32)
    return Shapes(
        torch.from_numpy(np.concatenate([run.points for run in runs])).float(),
        torch.tensor([len(run.smooth) for run in runs]),
        torch.tensor(owner),
        torch.from_numpy(np.concatenate([run.smooth for run in runs])),
        torch.from_numpy(np.concatenate([run.straight for run in runs])),
        colors[:, :3].contiguous(),
        colors[:, 3].contiguous(),
    )


def _kept(found: list[_Floats], *, pieces: bool) -> list[_Floats]:
    """The largest border, and those of its holes. pieces: all others too."""
    if pieces:
        return found
    sizes = [_area(way) for way in found]
    largest = int(np.argmax(sizes))
    holes = [way for way, size in zip(found, sizes, strict=True) if size <= -_LEAST_HOLE]
    return [found[largest], *holes]


def _area(way: _Floats) -> float:
    """Of a closed way, negative where it goes round anticlockwise."""
    x, y = way.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2
