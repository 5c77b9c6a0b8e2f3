"""Ramps: the colours of a sprite by material, each from light to dark, and swapping one.

Colours of about one hue are one material's; a leap in lightness parts two of one hue, such as
an orange coat and brown boots.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from drawkit.color import oklab_to_srgb, parse_color, srgb_to_oklab
from drawkit.errors import ConfigError, InputError, suggestion
from drawkit.scene.grid import Frame, Grid, Rgb

__all__ = [
    "MATERIALS",
    "Ramp",
    "Swap",
    "parse_swap",
    "ramped",
    "ramps_of",
    "swapped",
    "swatch_names",
]

MATERIALS: Mapping[str, str] = MappingProxyType(
    {
        "white": "#f7f7f7",
        "silver": "#c4cad4",
        "steel": "#8e98a8",
        "gray": "#808080",
        "slate": "#4a5264",
        "black": "#17161c",
        "cream": "#f2e6c6",
        "skin": "#e8b48c",
        "tan": "#c49a6c",
        "brown": "#7a4a2a",
        "red": "#d22f35",
        "maroon": "#7a1f2c",
        "pink": "#f08cae",
        "orange": "#ee8a2c",
        "gold": "#dcaa34",
        "yellow": "#f8d830",
        "olive": "#76803e",
        "lime": "#b4d44a",
        "green": "#46a848",
        "forest": "#1c5a30",
        "teal": "#2a8c84",
        "cyan": "#48d4e8",
        "ice": "#cfe6f0",
        "blue": "#2f66c4",
        "navy": "#28346e",
        "purple": "#6a449e",
        "magenta": "#c43c9c",
    }
)
"""The words that ramps are named by, and what is most plainly so called."""

_GRAY = 0.04
"""Chroma (OKLab) below which a colour has no hue of its own."""
_HUE = 32.0
"""Degrees between the hues of one material at most."""
_LEAP = 0.2
"""Between neighbours of one ramp at most, in OKLab's lightness."""
_LIGHTEST, _DARKEST = 0.98, 0.08

_Floats = npt.NDArray[np.float64]
_NAME = re.compile(r"[a-z]+(-\d+)?")


@dataclass(frozen=True)
class Ramp:
    """The colours of one material.

    rows: their indices in the palette, light to dark. middle: that of the colour it is named by,
    which half of its cells are no darker than, and half no lighter.
    """

    name: str
    rows: tuple[int, ...]
    middle: int


@dataclass(frozen=True)
class Swap:
    """A ramp that takes other colours. new: the name of another ramp, or a colour."""

    old: str
    new: str


def ramps_of(grid: Grid) -> tuple[Ramp, ...]:
    """The materials of a sprite, the largest first; colours that no cell has are of none."""
    counts = np.zeros(len(grid.palette), int)
    for frame in grid.frames:
        counts += np.bincount(frame.indices.ravel(), minlength=len(counts))
    if grid.transparent is not None:
        counts[grid.transparent] = 0
    lab = srgb_to_oklab(np.array(grid.palette) / 255)
    groups = [
        part for kind in _materials(lab, np.flatnonzero(counts)) for part in _parted(kind, lab)
    ]
    groups.sort(key=lambda rows: (-int(counts[rows].sum()), rows))
    found: list[Ramp] = []
    for rows in groups:
        covered = np.cumsum(counts[rows])
        middle = rows[int(np.searchsorted(2 * covered, covered[-1]))]
        word = _word(lab[middle])
        same = sum(ramp.name.split("-")[0] == word for ramp in found)
        found.append(Ramp(f"{word}-{same + 1}" if same else word, tuple(rows), middle))
    return tuple(found)


def ramped(grid: Grid) -> Grid:
    """The same pictures over a palette of its ramps, each colour named: `red 1`, `red 2`...

    What shows nothing comes first; colours that no cell has are left out.
    """
    ramps = ramps_of(grid)
    head = [] if grid.transparent is None else [grid.transparent]
    order = [*head, *(row for ramp in ramps for row in ramp.rows)]
    if not order:  # a grid of nothing at all has one colour all the same
        return grid
    names = swatch_names(grid)
    places = np.zeros(len(grid.palette), np.uint8)
    places[order] = np.arange(len(order))
    return replace(
        grid,
        frames=tuple(Frame(places[f.indices], f.duration_ms) for f in grid.frames),
        palette=tuple(grid.palette[row] for row in order),
        transparent=0 if head else None,
        swatch_names=tuple(names[row] for row in order),
    )


def swatch_names(grid: Grid) -> tuple[str, ...]:
    """What each colour of the palette is called by its ramp: `red 1`, `red 2`... to the darkest."""
    names = [""] * len(grid.palette)
    for ramp in ramps_of(grid):
        for step, row in enumerate(ramp.rows, start=1):
            names[row] = f"{ramp.name} {step}"
    return tuple(names)


def parse_swap(text: str) -> Swap:
    """`red=blue` or `red=#3355cc`; `ConfigError` for what can be no ramp or no colour."""
    old, equals, new = (part.strip().lower() for part in text.partition("="))
    if not equals or not old or not new:
        raise ConfigError(f"a ramp is swapped by NAME=COLOR, such as red=blue; got '{text}'")
    if not _is_name(old):
        raise ConfigError(f"no ramp is called '{old}'{suggestion(old, list(MATERIALS))}")
    if not _is_name(new):
        try:
            alpha = parse_color(new)[3]
        except InputError as error:
            raise ConfigError(f"ramp {old}: {error}") from error
        if alpha < 1:
            raise ConfigError(f"ramp {old}: a ramp is of opaque colours, got '{new}'")
    return Swap(old, new)


