"""Holds a rasterizer to scenes whose true picture and gradient are known.

    python -m drawkit.raster.conformity DIR [--rasterizer numba|reference|diffvg]

prints a line per scene with diffvg's figures beside ours and exits 1 where a bound breaks.
A scene is an `.npz`; README.md of tests/raster/scenes says what is in it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from drawkit.raster import Paths, rasterize

__all__ = ["BOUNDS", "Figures", "Scene", "load_scene", "measure"]

VALUES = {"points": "points", "radius": "radius", "stroke": "stroke_rgba", "fill": "fill_rgba"}


@dataclass(frozen=True)
class Figures:
    """Mean absolute image error, and the cosine of each gradient with the truth (None: absent)."""

    image: float
    points: float | None
    radius: float | None
    colors: float | None


@dataclass(frozen=True)
class Scene:
    """One scene: its paths, true picture and gradients, and diffvg's."""

    name: str
    width: int
    height: int
    background: tuple[float, float, float, float]
    paths: Paths
    data: dict[str, npt.NDArray[Any]]


def bounds(name: str) -> Figures:
    """What must hold for the scene of this name: image at most, cosines at least."""
    points = {"dense": 0.97, "degenerate": 0.92, "thin": 0.90}.get(name, 0.98)
    radius = 0.98 if name == "degenerate" else 0.99
    return Figures(0.005 if name == "dense" else 0.0025, points, radius, 0.998)


BOUNDS = bounds


def load_scene(file: FilePath) -> Scene:
    """Read one `.npz`; raises ValueError where a key is missing or has the wrong shape."""
    with np.load(file) as archive:
        data = {key: archive[key] for key in archive.files}
    count = int(data["n_paths"])

    def column(key: str, empty: Any) -> npt.NDArray[np.float32]:
        rows = [np.asarray(data.get(f"p{i}_{key}", empty), np.float32) for i in range(count)]
        return np.stack(rows)

    def present(key: str) -> torch.Tensor:
        return torch.tensor([f"p{i}_{key}" in data for i in range(count)])

    def flag(key: str) -> torch.Tensor:
        return torch.tensor([bool(data[f"p{i}_{key}"]) for i in range(count)])

    points = np.concatenate([np.asarray(data[f"p{i}_points"], np.float32) for i in range(count)])
    red, green, blue = (float(v) for v in data["background"])
    paths = Paths(
        points=torch.from_numpy(points),
        segments=torch.tensor([int(data[f"p{i}_segments"]) for i in range(count)]),
        closed=flag("closed"),
        radius=torch.from_numpy(column("radius", 1.0)),
        stroke=torch.from_numpy(column("stroke_rgba", np.zeros(4))),
        fill=torch.from_numpy(column("fill_rgba", np.zeros(4))),
        stroked=present("stroke_rgba"),
        filled=present("fill_rgba"),
        even_odd=flag("even_odd"),
    )
    size = int(data["width"]), int(data["height"])
    return Scene(file.stem, *size, (red, green, blue, 1.0), paths, data)


def measure(scene: Scene, rasterizer: str) -> tuple[Figures, Figures]:
    """Our figures and diffvg's for one scene."""
    leaves = {k: getattr(scene.paths, k).clone().requires_grad_() for k in VALUES}
    paths = Paths(**{**scene.paths.__dict__, **leaves})
    picture = rasterize(paths, scene.width, scene.height, scene.background, rasterizer=rasterizer)[
        ..., :3
    ]
    weight = torch.from_numpy(scene.data["loss_weight"]).to(picture)
    torch.autograd.backward((picture * weight).sum())  # type: ignore[no-untyped-call]
    image = picture.detach().numpy()
    grads = {k: _rows(scene, k, v.grad) for k, v in leaves.items()}
    ours = _figures(scene, image, lambda key: grads[key])
    theirs = _figures(scene, scene.data["diffvg_image"], lambda key: _stored(scene, key, "diffvg_"))
    return ours, theirs


def _figures(scene: Scene, image: npt.NDArray[Any], gradient: Any) -> Figures:
    def cosine(*keys: str) -> float | None:
        truth = np.concatenate([_stored(scene, key, "") for key in keys])
        if len(truth) == 0:
            return None
        given = np.concatenate([gradient(key) for key in keys])
        scale = np.linalg.norm(truth) * np.linalg.norm(given)
        return float(truth @ given / scale) if scale > 0 else 0.0

    error = float(np.abs(image - scene.data["image"]).mean())
    return Figures(error, cosine("points"), cosine("radius"), cosine("stroke", "fill"))


def _stored(scene: Scene, key: str, prefix: str) -> npt.NDArray[np.float64]:
    name = f"{prefix}grad_{VALUES[key]}"
    count = len(scene.paths.segments)
    rows = [
        scene.data[f"p{i}_{name}"].ravel() for i in range(count) if f"p{i}_{name}" in scene.data
    ]
    return np.concatenate(rows).astype(np.float64) if rows else np.zeros(0)


def _rows(scene: Scene, key: str, grad: torch.Tensor | None) -> npt.NDArray[np.float64]:
    """Our gradient of one value, for the paths that carry it."""
    if grad is None:
        return np.zeros(0)
    if key == "points":
        return grad.double().numpy().ravel()
    has = scene.paths.filled if key == "fill" else scene.paths.stroked
    return grad[has].double().numpy().ravel()


def _line(name: str, ours: Figures, theirs: Figures, limit: Figures) -> tuple[str, bool]:
    """One printed line, and whether every bound holds."""

    def show(value: float | None, digits: int) -> str:
        return "   -  " if value is None else f"{value:.{digits}f}"

    good = ours.image <= limit.image
    cells = [f"image {ours.image:.5f} ({theirs.image:.5f})"]
    for key in ("points", "radius", "colors"):
        value, bound = getattr(ours, key), getattr(limit, key)
        good = good and (value is None or value >= bound)
        cells.append(f"{key} {show(value, 4)} ({show(getattr(theirs, key), 4)})")
    return f"{'ok  ' if good else 'FAIL'} {name:13s} " + "  ".join(cells), good


def main(arguments: list[str] | None = None) -> int:
    """Print a line per scene; 0 if all bounds hold, 1 if one breaks, 2 for a bad folder."""
    parser = argparse.ArgumentParser(prog="python -m drawkit.raster.conformity")
    parser.add_argument("folder", type=FilePath)
    parser.add_argument("--rasterizer", default="numba")
    given = parser.parse_args(arguments)
    files = sorted(given.folder.glob("*.npz"))
    if not files:
        print(f"no .npz scenes in {given.folder}", file=sys.stderr)
        return 2
    print("ours (diffvg): mean absolute image error; cosine of the gradient with the truth")
    failed = 0
    for file in files:
        scene = load_scene(file)
        line, good = _line(scene.name, *measure(scene, given.rasterizer), bounds(scene.name))
        failed += not good
        print(line, flush=True)
    print(f"{len(files) - failed} of {len(files)} scenes within bounds")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
