"""The rasterizer again, slow and plain, in torch: specification, oracle and tutorial.

The picture is composited on `SAMPLES` x `SAMPLES` small squares a pixel and averaged. On each
square a path covers the share that the half-plane at its nearest edge covers, exactly (the edge
has a direction). Strokes are the points nearer to the path than their radius, so a line thinner
than a square is sampled on finer squares until the half-plane is right again. Fills take the
nearest edge that has the inside on one side only. Gradients are torch's own.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from drawkit.raster.constants import (
    DOT,
    DOT_LINES,
    FLATNESS,
    MAX_GRID,
    MAX_LINES,
    MIN_LINES,
    MIN_RADIUS,
    SAMPLES,
)
from drawkit.raster.paths import Paths
from drawkit.raster.pieces import boundary_pieces

__all__ = ["flat_count", "half_plane_share", "rasterize_reference", "stroke_grid"]

EDGE_REACH = math.sqrt(0.5) / SAMPLES


def flat_count(control: Tensor, flatness: float = FLATNESS) -> int:  # [4, 2]
    """Lines that stay within `flatness` pixels of a cubic (Wang's bound), 6 to 256; 2 for a dot."""
    if float((control[1:] - control[:-1]).square().sum(1).sqrt().sum()) < DOT:
        return DOT_LINES
    bend = control[:-2] - 2 * control[1:-1] + control[2:]
    worst = float(bend.square().sum(1).max().sqrt())
    return max(MIN_LINES, min(MAX_LINES, math.ceil(math.sqrt(0.75 * worst / flatness))))


def stroke_grid(radius: float) -> int:
    """Squares a pixel side that a stroke needs: a square no wider than sqrt(2) radius."""
    grid = SAMPLES
    while grid < MAX_GRID and grid * math.sqrt(2) * radius < 1:
        grid *= 2
    return grid


def half_plane_share(depth: Tensor, nx: Tensor, ny: Tensor) -> Tensor:
    """Share of the unit square at the origin covered by `n . y <= depth` (n of unit length)."""
    # On the line itself n is 0, 0: any direction will do, as the square is all covered then.
    a = torch.maximum(nx.abs(), ny.abs()).clamp_min(0.5)
    b = torch.minimum(nx.abs(), ny.abs()).clamp_min(1e-6)
    outer, inner = (a + b) / 2, (a - b) / 2
    size = depth.abs()
    straight = 0.5 + size / a
    corner = 1 - (outer - size).clamp_min(0).square() / (2 * a * b)
    share = torch.where(size <= inner, straight, corner)
    return torch.where(depth >= 0, share, 1 - share)


def flatten(control: Tensor, count: int) -> tuple[Tensor, Tensor]:  # [4, 2] -> [count, 2] twice
    """Starts and ends of the lines of one cubic."""
    t = torch.linspace(0, 1, count + 1, dtype=control.dtype, device=control.device)[:, None]
    s = 1 - t
    basis = torch.cat([s**3, 3 * s * s * t, 3 * s * t * t, t**3], 1)
    bend = torch.cat([6 * s, 6 * t - 12 * s, 6 * s - 12 * t, 6 * t], 1)
    # lines cut a curve's corners: move the inner points out by their mean distance from it
    basis[1:-1] -= bend[1:-1] / (12 * count**2)
    points = basis @ control
    return points[:-1], points[1:]


def nearest(
    centres: Tensor, start: Tensor, end: Tensor, span: Tensor, allowed: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor]:  # [M, 2], [L, 2], [L, 2], [L, 2], [M, L]
    """The nearest (allowed) line, its distance, and the unit direction from it to each centre."""
    line, square = end - start, ((end - start) ** 2).sum(1)
    safe = square.clamp_min(1e-20)
    with torch.no_grad():
        along = ((centres[:, None] - start) * line).sum(2) / safe
        along = torch.where(square > 1e-20, along, torch.full_like(along, 0.5))
        along = torch.minimum(torch.maximum(along, span[:, 0]), span[:, 1])
        gap = centres[:, None] - start - along[..., None] * line
        square_gap = gap.square().sum(2)
        if allowed is not None:
            square_gap = torch.where(allowed, square_gap, square_gap + 1e18)
        best = square_gap.argmin(1)
        u = along.gather(1, best[:, None])[:, 0]
        low, high = span[best, 0], span[best, 1]
        side = (u > low) & (u < high) & (square[best] > 1e-20)
    a, b = start[best], end[best]
    # beside a line: the foot's distance and the line's own normal
    normal = torch.stack([a[:, 1] - b[:, 1], b[:, 0] - a[:, 0]], 1)
    normal = normal / safe[best].sqrt()[:, None]
    reach = ((centres - a) * normal).sum(1)
    sign = torch.where(reach >= 0, 1.0, -1.0).to(reach)
    # beyond an end: the distance to that point
    gap = centres - (a + u[:, None] * (b - a))
    far = gap.square().sum(1).clamp_min(1e-18).sqrt()
    distance = torch.where(side, reach * sign, far)
    direction = torch.where(side[:, None], normal * sign[:, None], gap / far[:, None])
    return best, distance, direction[:, 0], direction[:, 1]


def squares(width: int, height: int, grid: int, like: Tensor) -> Tensor:
    """Centres of the `grid` x `grid` squares of every pixel: [H grid * W grid, 2]."""
    y = (torch.arange(height * grid, dtype=like.dtype, device=like.device) + 0.5) / grid
    x = (torch.arange(width * grid, dtype=like.dtype, device=like.device) + 0.5) / grid
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), 2).reshape(-1, 2)


