"""The loop: pictures to views to losses to better parameters; yields a `Step` at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from drawkit.canvas import Canvas
from drawkit.errors import ConfigError
from drawkit.losses import WeightedLoss
from drawkit.perceptor import Perceptor
from drawkit.perceptor.cutouts import Cutouts
from drawkit.scene import Scene

__all__ = ["Best", "Judge", "Loop", "OptimizeConfig", "Step"]


@dataclass(frozen=True)
class OptimizeConfig:
    """How long the loop runs and how often it looks at the clean drawing."""

    steps: int = 1000
    """Updates of the drawing."""
    score_every: int = 10
    """Steps between two scores of the clean drawing."""

    def __post_init__(self) -> None:
        """Refuse runs that never start or never end."""
        if not 1 <= self.steps <= 1_000_000:
            raise ConfigError(f"optimize.steps is {self.steps}; allowed: 1 to 1000000")
        if self.score_every < 1:
            raise ConfigError(f"optimize.score_every is {self.score_every}; allowed: 1 or more")


@dataclass(frozen=True)
class Step:
    """What one update did. `score` is set every `score_every` steps and at the end, else None.

    index: 1..total. loss: the weighted sum; losses: each one before its weight. score: cosine
    of the whole clean drawing on its paper with the prompts (weighted mean).
    """

    index: int
    total: int
    loss: float
    losses: dict[str, float]
    score: float | None
    best_score: float | None


@dataclass(frozen=True, eq=False)
class Judge:
    """A perceptor with its way of looking: cutout recipe, encoded prompts [P, D] and share."""

    perceptor: Perceptor
    cutouts: Cutouts
    text: Tensor
    weight: float = 1.0


@dataclass(frozen=True)
class Best:
    """The drawing with the highest score so far."""

    step: int
    score: float
    scene: Scene


class Loop:
    """Draws: `for step in loop:` runs to the end; it may be left at any step.

    canvas: what moves. judges: at least one. losses: those with a weight. prompt_weights: [P],
    in the order of every judge's text. seed: every random draw of the run follows from it.
    """

    best: Best | None

    def __init__(
        self,
        canvas: Canvas,
        judges: Sequence[Judge],
        losses: Sequence[WeightedLoss],
        prompt_weights: Sequence[float],
        config: OptimizeConfig,
        *,
        seed: int,
    ) -> None:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Step]:
        """Run the steps that are left.

        Raises DivergedError when a loss or gradient is NaN, after the canvas got its last good
        parameters back; `best_scene()` still holds the best drawing.
        """
        raise NotImplementedError

    def best_scene(self) -> Scene:
        """The drawing with the highest score so far; before the first score, the present one."""
        raise NotImplementedError

    def reset_best(self) -> None:
        """Forget the best drawing so far, for instance when the prompts have changed."""
        raise NotImplementedError

    def score(self) -> float:
        """Cosine of the whole clean drawing on its paper with the prompts, -1..1."""
        raise NotImplementedError
