"""What drawkit's own files hold beside paths: the paper, the cells, and how they were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from lxml import etree

from drawkit.color import parse_color
from drawkit.errors import InputError
from drawkit.files import read_json
from drawkit.pictures.outline import edges_of, flattened
from drawkit.pictures.svg.document import NAMESPACE, local_name
from drawkit.pictures.svg.viewport import Page
from drawkit.pictures.svg.walk import Branch, Leaf
from drawkit.scene import AnyLayer, Background, CellLayer, Metadata, PathLayer, Scene
from drawkit.scene.cells import LATTICE, SIZES, outline
from drawkit.scene.grid import CELLS, Cell, Grid, Rgb

__all__ = [
    "background_of",
    "cells_of",
    "metadata_in",
    "metadata_of",
    "new_run",
    "paper_of",
    "run_of",
]

Floats = npt.NDArray[np.float64]

_RUN = "{urn:drawkit:run:1}run"
_RDF, _CC = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://creativecommons.org/ns#"
_PREFIXES = {"rdf": _RDF, "cc": _CC, "drawkit": "urn:drawkit:run:1"}
_TRANSPARENT, _PAPER, _COLOR = "transparent", "paper", "color #"
_BARE = (0, 0, 0)
_MOST_COLORS = 256
_MOST_CELLS = 1 << 18
_UNITS: Mapping[Cell, int] = MappingProxyType(
    {"rect": 1, "rectshift": 2, "hex": 48, "diamond": 4, "tri": 16, "knit": 20}
)
"""Units of such a file in the width of a square cell, as `export._outline` writes them."""


def background_of(tree: Branch, page: Page) -> tuple[Background | None, Branch]:
    """The paper that drawkit paints, and the rest of the document; None where there is none."""
    first = tree.items[0] if tree.items else None
    if not isinstance(first, Branch) or first.name != "background" or len(first.items) != 1:
        return None, tree
    (leaf,) = first.items
    if not isinstance(leaf, Leaf) or leaf.element.get("id") != _PAPER or len(leaf.paths) != 1:
        return None, tree
    (path,) = leaf.paths
    corners = path.control_points
    whole = np.array([[0, 0], [page.width, page.height]])
    if path.fill is None or path.fill[3] != 1 or not leaf.visible or leaf.opacity != 1:
        return None, tree
    if not np.allclose([corners.min(axis=0), corners.max(axis=0)], whole, atol=1e-3):
        return None, tree
    rest = replace(tree, items=tree.items[1:])
    return Background(path.fill[:3], painted=True), rest


def run_of(home: Any) -> Any:
    """The element with the record of the drawing that a document or a group is, None without.

    Records of groups within are theirs.
    """
    for run in home.iter(_RUN):
        around = (e for e in run.iterancestors() if local_name(e) in ("g", "svg"))
        if next(around, None) is home:
            return run
    return None


def new_run(root: Any) -> Any:
    """A place for a record in a document [lxml] that has none: where its facts are, or behind all.

    There, as a rule by number may count what comes before a path.
    """
    place = root
    for name in (f"{{{NAMESPACE}}}metadata", f"{{{_RDF}}}RDF", f"{{{_CC}}}Work"):
        found = place.find(name)
        if found is None:
            found = etree.SubElement(place, name, nsmap=_PREFIXES)
            if name.endswith("Work"):
                found.set(f"{{{_RDF}}}about", "")
        place = found
    return etree.SubElement(place, _RUN)


def paper_of(root: Any, metadata: Metadata) -> Background:
    """The paper that a record tells of and that is not painted; none without a record."""
    draw = metadata.config.get("draw", {})
    if run_of(root) is None or not isinstance(draw, Mapping):
        return Background(None)
    named = str(draw.get("background", _PAPER))
    if named in (_PAPER, _TRANSPARENT):
        return Background() if named == _PAPER else Background(None)
    try:
        return Background(parse_color(named)[:3])
    except InputError:
        return Background(None)


def metadata_of(root: Any) -> Metadata:
    """The record of a run; of a stranger's file its title alone."""
    title = next((e.text or "" for e in root if local_name(e) == "title"), "").strip()
    run = run_of(root)
    return Metadata(title=title) if run is None else metadata_in(run.text or "", title)