def segment_lines(paths: Paths, path: int, close: bool) -> tuple[Tensor, Tensor]:
    """All lines of one path, with the closing line of a filled open path."""
    starts, ends = [], []
    for index in paths.control_indices(path, close):
        control = paths.points[index]
        a, b = flatten(control, flat_count(control.detach()))
        starts.append(a)
        ends.append(b)
    return torch.cat(starts), torch.cat(ends)


def stroke_share(paths: Paths, path: int, width: int, height: int) -> Tensor:
    """Coverage of the stroke of one path on the compositing squares: [H 2, W 2]."""
    start, end = segment_lines(paths, path, close=False)
    radius = paths.radius[path]
    floor = radius.clamp_min(MIN_RADIUS)
    grid = stroke_grid(float(floor.detach()))
    span = start.new_tensor([0.0, 1.0]).expand(len(start), 2)
    _, distance, nx, ny = nearest(squares(width, height, grid, start), start, end, span)
    share = half_plane_share((floor - distance) * grid, nx, ny) * (radius / floor)
    return pool(share.reshape(height * grid, width * grid), grid // SAMPLES)


def fill_share(paths: Paths, path: int, width: int, height: int) -> Tensor:
    """Coverage of the inside of one path on the compositing squares: [H 2, W 2]."""
    start, end = segment_lines(paths, path, close=True)
    even_odd = bool(paths.even_odd[path])
    centres = squares(width, height, SAMPLES, start)
    ends = start.detach().cpu().numpy(), end.detach().cpu().numpy()
    line, spans, sides = boundary_pieces(*ends, even_odd)
    inside = is_inside(winding(centres, start.detach(), end.detach()), even_odd)
    shape = (height * SAMPLES, width * SAMPLES)
    if len(line) == 0:  # it runs back over itself everywhere: nothing lies within
        return start.new_zeros(shape)
    index = torch.from_numpy(line).to(start.device)
    span, side = torch.from_numpy(spans).to(start), torch.from_numpy(sides).to(start)
    start, end = start[index], end[index]
    allowed = start.new_ones((len(centres), len(index)), dtype=torch.bool)
    edge, distance, nx, ny = nearest(centres, start, end, span, allowed)
    depth = torch.where(inside, distance, -distance)
    share = half_plane_share(depth * SAMPLES, nx, ny)
    # a sliver is what the edge and the one facing it across the inside leave
    allowed = facing(start.detach(), end.detach(), side)[edge]
    far, distance, nx, ny = nearest(centres, start, end, span, allowed)
    step, gap = (end - start)[far], centres - start[far]
    behind = (step[:, 0] * gap[:, 1] - step[:, 1] * gap[:, 0]) * side[far] >= 0
    across = half_plane_share(torch.where(behind, distance, -distance) * SAMPLES, nx, ny)
    thin = allowed.any(1) & (distance < EDGE_REACH) & (share.detach() < 1)
    thin = thin & (share.detach() > 0)
    share = torch.where(thin, (share + across - 1).clamp_min(0), share)
    return share.reshape(shape)


def facing(start: Tensor, end: Tensor, side: Tensor) -> Tensor:  # [L, 2], [L, 2], [L] -> [L, L]
    """Which edges look at each other across the inside, within 60 degrees."""
    line = end - start
    inward = side[:, None] * line / line.square().sum(1).sqrt().clamp_min(1e-20)[:, None]
    return inward @ inward.T < -0.5


def winding(centres: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """How often the lines go round each centre: [M] integers."""
    x, y = centres[:, :1], centres[:, 1:]
    up = (start[:, 1] <= y) & (end[:, 1] > y)
    down = (end[:, 1] <= y) & (start[:, 1] > y)
    rise = end[:, 1] - start[:, 1]
    safe = torch.where(rise == 0, torch.ones_like(rise), rise)
    cross = start[:, 0] + (y - start[:, 1]) / safe * (end[:, 0] - start[:, 0])
    left = cross <= x
    return ((up & left).long() - (down & left).long()).sum(1)


def is_inside(number: Tensor, even_odd: bool) -> Tensor:
    """SVG's fill rules."""
    return number % 2 != 0 if even_odd else number != 0


def pool(share: Tensor, size: int) -> Tensor:
    """Mean over `size` x `size` squares."""
    height, width = share.shape
    return share.reshape(height // size, size, width // size, size).mean((1, 3))


def rasterize_reference(
    paths: Paths, width: int, height: int, background: tuple[float, float, float, float]
) -> Tensor:  # [H, W, 4]
    """Premultiplied RGBA of `paths` over `background` (straight RGBA)."""
    red, green, blue, alpha = background
    ground = paths.points.new_tensor([red * alpha, green * alpha, blue * alpha, alpha])
    picture = ground.expand(height * SAMPLES, width * SAMPLES, 4)
    for path in range(len(paths.segments)):
        if paths.filled[path]:
            picture = over(picture, fill_share(paths, path, width, height), paths.fill[path])
        if paths.stroked[path]:
            picture = over(picture, stroke_share(paths, path, width, height), paths.stroke[path])
    return picture.reshape(height, SAMPLES, width, SAMPLES, 4).mean((1, 3))


def over(picture: Tensor, share: Tensor, rgba: Tensor) -> Tensor:
    """Paint straight `rgba` with coverage `share` over the premultiplied picture."""
    paint = torch.cat([rgba[:3], torch.ones_like(rgba[:1])])
    alpha = (share * rgba[3])[..., None]
    return picture + alpha * (paint - picture)
