"""A canvas of the paths of a scene: a drawing that is there already, and goes on from there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from drawkit.canvas.contract import Canvas, CanvasSpec, ParamGroup
from drawkit.canvas.outlines import Outlines, outlines_of
from drawkit.canvas.strokes_config import StrokesConfig, rates
from drawkit.pictures.of_scene import picture_of
from drawkit.raster import Paths, rasterize
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
)
from drawkit.scene.cells import enlarged

__all__ = ["SceneCanvas", "fitted_scene", "unfitted"]

_CLEAR = (0.0, 0.0, 0.0, 0.0)


class SceneCanvas(Canvas):
    """The paths of a scene in its own paint order, holes and layers as they are.

    Parameters: points [K, 2] px of all runs; widths [N] px; stroke and fill [N, 4] straight RGBA,
    those without a line or fill among them, which nobody sees. What is hidden or locked, what
    `frozen` names and what is no path is drawn where it shows, and stays to the last digit.

    While drawing, ends and corners of lines are round, and layers in layers as translucent as
    their paths would be alone; the scene that comes out keeps them as they were.
    """

    points: nn.Parameter
    frozen: Tensor
    alpha: Tensor

    def __init__(
        self,
        config: StrokesConfig,
        spec: CanvasSpec,
        scene: Scene,
        scale: float,
        frozen: Collection[int] = (),
    ) -> None:
        """Scene: of any size; scale: what px of the settings are times; frozen: paths.

        A scene that has a source comes out in its own units, any other in px of the sheet.
        """
        super().__init__(config, spec)
        self._given = scene
        scene = fitted_scene(scene, spec.width, spec.height)
        self._scene = scene
        self._scale = scale
        self._paths = list(scene.paths())
        shown = list(_shown(scene.layers, 1.0))
        still = [locked or at in frozen for at, (_, locked) in enumerate(shown)]
        self.register_buffer("frozen", torch.tensor(still, dtype=torch.bool))
        self.register_buffer("alpha", torch.tensor([alpha for alpha, _ in shown]))
        runs = [run.control_points for path in self._paths for run in path.subpaths]
        counts = [sum(len(run.control_points) for run in path.subpaths) for path in self._paths]
        self._owner = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
        self._outlines: list[Outlines | Tensor] = list(self._stretches())
        self.points = nn.Parameter(torch.from_numpy(np.concatenate(runs)).float())
        self.widths = nn.Parameter(torch.tensor([path.stroke_width for path in self._paths]))
        self.stroke = nn.Parameter(_rgba([path.stroke for path in self._paths]))
        self.fill = nn.Parameter(_rgba([path.fill for path in self._paths]))
        self._start = [value.detach().clone() for value in self._values()]
        self.project_()

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, alpha premultiplied; opaque on a background."""
        ground = _CLEAR if self.background is None else (*self.background, 1.0)
        picture: Tensor | None = None
        for stretch in self._outlines:
            if isinstance(stretch, Tensor):
                own = stretch
            elif picture is None:
                picture = self._rasterized(self._drawn(stretch), ground)
                continue
            else:
                own = self._rasterized(self._drawn(stretch), _CLEAR)
            below = self._plain(ground) if picture is None else picture
            picture = own + below * (1 - own[..., 3:])
        whole = self._plain(ground) if picture is None else picture
        return whole.permute(2, 0, 1)[None].contiguous()

    def paths(self) -> Paths:
        """All that is painted, in px, once."""
        return self._drawn(outlines_of(self._paths, range(len(self._paths))))

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """Points, widths and colours with their rates at `progress` of the run."""
        config = self.config
        for_points, for_others = rates(config.schedule, progress)
        color = config.lr_color * for_others
        return [
            ParamGroup("points", [self.points], config.lr_points * self._scale * for_points),
            ParamGroup("widths", [self.widths], config.lr_width * self._scale * for_others),
            ParamGroup("color", [self.stroke, self.fill], color),
        ]

    @torch.no_grad()
    def project_(self) -> None:
        """Colours and opacities to 0..1, widths to their limits; what is frozen where it was.

        A line that began thinner or wider than the limits may stay so.
        """
        start = self._start[1]
        low = start.clamp(max=self.config.min_width * self._scale)
        high = start.clamp(min=self.config.max_width * self._scale)
        self.widths.copy_(self.widths.clamp(low, high))
        self.stroke.clamp_(0, 1)
        self.fill.clamp_(0, 1)
        for value, kept in zip(self._values(), self._start, strict=True):
            rows = self.frozen[self._owner] if value is self.points else self.frozen
            value[rows] = kept[rows]

    def to_scene(self) -> Scene:
        """The scene with its paths as they are now."""
        paths = [self._path(at) for at in range(len(self._paths))]
        if self._given.source is None:
            new = iter(paths)
            layers = tuple(_refilled(layer, new) for layer in self._scene.layers)
            return replace(self._scene, layers=layers, background=Background(self.background))
        given, kept = self._given.paths(), self.frozen.tolist()
        own = iter(
            [
                before if stays else unfitted(path, self._given, (self.width, self.height))
                for path, before, stays in zip(paths, given, kept, strict=True)
            ]
        )
        layers = tuple(_refilled(layer, own) for layer in self._given.layers)
        return replace(self._given, layers=layers)

    def _values(self) -> list[nn.Parameter]:
        return [self.points, self.widths, self.stroke, self.fill]

    def _path(self, at: int) -> Path:
        """One path as it is now; a frozen one is the very one that was given."""
        path = self._paths[at]
        if self.frozen[at]:
            return path
        own = self.points.detach()[self._owner == at].double().numpy()
        runs, first = [], 0
        for run in path.subpaths:
            runs.append(own[first : first + len(run.control_points)])
            first += len(run.control_points)
        more = tuple(
            replace(run, control_points=points)
            for run, points in zip(path.more, runs[1:], strict=True)
        )
        return replace(
            path,
            control_points=runs[0],
            more=more,
            stroke=_color(self.stroke[at]) if path.stroke is not None else None,
            fill=_color(self.fill[at]) if path.fill is not None else None,
            stroke_width=float(self.widths[at].detach()),
        )

    def _stretches(self) -> Iterator[Outlines | Tensor]:
        """Paths that lie on each other, and what lies between them as a picture."""
        rows: list[int] = []
        at = 0
        for layer in self._scene.layers:
            if isinstance(layer, PathLayer | GroupLayer):
                held = layer.paths if isinstance(layer, PathLayer) else tuple(layer.paths())
                rows += [at + n for n in range(len(held)) if self.alpha[at + n] > 0]
                at += len(held)
            elif layer.visible:
                if rows:
                    yield outlines_of(self._paths, rows)
                rows = []
                alone = replace(self._scene, layers=(layer,), background=Background(None))
                yield torch.from_numpy(picture_of(alone, self.width, self.height))
        if rows:
            yield outlines_of(self._paths, rows)

    def _drawn(self, outlines: Outlines) -> Paths:
        path = outlines.path
        faint = torch.ones(len(path), 4)
        faint[:, 3] = self.alpha[path]
        return outlines.painted(
            self.points, self.widths[path] / 2, self.stroke[path] * faint, self.fill[path] * faint
        )

    def _rasterized(self, paths: Paths, ground: tuple[float, float, float, float]) -> Tensor:
        return rasterize(
            paths,
            self.width,
            self.height,
            ground,
            premultiplied=True,
            rasterizer=self.config.rasterizer,
        )

    def _plain(self, ground: Sequence[float]) -> Tensor:
        return torch.tensor(ground).expand(self.height, self.width, 4)


