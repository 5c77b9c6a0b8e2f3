"""A picture into shapes, as `drawkit trace` does it: no words, no perceptor."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.canvas.regions import mixed
from drawkit.canvas.trace import TraceCanvas
from drawkit.canvas.trace_config import TraceConfig
from drawkit.config import DrawConfig, Given, TraceOptions, resolve
from drawkit.engine.call import drawn
from drawkit.engine.drawing import Drawing
from drawkit.engine.options import options_layer
from drawkit.engine.run import Run, Step
from drawkit.engine.settings import settings_for
from drawkit.errors import ConfigError, InputError, suggestion
from drawkit.pictures import Picture, as_pixels

__all__ = ["Palettes", "Tracing", "enlarged", "is_pixel_art", "trace", "trace_run", "tracing"]

_SIDE = 256
"""Px of the longer side at which a picture is traced, where nothing is said; smaller ones are
enlarged by the least whole number that reaches it."""
_ART_SIDE, _ART_COLORS, _ART_MIXED = 128, 256, 0.2
"""Pixel art has at most so many px a side and colours, and of its edges' pixels at most such a
share is a mixture of what lies beside them."""
_LEAST_KNEE, _KNEE_IS_1 = 0.05, 1280
"""The least knee of the fidelity, and the number of shapes from which it is 1."""
_SOFTEST = 64
"""Px of an edge at most."""
_ROUNDS = 4
"""Of bringing an enlarged picture nearer to one whose means are those of the small one."""
_FOLDER = "drawkit.toml"
_DECIDED = ("draw.canvas", "draw.init", "draw.prompts", "draw.style", "perceptor.models")

Palettes = str | PathLike[str] | Sequence[str | PathLike[str]]
"""Names, files, colours, `@PICTURE:16`: one or several."""
_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float32]


def trace(
    picture: Picture,
    shapes: int = TraceConfig.shapes,
    *,
    palette: Palettes = (),
    on_step: Callable[[Step], object] | None = None,
    settings: Mapping[str, Any] | None = None,
    **options: Unpack[TraceOptions],
) -> Drawing:
    """Trace a picture with flat shapes: `trace("photo.jpg", 64).save("photo.svg")`.

    picture: a file's name, a PIL picture or an array [H, W], [H, W, 3] or [H, W, 4]. shapes: how
    many at most, 1 to 10000, one on the other. palette: colours that they are held to: names,
    files, colours, `@PICTURE:16`. size: px of the longer side at which it is traced, by default
    256. What is transparent stays so. Raises `FileError` and `InputError`; `on_step` and errors on
    the way are those of `draw`.
    """
    return drawn(trace_run(picture, shapes, palette, settings=settings, options=options), on_step)


def trace_run(
    picture: Picture,
    shapes: int,
    palette: Palettes,
    *,
    settings: Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> Run:
    """What `trace` runs."""
    for name in options:
        if name not in TraceOptions.__annotations__:
            hint = suggestion(name, TraceOptions.__annotations__)
            raise ConfigError(f"trace has no setting '{name}'{hint}")
    layer = options_layer((), (), settings, options)
    if not {"draw.prompts", "draw.style"} & {*(settings or {})}:  # else refused below
        del layer["draw.prompts"], layer["draw.style"]
    layer = {**layer, "trace.shapes": Given(shapes, "shapes")}
    if palette:
        several = (palette,) if isinstance(palette, str | PathLike) else palette
        names = [os.fspath(one) for one in several]
        layer["trace.palette"] = Given(names, "palette")
    named = os.fspath(picture) if isinstance(picture, str | PathLike) else None
    found = tracing(as_pixels(picture), layer, named)
    return Run(settings_for(found.layer), found.start)


@dataclass(frozen=True, eq=False)
class Tracing:
    """What a run begins with: settings as a layer, and the picture, straight RGBA [H, W, 4]."""

    layer: dict[str, Given]
    start: _Pixels


def tracing(pixels: _Pixels, layer: Mapping[str, Given], name: str | None) -> Tracing:
    """How to trace straight RGBA [h, w, 4]. layer: what the user sets; name: the picture's file.

    Raises InputError for a picture that shows nothing, and for settings that tracing decides.
    """
    for key in _DECIDED:
        if key in layer and not layer[key].source.startswith(_FOLDER):
            raise InputError(f"{key} is not for tracing: the drawing follows its picture alone")
    if not pixels[..., 3].any():
        raise InputError("the picture is transparent all over; there is nothing to trace")
    width, height, times = _size(pixels, layer)
    art = times > 1 and is_pixel_art(pixels)
    if art:
        start = pixels.repeat(times, axis=0).repeat(times, axis=1)
    else:
        start = enlarged(pixels, times) if times > 1 else pixels
    below = {
        "trace.soft": Given(0 if art else min(times + 1, _SOFTEST), "trace"),
        "losses.fidelity.square": Given(times, "trace"),
        "losses.fidelity.knee": Given(_knee(layer), "trace"),
    }
    above = {
        "draw.canvas": Given("trace", "trace"),
        "draw.size": Given(f"{width}x{height}", "trace"),
        "perceptor.models": Given(["none"], "trace"),
    }
    if name is not None:
        above["draw.init"] = Given(name, "PICTURE")
    kept = {key: given for key, given in layer.items() if key not in _DECIDED}
    return Tracing({**below, **kept, **above}, start)


def enlarged(pixels: _Pixels, times: int) -> _Pixels:
    """Straight RGBA [h, w, 4] as [times h, times w, 4] with soft edges, and the same means.

    The mean of each square of `times` pixels is the pixel that was there: what a drawing of soft
    edges must look like where it is made small again.
    """
    small: _Floats = pixels.astype(np.float32) / np.float32(255)
    small[..., :3] *= small[..., 3:]
    large = _resized(small, times)
    low, high = _around(small, times)
    for _ in range(_ROUNDS):
        mean = large.reshape(len(small), times, -1, times, 4).mean(axis=(1, 3))
        large = (large + _resized(small - mean, times)).clip(low, high)
    large[..., :3] = (large[..., :3] / np.maximum(large[..., 3:], 1e-6)).clip(0, 1)
    return np.rint(large * 255).astype(np.uint8)


def _knee(layer: Mapping[str, Given]) -> float:
    """The knee for so many shapes: few leave much out, which must not spoil their colours."""
    own = {key: given for key, given in layer.items() if key.startswith("trace.")}
    shapes = resolve({"trace": TraceConfig}, own).get("trace", TraceConfig).shapes
    return round(min(1.0, max(_LEAST_KNEE, shapes / _KNEE_IS_1)), 4)


def _size(pixels: _Pixels, layer: Mapping[str, Given]) -> tuple[int, int, int]:
    """Width and height in px to trace at, and how many times as large that is."""
    rows, columns = pixels.shape[:2]
    longer = max(rows, columns)
    scale = _SIDE / longer
    if "draw.size" in layer:
        found = resolve({"draw": DrawConfig}, {"draw.size": layer["draw.size"]})
        config = found.get("draw", DrawConfig)
        config.check_sides(*TraceCanvas.sides, TraceCanvas.unit)
        wide, high = config.size
        scale = min(wide / columns, high / rows)
    if scale >= 1:
        times = int(scale) if "draw.size" in layer else -(-_SIDE // longer)
        return columns * times, rows * times, times
    return max(1, round(columns * scale)), max(1, round(rows * scale)), 1


def is_pixel_art(pixels: _Pixels) -> bool:
    """Whether a small picture has few colours and hard edges."""
    if max(pixels.shape[:2]) > _ART_SIDE or ((pixels[..., 3] % 255) != 0).any():
        return False
    if len(np.unique(pixels.reshape(-1, 4), axis=0)) > _ART_COLORS:
        return False
    picture = pixels.astype(float) / 255
    picture[..., :3] *= picture[..., 3:]
    edges = np.zeros(pixels.shape[:2], bool)
    for axis in (0, 1):
        steps = np.abs(np.diff(picture, axis=axis)).max(axis=-1) > 0
        ends = [(0, 0), (0, 0)]
        for side in ((1, 0), (0, 1)):
            ends[axis] = side
            edges |= np.pad(steps, ends)
    return int(mixed(picture).sum()) <= _ART_MIXED * int(edges.sum())


def _around(small: _Floats, times: int) -> tuple[_Floats, _Floats]:
    """The least and the most about each pixel, enlarged: beyond them lie only ripples."""
    height, width = small.shape[:2]
    pad = np.pad(small, ((1, 1), (1, 1), (0, 0)), mode="edge")
    beside = [pad[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    ends = (np.minimum.reduce(beside), np.maximum.reduce(beside))
    low, high = (end.repeat(times, axis=0).repeat(times, axis=1) for end in ends)
    return low, high


def _resized(picture: _Floats, times: int) -> _Floats:
    height, width = picture.shape[:2]
    size = width * times, height * times
    channels = [
        np.asarray(
            Image.fromarray(picture[..., at]).resize(size, Image.Resampling.BICUBIC), np.float32
        )
        for at in range(4)
    ]
    return np.stack(channels, axis=-1)
