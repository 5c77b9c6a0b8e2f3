"""A canvas that grows: it begins with one stroke and adds another now and then."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from drawkit.canvas import Canvas, CanvasSpec, Changes, ParamGroup, canvases
from drawkit.canvas.contract import Replacement
from drawkit.raster import Paths, rasterize
from drawkit.scene import Background, Path, PathLayer, Scene

BLACK = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class GrowingConfig:
    """How many strokes it ends with."""

    most: int = 6


@canvases.register("growing", config=GrowingConfig)
class GrowingCanvas(Canvas):
    """Black strokes of one segment on white, one more at every sixth of the run."""

    def __init__(self, config: GrowingConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.background = (1.0, 1.0, 1.0)
        self.points = nn.Parameter(self._stroke(spec.generator))

    def _stroke(self, dice: torch.Generator) -> Tensor:
        return torch.rand(1, 4, 2, generator=dice) * torch.tensor([self.width, self.height])

    def forward(self) -> Tensor:
        yes, ink = torch.ones(len(self.points)).bool(), torch.tensor([BLACK] * len(self.points))
        points = self.points.reshape(-1, 2)
        paths = Paths(points, yes.long(), ~yes, 2.0 * yes, ink, ink, yes, ~yes, ~yes)
        return rasterize(paths, self.width, self.height).permute(2, 0, 1)[None]

    def param_groups(self, progress: float) -> list[ParamGroup]:
        return [ParamGroup("points", [self.points], 1.0)]

    def project_(self) -> None:
        """Strokes may lie anywhere."""

    def advance_(self, progress: float, generator: torch.Generator) -> Changes:
        old = self.points
        if len(old) > progress * self.config.most:
            return Changes()
        self.points = nn.Parameter(torch.cat([old.data, self._stroke(generator)]))
        rows = torch.tensor([*range(len(old)), -1])
        return Changes(replaced={old: Replacement(self.points, rows)})

    def to_scene(self) -> Scene:
        drawn = self.points.detach().double().numpy()
        paths = tuple(Path(points, stroke=BLACK, stroke_width=4.0) for points in drawn)
        return Scene(self.width, self.height, (PathLayer("strokes", paths),), Background())
