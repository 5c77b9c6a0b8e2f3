"""How near traced pictures come, and at what size: what `drawkit bench trace` prints.

Beside `drawkit trace` stand as many shapes that start anywhere, optimized for as many steps with
the settings of diffvg's painterly example (closed blobs of 3 to 5 segments, translucent, points at
1 px a step and colours at 0.01), and vtracer where it is installed, at that size of its files that
comes nearest.
"""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import resvg_py
from PIL import Image

from drawkit import InputError
from drawkit.canvas import CanvasSpec
from drawkit.canvas.start import start_picture
from drawkit.canvas.strokes import StrokesCanvas
from drawkit.canvas.strokes_config import StrokesConfig
from drawkit.config import Given, OptimizeConfig
from drawkit.engine import build_losses, settings_for
from drawkit.engine.loop import Loop
from drawkit.engine.tracing import trace
from drawkit.export.svg import svg_text
from drawkit.pictures import as_pixels
from drawkit.pictures.svg import read_svg
from drawkit.scene import Scene

__all__ = ["Traced", "bench_trace", "psnr"]

_SIDE = 256
"""Px of the longer side that pictures are made smaller to before anything else."""
_NEAR = 0.05
"""Part of the size by which files of vtracer may differ from ours and count as of equal size."""
_BLOB = {"segments": "3-5", "radius": 0.05}

Pixels = npt.NDArray[np.uint8]
VTracer = Callable[..., str]


@dataclass(frozen=True)
class Traced:
    """One picture traced in one way.

    psnr: decibels against it, both on white, as resvg shows it. seconds: of vtracer for one of the
    files that were tried.
    """

    file: str
    way: str
    shapes: int
    nodes: int
    bytes: int
    psnr: float
    seconds: float


def bench_trace(file: str | Path, shapes: int, steps: int) -> Iterator[Traced]:
    """Trace one picture, its longer side 256 px at most, in each way that there is.

    Raises FileError or InputError for what is no picture.
    """
    name, pixels = Path(file).name, _small(as_pixels(file))
    began = time.monotonic()
    drawing = trace(pixels, shapes, steps=steps)
    own = svg_text(drawing.scene)
    row = _measured(name, "drawkit", drawing.scene, own, pixels, time.monotonic() - began)
    yield row
    began = time.monotonic()
    scene = _painterly(pixels, shapes, steps)
    text = svg_text(scene)
    yield _measured(name, "random start", scene, text, pixels, time.monotonic() - began)
    tracer = _vtracer()
    if tracer is not None:
        began = time.monotonic()
        text = _of_size(tracer, pixels, row.bytes)
        seconds = (time.monotonic() - began) / len(_VTRACER)
        yield _measured(name, "vtracer", read_svg_text(text), text, pixels, seconds)


def psnr(svg: str, pixels: Pixels) -> float:
    """Of an SVG against straight RGBA [H, W, 4], both on white: decibels, 90 at most."""
    height, width = pixels.shape[:2]
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height)
    with Image.open(io.BytesIO(bytes(png))) as image:
        shown = image.convert("RGBA")
    found = np.asarray(shown.resize((width, height)))  # the same, but for a side of odd px
    error = np.square(_on_white(found) - _on_white(pixels)).mean()
    return float(-10 * np.log10(max(float(error), 1e-9)))


def read_svg_text(text: str) -> Scene:
    """The scene of an SVG that another program wrote."""
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".svg") as file:
        file.write(text.encode())
        file.flush()
        return read_svg(file.name)


def _on_white(pixels: Pixels) -> npt.NDArray[np.float64]:
    levels = pixels.astype(np.float64) / 255
    return levels[..., :3] * levels[..., 3:] + 1 - levels[..., 3:]


def _small(pixels: Pixels) -> Pixels:
    """The picture, its longer side 256 px at most."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    image = Image.fromarray(pixels)
    return pixels if scale == 1 else np.asarray(image.resize(size, Image.Resampling.BOX))


def _measured(
    name: str, way: str, scene: Scene, text: str, pixels: Pixels, seconds: float
) -> Traced:
    paths = list(scene.paths())
    nodes = sum(run.segments + (not run.closed) for path in paths for run in path.subpaths)
    size = len(text.encode())
    return Traced(
        name, way, len(paths), nodes, size, round(psnr(text, pixels), 2), round(seconds, 1)
    )


def _painterly(pixels: Pixels, shapes: int, steps: int) -> Scene:
    """Random translucent blobs that follow the picture on white paper."""
    height, width = pixels.shape[:2]
    times = max(1, -(-16 // min(height, width)))  # no canvas of strokes is smaller
    wide, high = times * width, times * height
    layer = {
        "draw.canvas": Given("strokes", "bench"),
        "draw.size": Given(f"{wide}x{high}", "bench"),
        "perceptor.models": Given(["none"], "bench"),
        "strokes.strokes": Given(0, "bench"),
        "strokes.shapes": Given(shapes, "bench"),
        "strokes.shape_segments": Given(_BLOB["segments"], "bench"),
        "strokes.init_radius": Given(_BLOB["radius"], "bench"),
        "strokes.init_opacity": Given([0.0, 1.0], "bench"),
        "strokes.lr_points": Given(224 / min(wide, high), "bench"),
        "strokes.schedule": Given("constant", "bench"),
        "strokes.reseed": Given(False, "bench"),
        "losses.target.weight": Given(0.0, "bench"),
        "losses.fidelity.weight": Given(1.0, "bench"),
        "losses.fidelity.square": Given(times, "bench"),
        "optimize.steps": Given(steps, "bench"),
    }
    settings = settings_for(layer)
    canvas = StrokesCanvas(settings.get("strokes", StrokesConfig), CanvasSpec(wide, high))
    wishes = build_losses(settings, canvas, seen=False)
    loop = Loop(
        canvas,
        (),
        wishes,
        [],
        settings.get("optimize", OptimizeConfig),
        seed=0,
        target=start_picture(pixels, wide, high),
    )
    for _ in loop:
        pass
    return loop.best_scene()


_VTRACER = tuple(
    {"color_precision": precision, "layer_difference": difference, "filter_speckle": speckle}
    | {"mode": mode, "path_precision": 2}
    for precision, difference, speckle, mode in itertools.product(
        (4, 5, 6, 8), (4, 8, 16, 32, 48, 64, 96), (2, 4, 8, 16), ("spline", "polygon")
    )
)
"""All that is tried for a file of the wanted size."""


def _vtracer() -> VTracer | None:
    """What traces pixels, where it is installed."""
    try:
        import vtracer
    except ImportError:
        return None
    found: VTracer = vtracer.convert_pixels_to_svg
    return found


def _of_size(tracer: VTracer, pixels: Pixels, size: int) -> str:
    """Its best file of about that size; the one of the nearest size where there is none."""
    height, width = pixels.shape[:2]
    colors = [tuple(color) for color in pixels.reshape(-1, 4).tolist()]
    texts = [tracer(colors, (width, height), **settings) for settings in _VTRACER]
    apart = [abs(len(text.encode()) - size) for text in texts]
    equal = [text for text, off in zip(texts, apart, strict=True) if off <= _NEAR * size]
    if not equal:
        return texts[int(np.argmin(apart))]
    if not all("<svg" in text for text in equal):
        raise InputError("vtracer wrote no SVG")
    return max(equal, key=lambda text: psnr(text, pixels))
