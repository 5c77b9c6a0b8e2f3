"""Enlarged pixel art: where the borders of its cells are in a picture, if it is one.

Enlarging repeats pixels, so colours change at the borders of cells and nowhere else, evenly
spaced; compression adds a little noise beside them. The steps between neighbouring pixels are
summed along each border line; their Fourier transform shows the spacing, and how many of the
steps lie on the lattice tells pixel art from a photo, whose steps lie anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = ["Lattice", "Lattices", "find_lattices"]

_NOISE = 12
"""Steps of lightness, of 255, up to which they count as compression."""
_FEWEST = 4
"""Cells that the longer side has at least."""
_COHERENT, _TRIED = 0.5, 12
"""Share of the clearest spacing's strength from which on others are tried, and how many."""
_AS_GOOD = 0.97
"""Share of the best worth from which on a wider spacing is taken in its place."""
_ASKED = 0.9
"""Share of the worth of the cells that it shows by itself which those that were asked for have."""
_SIMPLER = 1.02
"""How much more steps other borders must explain than those of equal cells that fill a side."""
_THIN, _SLIVER = 0.3, 0.1
"""Shares of a cell's width, and of a border's mean step, below which an end is no cell."""
_TIE = 0.1
"""Px between a border and a pixel's middle up to which it may belong to either cell."""
_ON_BORDERS = 0.6
"""Share of the steps on borders, beyond what falls there by chance, that a lattice has."""
_NARROW, _ON_NARROW = 3.0, 0.9
"""Cells of fewer px need a larger share: pictures that were blown up softly come near to it."""
_STRIP = 1 << 20

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]
_Numbers = npt.NDArray[np.intp]
_Steps = tuple[_Floats, _Floats]
_Borders = tuple[_Numbers, _Numbers]


