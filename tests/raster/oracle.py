"""The truth about small scenes, worked out another way than the rasterizer's.

Picture: every path is a polyline so fine that it may pass for the curve. On each of ROWS
scanlines a pixel, the stretches that a layer inks are found exactly, cut into COLUMNS cells a
pixel, and the layers are blended cell by cell. No distance field, no half-planes, no tiles.

Gradient: the Reynolds transport theorem. Where a layer's edge moves, the picture changes by the
jump across that edge times the edge's speed; the integral of that along the edge, weighted with
the loss, is the derivative. Colours: the picture is linear in each of them, so the difference
between 1 and 0 is exact.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from drawkit.raster import Paths

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ROWS, COLUMNS = 32, 8
FLATNESS = 1e-4  # px between polyline and curve
STEP = 0.01  # px along an edge


@dataclass(frozen=True)
class Segment:
    """A cubic [4, 2], the indices of its control points, and its fine polyline [n + 1, 2]."""

    control: Floats
    index: list[int]
    line: Floats


@dataclass(frozen=True)
class Layer:
    """The fill or the stroke of one path; the picture is made of these."""

    path: int
    radius: float | None  # None: a fill
    even_odd: bool
    closed: bool
    rgba: Floats
    segments: list[Segment]

    @property
    def line(self) -> Floats:
        """The whole polyline [n + 1, 2]."""
        return np.concatenate([self.segments[0].line[:1], *(s.line[1:] for s in self.segments)])


def weights(t: Floats) -> Floats:  # [n] -> [n, 4]
    s = 1 - t
    return np.stack([s**3, 3 * s * s * t, 3 * s * t * t, t**3], -1)


def speeds(control: Floats, t: Floats) -> Floats:  # [n, 2]
    """First derivative of the cubic."""
    d = 3 * np.diff(control, axis=0)
    s = 1 - t
    return np.stack([s * s, 2 * s * t, t * t], -1) @ d


def segment(points: Floats, index: list[int]) -> Segment:
    control = points[index]
    bend = np.abs(np.diff(control, 2, axis=0)).max()
    count = max(60, math.ceil(math.sqrt(0.75 * bend / FLATNESS)))
    return Segment(control, index, weights(np.linspace(0, 1, count + 1)) @ control)


def layers(paths: Paths) -> list[Layer]:
    """What is painted, first to last."""
    points = paths.points.detach().double().numpy()
    found, first = [], 0
    for p, (count, closed) in enumerate(
        zip(paths.segments.tolist(), paths.closed.tolist(), strict=True)
    ):
        total = 3 * count + (not closed)
        curve = [
            segment(points, [first + (3 * s + k) % total for k in range(4)]) for s in range(count)
        ]
        last = first + total - 1
        shut = [] if closed else [segment(points, [last, last, first, first])]
        even_odd = bool(paths.even_odd[p])
        if paths.filled[p]:
            rgba = paths.fill[p].detach().double().numpy()
            found.append(Layer(p, None, even_odd, closed, rgba, curve + shut))
        if paths.stroked[p]:
            rgba = paths.stroke[p].detach().double().numpy()
            radius = float(paths.radius[p])
            found.append(Layer(p, radius, even_odd, closed, rgba, curve))
        first += total
    return found


# The picture


def picture(paths: Paths, width: int, height: int, background: tuple[float, ...]) -> Floats:
    """Premultiplied RGBA [height, width, 4] over a straight RGBA background."""
    parts = layers(paths)
    shares = [cells(layer, width, height) for layer in parts]
    return pixels(blend(shares, [layer.rgba for layer in parts], background), width, height)


def blend(shares: list[Floats], colors: list[Floats], background: tuple[float, ...]) -> Floats:
    """Premultiplied RGBA of every cell, layer over layer."""
    red, green, blue, alpha = background
    state = np.broadcast_to(
        [red * alpha, green * alpha, blue * alpha, alpha], (*shares[0].shape, 4)
    )
    for share, rgba in zip(shares, colors, strict=True):
        cover = (share * rgba[3])[..., None]
        state = state + cover * (np.array([*rgba[:3], 1.0]) - state)
    return state


def pixels(state: Floats, width: int, height: int) -> Floats:
    return state.reshape(height, ROWS, width, COLUMNS, 4).mean((1, 3))


def cells(layer: Layer, width: int, height: int) -> Floats:
    """Share of every cell that a layer covers [height ROWS, width COLUMNS]."""
    edges = np.arange(width * COLUMNS + 1) / COLUMNS
    out = np.zeros((height * ROWS, width * COLUMNS))
    for row in range(height * ROWS):
        y = (row + 0.5) / ROWS
        low, high = (
            inked(layer.line, y, layer.radius)
            if layer.radius is not None
            else filled(layer.line, y, layer.even_odd)
        )
        if len(low):
            knots = np.stack([low, high], 1).ravel()
            grown = np.repeat(np.concatenate([[0.0], np.cumsum(high - low)]), 2)[1:-1]
            out[row] = np.diff(np.interp(edges, knots, grown)) * COLUMNS
    return out


def inked(line: Floats, y: float, radius: float) -> tuple[Floats, Floats]:
    """Disjoint stretches of the scanline within `radius` of a polyline."""
    near = (np.minimum(line[:-1, 1], line[1:, 1]) < y + radius) & (
        np.maximum(line[:-1, 1], line[1:, 1]) > y - radius
    )
    a, b = line[:-1][near], line[1:][near]
    low, high = np.full(len(a), np.inf), np.full(len(a), -np.inf)
    for end in (a, b):  # the discs round both ends
        half = np.sqrt(np.maximum(radius**2 - (y - end[:, 1]) ** 2, 0))
        hit = np.abs(y - end[:, 1]) < radius
        low = np.where(hit, np.minimum(low, end[:, 0] - half), low)
        high = np.where(hit, np.maximum(high, end[:, 0] + half), high)
    step = b - a
    length = np.hypot(step[:, 0], step[:, 1])
    side = np.stack([-step[:, 1], step[:, 0]], 1) * (radius / np.maximum(length, 1e-30))[:, None]
    for sign in (1, -1):  # the two long sides
        foot = a + sign * side
        along = (y - foot[:, 1]) / np.where(step[:, 1] == 0, 1, step[:, 1])
        x = foot[:, 0] + along * step[:, 0]
        hit = (step[:, 1] != 0) & (along >= 0) & (along <= 1)
        low = np.where(hit, np.minimum(low, x), low)
        high = np.where(hit, np.maximum(high, x), high)
    order = np.argsort(low)
    low, high = low[order], high[order]
    good = low < high
    low, high = low[good], high[good]
    if len(low) == 0:
        return low, high
    covered = np.maximum.accumulate(high)
    begin = np.maximum(low, np.concatenate([[-np.inf], covered[:-1]]))
    return begin, np.maximum(begin, high)


def filled(line: Floats, y: float, even_odd: bool) -> tuple[Floats, Floats]:
    """Disjoint stretches of the scanline inside an outline."""
    x, turn = crossings(line, y)
    order = np.argsort(x)
    x, number = x[order], np.cumsum(turn[order])[:-1]
    within = number % 2 != 0 if even_odd else number != 0
    return x[:-1][within], x[1:][within]


def crossings(line: Floats, y: float) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Where an outline crosses a scanline, and +1 or -1 for down or up."""
    top, bottom = line[:-1, 1], line[1:, 1]
    down, up = (top <= y) & (bottom > y), (bottom <= y) & (top > y)
    hit = down | up
    a, b = line[:-1][hit], line[1:][hit]
    x = a[:, 0] + (y - a[:, 1]) / (b[:, 1] - a[:, 1]) * (b[:, 0] - a[:, 0])
    return x, down[hit].astype(np.int64) - up[hit]