def fitted_scene(scene: Scene, width: int, height: int) -> Scene:
    """A scene as large as fits on a sheet of so many px, in the middle, in px."""
    scale, move = _fit(scene, width, height)
    return replace(
        scene,
        width=width,
        height=height,
        layers=tuple(_moved(layer, scale, move, scene.width) for layer in scene.layers),
    )


def unfitted(path: Path, scene: Scene, size: tuple[int, int]) -> Path:
    """A path on a sheet of that size in px, in the units of a scene that was fitted on it."""
    scale, move = _fit(scene, *size)
    return _moved_path(path, 1 / scale, -move / scale)


def _fit(scene: Scene, width: int, height: int) -> tuple[float, Any]:
    scale = min(width / scene.width, height / scene.height)
    return scale, np.array([width - scene.width * scale, height - scene.height * scale]) / 2


def _moved(layer: AnyLayer, scale: float, move: Any, width: float) -> AnyLayer:
    if isinstance(layer, GroupLayer):
        inner = (_moved(inner, scale, move, width) for inner in layer.layers)
        return replace(layer, layers=tuple(inner))
    if isinstance(layer, PathLayer):
        return replace(layer, paths=tuple(_moved_path(path, scale, move) for path in layer.paths))
    if isinstance(layer, CellLayer):
        return _moved(_as_pixels(layer, width), scale, move, width)
    x, y, across, down = layer.box
    left, top = x * scale + move[0], y * scale + move[1]
    return replace(layer, x=left, y=top, width=across * scale, height=down * scale)


def _as_pixels(layer: CellLayer, width: float) -> RasterLayer:
    """Cells as wide as a scene, as a picture that can stand anywhere."""
    grid = layer.grid
    pixels = grid.rgba(enlarged(grid, grid.indices, 8))
    high = width * pixels.shape[0] / pixels.shape[1]
    switches: dict[str, Any] = {"visible": layer.visible, "locked": layer.locked}
    return RasterLayer(layer.name, pixels, 0, 0, width, high, opacity=layer.opacity, **switches)


def _moved_path(path: Path, scale: float, move: Any) -> Path:
    more = tuple(
        replace(run, control_points=run.control_points * scale + move) for run in path.more
    )
    return replace(
        path,
        control_points=path.control_points * scale + move,
        more=more,
        stroke_width=path.stroke_width * scale,
    )


def _shown(layers: Sequence[AnyLayer], opacity: float) -> Iterator[tuple[float, bool]]:
    """Of each path how opaque its layers are together, 0 where hidden, and whether it is locked."""
    for layer in layers:
        alpha = opacity * layer.opacity if layer.visible else 0.0
        kept = layer.locked or not layer.visible
        if isinstance(layer, PathLayer):
            yield from [(alpha, kept)] * len(layer.paths)
        elif isinstance(layer, GroupLayer):
            yield from ((a, kept or locked) for a, locked in _shown(layer.layers, alpha))


def _refilled(layer: AnyLayer, paths: Iterator[Path]) -> AnyLayer:
    """A layer with as many paths, taken from `paths`."""
    if isinstance(layer, PathLayer):
        return replace(layer, paths=tuple(next(paths) for _ in layer.paths))
    if isinstance(layer, GroupLayer):
        return replace(layer, layers=tuple(_refilled(inner, paths) for inner in layer.layers))
    return layer


def _rgba(paints: Sequence[Rgba | None]) -> Tensor:
    return torch.tensor([_CLEAR if paint is None else paint for paint in paints]).view(-1, 4)


def _color(rgba: Tensor) -> Rgba:
    red, green, blue, alpha = rgba.detach().double().tolist()
    return red, green, blue, alpha
