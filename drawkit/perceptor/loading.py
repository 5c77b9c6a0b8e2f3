"""Find and build an OpenCLIP model: names, tags, folders, checkpoints, and what can go wrong."""

from __future__ import annotations

import importlib
import json
import logging
import pickle
import socket
import urllib.parse
import urllib.request
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import huggingface_hub.constants
import open_clip
import open_clip.factory
import torch
from safetensors import SafetensorError

from drawkit.errors import BackendError, DrawkitError, InputError, suggestion
from drawkit.files import read_text
from drawkit.perceptor.names import ModelSpec
from drawkit.perceptor.openai import (
    ACTIVATION_UNKNOWN,
    built_from,
    is_clip,
    is_openai,
    without_sizes,
)
from drawkit.perceptor.weights import check_weights, is_torchscript, read_weights

__all__ = ["BUILTIN", "checked_tag", "downloading", "folder_of", "load_model"]

log = logging.getLogger("drawkit")

BUILTIN = Path(__file__).parent / "builtin"
"""The model that comes with the package, as an OpenCLIP folder."""

_BROKEN = (
    SafetensorError,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What libraries raise for weights and configs that are broken or of something else."""


def load_model(spec: ModelSpec, *, random_weights: bool = False) -> tuple[Any, Any]:
    """The open_clip model and its tokenizer, on the CPU in fp32.

    Raises InputError for an unknown name or tag and for a broken checkpoint, BackendError where
    the weights are not on this machine and cannot be downloaded.
    """
    with _quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # random weights are the same everywhere
        if spec.kind == "openclip":
            return _load_named(spec, random_weights)
        if spec.kind == "hf-hub":
            return _load_hub(spec)
        if spec.kind == "checkpoint":
            return _load_checkpoint(Path(spec.name))
        folder = BUILTIN if spec.kind == "builtin" else Path(spec.name).expanduser()
        return _load_folder(folder, random_weights)


def folder_of(spec: ModelSpec) -> Path | None:
    """The folder that the model lies in, if it lies in one."""
    if spec.kind == "builtin":
        return BUILTIN
    return Path(spec.name).expanduser() if spec.kind == "local-dir" else None


def _load_named(spec: ModelSpec, random_weights: bool) -> tuple[Any, Any]:
    """`NAME/TAG` or `NAME:CHECKPOINT`."""
    options: dict[str, Any] = _faster_blocks(_named_config(spec.name))
    if random_weights:
        model = open_clip.create_model(spec.name, pretrained_text=False, **options)
        return model, _tokenizer(spec.name)
    checkpoint = Path(spec.tag).expanduser()
    if spec.tag and checkpoint.exists():
        return _load_named_checkpoint(spec.name, checkpoint, options)
    tag = checked_tag(spec)
    if tag == "openai" and (own := _openai_file(spec.name)) is not None:
        return _load_named_checkpoint(spec.name, own, options)
    # OpenAI's and some later weights were trained with a cheaper GELU than the plain name builds.
    pretrained = open_clip.get_pretrained_cfg(spec.name, tag)
    options["force_quick_gelu"] = bool(pretrained.get("quick_gelu", False))
    with downloading(f"{spec.name}/{tag}"):
        model = open_clip.create_model(spec.name, pretrained=tag, **options)
        return model, _tokenizer(spec.name)


def _openai_file(name: str) -> Path | None:
    """Where OpenAI's own code (`clip.load`) keeps its download of a model, if it is there."""
    url: str = open_clip.get_pretrained_cfg(name, "openai").get("url", "")
    path = Path("~/.cache/clip").expanduser() / url.rpartition("/")[2]
    return path if url and path.is_file() else None


def _load_named_checkpoint(name: str, path: Path, options: dict[str, Any]) -> tuple[Any, Any]:
    """`NAME:CHECKPOINT`; OpenAI's own files get the activation that they were trained with."""
    with _reading(path):
        check_weights(path)
        if not is_torchscript(path):
            twin = f"{name}-quickgelu"
            if twin in open_clip.list_models():
                log.warning(ACTIVATION_UNKNOWN, path, path)
            model = open_clip.create_model(name, pretrained=str(path), **options)
            return model, _tokenizer(name)
        weights = read_weights(path)
        model = open_clip.create_model(
            name, force_quick_gelu=is_openai(weights), pretrained_text=False, **options
        )
        model.load_state_dict(without_sizes(weights))
    return model.eval(), _tokenizer(name)


def checked_tag(spec: ModelSpec) -> str:
    """The pretrained tag of an OpenCLIP name, the usual one where none is given.

    Raises InputError for a name or tag that OpenCLIP does not know, or a name without weights.
    """
    _named_config(spec.name)
    tags: list[str] = open_clip.list_pretrained_tags_by_model(spec.name)
    if not spec.tag:
        if not tags:
            raise InputError(
                f"{spec.name} has no public weights; give a checkpoint: {spec.name}:weights.pt"
            )
        return "openai" if "openai" in tags else tags[0]
    if not open_clip.get_pretrained_cfg(spec.name, spec.tag):
        message = f"{spec.name} has no weights '{spec.tag}', and there is no such file"
        raise InputError(_unknown(message, spec.tag, tags))
    return spec.tag


def _named_config(name: str) -> dict[str, Any]:
    """What OpenCLIP builds under this name."""
    config: dict[str, Any] | None = open_clip.get_model_config(name)
    if config is None:
        known = ["auto", "builtin", *open_clip.list_models()]
        raise InputError(_unknown(f"unknown model '{name}'", name, known))
    return config


def _load_hub(spec: ModelSpec) -> tuple[Any, Any]:
    """`hf-hub:ORG/NAME`."""
    name = f"hf-hub:{spec.name}"
    with downloading(name):
        model = open_clip.create_model(name, require_pretrained=True)
        return model, _tokenizer(name)


def _load_folder(folder: Path, random_weights: bool) -> tuple[Any, Any]:
    """A folder with `open_clip_config.json` and weights; our own also brings its vocabulary."""
    importlib.import_module("drawkit.perceptor.net")  # registers our image tower with timm
    options = _faster_blocks(_folder_config(folder))
    name = f"local-dir:{folder}"
    with _reading(folder):
        for suffix in () if random_weights else (".safetensors", ".bin", ".pt", ".pth"):
            for weights in folder.glob(f"open_clip_*{suffix}"):
                check_weights(weights)
        model = open_clip.create_model(
            name, load_weights=not random_weights, require_pretrained=not random_weights, **options
        )
    return model, _tokenizer(name, folder)


def _load_checkpoint(path: Path) -> tuple[Any, Any]:
    """One weights file: the `open_clip_config.json` beside it says what it is, or its shapes."""
    folder = path.parent
    if not (folder / "open_clip_config.json").is_file():
        with _reading(path):
            weights = read_weights(path)
            if is_clip(weights):
                return built_from(weights, path)
        raise InputError(
            f"{path} does not say which model it is; give it as NAME:{path.name}, "
            f"for instance ViT-B-32:{path}"
        )
    model, tokenizer = _load_folder(folder, random_weights=True)
    with _reading(path):
        check_weights(path)
        open_clip.factory.load_checkpoint(model, str(path))
    return model, tokenizer


def _folder_config(folder: Path) -> dict[str, Any]:
    """`model_cfg` of an OpenCLIP folder."""
    path = folder / "open_clip_config.json"
    if not path.is_file():
        what = "no folder" if not folder.is_dir() else "no OpenCLIP model"
        raise InputError(f"{folder} is {what}; it must hold open_clip_config.json and weights")
    try:
        config = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no OpenCLIP config: it is not JSON") from error
    for key in ("model_cfg", "vision_cfg", "text_cfg"):
        inner = config.get("model_cfg") if isinstance(config, dict) else None
        part = inner if key == "model_cfg" else inner.get(key) if isinstance(inner, dict) else None
        if not isinstance(part, dict):
            raise InputError(f"{path} is no OpenCLIP config: it has no table '{key}'")
    found: dict[str, Any] = config["model_cfg"]
    return found


def _faster_blocks(config: dict[str, Any]) -> dict[str, Any]:
    """open_clip's second transformer block: the same weights, 2-3 times as fast on a CPU."""
    vision = config.get("vision_cfg", {})
    plain_vit = isinstance(vision.get("layers"), int) and "timm_model_name" not in vision
    return {"vision_cfg": {**vision, "block_type": "custom"}} if plain_vit else {}


def _tokenizer(name: str, folder: Path | None = None) -> Any:
    """The model's tokenizer; a vocabulary in the folder goes before CLIP's own."""
    vocabularies = sorted(folder.glob("*.txt.gz")) if folder else []
    options = {"bpe_path": str(vocabularies[0])} if vocabularies else {}
    return open_clip.get_tokenizer(name, **options)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say in one line that what lies at `path` is broken."""
    try:
        yield
    except DrawkitError:
        raise
    except (*_BROKEN, OSError) as error:
        log.debug("%s: %s", path, error)
        raise InputError(f"{path} cannot be read as this model: {_own_words(error)}") from error


@contextmanager
def downloading(name: str) -> Iterator[None]:
    """Say in one line what to do where weights are neither here nor within reach."""
    offline, network = huggingface_hub.constants.HF_HUB_OFFLINE, _network()
    try:
        # The hub retries for most of a minute before it says that there is no network.
        huggingface_hub.constants.HF_HUB_OFFLINE = offline or not network
        yield
    except (*_BROKEN, OSError) as error:
        reason = _one_line(error) if network else "no network"
        raise BackendError(
            f"{name} is not on this machine and cannot be downloaded ({reason}); "
            "use --model builtin, a checkpoint or a folder"
        ) from error
    finally:
        huggingface_hub.constants.HF_HUB_OFFLINE = offline


def _network() -> bool:
    """Whether the hub's address can be looked up, or a proxy does that for us."""
    if urllib.request.getproxies():
        return True
    try:
        socket.getaddrinfo(urllib.parse.urlsplit(huggingface_hub.constants.ENDPOINT).hostname, 443)
    except OSError:
        return False
    return True


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep open_clip from logging: it writes to the root logger and would set up a handler."""
    root, handler = logging.getLogger(), logging.NullHandler()

    def told_by_others(_record: logging.LogRecord) -> bool:
        return False

    root.addHandler(handler)
    root.addFilter(told_by_others)  # what is logged at the root itself; drawkit's own goes on
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.removeFilter(told_by_others)
        root.removeHandler(handler)


def _unknown(message: str, given: str, known: list[str]) -> str:
    """Suggest a near name; the full list is too long for one line."""
    hint = suggestion(given, known)
    return message + (hint if "did you mean" in hint or len(known) < 12 else "; see: models list")


def _own_words(error: Exception) -> str:
    """What is wrong with weights or a config; a library's words would help nobody."""
    said = str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if "Error(s) in loading state_dict" in said or "size mismatch" in said:
        return "its weights belong to another model"
    if "which no weights need" in said or "unsupported global" in said.lower():
        return "it holds more than weights, and drawkit runs no code out of files"
    if isinstance(error, FileNotFoundError) or "not found" in said.lower():
        return "there are no weights in it"
    if isinstance(error, TypeError | AttributeError | AssertionError | KeyError):
        return "its config describes no model that OpenCLIP can build"
    return "it is no weights file, or a broken one"


def _one_line(error: Exception) -> str:
    """What went wrong with a download, short enough for one line of a terminal."""
    line = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return line if len(line) <= 120 else f"{line[:117]}..."
