"""The settings of the loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from drawkit.config.limits import Limits, check_limits

__all__ = ["OptimizeConfig"]

Steps = Annotated[int, Limits(1, 1_000_000)]


@dataclass(frozen=True)
class OptimizeConfig:
    """How long the loop runs and how often it looks at the clean drawing."""

    steps: Steps = 1000
    """Updates of the drawing."""
    score_every: Steps = 10
    """Steps between two scores of the clean drawing."""
    sketch: Annotated[float, Limits(0, 1, below=True)] = 0.0
    """Share of the run that is a sketch: none of its drawings beats a later one's score."""

    def __post_init__(self) -> None:
        """Refuse runs that never start or never end."""
        check_limits(self, "optimize")