@dataclass(frozen=True, eq=False)
class Lattice:
    """Borders of cells in px: across [columns + 1] and down [rows + 1], from 0 to the side."""

    across: _Numbers
    down: _Numbers

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows."""
        return len(self.across) - 1, len(self.down) - 1


@dataclass(frozen=True)
class Lattices:
    """Lattices of one picture, each None where it has no such.

    even: as many columns and rows as were asked for, of equal size. near: as many, cut at its
    sides. shown: what it shows by itself.
    """

    even: Lattice | None
    near: Lattice | None
    shown: Lattice | None


def find_lattices(pixels: _Pixels, columns: int, rows: int) -> Lattices:
    """Cells of straight RGBA [H, W, 4] if it is enlarged pixel art; all None where it is not."""
    steps = _steps(pixels)
    shown = _shown(steps)
    height, width = pixels.shape[:2]
    least = _worth(steps, shown) if shown else 0.0
    even = near = None
    if columns * 2 <= width and rows * 2 <= height:
        borders = _even(steps[0], columns), _even(steps[1], rows)
        if _is_lattice(steps, borders) and _worth(steps, borders) >= _ASKED * least:
            even = Lattice(*borders)
        elif shown:
            pitch = max(width / columns, height / rows)
            borders = _fitted(steps[0], pitch), _fitted(steps[1], pitch)
            if _is_lattice(steps, borders) and _worth(steps, borders) >= _AS_GOOD * least:
                near = Lattice(*borders)
    near = near if near and near.size == (columns, rows) else None
    return Lattices(even, near, Lattice(*shown) if shown else None)


def _shown(steps: _Steps) -> _Borders | None:
    """The widest cells that explain the steps as well as any."""
    found = [(_fitted(steps[0], pitch), _fitted(steps[1], pitch)) for pitch in _pitches(steps)]
    worth = [_worth(steps, borders) for borders in found]
    for borders, value in zip(found, worth, strict=True):
        if value >= _AS_GOOD * max(worth) and _is_lattice(steps, borders):
            return borders
    return None


def _is_lattice(steps: _Steps, borders: _Borders) -> bool:
    narrow = max(map(len, steps)) < _NARROW * max(len(at) - 1 for at in borders)
    return _worth(steps, borders) >= (_ON_NARROW if narrow else _ON_BORDERS)


def _steps(pixels: _Pixels) -> _Steps:
    """[W] and [H]: the steps from column to column and from row to row, without small ones."""
    height, width = pixels.shape[:2]
    across, down = np.zeros(width), np.zeros(height)
    rows = max(1, _STRIP // max(1, width))
    for top in range(0, height, rows):
        above = max(0, top - 1)
        part = pixels[above : top + rows]
        for light in _lightness(part):
            down[above + 1 : above + len(part)] += _clear(np.diff(light, axis=0)).sum(axis=1)
            across[1:] += _clear(np.diff(light[top - above :], axis=1)).sum(axis=0)
    return across, down


def _lightness(part: _Pixels) -> list[npt.NDArray[np.int16]]:
    """Lightness [h, w], 0 where nothing shows, and opacity where it is not the same all over."""
    light = np.asarray(Image.fromarray(part).convert("L")).astype(np.int16)
    alpha = part[..., 3]
    if (alpha == 255).all():
        return [light]
    return [(light.astype(np.int32) * alpha // 255).astype(np.int16), alpha.astype(np.int16)]


def _clear(steps: npt.NDArray[np.int16]) -> npt.NDArray[np.int16]:
    clear: npt.NDArray[np.int16] = np.maximum(np.abs(steps) - _NOISE, 0)
    return clear


def _pitches(steps: _Steps) -> list[float]:
    """Px from border to border that may explain the steps of both sides, the widest first."""
    total = sum(float(line.sum()) for line in steps)
    longest = max(map(len, steps))
    if not total or longest < 2 * _FEWEST:
        return []
    count = 1 << (8 * longest - 1).bit_length()
    strength = (np.abs(np.fft.rfft(steps[0], count)) + np.abs(np.fft.rfft(steps[1], count))) / total
    lowest = -(-_FEWEST * count // longest)
    inner = np.append(strength[lowest:], 0.0)  # two px, the narrowest, may be a peak
    peaks = np.flatnonzero((inner[1:-1] >= inner[:-2]) & (inner[1:-1] > inner[2:])) + 1
    if not len(peaks):
        return []
    strong = peaks[inner[peaks] >= _COHERENT * inner[peaks].max()][:_TRIED]
    return [float(count / (at + lowest)) for at in strong]


def _even(line: _Floats, count: int) -> _Numbers:
    """Borders [count + 1] of cells that fill one side, however the program rounded."""
    exact = np.arange(1, count) * len(line) / count
    ways = [_borders(line, exact + shift) for shift in (0.0, -0.5, 0.5)]
    best: _Numbers = max(ways, key=lambda borders: _on(line, borders))
    return best


def _fitted(line: _Floats, pitch: float) -> _Numbers:
    """Borders [n + 1] with about that pitch, where most of the steps of one side lie on them."""
    side = len(line)
    best = _even(line, max(1, round(side / pitch)))
    most = _SIMPLER * _on(line, best)
    near = pitch + np.linspace(-1, 1, 33) * pitch**2 / side / 2
    x = np.arange(side)
    for tried in (float(value) for value in np.append(near, round(pitch)) if value >= 2):
        turn = np.exp(-2j * np.pi * x / tried) @ line
        middle = -float(np.angle(turn)) / (2 * np.pi) * tried
        for shift in (-0.5, -0.25, 0.0, 0.25, 0.5):
            borders = _without_slivers(
                line, _borders(line, np.arange((middle + shift) % tried, side - 0.5, tried)), tried
            )
            if (found := _on(line, borders)) > most:
                best, most = borders, found
    return best


def _without_slivers(line: _Floats, borders: _Numbers, pitch: float) -> _Numbers:
    """The borders without cells at the ends that are thin, and that nothing tells apart."""
    least = _SLIVER * _on(line, borders) / max(1, len(borders) - 2)
    for end, inner in ((0, 1), (-1, -2)):
        thin = abs(int(borders[end]) - int(borders[inner])) < _THIN * pitch
        if len(borders) > 2 and thin and line[borders[inner]] < least:
            borders = np.delete(borders, inner)
    return borders


def _borders(line: _Floats, exact: _Floats) -> _Numbers:
    """The pixels that cells begin with, the first and the end of the side among them.

    exact: where cells meet, in px. A pixel shows the cell that its middle lies in; about on a
    border, what the steps say.
    """
    side = len(line)
    ties = (np.ceil(exact - 0.5 + tie).clip(0, side - 1).astype(np.intp) for tie in (-_TIE, _TIE))
    low, high = ties
    inner = np.where(line[high] > line[low], high, low)
    return np.unique(np.concatenate([[0], inner, [side]]))


def _on(line: _Floats, borders: _Numbers) -> float:
    return float(line[borders[1:-1]].sum())


def _worth(steps: _Steps, borders: _Borders) -> float:
    """Share of the steps on borders beyond what falls there by chance: 0 to 1 at best."""
    total = sum(float(line.sum()) for line in steps)
    if not total:
        return 0.0
    on = sum(_on(line, at) for line, at in zip(steps, borders, strict=True)) / total
    chance = sum(len(at) - 2 for at in borders) / sum(len(line) - 1 for line in steps)
    return (on - chance) / (1 - chance) if chance < 1 else 0.0