def metadata_in(text: str, title: str) -> Metadata:
    """The record of a run as JSON has it; of a broken one the title alone."""
    try:
        record = read_json(text)
        prompts = tuple((str(p["text"]), float(p["weight"])) for p in record.get("prompts", ()))
        found = Metadata(
            title=str(record.get("title", prompts[0][0] if prompts else title)),
            prompts=prompts,
            typed=tuple(map(str, record.get("typed", ()))),
            seed=_whole(record.get("seed")),
            steps=_whole(record.get("steps")),
            score=None if record.get("score") is None else float(record["score"]),
            config=_tables(record.get("config", {})),
            versions={str(k): str(v) for k, v in record.get("versions", {}).items()},
            inputs={str(k): str(v) for k, v in record.get("inputs", {}).items()},
            after=tuple(map(str, record.get("after", ()))),
            detail="full" if "\n" in text else "short",
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return Metadata(title=title)
    return found


def cells_of(scene: Scene, unit: float) -> Scene | None:
    """Pixel art that drawkit wrote as outlines, as cells again; None for all else.

    unit: CSS pixels of a unit of the scene. Its colours are layers of flat outlines, the lower ones
    going on under the upper: a cell has the colour of the uppermost around its middle.
    """
    colors = [_flat_color(layer) for layer in scene.layers]
    few = 0 < len(colors) < _MOST_COLORS
    if not few or None in colors or len(set(colors)) < len(colors):
        return None
    edges = [
        edges_of(flattened(run)[:-1] for path in layer.paths for run in path.subpaths)
        for layer in scene.layers
        if isinstance(layer, PathLayer)
    ]
    for cell in _candidates(scene.metadata.config):
        ranks = _ranks(scene, cell, edges)
        if ranks is not None:
            palette = tuple(color for color in colors if color is not None)
            bare = bool((ranks < 0).any())
            grid = Grid.still(
                np.where(ranks < 0, len(palette), ranks),
                (*palette, _BARE) if bare else palette,
                len(palette) if bare else None,
                cell,
            )
            first = scene.layers[0]
            layer = CellLayer("cells", grid, locked=first.locked, visible=first.visible)
            size = scene.width * unit, scene.height * unit
            return replace(scene, width=size[0], height=size[1], layers=(layer,))
    return None


def _candidates(config: Mapping[str, Any]) -> Sequence[Cell]:
    """Shapes that cells can have: the one that a record tells of, or the largest first."""
    pixels, draw = config.get("pixels", {}), config.get("draw", {})
    told = pixels.get("cell") if isinstance(pixels, Mapping) else None
    if told in CELLS:
        return (told,)
    if isinstance(draw, Mapping) and draw.get("canvas") == "pixels":
        return ("rect",)
    return sorted(CELLS, key=lambda cell: -_UNITS[cell])


def _flat_color(layer: AnyLayer) -> Rgb | None:
    """The colour of a layer `color #rrggbb` of pixel art."""
    if not isinstance(layer, PathLayer) or not layer.name.startswith(_COLOR):
        return None
    fills = {path.fill for path in layer.paths if path.stroke is None}
    if len(fills) != 1 or len(layer.paths) != 1 or layer.opacity != 1:
        return None
    (fill,) = fills
    if fill is None or fill[3] != 1:
        return None
    red, green, blue = (round(channel * 255) for channel in fill[:3])
    return red, green, blue


def _ranks(scene: Scene, cell: Cell, edges: Sequence[Floats]) -> npt.NDArray[np.int_] | None:
    """[rows, columns] which layer shows in each cell, -1: none; None where it is no such grid."""
    across, down = (side * _UNITS[cell] for side in SIZES[cell])
    columns, rows = round(scene.width / across), round(scene.height / down)
    whole = (columns * across, rows * down)
    if not (0 < columns * rows <= _MOST_CELLS) or not np.allclose(
        whole, (scene.width, scene.height)
    ):
        return None
    spots = [_spots(outline(cell, row, column)) for row in range(rows) for column in range(columns)]
    points = np.array(spots) / LATTICE * [across, down]  # [cells, spots, 2]
    ranks = np.full(points.shape[:2], -1)
    for rank, sides in enumerate(edges):
        ranks[_inside(points.reshape(-1, 2), sides).reshape(ranks.shape)] = rank
    page = ((points >= 0) & (points <= [scene.width, scene.height])).all(axis=2)
    if ((ranks != ranks[:, :1]) & page).any():
        return None
    found: npt.NDArray[np.int_] = ranks[:, 0].reshape(rows, columns)
    return found


def _spots(pieces: list[list[tuple[int, int]]]) -> list[Floats]:
    """The middle of a cell's first piece, and places near the corners of that."""
    corners = np.array(pieces[0], dtype=np.float64)
    corners = corners[[0, len(corners) // 3, 2 * len(corners) // 3]]
    middle = np.array(pieces[0], dtype=np.float64).mean(axis=0)
    return [middle, *(middle + (corner - middle) * 0.8 for corner in corners)]


def _inside(points: Floats, edges: Floats) -> npt.NDArray[np.bool_]:
    """Whether points [P, 2] lie within an outline [E, 4], by the nonzero rule."""
    found = np.zeros(len(points), dtype=bool)
    for y in np.unique(points[:, 1]):
        here = points[:, 1] == y
        crossing = edges[(edges[:, 1] <= y) != (edges[:, 3] <= y)]
        way = np.where(crossing[:, 3] > crossing[:, 1], 1, -1)
        share = (y - crossing[:, 1]) / (crossing[:, 3] - crossing[:, 1])
        cross = crossing[:, 0] + share * (crossing[:, 2] - crossing[:, 0])
        found[here] = ((cross < points[here, :1]) * way).sum(axis=1) != 0
    return found


def _whole(value: Any) -> int | None:
    return value if type(value) is int else None


def _tables(value: Any) -> dict[str, Any]:
    """Settings, section -> key -> value; ValueError for anything else."""
    if not isinstance(value, dict):
        raise ValueError("no table of settings")
    return value
