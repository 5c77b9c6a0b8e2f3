"""One SVG as several programs show it, at one size; nothing is fetched from anywhere."""

from __future__ import annotations

import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import resvg_py
from lxml import etree
from PIL import Image

from drawkit import BackendError, InputError
from drawkit.export._cairo import load_cairosvg

__all__ = ["Levels", "apart", "by_cairosvg", "by_inkscape", "by_resvg", "svg_bytes"]

Levels = npt.NDArray[np.float32]
"""[H, W, 4] premultiplied RGBA, 0..255."""

_SIDE = 256
_SECONDS = 60


def svg_bytes(root: Any) -> bytes:
    """A tree of lxml as a file."""
    return bytes(etree.tostring(root))


def by_resvg(svg: Any, shape: tuple[int, ...] | None = None) -> Levels:
    """As resvg shows it. svg: a tree or the bytes of a file. shape: of the picture wanted.

    `InputError` where resvg cannot read it.
    """
    text = (svg if isinstance(svg, bytes) else svg_bytes(svg)).decode("utf-8", "replace")
    try:
        png = resvg_py.svg_to_bytes(svg_string=text, width=_SIDE, dpi=96, skip_system_fonts=True)
    except ValueError as error:
        raise InputError(f"resvg: {error}") from error
    return _levels(bytes(png), shape)


def by_cairosvg(root: Any) -> Levels | None:
    """As cairosvg shows it; None where it cannot."""
    shape = by_resvg(root).shape
    try:
        cairosvg = load_cairosvg("the comparison")
        # It fetches nothing from elsewhere unless it is told to.
        png = cairosvg.svg2png(bytestring=svg_bytes(root), output_width=shape[1])
    except BackendError:
        return None
    except Exception:  # whatever it stumbles over in a stranger's file
        return None
    return _levels(bytes(png), shape)


def by_inkscape(root: Any) -> Levels | None:
    """As resvg shows what Inkscape saves as plain SVG; None where it is missing or fails."""
    if shutil.which("inkscape") is None:
        return None
    shape = by_resvg(root).shape
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before.svg"), Path(folder, "after.svg")
        before.write_bytes(svg_bytes(root))
        command = ["inkscape", str(before), "--export-plain-svg", f"--export-filename={after}"]
        try:
            subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)
            return by_resvg(after.read_bytes(), shape)
        except (subprocess.SubprocessError, OSError, InputError):
            return None


def apart(one: Levels, other: Levels) -> float:
    """Mean difference in levels, on white or on black, whichever shows more of it."""
    change = one - other
    white = change[..., :3] - change[..., 3:]
    return float(max(np.abs(change[..., :3]).mean(), np.abs(white).mean()))


def _levels(png: bytes, shape: tuple[int, ...] | None) -> Levels:
    with Image.open(io.BytesIO(png)) as picture:
        rgba = picture.convert("RGBA")
    if shape is not None and rgba.size != (shape[1], shape[0]):
        rgba = rgba.resize((shape[1], shape[0]))
    levels = np.asarray(rgba, np.float32)
    return np.concatenate([levels[..., :3] * levels[..., 3:] / 255, levels[..., 3:]], axis=-1)