def swapped(grid: Grid, swaps: Iterable[Swap]) -> Grid:
    """The same cells with ramps in other colours: the middle one becomes the new colour itself.

    Lighter and darker ones keep their distance from it; each keeps its place in the palette, and
    the ramp is called by what it shows now. Raises `InputError` for a ramp that the
    sprite has not, with those that it has.
    """
    ramps = {ramp.name: ramp for ramp in ramps_of(grid)}
    palette, names = list(grid.palette), list(swatch_names(grid))
    called = set(ramps)
    for swap in swaps:
        if swap.old not in ramps:
            raise InputError(
                f"the sprite has no ramp '{swap.old}'; it has: {', '.join(ramps) or 'none'}"
            )
        ramp = ramps[swap.old]
        for row, color in zip(ramp.rows, _like(grid, ramp, swap.new, ramps), strict=True):
            others = {other for at, other in enumerate(palette) if at != row}
            palette[row] = _apart(color, others)
        called.discard(swap.old)
        word = _word(srgb_to_oklab(np.array(palette[ramp.middle]) / 255))
        name = next(n for n in (word, *(f"{word}-{i}" for i in range(2, 258))) if n not in called)
        called.add(name)
        for step, row in enumerate(ramp.rows, start=1):
            names[row] = f"{name} {step}"
    return replace(grid, palette=tuple(palette), swatch_names=tuple(names))


def _like(grid: Grid, ramp: Ramp, new: str, ramps: Mapping[str, Ramp]) -> list[Rgb]:
    """The colours of a ramp around another middle."""
    lab = srgb_to_oklab(np.array(grid.palette) / 255)
    if new in ramps:
        target = lab[ramps[new].middle]
    elif new in MATERIALS:
        target = srgb_to_oklab(parse_color(MATERIALS[new])[:3])
    else:
        target = srgb_to_oklab(parse_color(new)[:3])
    own, middle = lab[list(ramp.rows)], lab[ramp.middle]
    steps = own[:, 0] - middle[0]
    room = np.where(steps > 0, _LIGHTEST - target[0], target[0] - _DARKEST)
    most = max(float((np.abs(steps) / np.maximum(room, 1e-6)).max()), 1.0)
    light = target[0] + steps / most
    # A shade holds less chroma than the middle, as far as it did before.
    chroma = np.hypot(own[:, 1], own[:, 2]) / max(float(np.hypot(*middle[1:])), _GRAY)
    kept = np.clip(chroma, 0.5, 1.25)[:, None]
    kept[list(ramp.rows).index(ramp.middle)] = 1
    found = oklab_to_srgb(np.column_stack([light, target[1:] * kept]))
    return [(int(r), int(g), int(b)) for r, g, b in np.rint(np.clip(found, 0, 1) * 255).astype(int)]


def _materials(lab: _Floats, rows: npt.NDArray[np.intp]) -> list[list[int]]:
    """Rows of about one hue together: complete linkage, so that no chain joins red and yellow."""
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))
    gray = [row for row in rows.tolist() if chroma[row] < _GRAY]
    groups = [[row] for row in rows.tolist() if chroma[row] >= _GRAY]

    def width(one: Sequence[int], other: Sequence[int]) -> float:
        turn = np.abs(hue[list(one)][:, None] - hue[list(other)]) % 360
        return float(np.minimum(turn, 360 - turn).max())

    while len(groups) > 1:
        pairs = [(i, j) for i in range(len(groups)) for j in range(i)]
        i, j = min(pairs, key=lambda pair: width(groups[pair[0]], groups[pair[1]]))
        if width(groups[i], groups[j]) > _HUE:
            break
        groups[j] += groups.pop(i)
    return [*groups, gray] if gray else groups


def _parted(rows: list[int], lab: _Floats) -> list[list[int]]:
    """One hue from light to dark, parted where the lightness leaps."""
    order = sorted(rows, key=lambda row: (-lab[row, 0], row))
    parts = [[order[0]]]
    for row in order[1:]:
        if lab[parts[-1][-1], 0] - lab[row, 0] > _LEAP:
            parts.append([])
        parts[-1].append(row)
    return parts


def _word(color: _Floats) -> str:
    """The word whose plainest colour is nearest; hue counts for more than lightness."""
    lab = np.array([srgb_to_oklab(parse_color(code)[:3]) for code in MATERIALS.values()])
    apart = np.square((lab - color) * (0.6, 1.5, 1.5)).sum(axis=1)
    return list(MATERIALS)[int(apart.argmin())]


def _is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None and text.split("-")[0] in MATERIALS


def _apart(color: Rgb, taken: set[Rgb]) -> Rgb:
    """The colour, or the nearest to it that nobody has: palettes hold none twice."""
    steps = sorted(range(-255, 256), key=abs)
    for step in steps:
        blue = color[2] + step
        if 0 <= blue <= 255 and (color[0], color[1], blue) not in taken:
            return color[0], color[1], blue
    return color
