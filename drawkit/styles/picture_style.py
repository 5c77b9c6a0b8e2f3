"""A style measured from a picture: its paper, its colours and how wide its marks are."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from drawkit.color import Palette, srgb_to_oklab
from drawkit.config import weighted
from drawkit.config.toml import toml_value
from drawkit.errors import ConfigError, FileError, InputError
from drawkit.files import expanded
from drawkit.files.places import reason
from drawkit.files.writing import write_file
from drawkit.palettes import extract_swatches
from drawkit.pictures import premultiplied, read_picture

__all__ = ["PictureStyle", "measure_style", "style_toml", "write_style"]

_SIDE = 224
"""Shorter side in px that stroke widths are meant for."""
_COLORS = 8
_EDGES = (10, 90)
"""Percentiles of the widths that pixels lie in: between them a style's pens are found."""
_WIDEST = 100.0

_Pixels = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float64]
_Name = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True)
class PictureStyle:
    """What was measured: paper and colours as `#rrggbb`, widths in px of a 224 px drawing."""

    background: str
    colors: tuple[str, ...]
    min_width: float
    max_width: float


def measure_style(path: str | Path) -> PictureStyle:
    """Measure a picture file. Raises FileError or InputError where there is nothing to measure."""
    pixels = read_picture(path)
    if not pixels[..., 3].any():
        raise InputError(f"the picture '{path}' shows nothing: it is wholly transparent")
    flat = _flattened(pixels)
    opaque = np.concatenate([flat, np.full((*flat.shape[:2], 1), 255, np.uint8)], axis=-1)
    palette = Palette("picture", extract_swatches(opaque, _COLORS))
    nearest = _nearest(flat, palette)
    border = np.concatenate([nearest[0], nearest[-1], nearest[:, 0], nearest[:, -1]])
    paper = int(np.bincount(border).argmax())
    widths = _widths(nearest)[nearest != paper]
    low, high = np.percentile(widths, _EDGES) if len(widths) else (2.0, _WIDEST)
    counts = np.bincount(nearest.ravel(), minlength=len(palette))
    used = [int(at) for at in np.argsort(-counts, kind="stable") if at != paper]
    return PictureStyle(
        background=palette.codes[paper],
        colors=tuple(palette.codes[at] for at in used),
        min_width=round(float(np.clip(low, 0.5, _WIDEST)), 1),
        max_width=round(float(np.clip(high, 0.5, _WIDEST)), 1),
    )


def style_toml(measured: PictureStyle, picture: Path) -> str:
    """The style as a settings file that draws like `picture`."""
    lines = [
        f"summary = {toml_value(f'after {picture.name}')}",
        "",
        "[draw]",
        f"background = {toml_value(measured.background)}",
        "",
        "[strokes]",
        f"min_width = {toml_value(measured.min_width)}",
        f"max_width = {toml_value(measured.max_width)}",
    ]
    if len(measured.colors) == 1:
        lines.append(f"ink = {toml_value(measured.colors[0])}")
    lines += [
        "",
        "[pixels]",
        f"# {', '.join((measured.background, *measured.colors))}",
        f"palette = {toml_value(f'@{picture}:{1 + len(measured.colors)}')}",
        "",
        "[losses.style]",
        f"images = {toml_value([_weighing(picture)])}",
    ]
    return "\n".join(lines) + "\n"


def _weighing(picture: Path) -> str:
    """A picture as a loss takes it; one whose own name ends like a weight gets a real one."""
    try:
        plain = weighted(str(picture), "images") == (str(picture), None)
    except ConfigError:  # `picture:0`
        plain = False
    return str(picture) if plain else f"{picture}:1"


def write_style(name: str, picture: str | Path, folder: Path) -> Path:
    """Measure `picture` and write `folder`/`name`.toml, which must not exist yet.

    It appears whole or not at all; then a folder that was made for it goes too.
    """
    if not _Name.fullmatch(name) or name.endswith(".toml"):
        raise InputError(f"'{name}' is no name for a style; allowed: letters, digits, -, _ and .")
    path = folder / f"{name}.toml"
    if os.path.lexists(path):
        raise FileError(f"there is a style {path} already; take another name or remove it")
    source = expanded(picture).absolute()
    text = style_toml(measure_style(source), source)
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"the name of the picture {str(picture)!a} is not UTF-8, as settings are; rename it"
        ) from error
    with _made(folder, path):
        write_file(path, data)
    return path


@contextmanager
def _made(folder: Path, path: Path) -> Iterator[None]:
    """The folder with those above it, for as long as the block does not fail."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise FileError(f"{error.filename} is in the way of the style {path}") from error
        except OSError as error:
            raise FileError(f"cannot make the folder '{folder}': {reason(error)}") from error
        yield
    except BaseException:
        for one in missing:
            with contextlib.suppress(OSError):  # never made, or others use it already
                one.rmdir()
        raise


def _flattened(pixels: _Pixels) -> _Pixels:
    """Straight RGBA on white, RGB [H, W, 3], its shorter side 224 px, its longer one 8 times that.

    Enlarged without new colours, made smaller by the mean of what a pixel covers.
    """
    step = max(1, min(pixels.shape[:2]) // (4 * _SIDE), max(pixels.shape[:2]) // (16 * _SIDE))
    values = premultiplied(pixels[::step, ::step])
    on_white = values[..., :3] + (1 - values[..., 3:])
    image = Image.fromarray((on_white * 255).round().astype(np.uint8))
    scale = _SIDE / min(image.size)
    most = 8 * _SIDE
    size = min(most, round(image.width * scale)), min(most, round(image.height * scale))
    way = Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX
    return np.asarray(image.resize(size, way))


def _nearest(flat: _Pixels, palette: Palette) -> npt.NDArray[np.intp]:
    """Which colour of the palette each pixel is: [H, W]."""
    lab, swatches = srgb_to_oklab(flat / 255.0), palette.to_oklab()
    distances = np.stack([((lab - swatch) ** 2).sum(axis=-1) for swatch in swatches], axis=-1)
    nearest: npt.NDArray[np.intp] = distances.argmin(axis=-1)
    return nearest


def _widths(areas: npt.NDArray[np.intp]) -> _Floats:
    """How wide the mark of one colour is that a pixel lies in, px: [H, W].

    A line of width w at an angle is w / sin wide across and w / cos down, so w follows from
    both: 1 / w^2 = 1 / across^2 + 1 / down^2.
    """
    across, down = _runs(areas), _runs(areas.T).T
    widths: _Floats = across * down / np.hypot(across, down)
    return widths


def _runs(areas: npt.NDArray[np.intp]) -> _Floats:
    """How many pixels of a row are alike about each one: [H, W]."""
    height, width = areas.shape
    begins = np.ones((height, width), bool)
    begins[:, 1:] = areas[:, 1:] != areas[:, :-1]
    number = np.cumsum(begins.ravel()) - 1
    lengths: _Floats = np.bincount(number)[number].reshape(height, width).astype(np.float64)
    return lengths
