"""Writes tests/raster/more_scenes from the oracle: `python tests/raster/make_scenes.py [NAME..]`.

Scenes of the kinds that the given ones leave out, in their format. The truth takes minutes, so it
is stored; a test works one of them out anew.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path as FilePath

import numpy as np

sys.path.insert(0, str(FilePath(__file__).parents[1]))

from raster import oracle
from raster.builder import Item, build, soft_slope, straight_line

FOLDER = FilePath(__file__).parent / "more_scenes"
INK = (0.1, 0.1, 0.2, 0.9)


def curves(seed: int, count: int, low: tuple[float, float], high: tuple[float, float], step: float):  # type: ignore[no-untyped-def]
    """Points of random open paths of 1 to 3 segments that start within low..high."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        number = 3 * int(rng.integers(1, 4))
        start = rng.uniform(low, high)
        yield np.concatenate([[start], start + np.cumsum(rng.normal(0, step, (number, 2)), 0)])


def colors(seed: int):  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    while True:
        yield (*rng.uniform(0, 1, 3), float(rng.uniform(0.3, 1)))


def hairlines() -> list[Item]:
    """Strokes of radius 0.1 to 0.35 px."""
    radii = [0.1, 0.12, 0.15, 0.15, 0.2, 0.25, 0.3, 0.35]
    lines = curves(1, len(radii), (4, 4), (36, 24), 6)
    return [Item(p, radius=r, stroke=c) for p, r, c in zip(lines, radii, colors(2), strict=False)]


def fat() -> list[Item]:
    """Strokes of radius 12 to 30 px, mostly larger than what they are drawn on."""
    radii = [12.0, 20.0, 30.0, 15.0]
    lines = curves(3, len(radii), (0, 0), (61, 45), 12)
    return [Item(p, radius=r, stroke=c) for p, r, c in zip(lines, radii, colors(4), strict=False)]


def both() -> list[Item]:
    """Fill and stroke on one path, both rules, self-crossing, closed and open."""
    star = 22 + 15 * np.array(
        [(np.sin(a * 4 * np.pi / 5), -np.cos(a * 4 * np.pi / 5)) for a in np.arange(15) / 3]
    )
    ink = colors(6)
    curl = list(curves(7, 3, (8, 8), (36, 30), 9))
    return [
        Item(star + np.array([0.3, 0.2]), True, 1.2, next(ink), next(ink), True),
        Item(curl[0], False, 0.8, next(ink), next(ink)),
        Item(curl[1][:-1], True, 2.0, next(ink), next(ink)),
        Item(curl[2][:-1], True, 1.0, None, next(ink), True),
    ]


def corners() -> list[Item]:
    """Hairpins, cusps, sharp joins and slivers of fill."""
    ink = colors(8)

    def zigzag(*places: tuple[float, float]) -> np.ndarray:
        lines = [straight_line(*a, *b) for a, b in pairwise(places)]
        return np.concatenate([lines[0][:1], *(line[1:] for line in lines)])

    crescent = [(29, 28), (34, 24), (40, 24.4), (46, 28.3), (40, 24.9), (34, 24.7)]
    wedge = zigzag((8, 17.2), (20, 18.1), (8.4, 18.9), (8, 17.2))
    return [
        Item(zigzag((4.2, 6), (25, 8.1), (5, 10.4), (24, 13)), radius=1.1, stroke=next(ink)),
        Item([(30, 5), (45, 15), (29, 15.5), (44, 4.6)], radius=1.5, stroke=next(ink)),
        Item([(6, 26), (24, 22), (24, 22.2), (7, 27.5)], radius=0.6, stroke=next(ink)),
        Item(zigzag((28, 20.3), (45, 22), (28.2, 20.9)), fill=next(ink)),
        Item(crescent, True, fill=next(ink)),
        Item(wedge[:-1], True, 0.5, next(ink), next(ink)),
    ]


