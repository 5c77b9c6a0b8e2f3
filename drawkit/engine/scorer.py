"""A perceptor with its way of looking, and what perceptors saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import torch
from torch import Tensor

from drawkit.engine.aims import Area
from drawkit.losses import PerceptorOutput
from drawkit.perceptor import Perceptor
from drawkit.perceptor.cutouts import Cutouts

__all__ = ["Looks", "Scorer"]


@dataclass(frozen=True, eq=False)
class Scorer:
    """A perceptor with its way of looking: cutout recipe, encoded prompts [P, D] and share."""

    perceptor: Perceptor
    cutouts: Cutouts
    text: Tensor
    weight: float = 1.0

    def views(self, picture: Tensor, paper: Tensor, generator: torch.Generator) -> Tensor:
        """Cutouts of a picture [1, 3, H, W] on paper [1, 3, 1, 1], where the perceptor is."""
        there, side = self.perceptor.device, self.perceptor.input_size
        return self.cutouts(picture.to(there), paper.to(there), side, generator)

    def same_views(
        self, area: Area | None, paper: Tensor, state: Tensor, picture: Tensor
    ) -> Tensor:
        """Those of an area of a picture that a generator in that state leads to."""
        part = picture if area is None else area.cut(picture, paper)
        return self.views(part, paper, torch.Generator().set_state(state))


class Looks(Sequence[PerceptorOutput]):
    """What perceptors see at a step: they are asked when a loss first wants to know.

    Where none does, the step takes a quarter of its time.
    """

    def __init__(self, ask: Callable[[], Iterable[PerceptorOutput]]) -> None:
        self._ask = ask

    @cached_property
    def _seen(self) -> tuple[PerceptorOutput, ...]:
        return tuple(self._ask())

    @overload
    def __getitem__(self, index: int) -> PerceptorOutput: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PerceptorOutput, ...]: ...
    def __getitem__(self, index: int | slice) -> PerceptorOutput | tuple[PerceptorOutput, ...]:
        """One of them, or some."""
        return self._seen[index]

    def __len__(self) -> int:
        """One a perceptor and region."""
        return len(self._seen)