# The gradient of sum(picture * slope)


@dataclass(frozen=True)
class Truth:
    """Gradients by points [K, 2], radius [N], stroke and fill [N, 4]."""

    points: Floats
    radius: Floats
    stroke: Floats
    fill: Floats


@dataclass(frozen=True)
class Edge:
    """Places on a layer's edge [M, 2], their outward normals [M, 2], the edge length that each
    stands for [M], and how far it moves with each of its control points [M, 4].
    """

    place: Floats
    normal: Floats
    length: Floats
    share: Floats
    index: list[int]


def gradient(
    paths: Paths, width: int, height: int, background: tuple[float, ...], slope: Floats
) -> Truth:
    """The gradient of sum(picture * slope), slope [height, width, 4]."""
    parts = layers(paths)
    count = len(paths.segments)
    color, radius = np.zeros((count, 4)), np.zeros(count)
    truth = Truth(np.zeros(tuple(paths.points.shape)), radius, color, color.copy())
    shares = [cells(layer, width, height) for layer in parts]
    for k, layer in enumerate(parts):
        canvas = (width, height)
        for edge in (fill_edges if layer.radius is None else stroke_edges)(layer, canvas):
            value = jump(parts, k, edge.place, background, slope) * edge.length
            for i, index in enumerate(edge.index):
                truth.points[index] += (value * edge.share[:, i]) @ edge.normal
            if layer.radius is not None:
                truth.radius[layer.path] += value.sum()
        by_color = truth.fill if layer.radius is None else truth.stroke
        for channel in range(4):
            loss = []
            for level in (0.0, 1.0):
                colors = [part.rgba.copy() for part in parts]
                colors[k][channel] = level
                loss.append(
                    (pixels(blend(shares, colors, background), width, height) * slope).sum()
                )
            by_color[layer.path, channel] = loss[1] - loss[0]
    return truth


