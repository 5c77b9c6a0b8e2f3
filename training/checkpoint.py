"""What every training run keeps on disk: its parts, its step and the time it has spent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import torch

__all__ = ["resume", "save"]


class Part(Protocol):
    """A net or an optimizer."""

    def state_dict(self) -> dict[str, Any]:
        """Its tensors and numbers."""

    def load_state_dict(self, state: dict[str, Any], /) -> Any:
        """Take them back."""


def save(path: Path, parts: Mapping[str, Part], step: int, elapsed: float) -> None:
    """Write the checkpoint beside the old one, then replace it."""
    state: dict[str, Any] = {name: part.state_dict() for name, part in parts.items()}
    torch.save({**state, "step": step, "elapsed": elapsed}, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


def resume(path: Path, parts: Mapping[str, Part]) -> tuple[int, float] | None:
    """Fill the parts from a checkpoint; its step and seconds, or None where there is none."""
    if not path.exists():
        return None
    state = torch.load(path, weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(state[name])
    return state["step"], state["elapsed"]
