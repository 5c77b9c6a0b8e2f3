"""How near a drawing's outlines are to those of the picture that it follows.

What `drawkit bench silhouettes` prints, of drawings as resvg shows them on white paper.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import resvg_py
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from drawkit import InputError, Session
from drawkit.bench.borders import Mask, border, border_length, distances, holds_disc
from drawkit.canvas.init import Guide
from drawkit.canvas.parts import parts_of
from drawkit.canvas.ranks import prefix
from drawkit.config import Given
from drawkit.engine import Run, settings_for
from drawkit.export.svg import svg_text
from drawkit.pictures.orientation_field import oklab
from drawkit.pictures.over import over_paper
from drawkit.pixelart.neighbours import filled
from drawkit.scene import Background, PathLayer, Scene

__all__ = [
    "FEW",
    "KINDS",
    "THINGS",
    "Silhouette",
    "bench_silhouettes",
    "details",
    "silhouette",
    "slivers",
]

THINGS = (
    *("an owl", "a cat", "a robot", "a skull", "a fox"),
    *("a fish", "a red apple", "a house", "a butterfly", "a key"),
)
KINDS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "strokes": {},
        "64 shapes": {"strokes.strokes": 0, "strokes.shapes": 64},
        "16 shapes": {"strokes.strokes": 0, "strokes.shapes": 16},
    }
)
FEW = 16
"""Paths that should show the small parts already."""

_SCALE = 2
"""Pixels that are looked at for each px of the drawing, across."""
_FIGURE = 0.06
"""Difference from the paper (OKLab) from which it is the figure."""
_FINE, _SMALL = 4, 0.001
"""Pixels a px in which single shapes are looked at; share of the sheet that is a sliver."""
_THIN = 1.5
"""Px across below which a shape is one as well."""
_DETAIL = 0.02
"""Share of the sheet up to which a part on another one is a detail, such as an eye."""
_STANDS_OUT = 0.2
"""Difference from what it lies on (OKLab) from which it is."""

Levels = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Silhouette:
    """One drawing beside what it follows; px are those of the drawing.

    length: of its silhouette by that of the picture, both without holes. away, back: mean px from
    its border to the picture's and the other way; far: of nine tenths of the former at most.
    details: small parts that stand out, such as eyes; shown, early: share of them that the drawing
    shows, and its first 16 paths alone. shapes: closed paths; slivers: those of them that are
    nowhere 1.5 px wide, or smaller than 0.1 % of the sheet.
    """

    prompt: str
    kind: str
    length: float
    away: float
    back: float
    far: float
    details: int
    shown: float
    early: float
    shapes: int
    slivers: int


def bench_silhouettes(
    prompts: Sequence[str],
    *,
    kinds: Sequence[str] = tuple(KINDS),
    settings: Mapping[str, Any] | None = None,
) -> Iterator[Silhouette]:
    """Draw each prompt in each way and measure it; one row after the other, as it is there.

    settings: of every drawing, such as `optimize.steps`. Raises InputError where there is nothing
    to follow.
    """
    session = Session()
    for kind in kinds:
        for prompt in prompts:
            named = {"draw.prompts": [prompt], **KINDS[kind], **(settings or {})}
            given = {key: Given(value, "bench") for key, value in named.items()}
            run = Run(settings_for(given), session=session)
            if run.followed is None:
                raise InputError(f"nothing to follow was imagined for '{prompt}'")
            for _ in run:
                pass
            yield _measured(prompt, kind, run.drawing().scene, run.followed)


def silhouette(scene: Scene, picture: Tensor) -> tuple[float, float, float, float]:
    """`length`, `away`, `back` and `far` of a drawing beside premultiplied RGBA [1, 4, h, w]."""
    size = round(scene.height * _SCALE), round(scene.width * _SCALE)
    drawn = _figure(_shown(scene, size[1]))
    wanted = _figure(_picture(picture, size))
    edge, other = border(drawn), border(wanted)
    away, back = distances(edge, other) / _SCALE, distances(other, edge) / _SCALE
    if not len(away) or not len(back):  # nothing is drawn, or nothing was wanted
        return 0.0, np.inf, np.inf, np.inf
    length = border_length(drawn) / border_length(wanted)
    return length, float(away.mean()), float(back.mean()), float(np.quantile(away, 0.9))


def details(scene: Scene, picture: Tensor, few: int = FEW) -> tuple[int, float, float]:
    """How many details a picture has, and shares of them that a drawing shows: whole, few paths.

    A detail is shown where most of its pixels are nearer to its colour than to what is around it.
    """
    found = parts_of(Guide(picture[0]), torch.ones(3))
    number = found.number.numpy()
    size = number.shape
    wanted = _lab(_picture(picture, size))
    views = [_lab(_shown(one, size[1])) for one in (scene, prefix(scene, few))]
    seen = []
    for part, below in enumerate(found.below):
        own, ground = number == part, number == below
        if below < 0 or not own.any() or not ground.any() or own.mean() > _DETAIL:
            continue
        color, other = np.median(wanted[own], axis=0), np.median(wanted[ground], axis=0)
        if np.linalg.norm(color - other) < _STANDS_OUT:
            continue
        nearer = [
            np.linalg.norm(view[own] - color, axis=1) < np.linalg.norm(view[own] - other, axis=1)
            for view in views
        ]
        seen.append([bool(pixels.mean() > 0.5) for pixels in nearer])
    if not seen:
        return 0, 1.0, 1.0
    shown, early = np.mean(seen, axis=0).tolist()
    return len(seen), shown, early


def slivers(scene: Scene) -> tuple[int, int]:
    """How many closed paths a drawing has, and how many of them are thin or small."""
    closed = [path for path in scene.paths() if path.closed]
    found = 0
    for path in closed:
        black = replace(path, fill=(0.0, 0.0, 0.0, 1.0), stroke=None)
        layers = (PathLayer("shape", (black,)),)
        one = Scene(scene.width, scene.height, layers, Background((1.0, 1.0, 1.0)))
        mask = _shown(one, round(scene.width * _FINE))[..., 0] < 0.5
        found += bool(mask.mean() < _SMALL) or not holds_disc(mask, _THIN * _FINE)
    return len(closed), found


def _measured(prompt: str, kind: str, scene: Scene, picture: Tensor) -> Silhouette:
    length, away, back, far = silhouette(scene, picture)
    count, shown, early = details(scene, picture)
    return Silhouette(
        *(prompt, kind, length, away, back, far), *(count, shown, early), *slivers(scene)
    )


def _shown(scene: Scene, width: int) -> Levels:
    """RGB [H, W, 3], 0..1, on white, as resvg shows it."""
    svg = svg_text(scene)
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, background="white")
    with Image.open(io.BytesIO(bytes(png))) as image:
        return np.asarray(image.convert("RGB")) / 255.0


def _picture(picture: Tensor, size: tuple[int, int]) -> Levels:
    """The same of premultiplied RGBA [1, 4, h, w], as large as the sheet."""
    large = F.interpolate(picture, size=size, mode="bicubic", antialias=True)
    rgb = over_paper(large)[0].clamp(0, 1)
    found: Levels = rgb.permute(1, 2, 0).double().numpy()
    return found


def _lab(rgb: Levels) -> Levels:
    picture = torch.from_numpy(rgb).permute(2, 0, 1)[None].float()
    found: Levels = oklab(picture)[0].permute(1, 2, 0).double().numpy()
    return found


def _figure(rgb: Levels) -> Mask:
    """What differs from the paper, and what that surrounds."""
    lab = _lab(np.concatenate([rgb, np.ones((1, *rgb.shape[1:]))]))
    return filled(np.linalg.norm(lab[:-1] - lab[-1], axis=-1) > _FIGURE)