def tiny() -> list[Item]:
    """Shapes and strokes of a third of a pixel to two pixels."""
    rng = np.random.default_rng(9)
    ink, items = colors(10), []
    for index in range(14):
        start = rng.uniform((2, 2), (22, 15))
        closed = index % 2 == 1
        points = start + np.cumsum(rng.normal(0, rng.uniform(0.2, 0.8), (6 if closed else 4, 2)), 0)
        stroke = next(ink) if index % 4 != 1 else None
        items.append(
            Item(points, closed, rng.uniform(0.2, 0.8), stroke, next(ink) if closed else None)
        )
    return items


def far() -> list[Item]:
    """Paths that come from thousands of pixels away."""
    ink = colors(12)
    sheet = [(-5000, 30), (10, 25), (35, 12), (4000, -3000), (0, -9000), (-20, -8000)]
    return [
        Item([(-3000, -900), (-20, 10), (60, 20), (2500, 1800)], radius=3.0, stroke=next(ink)),
        Item([(20, -4000), (-900, 30), (1000, 31), (15, 5000)], radius=1.5, stroke=next(ink)),
        Item(sheet, True, fill=next(ink)),
        Item([(33, 8), (300, -600), (900, 400), (12, 33)], False, 0.7, next(ink), next(ink)),
    ]


def glass() -> list[Item]:
    """All kinds on a background that is half there."""
    ink = colors(14)
    lines = list(curves(15, 6, (5, 5), (28, 42), 7))
    return [
        Item(lines[0], radius=2.0, stroke=next(ink)),
        Item(lines[1], radius=0.5, stroke=next(ink)),
        Item(lines[2][:-1], True, fill=next(ink)),
        Item(lines[3][:-1], True, 1.0, next(ink), next(ink), True),
        Item(lines[4], radius=4.0, stroke=next(ink)),
        Item(lines[5], radius=1.0, stroke=next(ink)),
    ]


SCENES = {
    "hairlines": (hairlines, 41, 29, (1.0, 1.0, 1.0)),
    "fat": (fat, 61, 45, (0.9, 0.8, 0.7)),
    "both": (both, 45, 41, (0.2, 0.5, 0.9)),
    "corners": (corners, 50, 33, (1.0, 1.0, 1.0)),
    "tiny": (tiny, 24, 17, (1.0, 1.0, 1.0)),
    "far": (far, 43, 37, (1.0, 1.0, 1.0)),
    "glass": (glass, 33, 47, (0.9, 0.3, 0.1, 0.4)),
}


def work_out(name: str) -> dict[str, np.ndarray]:
    """All keys of one scene."""
    make, width, height, background = SCENES[name]
    items, channels = make(), len(background)
    paths = build(*items)
    slope = np.zeros((height, width, 4))
    slope[..., :channels] = soft_slope(width, height, 5, channels).numpy()
    straight = (*background, 1.0)[:4]
    picture = oracle.picture(paths, width, height, straight)
    truth = oracle.gradient(paths, width, height, straight, slope)
    data = {
        "width": width, "height": height, "background": background, "n_paths": len(items),
        "image": picture[..., :channels], "loss_weight": slope[..., :channels],
    }  # fmt: skip
    first = 0
    for i, item in enumerate(items):
        last = first + len(np.asarray(item.points))
        values = {
            "points": paths.points[first:last].numpy(),
            "grad_points": truth.points[first:last],
        }
        if item.stroke is not None:
            values |= {"radius": item.radius, "grad_radius": truth.radius[i]}
            values |= {"stroke_rgba": item.stroke, "grad_stroke_rgba": truth.stroke[i]}
        if item.fill is not None:
            values |= {"fill_rgba": item.fill, "grad_fill_rgba": truth.fill[i]}
        data |= {f"p{i}_{key}": np.asarray(value, np.float32) for key, value in values.items()}
        data |= {f"p{i}_segments": (last - first) // 3, f"p{i}_closed": item.closed}
        data |= {f"p{i}_even_odd": item.even_odd}
        first = last
    for key in ("image", "loss_weight", "background"):
        data[key] = np.asarray(data[key], np.float32)
    return {key: np.asarray(value) for key, value in data.items()}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or SCENES:
        np.savez_compressed(FOLDER / f"{name}.npz", **work_out(name))
        print(name, flush=True)


if __name__ == "__main__":
    main()
