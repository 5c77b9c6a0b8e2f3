"""How a perceptor is written: `auto`, `builtin`, `NAME/TAG`, a checkpoint or a folder, `:weight`.

`auto` is the built-in perceptor, `none` is nobody, a plug-in has its own name.
`ViT-B-32/openai` (or `ViT-B-32:openai`) is an OpenCLIP model with a pretrained tag, `ViT-B-32` the
same with its usual tag, `ViT-B-32:weights.pt` with a checkpoint, `local-dir:FOLDER` (or just the
folder) a model saved by OpenCLIP, `hf-hub:ORG/NAME` one on the hub. A number behind a colon is the
share of this perceptor among several.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from drawkit.errors import ConfigError
from drawkit.files import expanded
from drawkit.perceptor import perceptors

__all__ = ["BUILTIN", "ModelSpec", "folder_of"]

BUILTIN = Path(__file__).parent / "builtin"
"""The model that comes with the package, as an OpenCLIP folder."""

_HEAVIEST = 1_000_000
"""Weights add up, and their sum must be a number."""
Kind = Literal["none", "builtin", "plugin", "openclip", "local-dir", "hf-hub", "checkpoint"]


@dataclass(frozen=True)
class ModelSpec:
    """One perceptor as the user wrote it.

    name: the architecture, or the folder, hub id or checkpoint; tag: pretrained tag or
    checkpoint path, empty for the usual one; weight: share among several perceptors.
    """

    kind: Kind
    name: str
    tag: str = ""
    weight: float = 1.0

    def __str__(self) -> str:
        """The shortest text that `parse` reads back as this spec, without the weight."""
        prefix = {"local-dir": "local-dir:", "hf-hub": "hf-hub:"}.get(self.kind, "")
        return f"{prefix}{self.name}" + (f":{self.tag}" if self.tag else "")

    @classmethod
    def parse(cls, given: str) -> ModelSpec:
        """Read what follows `--model`; whether such a model exists is found out on opening."""
        text, weight = _split_weight(given.strip())
        if not text:
            raise ConfigError(
                "the model name is empty; allowed: auto, builtin, NAME/TAG, a checkpoint, a folder"
            )
        if text in ("auto", "builtin"):
            return cls("builtin", "builtin", weight=weight)
        if text == "none":
            return cls("none", "none", weight=weight)
        if text in perceptors.names():
            return cls("plugin", text, weight=weight)
        if text.startswith("local-dir:"):
            return cls("local-dir", text.removeprefix("local-dir:"), weight=weight)
        if text.startswith("hf-hub:"):
            return cls("hf-hub", text.removeprefix("hf-hub:"), weight=weight)
        path = expanded(text)
        if path.is_dir():
            return cls("local-dir", str(path), weight=weight)
        if path.is_file():
            return cls("checkpoint", str(path), weight=weight)
        name, tag = _split_tag(text)
        return cls("openclip", name, tag, weight)


def folder_of(spec: ModelSpec) -> Path | None:
    """The folder that the model lies in, if it lies in one."""
    if spec.kind == "builtin":
        return BUILTIN
    return expanded(spec.name) if spec.kind == "local-dir" else None


def _split_weight(text: str) -> tuple[str, float]:
    """`ViT-B-32/openai:0.5` -> (`ViT-B-32/openai`, 0.5)."""
    name, colon, number = text.rpartition(":")
    try:
        weight = float(number) if colon else 1.0
    except ValueError:
        return text, 1.0
    if not colon:
        return text, weight
    if not 0 < weight <= _HEAVIEST:
        raise ConfigError(
            f"model weight {number} of '{name}'; allowed: a number above 0, at most {_HEAVIEST}"
        )
    return name, weight


def _split_tag(text: str) -> tuple[str, str]:
    """The first `:` or `/` ends the architecture's name; no OpenCLIP name holds one."""
    ends = [at for at in (text.find(":"), text.find("/")) if at > 0]
    cut = min(ends, default=len(text))
    return text[:cut], text[cut + 1 :]
