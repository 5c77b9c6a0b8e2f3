"""Pictures to measure on: any folder of PNGs with names, or the held-out emoji vendor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

SIDE = 64


@dataclass(frozen=True)
class Named:
    """`pictures` [N, 3, 64, 64] 0..1 and one name each."""

    pictures: Tensor
    names: list[str]


def on_white(image: Image.Image) -> Tensor:
    """Put alpha on white, pad to a square, shrink or grow to [3, 64, 64]."""
    rgba = image.convert("RGBA")
    side = max(rgba.size)
    page = Image.new("RGBA", (side, side), (255, 255, 255, 255))
    page.alpha_composite(rgba, ((side - rgba.width) // 2, (side - rgba.height) // 2))
    small = page.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(small, dtype=np.float32) / 255).permute(2, 0, 1)


def from_folder(folder: Path, names: Path) -> Named:
    """Read `file<TAB>name` lines and the pictures they speak of."""
    rows = [
        line.split("\t")
        for line in names.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    for number, row in enumerate(rows, start=1):
        if len(row) < 2:
            raise SystemExit(f"{names}, entry {number}: expected file<TAB>name, got {row[0]!r}")
    pictures = [on_white(Image.open(folder / row[0])) for row in rows]
    return Named(torch.stack(pictures), [row[1].strip() for row in rows])


def held_out(art: Path) -> Named:
    """Render the emoji vendor that training leaves out."""
    import io

    import resvg_py

    from training.sources import validation_pictures

    pictures, names = [], []
    for picture in validation_pictures(art):
        png = resvg_py.svg_to_bytes(svg_string=str(picture.art), width=128)
        pictures.append(on_white(Image.open(io.BytesIO(png))))
        names.append(picture.name)
    return Named(torch.stack(pictures), names)
