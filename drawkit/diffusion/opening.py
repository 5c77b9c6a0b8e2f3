"""Models of diffusers from local folders, without the network; one line where they cannot be."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import torch

from drawkit import BackendError, InputError
from drawkit.diffusion.families import FAMILIES

__all__ = [
    "Precision",
    "load_lora",
    "open_autoencoder",
    "open_controlnet",
    "open_part",
    "open_pipeline",
]

Precision = Literal["fp32", "bf16"]
"""Of a model's weights and sums: single, or half the memory."""

_DTYPES = MappingProxyType({"fp32": torch.float32, "bf16": torch.bfloat16})


def open_pipeline(model: str, precision: Precision = "fp32") -> Any:
    """A pipeline of diffusers from a local folder, on the fastest device that is there.

    Raises InputError for a folder that holds none of use, BackendError without the extra.
    """
    diffusers = _diffusers()
    pipe = _opened("a diffusion model", model, diffusers.DiffusionPipeline, precision)
    name = type(pipe).__name__
    if name not in FAMILIES:
        raise InputError(f"'{model}' is a {name}; usable: {', '.join(FAMILIES)}")
    pipe.set_progress_bar_config(disable=True)
    return pipe.to("cuda" if torch.cuda.is_available() else "cpu")


def open_autoencoder(folder: str, precision: Precision = "fp32") -> Any:
    """An autoencoder in a folder of its own, such as TAESD. Raises as `open_pipeline`."""
    diffusers = _diffusers()
    name = _class_name(folder, "AutoencoderKL")
    kind = getattr(diffusers, name, None) if name.startswith("Autoencoder") else None
    kind = diffusers.AutoencoderKL if kind is None else kind
    return _opened("an autoencoder", folder, kind, precision)


def open_controlnet(folder: str, precision: Precision = "fp32") -> Any:
    """A ControlNet in a folder. Raises as `open_pipeline`, and for one of another architecture."""
    kind = "ControlNetModel"
    if (name := _class_name(folder, kind)) != kind:
        raise InputError(f"'{folder}' is a {name}; usable: {kind}")
    return _opened("a ControlNet", folder, getattr(_diffusers(), kind), precision)


def open_part(what: str, folder: Path, kind: str) -> Any:
    """One part of a model, of that class of diffusers, from a folder. Raises as `open_pipeline`."""
    return _opened(what, str(folder), getattr(_diffusers(), kind), None)


def load_lora(pipe: Any, file: str) -> None:
    """Put low-rank weights into a pipeline. Raises InputError for a file that holds none for it."""
    path = Path(file).expanduser()
    if not path.is_file():
        raise InputError(f"the LoRA file '{file}' does not exist")
    try:
        pipe.load_lora_weights(str(path.parent), weight_name=path.name, local_files_only=True)
    except ValueError as error:
        if "PEFT" in str(error):
            raise BackendError("LoRA files need peft: pip install 'drawkit[diffusion]'") from error
        raise InputError(f"'{file}' holds no LoRA for this model: {_line(error)}") from error
    except Exception as error:
        raise InputError(f"'{file}' holds no LoRA for this model: {_line(error)}") from error


def _diffusers() -> Any:
    try:
        import diffusers
        import transformers
    except ImportError as error:
        raise BackendError(
            "a diffusion model needs diffusers: pip install 'drawkit[diffusion]'"
        ) from error
    diffusers.utils.logging.set_verbosity(logging.CRITICAL)  # what it logs, it also raises
    diffusers.utils.logging.disable_progress_bar()
    transformers.utils.logging.disable_progress_bar()
    return diffusers


def _opened(what: str, folder: str, kind: Any, precision: Precision | None) -> Any:
    """What lies in a folder, read without the network; one line where it cannot be."""
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise InputError(f"'{folder}' is no folder with {what}, as diffusers saves it")
    try:
        more: dict[str, Any] = dict.fromkeys(_left_out(path))
        if precision is not None:
            more["dtype"] = _DTYPES[precision]
        return kind.from_pretrained(str(path), local_files_only=True, **more)
    except InputError:
        raise
    except Exception as error:  # whatever its many parts raise
        raise InputError(
            f"'{folder}' does not hold {what} that can be read: {_line(error)}"
        ) from error


def _left_out(folder: Path) -> list[str]:
    """Parts that a pipeline was saved without, such as the third encoder of Stable Diffusion 3."""
    file = folder / "model_index.json"
    parts = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    if not isinstance(parts, dict):
        raise InputError(f"'{file}' is no table of the parts of a model")
    return [name for name, part in parts.items() if part == [None, None]]


def _class_name(folder: str, default: str) -> str:
    """The class that a model's config names; the default one where it names none."""
    file = Path(folder).expanduser() / "config.json"
    if not file.is_file():
        return default
    try:
        return str(json.loads(file.read_text("utf-8")).get("_class_name", default))
    except (ValueError, AttributeError) as error:
        raise InputError(f"'{file}' is no JSON of a model") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
