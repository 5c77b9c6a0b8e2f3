"""Draw some of the art again in strokes and shapes: what a perceptor sees while it draws.

    python -m training.redraw CACHE --minutes 15

writes `redrawn.npy` beside the pictures (premultiplied RGBA, 72 x 72) and `redrawn-rows.npy`, the
picture that each shows; `validation-redrawn.npy` is the held-out vendor the same way. Training
mixes them in where they are there. Bezier strokes or filled shapes start at random places and are
fitted to a picture by drawkit's own rasterizer for a random while: few steps leave a scribble with
stray strokes under it, many a finished drawing.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.raster import Paths, rasterize
from training.cache import Cache, read_cache
from training.dataset import Art

FEW, MANY = 10, 56  # paths a drawing
SHORT, LONG = 5, 30  # steps of fitting
ASTRAY = 0.25  # share of paths that start anywhere, the others on the picture
SHAPES = 0.35  # share of the drawings made of filled shapes
SEED = 5


def start_paths(picture: Tensor, generator: torch.Generator) -> Paths:
    """Paths over a picture [4, H, W]: on its visible pixels in their colours, some anywhere."""

    def between(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(*shape, generator=generator)

    side = picture.shape[-1]
    count = int(torch.randint(FEW, MANY, (1,), generator=generator))
    filled = bool(torch.rand(1, generator=generator) < SHAPES)
    places = torch.multinomial(
        picture[3].flatten() + 1e-6, count, replacement=True, generator=generator
    )
    middle = torch.stack([places % side, places // side], dim=1) + 0.5
    color = picture[:3].flatten(1).T[places] / picture[3].flatten()[places, None].clamp(min=0.05)
    stray = torch.rand(count, generator=generator) < ASTRAY
    middle[stray] = between(0, side, int(stray.sum()), 2)
    color[stray] = between(0, 1, int(stray.sum()), 3)
    points = 12 if filled else 4  # four closed segments, or one open
    reach = side * (0.1 if filled else 0.16)
    if filled:  # around the middle, so that no edge crosses another at first
        turn = (torch.arange(points) / points * 2 * torch.pi)[None, :, None]
        ring = torch.cat([turn.cos(), turn.sin()], dim=2)
        spots = middle[:, None] + ring * between(0.3, 1.3, count, 1, 1) * reach
    else:
        along = torch.linspace(-1, 1, points)[None, :, None]
        spots = middle[:, None] + along * (torch.randn(count, 1, 2, generator=generator) * reach)
    rgba = torch.cat([color.clamp(0, 1), between(0.5, 1, count, 1)], dim=1)
    every = torch.ones(count, dtype=torch.bool)
    return Paths(
        points=spots.flatten(0, 1).requires_grad_(),
        segments=torch.full((count,), 4 if filled else 1),
        closed=every & filled,
        radius=between(0.6, 4.5, count).requires_grad_(),
        stroke=rgba.clone().requires_grad_(),
        fill=rgba.clone().requires_grad_(),
        stroked=every & (not filled),
        filled=every & filled,
        even_odd=~every,
    )


def redraw(picture: Tensor, generator: torch.Generator) -> Tensor:
    """A picture [4, H, W], premultiplied RGBA 0..1, as paths fitted to it: the same shape."""
    side = picture.shape[-1]
    paths = start_paths(picture, generator)
    optimizer = torch.optim.Adam(
        [
            {"params": [paths.points], "lr": 1.0},
            {"params": [paths.radius], "lr": 0.2},
            {"params": [paths.stroke, paths.fill], "lr": 0.05},
        ]
    )
    clear = (0.0, 0.0, 0.0, 0.0)
    target = picture.permute(1, 2, 0)
    for _ in range(int(torch.randint(SHORT, LONG, (1,), generator=generator))):
        drawn = rasterize(paths, side, side, clear, premultiplied=True)
        optimizer.zero_grad(set_to_none=True)
        F.mse_loss(drawn, target).backward()
        optimizer.step()
        with torch.no_grad():
            paths.radius.clamp_(0.4, 8)
            paths.stroke.clamp_(0, 1)
            paths.fill.clamp_(0, 1)
    with torch.no_grad():
        return rasterize(paths, side, side, clear, premultiplied=True).permute(2, 0, 1)


def redraw_some(
    cache: Cache, rows: Tensor, generator: torch.Generator, seconds: float
) -> tuple[list[Tensor], Tensor]:
    """As many of `rows` as the time allows: pictures [H, W, 4] uint8, and which they are."""
    began, drawn = time.process_time(), []
    for row in rows.tolist():
        if time.process_time() - began > seconds:
            break
        picture = cache.pictures[row].permute(2, 0, 1).float() / 255
        drawn.append(_levels(redraw(picture, generator)))
        if len(drawn) % 500 == 0:
            print(f"{len(drawn)} pictures redrawn", flush=True)
    return drawn, rows[: len(drawn)]


def _levels(picture: Tensor) -> Tensor:  # [4, H, W] 0..1 -> [H, W, 4] uint8
    return (picture.permute(1, 2, 0) * 255).round().clamp(0, 255).to(torch.uint8)


def main() -> None:
    """Read the command line, draw until the time is spent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="folder that training.prepare wrote")
    parser.add_argument("--minutes", type=float, default=15.0, help="of the processor")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    cache = read_cache(args.cache)
    generator = torch.Generator().manual_seed(SEED)
    held_out = cache.validation.permute(0, 3, 1, 2).float() / 255
    validation = [_levels(redraw(picture, generator)) for picture in held_out]
    np.save(args.cache / "validation-redrawn.npy", torch.stack(validation).numpy())
    print(f"{len(validation)} held-out pictures redrawn", flush=True)
    rows = Art(cache, generator).rows(200_000)
    drawn, rows = redraw_some(cache, rows, generator, 60 * args.minutes)
    np.save(args.cache / "redrawn-rows.npy", rows.numpy())
    np.save(args.cache / "redrawn.npy", torch.stack(drawn).numpy())
    print(f"{len(drawn)} pictures redrawn", flush=True)


if __name__ == "__main__":
    main()
