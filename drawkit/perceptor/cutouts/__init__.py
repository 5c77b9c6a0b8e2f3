"""Random views of the picture for the perceptor: a recipe draws N of them in one batch.

A new recipe is one file here: a class with its own frozen config and `@cutouts.register`.
Every recipe is white-safe: what lies outside the picture is the paper, whatever its colour.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from drawkit.config.limits import Limits, check_limits
from drawkit.registry import Registry

if TYPE_CHECKING:  # in annotations only: the settings are known without torch
    import torch
    from torch import Tensor

__all__ = ["Cutouts", "CutoutsConfig", "cutouts"]

cutouts = Registry("cutout recipe", "drawkit.perceptor.cutouts")


@dataclass(frozen=True)
class CutoutsConfig:
    """Which views the perceptor gets, and how many (`cutouts.<recipe>` holds a recipe's own)."""

    recipe: str = "clipdraw"
    """Name of the recipe."""
    count: Annotated[int, Limits(1, 512)] = 4
    """Views a step."""

    def __post_init__(self) -> None:
        """Refuse a count that is no batch."""
        check_limits(self, "cutouts")


class Cutouts(ABC):
    """One recipe, built from its own frozen config and the number of views."""

    def __init__(self, config: Any, count: int) -> None:
        self.config = config
        self.count = count

    def at(self, progress: float) -> None:  # noqa: B027  most recipes look alike all the time
        """Told before each step how far the run is, 0..1; what views show may follow from it."""

    def detail(self, size: int) -> int | None:
        """Px of the picture's shorter side that show all that views of `size` px do; None: all."""
        return None

    @abstractmethod
    def __call__(
        self, picture: Tensor, paper: Tensor, size: int, generator: torch.Generator
    ) -> Tensor:
        """Views [N, 3, size, size] RGB of `picture` [1, 3, H, W] lying on `paper` [1, 3, 1, 1].

        Differentiable in the picture. Every random draw comes from `generator` (a CPU one).
        """
