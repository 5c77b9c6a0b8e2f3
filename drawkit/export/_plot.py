"""A drawing as a pen draws it: single opaque lines on a sheet, a layer a pen, nothing twice.

Fills become hatching. What lies under an opaque fill, or wholly under opaque strokes, goes; so
does a line that runs along another one within a pen's width. Paper's own colour is not drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity

from drawkit.color import color_name, srgb_to_oklab
from drawkit.errors import InputError
from drawkit.export._areas import area_of, cell_areas, hatched
from drawkit.export._footprints import sampled
from drawkit.export._outline import view_size
from drawkit.export._page import Sheet
from drawkit.export._pen_order import Line, air, joined, ordered
from drawkit.scene import (
    AnyLayer,
    Background,
    CellLayer,
    GroupLayer,
    Path,
    PathLayer,
    RasterLayer,
    Rgba,
    Scene,
    Subpath,
)

__all__ = ["Pens", "Plot", "plotted"]

_FAINT = 0.1  # opacity below which no line is drawn
_OPAQUE = 0.9  # and from which on it hides what is below
_PAPER = 0.06  # distance in OKLab to the paper below which ink would not be seen
_STEP = 0.25  # mm between two points of a flattened curve
_FLAT = 0.01  # mm that a line may be moved by leaving out points


@dataclass(frozen=True)
class Pens:
    """count: how many colours. width of a line, spacing of hatching: mm. angle: degrees."""

    count: int
    width: float
    spacing: float
    angle: float


@dataclass(frozen=True)
class Plot:
    """scene: in mm, a unit each, a layer a pen. before, after: way through the air, mm."""

    scene: Scene
    lines: int
    drawn: float
    before: float
    after: float

    def __str__(self) -> str:
        saved = 0.0 if self.before == 0 else 100 * (1 - self.after / self.before)
        return (
            f"plot: {len(self.scene.layers)} layers, {self.lines} lines,"
            f" {self.drawn / 1000:.2f} m drawn; pen up {self.after / 1000:.2f} m,"
            f" {saved:.0f} % less than in painting order ({self.before / 1000:.2f} m)"
        )


@dataclass(frozen=True)
class _Item:
    """What one path or colour of cells is to the pen. area: of the fill; line: of the stroke."""

    color: Rgba
    line: Line | None = None
    width: float = 0.0
    area: Any = None


def plotted(scene: Scene, sheet: Sheet, pens: Pens) -> Plot:
    """The scene for pens on `sheet`; `InputError` where a visible layer is of pixels."""
    if scene.grid is not None:  # as high as its cells make it
        across, down = view_size(scene.grid)
        scene = replace(scene, height=scene.width * down / across)
    scale = sheet.scale(scene.width, scene.height)
    corner = np.array(sheet.corner(scene.width, scene.height))
    items = list(_items(scene.layers, scene.width, scale, corner))
    room = shapely.box(*corner, *(corner + scale * np.array([scene.width, scene.height])))
    paper = (1.0, 1.0, 1.0) if scene.background.color is None else scene.background.color
    drawn = [
        (item.color, line)
        for item, lines in zip(items, _visible(items, pens, room), strict=True)
        if _apart(item.color, paper) >= _PAPER
        for line in lines
    ]
    layers, before, after = [], 0.0, 0.0
    for number, (ink, lines) in enumerate(_penned(drawn, pens.count), start=1):
        merged = ordered(joined(lines))
        before, after = before + air(lines), after + air(merged)
        paths = tuple(Path(line, stroke=ink, stroke_width=pens.width) for line in merged)
        layers.append(PathLayer(f"{number} {color_name(ink)}", paths))
    count = sum(len(layer.paths) for layer in layers)
    length = sum(_length(path) for layer in layers for path in layer.paths)
    sheet_scene = replace(
        scene,
        width=sheet.width,
        height=sheet.height,
        layers=tuple(layers),
        background=Background(scene.background.color),
        source=None,
    )
    return Plot(sheet_scene, count, length, before, after)


def _items(
    layers: Sequence[AnyLayer],
    width: float,
    scale: float,
    corner: npt.NDArray[np.float64],
    opacity: float = 1.0,
) -> Iterator[_Item]:
    """All that is visible, lowest first, in mm. opacity: of the group that the layers are in."""
    for layer in layers:
        share = opacity * layer.opacity
        if not layer.visible or share < _FAINT:
            continue
        if isinstance(layer, GroupLayer):
            yield from _items(layer.layers, width, scale, corner, share)
            continue
        if isinstance(layer, RasterLayer):
            raise InputError(f"layer '{layer.name}' holds pixels, which no pen draws; hide it")
        if isinstance(layer, CellLayer):
            for color, area in cell_areas(layer.grid, width):
                matrix = [scale, 0, 0, scale, *corner]
                placed = affinity.affine_transform(area, matrix)
                red, green, blue = (channel / 255 for channel in color)
                yield _Item((red, green, blue, share), area=placed)
            continue
        for path in layer.paths:
            yield from _of_path(path, share, scale, corner)


def _of_path(
    path: Path, opacity: float, scale: float, corner: npt.NDArray[np.float64]
) -> Iterator[_Item]:
    """Its fill, then its stroke."""
    runs = [
        Subpath(run.control_points * scale + corner, closed=run.closed) for run in path.subpaths
    ]
    placed = replace(path, control_points=runs[0].control_points, more=tuple(runs[1:]))
    if path.fill is not None and path.fill[3] * opacity >= _FAINT:
        color = (*path.fill[:3], path.fill[3] * opacity)
        yield _Item(color, area=area_of(placed, _STEP))
    if path.stroke is not None and path.stroke[3] * opacity >= _FAINT and path.stroke_width > 0:
        color = (*path.stroke[:3], path.stroke[3] * opacity)
        for run in runs:
            line = run.control_points
            if run.closed:
                line = np.vstack([line, line[:1]])
            yield _Item(color, line, path.stroke_width * scale)


def _visible(items: list[_Item], pens: Pens, room: Any) -> list[list[Line]]:
    """Of each item the lines that a pen draws, found from the top down."""
    kept: list[Any] = []  # lines that are drawn, as wide as a pen
    fills: list[Any] = []
    bodies: list[Any] = []
    found: list[list[Line]] = []
    for item in reversed(items):
        if item.area is not None:
            area = _less(item.area.intersection(room), fills)
            straight = hatched(area, pens.spacing, pens.angle)
            found.append([_cubics(line) for line in straight])
            if item.color[3] >= _OPAQUE:
                fills.append(item.area)
            continue
        assert item.line is not None
        # By what a pen sees of it: sharp turns of the sampling are finer than any pen.
        points = sampled(Subpath(item.line), _STEP)
        whole = shapely.LineString(points)
        line = _less(whole.intersection(room), fills)
        if _less(line, bodies).length <= 0.02 * whole.length and not line.is_empty and bodies:
            line = shapely.LineString()
        if not line.is_empty:
            line = _not_doubled(line, kept, pens.width)
        if item.color[3] >= _OPAQUE:
            bodies.append(whole.buffer(item.width / 2, quad_segs=4))
        if line.is_empty:
            found.append([])
            continue
        kept.append(line.buffer(pens.width / 2, quad_segs=4))
        untouched = line.length >= whole.length - 1e-6
        found.append([item.line] if untouched else _pieces(line, pens.width))
    return found[::-1]


def _less(shape: Any, covers: list[Any]) -> Any:
    """What of a shape lies under none of `covers`."""
    for cover in covers:
        if shape.is_empty:
            return shape
        if shape.intersects(cover):
            shape = shape.difference(cover)
    return shape


def _not_doubled(line: Any, kept: list[Any], width: float) -> Any:
    """A line without the runs that go along one that is drawn; it may cross them."""
    for body in kept:
        if line.is_empty:
            return line
        if not line.intersects(body):
            continue
        along = [p for p in shapely.get_parts(line.intersection(body)) if p.length > 4 * width]
        if along or line.within(body):
            line = line.difference(body if line.within(body) else shapely.union_all(along))
    return line


def _pieces(line: Any, width: float) -> list[Line]:
    """Lines of what was cut, those left out that are shorter than the pen is wide."""
    parts = [p for p in shapely.get_parts(line) if p.geom_type == "LineString"]
    merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(parts)))
    return [
        _cubics(shapely.get_coordinates(shapely.simplify(part, _FLAT)))
        for part in merged
        if part.length > width
    ]


def _cubics(points: npt.NDArray[np.float64]) -> Line:
    """A run of straight lines [N, 2] as cubics [3 N - 2, 2]."""
    steps = (points[1:] - points[:-1])[:, None] * np.array([0, 1 / 3, 2 / 3])[:, None]
    return np.vstack([(points[:-1, None] + steps).reshape(-1, 2), points[-1:]])


def _penned(drawn: list[tuple[Rgba, Line]], count: int) -> Iterator[tuple[Rgba, list[Line]]]:
    """Colour and lines of each pen, the darkest first."""
    if not drawn:
        return
    colors = np.array([color[:3] for color, _ in drawn])
    lengths = np.array([_length(Path(line, stroke=color)) for color, line in drawn])
    inks, own = _inks(colors, lengths, count)
    order = np.argsort(srgb_to_oklab(inks)[:, 0], kind="stable")
    for pen in order:
        red, green, blue = inks[pen].tolist()
        lines = [line for (_, line), at in zip(drawn, own, strict=True) if at == pen]
        if lines:
            yield (red, green, blue, 1.0), lines


def _inks(
    colors: npt.NDArray[np.float64], lengths: npt.NDArray[np.float64], count: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    """Colours of the pens [K, 3], and which of them each line [N] gets.

    Where there are no more colours than pens they are those; else k-means in OKLab, weighted by
    length. One pen for several colours is black.
    """
    different, own = np.unique(np.round(colors, 4), axis=0, return_inverse=True)
    if len(different) <= count:
        return different, own.reshape(-1)
    if count == 1:
        return np.zeros((1, 3)), np.zeros(len(colors), np.intp)
    lab = srgb_to_oklab(colors)
    starts = [int(lab[:, 0].argmin())]
    while len(starts) < count:
        far = np.linalg.norm(lab[:, None] - lab[starts], axis=2).min(axis=1)
        starts.append(int((far * lengths).argmax()))
    inks = colors[starts]
    for _ in range(20):
        own = np.linalg.norm(lab[:, None] - srgb_to_oklab(inks), axis=2).argmin(axis=1)
        for pen in range(count):
            if (own == pen).any():
                weights = np.maximum(lengths[own == pen], 1e-9)
                inks[pen] = np.average(colors[own == pen], axis=0, weights=weights)
    return inks, own


def _apart(color: Rgba, paper: tuple[float, float, float]) -> float:
    """How differently a colour and the paper look."""
    return float(np.linalg.norm(srgb_to_oklab(color[:3]) - srgb_to_oklab(paper)))


def _length(path: Path) -> float:
    points = sampled(path, _STEP)
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())
