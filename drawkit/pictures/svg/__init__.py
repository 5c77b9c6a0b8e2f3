"""SVG files, drawkit's own and any others, as scenes.

Read is what paths can hold: shapes, colours, lines of every kind, groups with their opacity, `use`,
style sheets. Gradients become their mean colour; text, clips, masks, filters, patterns, markers and
links to other files are left out, and one line says so.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

import numpy as np

from drawkit.errors import FileError, InputError
from drawkit.files import expanded, read_bytes
from drawkit.pictures.svg.document import MAX_BYTES, parsed
from drawkit.pictures.svg.layers import layers_of, leaves_of
from drawkit.pictures.svg.own import background_of, cells_of, metadata_of, paper_of
from drawkit.pictures.svg.places import Sheet, sheet_around
from drawkit.pictures.svg.values import IDENTITY, Matrix, View
from drawkit.pictures.svg.viewport import Page, page_of
from drawkit.pictures.svg.walk import Branch, Leaf, Walk
from drawkit.pictures.svg.writing_back import SvgSource
from drawkit.scene import Scene

__all__ = ["SvgFile", "drawn_page", "read_svg", "read_svg_file", "svg_file"]

log = logging.getLogger("drawkit")

_PLURALS = {
    "foreign object": "foreign objects",
    "path beyond all measure": "paths beyond all measure",
}
_FLATTENED = "gradient"


@dataclass(frozen=True, eq=False)
class SvgFile:
    """What was understood of an SVG.

    root: its tree, of lxml. leaves: of each element that is drawn, in paint order, its paths and
    where it stands. left_out: what is shown otherwise or not at all -> how often. pixels: width
    and height in CSS pixels. page: from the document to the scene. sheet: of the one drawing in
    the file that the scene is, where it is not the whole.
    """

    scene: Scene
    root: Any
    leaves: tuple[Leaf, ...]
    left_out: Mapping[str, int]
    pixels: tuple[float, float]
    page: Matrix = IDENTITY
    sheet: Sheet | None = None

    def around(self, places: Collection[int]) -> SvgFile:
        """The same, seen on the sheet of the drawing within it that those paths are of.

        A group that was inserted has a record of its own. All paths of the file stay in the scene.
        The file itself where the paths are of no such group, or of several.
        """
        at = 0
        chosen = []
        for leaf in self.leaves:
            if any(place in places for place in range(at, at + len(leaf.paths))):
                chosen.append(leaf)
            at += len(leaf.paths)
        sheet = sheet_around(self.leaves, chosen, self.page)
        if sheet is None:
            return self
        left, top, width, height = sheet.box
        whole, _ = drawn_page(self.root, Walk(self.root))
        moved = Matrix(e=-left, f=-top) @ self.page
        page = replace(whole, width=width, height=height, matrix=moved)
        return replace(_read(self.root, page, sheet), left_out=self.left_out)

    def kept(self) -> Scene:
        """The scene, to be written back into the file itself."""
        home = self.root if self.sheet is None else self.sheet.home
        source = SvgSource(self.root, self.leaves, self.page, home)
        return replace(self.scene, source=source)

    @property
    def note(self) -> str:
        """One line of what is missing, empty where nothing is."""
        flat = self.left_out.get(_FLATTENED, 0)
        missing = [
            f"{count} {name if count == 1 else _plural(name)}"
            for name, count in sorted(self.left_out.items())
            if name != _FLATTENED
        ]
        parts = [f"left out: {', '.join(missing)}"] if missing else []
        if flat:
            became = "became a plain colour" if flat == 1 else "became plain colours"
            parts.append(f"{flat} {_FLATTENED if flat == 1 else _plural(_FLATTENED)} {became}")
        return "; ".join(parts)


def read_svg(path: str | FilePath) -> Scene:
    """The paths of an SVG file (.svgz too) as a scene, in the units of its viewBox.

    What cannot be read is told to drawkit's log, in one line. Raises FileError for a file that is
    broken, hostile, larger than 50 MiB, or that holds nothing that can be drawn.
    """
    found = read_svg_file(path)
    if found.note:
        log.warning("the SVG '%s': %s", expanded(path), found.note)
    return found.scene


def read_svg_file(path: str | FilePath) -> SvgFile:
    """As `read_svg`, with the document that the paths are from; logs nothing."""
    path = expanded(path)
    data = read_bytes(path, MAX_BYTES)
    try:
        return svg_file(data)
    except InputError as error:
        raise FileError(f"cannot read the SVG '{path}': {error}") from error


def svg_file(data: bytes) -> SvgFile:
    """The bytes of an SVG file, read. Raises InputError; logs nothing."""
    try:
        return _read(parsed(data))
    except RecursionError as error:
        raise InputError("it is nested too deeply") from error


def _read(root: Any, page: Page | None = None, sheet: Sheet | None = None) -> SvgFile:
    walk = Walk(root)
    home = root if sheet is None else sheet.home
    if page is None:
        page, tree = drawn_page(root, walk)
    else:
        tree = walk.run(page.matrix, page.view)
    background, rest = background_of(tree, page)
    leaves = leaves_of(rest)
    layers = layers_of(rest, lambda what: walk.left_out.update([what]))
    if not layers and background is None:
        missing = SvgFile(Scene(1, 1), root, (), walk.left_out, (1, 1)).note
        raise InputError(f"it holds nothing that can be drawn{missing and f' ({missing})'}")
    metadata = metadata_of(home)
    paper = paper_of(home, metadata) if background is None else background
    scene = Scene(page.width, page.height, tuple(layers), paper, metadata)
    cells = cells_of(scene, page.unit) if sheet is None else None
    size = page.width * page.unit, page.height * page.unit
    return SvgFile(
        scene if cells is None else cells,
        root,
        tuple(leaves),
        dict(walk.left_out),
        size,
        page.matrix,
        sheet,
    )


def drawn_page(root: Any, walk: Walk) -> tuple[Page, Branch]:
    """The page and what is on it; a file that names no size is as large as its contents."""
    attributes = {k: v for k, v in root.attrib.items() if not k.startswith("{")}
    if attributes.get("viewBox") or {"width", "height"} <= set(attributes):
        page = page_of(attributes, (100.0, 100.0))
        return page, walk.run(page.matrix, page.view)
    tree = walk.run(IDENTITY, View(100.0, 100.0))
    points = [
        run.control_points
        for leaf in leaves_of(tree)
        for path in leaf.paths
        for run in path.subpaths
    ]
    if not points:
        return page_of(attributes, (100.0, 100.0)), tree
    right, bottom = np.concatenate(points).max(axis=0).tolist()
    return page_of(attributes, (max(right, 1.0), max(bottom, 1.0))), tree


def _plural(name: str) -> str:
    return _PLURALS.get(name, f"{name}s")
