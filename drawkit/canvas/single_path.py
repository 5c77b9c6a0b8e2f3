"""One path of a scene as the rasterizer takes it, to see what it covers by itself."""

from __future__ import annotations

import torch

from drawkit.raster import Paths
from drawkit.scene import Path, Rgba

__all__ = ["is_plain", "single_path"]

_CLEAR = (0.0, 0.0, 0.0, 0.0)


def single_path(
    path: Path, *, scale: float = 1.0, corner: tuple[float, float] = (0.0, 0.0)
) -> Paths:
    """The first run of a path, drawn with `corner` (user units) at 0, `scale` px a unit.

    Its line has round ends and corners, whatever the path says.
    """

    def paint(rgba: Rgba | None) -> torch.Tensor:
        return torch.tensor([_CLEAR if rgba is None else rgba])

    return Paths(
        points=torch.from_numpy((path.control_points - corner) * scale).float(),
        segments=torch.tensor([path.segments]),
        closed=torch.tensor([path.closed]),
        radius=torch.tensor([path.stroke_width * scale / 2]),
        stroke=paint(path.stroke),
        fill=paint(path.fill),
        stroked=torch.tensor([path.stroke is not None]),
        filled=torch.tensor([path.fill is not None]),
        even_odd=torch.tensor([path.fill_rule == "evenodd"]),
    )


def is_plain(path: Path) -> bool:
    """Whether `single_path` shows it as it is: one run, its line with round ends and corners."""
    round_line = path.linecap == path.linejoin == "round"
    return not path.more and (path.stroke is None or round_line)
