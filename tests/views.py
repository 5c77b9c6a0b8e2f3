"""What the loop hands to a loss, made of a picture alone."""

from __future__ import annotations

import torch
from fakes import FakePerceptor
from torch import Tensor

from drawkit.losses import PerceptorOutput, StepContext
from drawkit.raster import Paths

_AXIS = torch.linspace(-1, 1, 32)
_INSIDE = (_AXIS[:, None].square() + _AXIS.square() < 0.5).float()
DISC = torch.stack([_INSIDE, 0 * _INSIDE, 0 * _INSIDE, _INSIDE])[None]
"""A red disc on nothing, premultiplied."""


def strokes(points: Tensor, width: float = 2.0) -> Paths:
    """Opaque black strokes of one segment each with control points [4 N, 2]."""
    count = len(points) // 4
    no = torch.zeros(count, dtype=torch.bool)
    black = torch.tensor([0.0, 0.0, 0.0, 1.0]).expand(count, 4)
    return Paths(
        points=points,
        segments=torch.ones(count, dtype=torch.int64),
        closed=no,
        radius=torch.full((count,), width / 2),
        stroke=black,
        fill=black,
        stroked=~no,
        filled=no,
        even_odd=no,
    )


def view_of(
    picture: Tensor, *, weights: tuple[float, ...] = (1.0,), shares: int = 1
) -> StepContext:
    """What the loop hands to a loss for an RGB picture [1, 3, 32, 32] on white."""
    perceptor = FakePerceptor()
    text = perceptor.encode_text([f"word {i}" for i in range(len(weights))])
    output = PerceptorOutput(
        cutouts=picture,
        features=perceptor.encode_image(picture),
        text=text,
        weight=1 / shares,
        stages=lambda: perceptor.stages(picture),
        stages_of=perceptor.stages,
        features_of=perceptor.encode_image,
        alike=lambda other: other,
    )
    return StepContext(
        picture=torch.cat([picture, torch.ones_like(picture[:, :1])], dim=1),
        on_paper=picture,
        paper=torch.ones(1, 3, 1, 1),
        outputs=(output,) * shares,
        prompt_weights=torch.tensor(weights),
        step=1,
        progress=0.0,
        generator=torch.Generator().manual_seed(1),
        target=DISC,
    )