def jump(
    parts: list[Layer], k: int, place: Floats, background: tuple[float, ...], slope: Floats
) -> Floats:
    """How much the loss density grows at each place where layer k begins to cover it."""
    red, green, blue, alpha = background
    ground = np.array([red * alpha, green * alpha, blue * alpha, alpha])
    states = [np.broadcast_to(ground, (len(place), 4)) for _ in range(2)]
    for j, layer in enumerate(parts):
        here = np.ones(len(place)) if j == k else covers(layer, place).astype(np.float64)
        cover = (here * layer.rgba[3])[:, None]
        paint = np.array([*layer.rgba[:3], 1.0])
        states = [
            state if j == k and not drawn else state + cover * (paint - state)
            for drawn, state in enumerate(states)
        ]
    pixel = slope[place[:, 1].astype(int), place[:, 0].astype(int)]
    return np.asarray(((states[1] - states[0]) * pixel).sum(1))


def covers(layer: Layer, place: Floats) -> Bools:
    if layer.radius is None:
        return inside(layer, place)
    return distance(layer.line, place) < layer.radius


def distance(line: Floats, place: Floats) -> Floats:
    """Distance of every place from a polyline."""
    out = np.full(len(place), np.inf)
    step = np.diff(line, axis=0)
    square = np.maximum((step**2).sum(1), 1e-300)
    for i in range(0, len(place), 500):
        gap = place[i : i + 500, None] - line[:-1]
        along = np.clip((gap * step).sum(2) / square, 0, 1)
        gap -= along[..., None] * step
        out[i : i + 500] = np.sqrt((gap**2).sum(2).min(1))
    return out


def inside(layer: Layer, place: Floats) -> Bools:
    out = np.zeros(len(place), np.bool_)
    for i, (x, y) in enumerate(place):
        at, turn = crossings(layer.line, y)
        number = int(turn[at < x].sum())
        out[i] = number % 2 != 0 if layer.even_odd else number != 0
    return out


def middles(segment: Segment) -> tuple[Floats, float]:
    """Parameters in the middle of equal steps, short enough for STEP, and their width."""
    length = np.hypot(*np.diff(segment.line, axis=0).T).sum()
    count = max(50, math.ceil(length / STEP))
    return (np.arange(count) + 0.5) / count, 1 / count


