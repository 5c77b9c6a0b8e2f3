"""Strokes and filled shapes made of Bezier curves: CLIPDraw's canvas."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from drawkit.canvas import Canvas, CanvasSpec, Changes, ParamGroup, canvases
from drawkit.canvas.forms import Form, by_lightness, held_colors, in_palette, palette_colors
from drawkit.canvas.init import Guide, draw_counts, line_art
from drawkit.canvas.knots import Knots
from drawkit.canvas.new_paths import NewPaths, Sheet, new_paths
from drawkit.canvas.opaque import drawn_or_not
from drawkit.canvas.painted import NO_PART
from drawkit.canvas.parts import Parts, parts_of
from drawkit.canvas.repeats import copied, copies_in_tile
from drawkit.canvas.scene_paths import SceneCanvas
from drawkit.canvas.strokes_config import AUTO, StrokesConfig, rates, segment_range
from drawkit.canvas.traits import settings_for_lines
from drawkit.canvas.whole_areas import WholeAreas, whole_areas
from drawkit.color import parse_color
from drawkit.pictures.streamlines import Lines
from drawkit.raster import Paths, rasterize
from drawkit.scene import Background, Path, PathLayer, Rgba, Scene

__all__ = ["StrokesCanvas", "StrokesConfig"]

REFERENCE_SIDE = 224
"""Pixel values in the settings are for a drawing whose shorter side has so many pixels."""

WHITE = (1.0, 1.0, 1.0)
"""The sheet that a transparent drawing is thought on."""
INVISIBLE = 0.05
"""Paths with less opacity than this are started anew."""
CALM = 1.5
"""Learned colours go back to the palette's by so many learning rates: only what is wanted for long
and from everywhere changes a path's colour."""
RESEED_UNTIL = 0.5
RESEED_EVERY = 0.05
"""In the first half of the run, every twentieth of it; later a new path could not settle."""


