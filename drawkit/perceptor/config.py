"""The settings of the perceptors of a drawing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from drawkit.config.limits import Limits, Share, check_limits
from drawkit.errors import ConfigError
from drawkit.perceptor.names import ModelSpec

__all__ = ["NO_MODEL", "PerceptorConfig"]

NO_MODEL = ("none",)
"""Nobody looks: the drawing follows a picture alone."""


@dataclass(frozen=True)
class PerceptorConfig:
    """Who judges, how exactly it computes, and where."""

    models: tuple[str, ...] = field(default=("auto",), metadata={"file": True})
    """One or more perceptors as `--model` takes them, each with its share behind a colon."""
    imagine: Annotated[int, Limits(0, 1000)] = 0
    """Small pictures of the words that are imagined first, to draw after the best; 0: none. By a
    perceptor that can, else by the built-in one, which lends no more than that."""
    lead: Annotated[float, Limits(0, 2)] = 0.0
    """How far it leads what it imagines on the way from noise, beside choosing the best; 0: not."""
    recall: bool = True
    """Whether imagining begins from openly licensed small pictures of what the words name."""
    keep: Share = 1.0
    """How much of a start picture stays where words are imagined into it; 1: it stays as it is."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """auto: bf16 where the processor computes it natively, fp32 elsewhere."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """auto: cuda where there is one, else mps, else cpu."""

    def __post_init__(self) -> None:
        """Refuse what no perceptor can be opened from."""
        if not self.models:
            raise ConfigError("perceptor.models is empty; allowed: one model or more")
        for model in self.models:
            if ModelSpec.parse(model).kind == "none" and self.models != NO_MODEL:
                raise ConfigError("perceptor.models: 'none' stands alone, without others")
        check_limits(self, "perceptor")
        _check_choice("precision", self.precision, ("auto", "fp32", "bf16"))
        _check_choice("device", self.device, ("auto", "cpu", "cuda", "mps"))


def _check_choice(key: str, given: str, allowed: tuple[str, ...]) -> None:
    if given not in allowed:
        raise ConfigError(f"perceptor.{key} is '{given}'; allowed: {', '.join(allowed)}")
