"""A canvas of your own: a mosaic of round stones, whose colours and sizes are learned.

python examples/09_own_canvas.py
"""

import math
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn

from drawkit import draw
from drawkit.canvas import Canvas, CanvasSpec, ParamGroup, canvases
from drawkit.config.limits import Limits, check_limits
from drawkit.raster import Paths, rasterize
from drawkit.scene import Background, Path, PathLayer, Scene

ARM = 4 / 3 * math.tan(math.pi / 8)
"""How far the handles of a quarter circle reach, as a share of its radius."""
CIRCLE = torch.tensor(
    [
        (1, 0), (1, ARM), (ARM, 1), (0, 1), (-ARM, 1), (-1, ARM),
        (-1, 0), (-1, -ARM), (-ARM, -1), (0, -1), (ARM, -1), (1, -ARM),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class StonesConfig:
    """How many stones, and how fast they change."""

    across: Annotated[int, Limits(2, 64)] = 16
    """Stones along a side."""
    lr_color: Annotated[float, Limits(0, 1)] = 0.02
    """Learning rate of the colours."""
    lr_radius: Annotated[float, Limits(0, 100)] = 0.1
    """Learning rate of the radii, px a step."""

    def __post_init__(self) -> None:
        check_limits(self, "stones")


@canvases.register("stones", config=StonesConfig)
class StonesCanvas(Canvas):
    """A mosaic of round stones."""

    def __init__(self, config: StonesConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        side, generator = config.across, spec.generator
        self.most = min(self.width, self.height) / side / 2
        x = (torch.arange(side) + 0.5) * self.width / side
        y = (torch.arange(side) + 0.5) * self.height / side
        self.register_buffer("places", torch.cartesian_prod(x, y))
        count = side * side
        self.color = nn.Parameter(0.5 + 0.1 * torch.randn(count, 3, generator=generator))
        self.radius = nn.Parameter(torch.full((count,), 0.8 * self.most))

    def points(self) -> Tensor:
        """[count, 12, 2]: the control points of every stone."""
        return self.places[:, None] + self.radius[:, None, None] * CIRCLE

    def forward(self) -> Tensor:
        count = len(self.radius)
        no, yes = torch.zeros(count, dtype=torch.bool), torch.ones(count, dtype=torch.bool)
        paths = Paths(
            points=self.points().reshape(-1, 2),
            segments=torch.full((count,), 4),
            closed=yes,
            radius=torch.zeros(count),
            stroke=torch.zeros(count, 4),
            fill=torch.cat([self.color, torch.ones(count, 1)], dim=1),
            stroked=no,
            filled=yes,
            even_odd=no,
        )
        paper = (0.0, 0.0, 0.0, 0.0) if self.background is None else (*self.background, 1.0)
        picture = rasterize(paths, self.width, self.height, paper, premultiplied=True)
        return picture.permute(2, 0, 1)[None]

    def param_groups(self, progress: float) -> list[ParamGroup]:
        return [
            ParamGroup("color", [self.color], self.config.lr_color),
            ParamGroup("radius", [self.radius], self.config.lr_radius),
        ]

    @torch.no_grad()
    def project_(self) -> None:
        self.color.clamp_(0, 1)
        self.radius.clamp_(0.5, self.most)

    @torch.no_grad()
    def to_scene(self) -> Scene:
        stones = tuple(
            Path(points.double().numpy(), closed=True, fill=(*color.tolist(), 1.0))
            for points, color in zip(self.points(), self.color, strict=True)
        )
        layers = (PathLayer("stones", stones),)
        return Scene(self.width, self.height, layers, Background(self.background))


drawing = draw(
    "a red apple", background="#222222", settings={"draw.canvas": "stones", "stones.across": 20}
)
print(drawing, drawing.save("stones.svg"))
