"""Any OpenCLIP model as the judge; the built-in one by default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from drawkit.errors import ConfigError
from drawkit.perceptor import Perceptor
from drawkit.perceptor.names import ModelSpec

__all__ = ["ClipPerceptor", "PerceptorConfig", "open_perceptor"]


@dataclass(frozen=True)
class PerceptorConfig:
    """Who judges, how exactly it computes, and where."""

    models: tuple[str, ...] = ("auto",)
    """One or more perceptors as `--model` takes them, each with its share behind a colon."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """auto: bf16 where the processor computes it natively, fp32 elsewhere."""
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """auto: cuda where there is one, else mps, else cpu."""

    def __post_init__(self) -> None:
        """Refuse what no perceptor can be opened from."""
        if not self.models:
            raise ConfigError("perceptor.models is empty; allowed: one model or more")
        for model in self.models:
            ModelSpec.parse(model)
        for key, given, allowed in (
            ("precision", self.precision, ("auto", "fp32", "bf16")),
            ("device", self.device, ("auto", "cpu", "cuda", "mps")),
        ):
            if given not in allowed:
                raise ConfigError(f"perceptor.{key} is '{given}'; allowed: {', '.join(allowed)}")


class ClipPerceptor(Perceptor):
    """A frozen OpenCLIP model."""

    precision: str
    """`fp32` or `bf16`: what is in use, to be recorded in the file."""


def open_perceptor(
    model: str, *, precision: str = "auto", device: str = "auto", random_weights: bool = False
) -> ClipPerceptor:
    """Load one perceptor (`model` as `--model` takes it; a weight behind it is not used here).

    random_weights: build the architecture without its weights, to time it. Raises InputError
    for a model that does not exist or a broken checkpoint, BackendError where it cannot be
    downloaded or the device is not there.
    """
    raise NotImplementedError
