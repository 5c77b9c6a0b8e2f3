"""Paths for tests: written out one by one, or drawn at random in every kind there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from drawkit.raster import Paths, rasterize

WHITE = (1.0, 1.0, 1.0, 1.0)
CLEAR = (0.0, 0.0, 0.0, 0.0)
VALUES = ("points", "radius", "stroke", "fill")


@dataclass(frozen=True)
class Item:
    """One path; without a stroke or a fill where that is None."""

    points: Any  # [K, 2]
    closed: bool = False
    radius: float = 1.0
    stroke: tuple[float, ...] | None = None
    fill: tuple[float, ...] | None = None
    even_odd: bool = False


def colors(given: Iterable[tuple[float, ...] | None]) -> Tensor:  # [N, 4]
    return torch.tensor([rgba or CLEAR for rgba in given], dtype=torch.float32).reshape(-1, 4)


def build(*items: Item) -> Paths:
    points = [np.asarray(item.points, np.float32).reshape(-1, 2) for item in items]
    return Paths(
        points=torch.from_numpy(np.concatenate([*points, np.zeros((0, 2), np.float32)])),
        segments=torch.tensor([len(p) // 3 for p in points], dtype=torch.int64),
        closed=torch.tensor([item.closed for item in items], dtype=torch.bool),
        radius=torch.tensor([item.radius for item in items], dtype=torch.float32),
        stroke=colors(item.stroke for item in items),
        fill=colors(item.fill for item in items),
        stroked=torch.tensor([item.stroke is not None for item in items], dtype=torch.bool),
        filled=torch.tensor([item.fill is not None for item in items], dtype=torch.bool),
        even_odd=torch.tensor([item.even_odd for item in items], dtype=torch.bool),
    )


def straight_line(x0: float, y0: float, x1: float, y1: float) -> np.ndarray:
    return np.linspace((x0, y0), (x1, y1), 4)


def random_paths(seed: int, count: int, width: int, height: int) -> Paths:
    """Strokes, fills of both rules, both at once, open and closed, partly off the canvas."""
    rng = np.random.default_rng(seed)
    items = []
    for index in range(count):
        closed = bool(rng.integers(2))
        number = 3 * int(rng.integers(1, 4)) + (0 if closed else 1)
        start = rng.uniform(-0.1, 1.1, 2) * (width, height)
        steps = rng.normal(0, 0.15 * min(width, height), (number, 2))
        kind = index % 3
        items.append(
            Item(
                start + np.cumsum(steps, 0),
                closed,
                float(np.exp(rng.uniform(np.log(0.1), np.log(0.15 * min(width, height))))),
                tuple(rng.uniform(0, 1, 4)) if kind != 1 else None,
                tuple(rng.uniform(0, 1, 4)) if kind != 0 else None,
                bool(rng.integers(2)),
            )
        )
    return build(*items)


def gradients(
    paths: Paths, slope: Tensor, background: tuple[float, ...] = WHITE, rasterizer: str = "numba"
) -> tuple[Tensor, dict[str, Tensor]]:
    """The premultiplied picture, and the gradient of sum(picture * slope) by every value."""
    height, width = slope.shape[:2]
    leaves = {name: getattr(paths, name).clone().requires_grad_() for name in VALUES}
    picture = rasterize(
        replace(paths, **leaves), width, height, background,
        premultiplied=True, rasterizer=rasterizer,
    )  # fmt: skip
    found = torch.autograd.grad(
        picture, list(leaves.values()), slope.to(picture), allow_unused=True
    )
    zeros = [
        torch.zeros_like(v) if g is None else g for g, v in zip(found, leaves.values(), strict=True)
    ]
    return picture.detach(), dict(zip(VALUES, zeros, strict=True))


def soft_slope(width: int, height: int, seed: int = 0, channels: int = 4) -> Tensor:
    """Smooth noise [height, width, channels]: what a loss sends back."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(1, channels, -(-height // 8) + 1, -(-width // 8) + 1, generator=generator)
    smooth = torch.nn.functional.interpolate(
        coarse, size=(height, width), mode="bicubic", align_corners=True
    )
    return smooth[0].permute(1, 2, 0).contiguous()


def cosine(a: Tensor, b: Tensor) -> float:
    """1 for the same direction; two zeros agree."""
    a, b = a.double().ravel(), b.double().ravel()
    scale = float(a.norm() * b.norm())
    return float(a @ b) / scale if scale > 0 else float(a.norm() == b.norm())
