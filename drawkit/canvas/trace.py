"""A picture as flat shapes that lie on each other: the canvas of `drawkit trace`.

Paths come where the error is, as in LIVE (Ma et al., "Towards Layer-wise Image Vectorization",
CVPR 2022); they start from a segmentation in place of circles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.canvas import Canvas, CanvasSpec, Changes, ParamGroup, canvases
from drawkit.canvas.contract import Replacement
from drawkit.canvas.forms import held_colors, in_palette, palette_colors
from drawkit.canvas.init import random_shapes
from drawkit.canvas.knots import Knots
from drawkit.canvas.layered import Shapes, joined, missing, shapes_of
from drawkit.canvas.outlines import Outlines, outlines_of
from drawkit.canvas.strokes_config import rates
from drawkit.canvas.trace_config import TraceConfig
from drawkit.raster import Paths, rasterize
from drawkit.scene import Background, Path, PathLayer, Scene, Subpath

__all__ = ["TraceCanvas", "TraceConfig"]

_TURNS = (0.2, 0.4, 0.7)
"""When shapes come and go, as shares of the run: later, a new one could not settle."""
_CIRCLE = 4
"""Segments of a shape that starts after nothing."""
_RADIUS = 0.1
_CLEAR = (0.0, 0.0, 0.0, 0.0)
_STRUCTURE = ("alpha", "owner", "segments", "smooth", "straight")
"""What of `Shapes` does not move."""


@canvases.register("trace", config=TraceConfig)
class TraceCanvas(Canvas):
    """Closed filled shapes, bottom first: flat areas of a picture that go on under each other.

    Parameters: points [K, 2] px of all runs, color [N, 3] sRGB. What is drawn follows from them:
    straight segments are lines, smooth knots have their handles in one line, what lies on a side
    of the sheet stays there, colours are those of the palette where there is one.
    """

    sides = (1, 4096)
    config: TraceConfig
    alpha: Tensor
    owner: Tensor
    segments: Tensor
    smooth: Tensor
    straight: Tensor
    palette: Tensor
    held: Tensor
    target: Tensor | None

    def __init__(self, config: TraceConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.register_buffer("palette", palette_colors(config.palette))
        for name in _STRUCTURE:
            self.register_buffer(name, torch.empty(0))
        for name in ("held", "target"):  # these follow from others
            self.register_buffer(name, None, persistent=False)
        self._turns = 0
        self._take_(self._scattered(spec))

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, alpha premultiplied; opaque on a background."""
        return self._picture(self.paths())

    def paths(self) -> Paths:
        """All shapes, bottom first, in px."""
        loops = self.loops.outlines
        rgba = torch.cat([self._colors(), self.alpha[:, None]], dim=1)[loops.path]
        none = self.points.new_zeros(len(rgba))
        return loops.painted(self._drawn(), none, torch.zeros_like(rgba).detach(), rgba)

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """Points and colours, with rates that fall over the run."""
        factor, _ = rates("cosine", progress)
        groups = [
            ParamGroup("points", [self.points], self.config.lr_points * factor),
            ParamGroup("color", [self.color], self.config.lr_color * factor),
        ]
        return groups if self.config.soft else groups[1:]

    @torch.no_grad()
    def project_(self) -> None:
        """Colours to 0..1; what lies on a side of the sheet back to it."""
        self.color.clamp_(0, 1)
        self.points.copy_(torch.where(self.held.isnan(), self.points, self.held))

    @property
    def start_size(self) -> tuple[int, int]:
        """The drawing's own."""
        return self.width, self.height

    @property
    def start_margin(self) -> int:
        """None: shapes may end at the sheet's sides."""
        return 0

    @torch.no_grad()
    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor | None:
        """Begin anew with the large areas of the picture, in the colours of the palette if any."""
        shown = None
        if len(self.palette):
            picture = shown = in_palette(picture, self.palette, None)
        self.target = picture
        own = max(1, round(self.config.shapes * (1 - self.config.added * (self.config.soft > 0))))
        found = shapes_of(picture[0].permute(1, 2, 0).numpy(), own, self.config)
        if found is not None:
            self._take_(found)
        return shown

    def advance_(self, progress: float, generator: torch.Generator) -> Changes:
        """Let shapes go that nobody sees, and others come where the picture is still wrong."""
        if self.target is None or self._turns == len(_TURNS) or not self.config.soft:
            return Changes()
        if progress < _TURNS[self._turns]:
            return Changes()
        self._turns += 1
        seen = self._seen()
        kept = torch.nonzero(seen >= self.config.smallest * self.width * self.height).flatten()
        if not len(kept):
            kept = seen.argmax()[None]
        target = self.target
        with torch.no_grad():
            off = _without_edges(target - self(), self.config.soft)
        lacking, wanted = (
            picture[0].permute(1, 2, 0).double().numpy() for picture in (off, target)
        )
        room = self.config.shapes - len(kept)
        count = -(-room // 2) if self._turns == 1 else room
        new = missing(lacking, wanted, count, self.config)
        return self._exchanged_(kept, new)

    def get_extra_state(self) -> dict[str, int]:
        """What a `state_dict` holds beside the tensors."""
        return {"turns": self._turns}

    def set_extra_state(self, state: dict[str, int]) -> None:
        """Take it back, and what follows from the tensors."""
        self._turns = int(state["turns"])
        self._settle()

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *rest: Any, **more: Any
    ) -> None:
        """Take a state with other shapes too, as they come and go."""
        for name in (*_STRUCTURE, "points", "color"):
            kept, own = state_dict.get(prefix + name), getattr(self, name)
            if isinstance(kept, Tensor) and kept.shape != own.shape:
                new = torch.empty_like(kept)
                setattr(self, name, nn.Parameter(new) if isinstance(own, nn.Parameter) else new)
        super()._load_from_state_dict(state_dict, prefix, *rest, **more)

    def to_scene(self) -> Scene:
        """The drawing as plain data: a layer of shapes, bottom first."""
        points = self._drawn().detach().double().numpy().copy()
        colors = self._colors().detach().double().tolist()
        ends = (3 * self.segments).cumsum(0).tolist()
        runs: dict[int, list[np.ndarray[tuple[int, int], np.dtype[np.float64]]]] = {}
        for row, end, count in zip(self.owner.tolist(), ends, self.segments.tolist(), strict=True):
            runs.setdefault(row, []).append(points[end - 3 * count : end])
        paths = tuple(
            Path(
                runs[row][0],
                closed=True,
                more=tuple(Subpath(run, closed=True) for run in runs[row][1:]),
                fill=(*rgb, alpha),
            )
            for row, (rgb, alpha) in enumerate(zip(colors, self.alpha.tolist(), strict=True))
        )
        return Scene(
            self.width, self.height, (PathLayer("shapes", paths),), Background(self.background)
        )

    def _picture(self, paths: Paths) -> Tensor:
        ground = _CLEAR if self.background is None else (*self.background, 1.0)
        picture = rasterize(
            paths,
            self.width,
            self.height,
            ground,
            premultiplied=True,
            rasterizer=self.config.rasterizer,
        )
        return picture.permute(2, 0, 1)[None].contiguous()

    def _scattered(self, spec: CanvasSpec) -> Shapes:
        """Circles anywhere, where there is no picture to start from."""
        count = self.config.shapes
        segments = torch.full((count,), _CIRCLE)
        size = torch.tensor([spec.width, spec.height], dtype=torch.float32)
        points = random_shapes(segments, size, 1.0, _RADIUS * float(size.min()), spec.generator)
        knots = torch.ones(_CIRCLE * count, dtype=torch.bool)
        color = torch.rand(count, 3, generator=spec.generator)
        return Shapes(
            points, segments, torch.arange(count), knots, ~knots, color, color[:, 0] * 0 + 1
        )

    def _take_(self, new: Shapes) -> None:
        """Have these shapes in place of all others."""
        self.points = nn.Parameter(new.points)
        self.color = nn.Parameter(new.color)
        for name in _STRUCTURE:
            setattr(self, name, getattr(new, name))
        self._settle()
        self.project_()

    def _shapes(self) -> Shapes:
        return Shapes(
            self.points.detach(),
            self.segments,
            self.owner,
            self.smooth,
            self.straight,
            self.color.detach(),
            self.alpha,
        )

    def _exchanged_(self, kept: Tensor, new: Shapes | None) -> Changes:
        """Keep some shapes and have new ones on top."""
        points, color = self.points, self.color
        own, rows = self._shapes().chosen(kept)
        whole = own if new is None else joined(own, new)
        self._take_(whole)
        more = len(whole.color) - len(kept), len(whole.points) - len(rows)
        at_color = torch.cat([kept, torch.full((more[0],), -1)])
        at_points = torch.cat([rows, torch.full((more[1],), -1)])
        return Changes(
            replaced={
                points: Replacement(self.points, at_points),
                color: Replacement(self.color, at_color),
            }
        )

    def _settle(self) -> None:
        """What follows from the numbers of runs and segments."""
        runs = [Subpath(np.zeros((3 * n, 2)), closed=True) for n in self.segments.tolist()]
        of: dict[int, list[Subpath]] = {}
        for row, run in zip(self.owner.tolist(), runs, strict=True):
            of.setdefault(row, []).append(run)
        paths = [
            Path(of[row][0].control_points, closed=True, more=tuple(of[row][1:]), fill=_CLEAR)
            for row in range(len(self.alpha))
        ]
        self.loops = _Loops(outlines_of(paths, range(len(paths))))
        self.knots = Knots(self.segments, self.smooth, self.straight)
        size = torch.tensor([self.width, self.height], dtype=torch.float32)
        points = self.points.detach()
        self.held = torch.where((points == 0) | (points == size), points, torch.nan)

    def _drawn(self) -> Tensor:
        """Control points [K, 2] as drawn."""
        drawn: Tensor = self.knots(self.points)
        return drawn

    def _colors(self) -> Tensor:
        return held_colors(self.color, self.palette) if len(self.palette) else self.color

    def _seen(self) -> Tensor:
        """Px [N] that are seen of every shape: what its colour weighs in the picture."""
        weight = torch.zeros(len(self.color), 3, requires_grad=True)
        with torch.no_grad():
            paths = self.paths()
        fill = torch.cat([weight, self.alpha[:, None]], dim=1)[self.loops.outlines.path]
        drawn = Paths(**{**vars(paths), "fill": fill})
        (seen,) = torch.autograd.grad(self._picture(drawn)[:, 0].sum(), [weight])
        return seen[:, 0]


class _Loops(nn.Module):
    """The outlines of shapes, wherever the canvas lies."""

    def __init__(self, outlines: Outlines) -> None:
        super().__init__()
        for name, value in vars(outlines).items():
            self.register_buffer(name, value, persistent=False)

    @property
    def outlines(self) -> Outlines:
        """They themselves."""
        return Outlines(**dict(self.named_buffers()))


def _without_edges(off: Tensor, soft: int) -> Tensor:
    """A difference [1, 4, H, W] averaged over as much as a soft edge is wide beyond a pixel.

    A crisp edge and a soft one differ by what evens out across it.
    """
    if soft < 3:
        return off
    size = soft - 1
    left = size // 2
    padded = F.pad(off, (left, size - 1 - left, left, size - 1 - left), mode="replicate")
    return F.avg_pool2d(padded, size, stride=1)