@canvases.register("strokes", config=StrokesConfig)
class StrokesCanvas(Canvas):
    """Open Bezier strokes over closed filled shapes, each with its own colour and opacity.

    Parameters, shapes first because they are painted first: points [K, 2] px; widths [strokes]
    px; color [shapes (+ strokes, unless one ink holds them), 3]; opacity [shapes + strokes].
    What is drawn follows from them: edges straight, colours of a palette where the config says so.
    """

    config: StrokesConfig
    points: nn.Parameter
    widths: nn.Parameter
    color: nn.Parameter
    opacity: nn.Parameter
    segments: Tensor
    owner: Tensor
    ink: Tensor
    palette: Tensor
    part: Tensor

    def __init__(self, config: StrokesConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        width, height, generator = spec.width, spec.height, spec.generator
        self.scale = min(width, height) / REFERENCE_SIDE
        self.shapes, strokes = config.shapes, config.strokes
        few = 4 if config.shape_segments == AUTO else config.shape_segments
        self.register_buffer("segments", torch.empty(0))
        self.register_buffer("owner", torch.empty(0))
        self._have_(
            draw_counts(self.shapes, *segment_range("shape_segments", few, 2), generator),
            draw_counts(strokes, *segment_range("segments", config.segments, 1), generator),
        )
        ink = () if config.ink is None else [parse_color(config.ink)[:3]] * strokes
        self.register_buffer("ink", torch.tensor(ink).view(len(ink), 3))
        self.register_buffer("palette", palette_colors(config.palette))
        self._guide: Guide | None = None
        self._lines: Guide | None = None
        self._parts: Parts | None = None
        self._areas: WholeAreas | None = None
        self._part_names: tuple[str, ...] = ()
        self.register_buffer("part", torch.empty(0))
        self._begin_(generator)
        self._reseeds = 0
        self.project_()

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, alpha premultiplied; opaque on a background."""
        return self.drawn(self.width, self.height)

    def drawn(self, width: int, height: int) -> Tensor:
        """The same in so many px."""
        ground = (0.0, 0.0, 0.0, 0.0) if self.background is None else (*self.background, 1.0)
        paths = self._tiled(self.paths()) if any(self.tile) else self.paths()
        paths = paths.scaled(width / self.width, height / self.height)
        by = self.config.rasterizer
        picture = rasterize(paths, width, height, ground, premultiplied=True, rasterizer=by)
        # Planes of their own: what losses and cutouts do to every number is twice as fast on them.
        return picture.permute(2, 0, 1)[None].contiguous()

    def paths(self) -> Paths:
        """Shapes, then strokes, each once, in px."""
        rgba = torch.cat([self._colors(), self._opacities()[:, None]], dim=1)
        stroke = torch.cat([self._shape_line(rgba[: self.shapes]), rgba[self.shapes :]])
        radius = torch.cat([self._shape_line_width / 2, self.widths / 2])
        is_shape = torch.arange(len(rgba), device=rgba.device) < self.shapes
        return Paths(
            points=self._drawn(),
            segments=self.segments,
            closed=is_shape,
            radius=radius,
            stroke=stroke,
            fill=rgba,
            stroked=~is_shape | (self.config.shape_line is not None),
            filled=is_shape,
            even_odd=torch.zeros_like(is_shape),
        )

    def _tiled(self, paths: Paths) -> Paths:
        """The same, with what reaches over a side of a tile there again at the other one."""
        path, place = self._copies()
        rows = {f.name: getattr(paths, f.name)[path] for f in fields(paths) if f.name != "points"}
        return Paths(points=copied(paths.points, self.owner, path, place), **rows)

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """Points, widths, colours and opacities with their rates at `progress` of the run."""
        config = self.config
        for_points, for_others = rates(config.schedule, progress)
        if self._parts is not None:
            for_points, for_others = (config.lr_painted * rate for rate in (for_points, for_others))
        groups = [
            ("points", self.points, config.lr_points * self.scale * for_points),
            ("widths", self.widths, config.lr_width * self.scale * for_others),
            ("color", self.color, config.lr_color * for_others),
            ("opacity", self.opacity, config.lr_color * for_others),
        ]
        return [ParamGroup(name, [tensor], rate) for name, tensor, rate in groups if tensor.numel()]

    @property
    def start_size(self) -> tuple[int, int]:
        """The drawing's own."""
        return self.width, self.height

    @property
    def start_margin(self) -> int:
        """None: strokes may end at the sheet's sides."""
        return 0

    @classmethod
    def settings_for_traits(cls, traits: Lines) -> dict[str, dict[str, Any]]:
        """Strokes as wide and long as such lines, on such paper; shapes where it is flat."""
        return settings_for_lines(traits)

    def loaded(self, scene: Scene, frozen: Collection[int] = ()) -> Canvas:
        """A canvas of the paths of a scene, at the rates and within the limits of this one."""
        spec = CanvasSpec(self.width, self.height, self.background)
        return SceneCanvas(self.config, spec, scene, self.scale, frozen)

    @torch.no_grad()
    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor | None:
        """Put every path anew into the picture's figure, with the colours found there.

        Strokes of one ink follow its borders and dark areas as line art, over the shapes if any.
        """
        shown = None
        if self.config.by_lightness:
            picture = shown = by_lightness(picture, self.palette, self.background)
        elif len(self.palette):
            picture = shown = in_palette(picture, self.palette, self.background)
        if len(self.ink):
            shown = line_art(picture, self.ink[0])
            self._lines = Guide(shown[0])
            if self.shapes:
                shown = shown + (1 - shown[:, 3:]) * picture
        self._guide = Guide((picture if shown is None else shown)[0])
        if self.config.init_paint and not len(self.ink) and not any(self.tile):
            found = parts_of(self._guide, self._paper)
            self._parts = found if found.names else None
        if self._parts is not None and self.config.cuts_areas:
            self._areas = whole_areas(self._guide, self._paper, self.shapes, self._parts)
            if self._areas is not None:
                self._have_(self._areas.shapes.segments, self.segments[self.shapes :])
        self._begin_(generator)
        self.project_()
        return shown

    @torch.no_grad()
    def project_(self) -> None:
        """Clamp widths to their limits, colours and opacities to 0..1."""
        self.widths.clamp_(self.config.min_width * self.scale, self.config.max_width * self.scale)
        self.color.clamp_(0, 1)
        if len(self.palette):
            calm = min(1.0, CALM * self.config.lr_color)
            self.color.lerp_(held_colors(self.color, self.palette), calm)
        self.opacity.clamp_(self.config.min_opacity, self.config.max_opacity)
        if any(self.tile):  # every path about where it is painted first; it looks the same there
            size = torch.tensor([self.width, self.height])
            low, high = self._boxes()
            away = ((low + high) / 2 / size).floor() * torch.tensor(self.tile)
            self.points.sub_((away * size)[self.owner])

    @torch.no_grad()
    def advance_(self, progress: float, generator: torch.Generator) -> Changes:
        """Start invisible paths anew, now and then in the first half of the run."""
        due = int(progress / RESEED_EVERY + 1e-9)
        if not self.config.reseed or due <= self._reseeds or progress >= RESEED_UNTIL:
            return Changes()
        self._reseeds = due
        rows = self._invisible()
        if not rows.any():
            return Changes()
        shapes = self.shapes
        masks: dict[Tensor, Tensor] = {
            self.points: rows[self.owner],
            self.widths: rows[shapes:],
            self.color: rows[: len(self.color)],
            self.opacity: rows,
        }
        new = self._new_paths(rows, generator)
        values = (new.points, new.widths, new.color, new.opacity)
        for (parameter, mask), value in zip(masks.items(), values, strict=True):
            parameter[mask] = value
        self.project_()
        return Changes(reset=masks)

    def get_extra_state(self) -> dict[str, Any]:
        """What a `state_dict` holds beside the tensors."""
        return {"reseeds": self._reseeds, "parts": list(self._part_names)}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Take it back."""
        self._reseeds = int(state["reseeds"])
        self._part_names = tuple(state.get("parts", ()))

    def to_scene(self) -> Scene:
        """The drawing as plain data: a layer of shapes below a layer of strokes.

        Of a tile, what reaches over a side is there again at the other one.
        """
        shapes = self.shapes
        starts = np.flatnonzero(np.diff(self.owner.numpy(), prepend=-1))[1:]
        points = np.split(_doubles(self._drawn()), starts)
        colors = _doubles(self._colors())
        rgba: list[Rgba] = [
            (*color, opacity)
            for color, opacity in zip(
                colors.tolist(), _doubles(self._opacities()).tolist(), strict=True
            )
        ]
        lines = _doubles(self._shape_line(torch.tensor(rgba[:shapes]).view(shapes, 4))).tolist()
        around = self._shape_line_width.double().tolist()
        lined = self.config.shape_line is not None
        widths = _doubles(self.widths).tolist()

        def path(row: int, there: Any) -> Path:
            if row >= shapes:
                return Path(there, stroke=rgba[row], stroke_width=widths[row - shapes])
            line = tuple(lines[row]) if lined else None
            width = around[row]
            return Path(there, closed=True, fill=rgba[row], stroke=line, stroke_width=width)

        rows, moves = self._copies()
        copies = zip(rows.tolist(), _doubles(moves), strict=True)
        layers = self._in_parts([(row, path(row, points[row] + away)) for row, away in copies])
        return Scene(
            self.width,
            self.height,
            tuple(layer for layer in layers if layer.paths),
            Background(self.background),
        )

    def _in_parts(self, paths: list[tuple[int, Path]]) -> list[PathLayer]:
        """A layer for each part of the picture; shapes and strokes of none in one each."""
        of = self.part.tolist()
        names = [
            self._part_names[part]
            if part != NO_PART
            else "shapes"
            if n < self.shapes
            else "strokes"
            for n, part in enumerate(of)
        ]
        runs = groupby(paths, key=lambda one: (of[one[0]], names[one[0]]))
        return [PathLayer(name, tuple(path for _, path in run)) for (_, name), run in runs]

    def _have_(self, shapes: Tensor, strokes: Tensor) -> None:
        """Paths with so many segments each, [S] closed ones and [N] open ones, not placed yet."""
        self.shapes = len(shapes)
        self.segments = torch.cat([shapes, strokes])
        counts = 3 * self.segments + (torch.arange(len(self.segments)) >= self.shapes)
        self.owner = torch.arange(len(counts)).repeat_interleave(counts)
        grid = self.config.grid * self.scale
        self._form = Form(self.segments, self.shapes, self.config.form, grid)

    def _begin_(self, generator: torch.Generator) -> None:
        """All paths anew."""
        new = self._new_paths(torch.ones(len(self.segments), dtype=torch.bool), generator)
        self.points, self.widths = nn.Parameter(new.points), nn.Parameter(new.widths)
        self.color, self.opacity = nn.Parameter(new.color), nn.Parameter(new.opacity)
        none = torch.full((len(self.segments),), NO_PART)
        self.part = none if new.parts is None or self._parts is None else new.parts
        self._part_names = () if self._parts is None else self._parts.names
        cut = None if self._areas is None else self._areas.shapes
        self._knots = None if cut is None else Knots(cut.segments, cut.smooth, cut.straight)

    def _drawn(self) -> Tensor:
        """Control points [K, 2] of all paths as drawn, px."""
        points: Tensor = self._form(self.points)
        if self._knots is None:
            return points
        held = 3 * int(self.segments[: self.shapes].sum())
        return torch.cat([self._knots(points[:held]), points[held:]])

    def _colors(self) -> Tensor:
        """SRGB [paths, 3] as drawn: of the palette, if there is one, and the ink."""
        own = held_colors(self.color, self.palette) if len(self.palette) else self.color
        return torch.cat([own, self.ink])

    def _opacities(self) -> Tensor:
        """[paths] as drawn: of opaque strokes 1 or 0, with gradients as if nothing were moved."""
        filled, own = self.opacity[: self.shapes], self.opacity[self.shapes :]
        if self._areas is not None:  # borders of areas show through each other otherwise
            filled = filled.detach()
        if self._opaque:
            # Each of a picture's strokes has its place: where one came and went there was a hole.
            own = torch.ones_like(own) if self._part_names else drawn_or_not(own)
        return torch.cat([filled, own])

    def _shape_line(self, fill: Tensor) -> Tensor:
        """RGBA [shapes, 4] of the lines around shapes of RGBA `fill`, as opaque as those."""
        if self.config.shape_line is None:
            return fill
        color = fill.new_tensor(parse_color(self.config.shape_line)[:3])
        return torch.cat([color.expand(len(fill), 3), fill[:, 3:]], dim=1)

    @property
    def _opaque(self) -> bool:
        return self.config.is_opaque(bool(self._part_names) and self.background is not None)

    @property
    def _shape_line_width(self) -> Tensor:
        """[shapes] px."""
        width = 0.0 if self.config.shape_line is None else self.config.shape_line_width
        return self.widths.new_full((self.shapes,), width * self.scale)

    def _invisible(self) -> Tensor:
        """[paths] bool: nearly transparent, or with all of its ink off the canvas."""
        size = torch.tensor([self.width, self.height], dtype=self.points.dtype)
        low, high = self._boxes()
        off = ((high <= 0) | (low >= size)).any(dim=1)
        rows = (self.opacity < INVISIBLE) | off
        if self._opaque:  # new ones would be blots, and those not drawn may come back
            rows[self.shapes :] = False
        return rows

    @torch.no_grad()
    def _boxes(self) -> tuple[Tensor, Tensor]:
        """[paths, 2] the least and the largest x and y that a path can have, its width included."""
        index = self.owner[:, None].expand(-1, 2)
        empty = torch.empty(len(self.opacity), 2)
        # A curve lies within the box of its control points.
        points = self._drawn()
        low = empty.scatter_reduce(0, index, points, "amin", include_self=False)
        high = empty.scatter_reduce(0, index, points, "amax", include_self=False)
        pad = torch.cat([self._shape_line_width / 2, self.widths / 2])[:, None]
        return low - pad, high + pad

    def _copies(self) -> tuple[Tensor, Tensor]:
        """[C] path and [C, 2] px to move it by, in paint order; each once where it is no tile."""
        size = self.width, self.height
        return copies_in_tile(*self._boxes(), size, self.tile)

    @property
    def _paper(self) -> Tensor:
        """RGB [3] that paths are thought on."""
        if self.background is None and self._guide is not None:
            return self._guide.told_from()
        return torch.tensor(WHITE if self.background is None else self.background)

    def _new_paths(self, rows: Tensor, generator: torch.Generator) -> NewPaths:
        """New paths at `rows` [paths] bool."""
        sheet = Sheet(
            *(self.width, self.height, self.scale, self._paper),
            *(self._guide, self._lines, self._parts, self._areas),
        )
        shapes = self.shapes
        counts = self.segments[:shapes][rows[:shapes]], self.segments[shapes:][rows[shapes:]]
        return new_paths(self.config, sheet, counts, generator, first=bool(rows.all()))


def _doubles(tensor: Tensor) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A float64 copy that later steps do not change."""
    return tensor.detach().double().numpy().copy()