def on_canvas(place: Floats, canvas: tuple[int, int]) -> Bools:
    return ((place >= 0) & (place < canvas)).all(1)


def fill_edges(layer: Layer, canvas: tuple[int, int]) -> list[Edge]:
    """The parts of an outline with the inside on one side only, on the canvas."""
    found = []
    for part in layer.segments:
        t, dt = middles(part)
        speed = speeds(part.control, t)
        pace = np.hypot(speed[:, 0], speed[:, 1])
        keep = (pace > 1e-9) & on_canvas(weights(t) @ part.control, canvas)
        t, speed, pace = t[keep], speed[keep], pace[keep]
        normal = np.stack([-speed[:, 1], speed[:, 0]], 1) / pace[:, None]
        place = weights(t) @ part.control
        ahead, behind = (inside(layer, place + sign * 2e-3 * normal) for sign in (1, -1))
        edge = ahead != behind
        outward = np.where(ahead, -1.0, 1.0)[:, None] * normal
        found.append(
            Edge(place[edge], outward[edge], (pace * dt)[edge], weights(t)[edge], part.index)
        )
    return found


def stroke_edges(layer: Layer, canvas: tuple[int, int]) -> list[Edge]:
    """Both sides of every segment, caps and joins, on the canvas and not inside the stroke."""
    radius = layer.radius
    assert radius is not None
    line, found = layer.line, []

    def add(place: Floats, normal: Floats, length: Floats, share: Floats, index: list[int]) -> None:
        free = on_canvas(place, canvas)
        free[free] = distance(line, place[free]) >= radius - min(1e-3, 0.01 * radius)
        found.append(Edge(place[free], normal[free], length[free], share[free], index))

    for part in layer.segments:
        t, dt = middles(part)
        speed = speeds(part.control, t)
        pace = np.hypot(speed[:, 0], speed[:, 1])
        keep = pace > 1e-9
        t, speed, pace = t[keep], speed[keep], pace[keep]
        bend = np.diff(part.control, 2, axis=0) * 6
        bend = (1 - t)[:, None] * bend[0] + t[:, None] * bend[1]
        turn = (speed[:, 0] * bend[:, 1] - speed[:, 1] * bend[:, 0]) / pace**3
        for sign in (1, -1):
            normal = sign * np.stack([-speed[:, 1], speed[:, 0]], 1) / pace[:, None]
            length = pace * np.maximum(1 - sign * radius * turn, 0) * dt
            add(weights(t) @ part.control + radius * normal, normal, length, weights(t), part.index)
    for end, arrive, leave in corners(layer):
        count = max(200, math.ceil(2 * math.pi * radius / STEP))
        angle = (np.arange(count) + 0.5) / count * 2 * math.pi
        normal = np.stack([np.cos(angle), np.sin(angle)], 1)
        if arrive is not None:
            normal = normal[normal @ arrive >= 0]
        if leave is not None:
            normal = normal[normal @ leave <= 0]
        length = np.full(len(normal), 2 * math.pi * radius / count)
        share = np.ones((len(normal), 1))
        add(end[1] + radius * normal, normal, length, share, [end[0]])
    return found


def corners(layer: Layer) -> list[Any]:
    """Every end of a segment: (index, place), direction of arrival and of departure."""

    def way(a: Floats, *others: Floats) -> Floats:
        for b in others:
            if np.hypot(*(b - a)) > 1e-9:
                return np.asarray((b - a) / np.hypot(*(b - a)))
        raise ValueError("a dot has no direction, and this oracle no gradient for it")

    found = []
    count = len(layer.segments)
    for s in range(count + (0 if layer.closed else 1)):
        after = layer.segments[s].control if s < count else None
        before = layer.segments[s - 1].control if s > 0 or layer.closed else None
        leave = None if after is None else way(*after)
        arrive = None if before is None else -way(*before[::-1])
        index = layer.segments[s].index[0] if s < count else layer.segments[-1].index[3]
        place = after[0] if after is not None else layer.segments[-1].control[3]
        found.append(((index, place), arrive, leave))
    return found
