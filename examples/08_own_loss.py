"""A loss of your own: the drawing should be its mirror image.

python examples/08_own_loss.py

`python examples/08_own_loss.py --help` is drawkit's command line with the loss in it:
python examples/08_own_loss.py clipdraw "a house" --set losses.mirror.weight=20 -o mirror.svg
"""

import sys
from dataclasses import dataclass

from torch import Tensor

from drawkit import draw
from drawkit.losses import Loss, LossConfig, StepContext, losses


@dataclass(frozen=True)
class MirrorConfig(LossConfig):
    """How much it counts."""

    section = "losses.mirror"


@losses.register("mirror", config=MirrorConfig)
class MirrorLoss(Loss):
    """How far the drawing is from its mirror image."""

    def forward(self, context: StepContext) -> Tensor:
        return (context.on_paper - context.on_paper.flip(-1)).square().mean()


if len(sys.argv) > 1:
    from drawkit.cli import app

    app()

for weight in (0.001, 20.0):
    seen = []
    drawing = draw(
        "a house",
        strokes=64,
        settings={"losses.mirror.weight": weight},
        on_step=lambda step, seen=seen: seen.append(step.losses["mirror"]),
    )
    print(f"weight {weight:g}: from {seen[0]:.4f} to {seen[-1]:.4f}")
drawing.save("mirror.svg")
