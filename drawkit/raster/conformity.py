"""Holds a rasterizer to scenes whose true picture and gradient are known.

    python -m drawkit.raster.conformity DIR [--rasterizer numba|reference|diffvg]

prints a line per scene, with diffvg's figures beside ours where the scene holds them. Exits 1
where a bound breaks, 2 where a scene cannot be read or drawn. A scene is an `.npz`; README.md of
tests/raster/scenes says what is in it.
"""

from __future__ import annotations

import argparse
import sys
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from drawkit.errors import DrawkitError, FileError
from drawkit.raster import Paths, rasterize

__all__ = ["Figures", "Scene", "bounds", "load_scene", "measure"]

VALUES = {"points": "points", "radius": "radius", "stroke": "stroke_rgba", "fill": "fill_rgba"}
Data = dict[str, npt.NDArray[Any]]


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
    data: Data


def bounds(name: str) -> Figures:
    """What must hold for the scene of this name: image at most, cosines at least."""
    points = {"dense": 0.97, "degenerate": 0.92, "thin": 0.90}.get(name, 0.98)
    radius = 0.98 if name == "degenerate" else 0.99
    return Figures(0.005 if name == "dense" else 0.0025, points, radius, 0.998)


def load_scene(file: FilePath) -> Scene:
    """Read one `.npz`; raises FileError where it is broken, lacks a key or has a wrong shape."""
    try:
        with np.load(file) as archive:
            data = {key: archive[key] for key in archive.files}
        scene = _scene(file.stem, data)
    except KeyError as error:
        raise FileError(f"{file} is not a scene: no key {error}") from error
    except (OSError, EOFError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise FileError(f"{file} is not a scene: {reason}") from error
    return scene


def _scene(name: str, data: Data) -> Scene:
    count = int(data["n_paths"])
    if count < 1:
        raise ValueError(f"n_paths is {count}; at least 1")

    def column(key: str, empty: Any) -> torch.Tensor:
        rows = [np.asarray(data.get(f"p{i}_{key}", empty), np.float32) for i in range(count)]
        return torch.from_numpy(np.stack(rows))

    def present(key: str) -> torch.Tensor:
        return torch.tensor([f"p{i}_{key}" in data for i in range(count)])

    def flag(key: str) -> torch.Tensor:
        return torch.tensor([bool(data[f"p{i}_{key}"]) for i in range(count)])

    points = np.concatenate([np.asarray(data[f"p{i}_points"], np.float32) for i in range(count)])
    paths = Paths(
        points=torch.from_numpy(points),
        segments=torch.tensor([int(data[f"p{i}_segments"]) for i in range(count)]),
        closed=flag("closed"),
        radius=column("radius", 1.0),
        stroke=column("stroke_rgba", np.zeros(4)),
        fill=column("fill_rgba", np.zeros(4)),
        stroked=present("stroke_rgba"),
        filled=present("fill_rgba"),
        even_odd=flag("even_odd"),
    )
    paths.check()
    _check_truth(data, count)
    red, green, blue, alpha = [*data["background"].tolist(), 1.0][:4]
    size = int(data["width"]), int(data["height"])
    return Scene(name, *size, (red, green, blue, alpha), paths, data)


def _check_truth(data: Data, count: int) -> None:
    """Raise KeyError or ValueError where the truth is missing or not shaped like the scene."""
    channels = len(data["background"])
    if channels not in (3, 4):
        raise ValueError(f"background of {channels} numbers; 3 or 4")
    wanted = {"image": (int(data["height"]), int(data["width"]), channels)}
    wanted["loss_weight"] = wanted["image"]
    for i in range(count):
        stroked = f"p{i}_stroke_rgba" in data
        for key in VALUES.values():
            if f"p{i}_{key}" in data and (stroked or key != "radius"):
                wanted[f"p{i}_grad_{key}"] = data[f"p{i}_{key}"].shape
    for key, shape in wanted.items():
        if data[key].shape != shape:
            raise ValueError(f"{key} must be {list(shape)}, got {list(data[key].shape)}")


def measure(scene: Scene, rasterizer: str) -> tuple[Figures, Figures | None]:
    """Our figures for one scene, and diffvg's where it holds them."""
    leaves = {k: getattr(scene.paths, k).clone().requires_grad_() for k in VALUES}
    picture = rasterize(
        replace(scene.paths, **leaves),
        scene.width,
        scene.height,
        scene.background,
        premultiplied=True,
        rasterizer=rasterizer,
    )[..., : len(scene.data["background"])]
    torch.autograd.backward(picture, torch.from_numpy(scene.data["loss_weight"]).to(picture))
    grads = {k: _rows(scene, k, v.grad) for k, v in leaves.items()}
    ours = _figures(scene, picture.detach().numpy(), lambda key: grads[key])
    if "diffvg_image" not in scene.data:
        return ours, None
    image = scene.data["diffvg_image"]
    return ours, _figures(scene, image, lambda key: _stored(scene, key, "diffvg_"))


def _figures(
    scene: Scene, image: npt.NDArray[Any], gradient: Callable[[str], npt.NDArray[np.float64]]
) -> Figures:
    def cosine(*keys: str) -> float | None:
        truth = np.concatenate([_stored(scene, key, "") for key in keys])
        given = np.concatenate([gradient(key) for key in keys])
        if len(truth) == 0:
            return None
        scale = np.linalg.norm(truth) * np.linalg.norm(given)
        return float(truth @ given / scale) if scale > 0 else float(np.array_equal(truth, given))

    error = float(np.abs(image - scene.data["image"]).mean())
    return Figures(error, cosine("points"), cosine("radius"), cosine("stroke", "fill"))


def _stored(scene: Scene, key: str, prefix: str) -> npt.NDArray[np.float64]:
    """A gradient that the scene holds, of the paths that carry the value."""
    name = f"{prefix}grad_{VALUES[key]}"
    every = [f"p{i}_{name}" for i, has in enumerate(_carriers(scene, key)) if has]
    rows = [scene.data[name].ravel() for name in every]
    return np.concatenate(rows).astype(np.float64) if rows else np.zeros(0)


def _rows(scene: Scene, key: str, grad: torch.Tensor | None) -> npt.NDArray[np.float64]:
    """Our gradient of one value, of the paths that carry it."""
    if grad is None:
        return np.zeros(0)
    rows = grad if key == "points" else grad[_carriers(scene, key)]
    return rows.double().numpy().ravel()


def _carriers(scene: Scene, key: str) -> torch.Tensor:
    """Which paths have this value: all have points."""
    paths = scene.paths
    every = torch.ones_like(paths.filled)
    return {"points": every, "fill": paths.filled}.get(key, paths.stroked)


def _line(name: str, ours: Figures, theirs: Figures | None, limit: Figures) -> tuple[str, bool]:
    """One printed line, and whether every bound holds."""

    def show(figures: Figures | None, key: str, digits: int) -> str:
        value = None if figures is None else getattr(figures, key)
        return "-".center(digits + 2) if value is None else f"{value:.{digits}f}"

    good = ours.image <= limit.image
    cells = [f"image {show(ours, 'image', 5)} ({show(theirs, 'image', 5)})"]
    for key in ("points", "radius", "colors"):
        value, bound = getattr(ours, key), getattr(limit, key)
        good = good and (value is None or value >= bound)
        cells.append(f"{key} {show(ours, key, 4)} ({show(theirs, key, 4)})")
    return f"{'ok  ' if good else 'FAIL'} {name:13s} " + "  ".join(cells), good


def main(arguments: list[str] | None = None) -> int:
    """Print a line per scene; 0 if all bounds hold, 1 if one breaks, 2 for a bad folder."""
    parser = argparse.ArgumentParser(prog="python -m drawkit.raster.conformity")
    parser.add_argument("folder", type=FilePath)
    parser.add_argument("--rasterizer", default="numba")
    given = parser.parse_args(arguments)
    results = []
    try:
        files = _scene_files(given.folder)
        print("ours (diffvg): mean absolute image error; cosine of the gradient with the truth")
        for file in files:
            scene = load_scene(file)
            figures = measure(scene, given.rasterizer)
            line, good = _line(scene.name, *figures, bounds(scene.name))
            results.append(good)
            print(line, flush=True)
    except DrawkitError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{sum(results)} of {len(results)} scenes within bounds")
    return 0 if all(results) else 1


def _scene_files(folder: FilePath) -> list[FilePath]:
    """The scenes of a folder, at least one."""
    files = sorted(folder.glob("*.npz"))
    if not files:
        known = "no .npz scenes in" if folder.is_dir() else "no folder"
        raise FileError(f"{known} {folder}")
    return files


if __name__ == "__main__":
    sys.exit(main())
