"""Little ink: what is not needed vanishes, and the paper stays clean."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["InkConfig"]


@dataclass(frozen=True)
class InkConfig:
    """How much a covered paper costs."""

    weight: float = 0.0
    """Factor of this loss; 0 leaves it out."""
