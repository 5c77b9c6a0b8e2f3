"""Find and build an OpenCLIP model: names, tags, folders and checkpoints."""

from __future__ import annotations

import importlib
import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import open_clip
import open_clip.factory
import open_clip.pretrained
import torch

from drawkit.errors import InputError, suggestion
from drawkit.files import expanded, read_json, read_text
from drawkit.files.broken import BROKEN_FILE, OTHER_MODEL, reading
from drawkit.files.torchscript import is_torchscript
from drawkit.files.weights import check_weights, read_weights
from drawkit.perceptor.downloads import downloaded
from drawkit.perceptor.names import BUILTIN, ModelSpec
from drawkit.perceptor.openai import (
    ACTIVATION_UNKNOWN,
    built_from,
    is_clip,
    is_openai,
    without_sizes,
)
from drawkit.perceptor.trouble import downloading, no_code, quiet

__all__ = ["checked_tag", "load_model"]

log = logging.getLogger("drawkit")

_NO_MODEL = "its config describes no model that OpenCLIP can build"
_NO_VOCABULARY = "its vocabulary cannot be read"
_MOST_LAYERS = 1000
_BIG_VISION = (".npz", ".npy")
"""What OpenCLIP reads beside the formats of PyTorch."""
_SUFFIXES = (".pt", ".pth", ".ckpt", ".bin", ".safetensors")
"""What a name that is meant as a file ends in."""
_WEIGHTS = (
    "open_clip_model.safetensors",
    "open_clip_pytorch_model.safetensors",
    "open_clip_pytorch_model.bin",
    "open_clip_pytorch_model.pth",
    "model.safetensors",
    "pytorch_model.bin",
    "pytorch_model.pth",
    "model.pth",
)
"""How weights in a folder are called, in OpenCLIP's order; another name goes behind these."""


def load_model(spec: ModelSpec, *, random_weights: bool = False) -> tuple[Any, Any]:
    """The open_clip model and its tokenizer, on the CPU in fp32.

    Raises InputError for an unknown name or tag and for a broken checkpoint, BackendError where
    the weights are not on this machine and cannot be downloaded.
    """
    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)  # random weights are the same everywhere
        if spec.kind == "openclip":
            return _load_named(spec, random_weights)
        if spec.kind == "hf-hub":
            return _load_hub(spec)
        if spec.kind == "checkpoint":
            return _load_checkpoint(Path(spec.name))
        folder = BUILTIN if spec.kind == "builtin" else expanded(spec.name)
        return _load_folder(folder, random_weights)


def _load_named(spec: ModelSpec, random_weights: bool) -> tuple[Any, Any]:
    """`NAME/TAG` or `NAME:CHECKPOINT`."""
    config = _named_config(spec)
    if random_weights:
        return _build_named(spec.name, config)
    checkpoint = expanded(spec.tag)
    if spec.tag and checkpoint.exists():
        return _load_named_checkpoint(spec.name, config, checkpoint)
    spec = ModelSpec("openclip", spec.name, checked_tag(spec))
    source: Any = open_clip.get_pretrained_cfg(spec.name, spec.tag)
    path = downloaded(spec)
    if path is None:
        with downloading(f"{spec.name}/{spec.tag}"):
            path = Path(open_clip.pretrained.download_pretrained(source))
    pictures = {key: source.get(key) for key in ("mean", "std")}
    # OpenAI's and some later weights were trained with a cheaper GELU than the plain name builds.
    quick = bool(source.get("quick_gelu", False))
    return _load_named_checkpoint(spec.name, config, path, quick=quick, pictures=pictures)


def _load_named_checkpoint(
    name: str,
    config: dict[str, Any],
    path: Path,
    *,
    quick: bool | None = None,
    pictures: dict[str, Any] | None = None,
) -> tuple[Any, Any]:
    """The weights in `path`; OpenAI's own get the activation that they were trained with.

    quick: whether they were trained with QuickGELU, pictures: mean and std of what they saw,
    where that is known otherwise.
    """
    weights = _table(path)
    told = is_openai(weights) if quick is None else quick
    with reading(path):
        model, tokenizer = _build_named(
            name, config, force_quick_gelu=told, force_preprocess_cfg=pictures
        )
    _fill(model, path, weights)
    if quick is None and not told and f"{name}-quickgelu" in open_clip.list_models():
        log.warning(ACTIVATION_UNKNOWN, path, path)
    return model, tokenizer


def _build_named(name: str, config: dict[str, Any], **options: Any) -> tuple[Any, Any]:
    """A model with random weights, and its tokenizer."""
    with _parts_from_elsewhere(name, config):
        model = open_clip.create_model(
            name, pretrained_text=False, **options, **_faster_blocks(config)
        )
        return model, _tokenizer(name, config)


@contextmanager
def _parts_from_elsewhere(name: str, config: dict[str, Any]) -> Iterator[None]:
    """Some text towers and tokenizers are looked up on the hub, whatever weights there are."""
    if any(key.startswith("hf_") for key in config["text_cfg"]):
        with downloading(f"the text tower of {name}"), no_code():
            yield
    else:
        yield


def _table(path: Path) -> dict[str, torch.Tensor]:
    """The weights of a file, none where only OpenCLIP can read it."""
    with reading(path):
        check_weights(path)
        return {} if path.suffix in _BIG_VISION else read_weights(path)


def _fill(model: Any, path: Path, weights: dict[str, torch.Tensor]) -> None:
    """Load weights into a model; OpenCLIP reads and converts a file of other shapes."""
    own = without_sizes(weights)
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    fitting = shapes == {name: value.shape for name, value in own.items()}
    with reading(path, OTHER_MODEL if weights else BROKEN_FILE):
        if fitting or is_torchscript(path):  # OpenCLIP would load an archive's program
            model.load_state_dict(own)
        else:
            open_clip.factory.load_checkpoint(model, str(path))


def checked_tag(spec: ModelSpec) -> str:
    """The pretrained tag of an OpenCLIP name, the usual one where none is given.

    Raises InputError for a name or tag that OpenCLIP does not know, or a name without weights.
    """
    _named_config(spec)
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


def _named_config(spec: ModelSpec) -> dict[str, Any]:
    """What OpenCLIP builds under this name."""
    config: dict[str, Any] | None = open_clip.get_model_config(spec.name)
    if config is None:
        path = Path(spec.name, spec.tag)
        if path.suffix in _SUFFIXES:
            raise InputError(f"there is no weights file '{path}'")
        known = ["auto", "builtin", *open_clip.list_models()]
        raise InputError(_unknown(f"unknown model '{spec.name}'", spec.name, known))
    return config


def _load_hub(spec: ModelSpec) -> tuple[Any, Any]:
    """`hf-hub:ORG/NAME`."""
    name = f"hf-hub:{spec.name}"
    with downloading(name), no_code():
        model = open_clip.create_model(name, require_pretrained=True)
        return model, _tokenizer(name, open_clip.get_model_config(name))


def _load_folder(folder: Path, random_weights: bool) -> tuple[Any, Any]:
    """A folder with `open_clip_config.json` and weights; our own also brings its vocabulary."""
    importlib.import_module("drawkit.perceptor.net")  # registers our image tower with timm
    config = _folder_config(folder)
    name = f"local-dir:{folder}"
    elsewhere = partial(_parts_from_elsewhere, str(folder), config)
    with reading(folder, _NO_MODEL), elsewhere():
        model = open_clip.create_model(
            name, load_weights=False, pretrained_text=False, **_faster_blocks(config)
        )
    with reading(folder, _NO_VOCABULARY), elsewhere():
        tokenizer = _tokenizer(name, config, folder)
    if not random_weights:
        path = _weights_in(folder)
        _fill(model, path, _table(path))
    return model, tokenizer


def _weights_in(folder: Path) -> Path:
    """The weights that OpenCLIP would take in a folder."""
    found = sorted(p for s in (".safetensors", ".bin", ".pth") for p in folder.glob(f"*{s}"))
    usual = [folder / name for name in _WEIGHTS if folder / name in found]
    if not found:
        raise InputError(f"there are no weights in {folder}; OpenCLIP calls them {_WEIGHTS[0]}")
    return (usual or [p for p in found if p.suffix == ".safetensors"] or found)[0]


def _load_checkpoint(path: Path) -> tuple[Any, Any]:
    """One weights file: the `open_clip_config.json` beside it says what it is, or its shapes."""
    folder = path.parent
    if (folder / "open_clip_config.json").is_file():
        model, tokenizer = _load_folder(folder, random_weights=True)
        _fill(model, path, _table(path))
        return model, tokenizer
    with reading(path):
        weights = read_weights(path)
        if is_clip(weights):
            return built_from(weights, path)
    raise InputError(
        f"{path} does not say which model it is; give it as NAME:{path.name}, "
        f"for instance ViT-B-32:{path}"
    )


def _folder_config(folder: Path) -> dict[str, Any]:
    """`model_cfg` of an OpenCLIP folder."""
    path = folder / "open_clip_config.json"
    if not path.is_file():
        what = "no folder" if not folder.is_dir() else "no OpenCLIP model"
        raise InputError(f"{folder} is {what}; it must hold open_clip_config.json and weights")
    try:
        config = read_json(read_text(path))
    except ValueError as error:
        raise InputError(f"{path} is no OpenCLIP config: it is not JSON") from error
    for key in ("model_cfg", "vision_cfg", "text_cfg"):
        inner = config.get("model_cfg") if isinstance(config, dict) else None
        part = inner if key == "model_cfg" else inner.get(key) if isinstance(inner, dict) else None
        if not isinstance(part, dict):
            raise InputError(f"{path} is no OpenCLIP config: it has no table '{key}'")
    for key in ("mean", "std"):
        pictures = config.get("preprocess_cfg") or {}
        if not isinstance(pictures, dict) or not _is_color(pictures.get(key)):
            raise InputError(f"{path} is no OpenCLIP config: its '{key}' is not three numbers")
    found: dict[str, Any] = config["model_cfg"]
    for key in ("vision_cfg", "text_cfg"):
        layers = found[key].get("layers", 0)
        for count in layers if isinstance(layers, list) else [layers]:
            if isinstance(count, int) and count > _MOST_LAYERS:  # it would be built for ever
                raise InputError(f"{path}: {key} has {count} layers; allowed: {_MOST_LAYERS}")
    return found


def _is_color(given: Any) -> bool:
    """Whether it is three numbers, or left to OpenCLIP."""
    if given is None:
        return True
    numbers = isinstance(given, list) and len(given) == 3
    return numbers and all(type(v) in (int, float) and math.isfinite(v) for v in given)


def _faster_blocks(config: dict[str, Any]) -> dict[str, Any]:
    """open_clip's second transformer block: the same weights, 2-3 times as fast on a CPU."""
    vision = config.get("vision_cfg", {})
    plain_vit = isinstance(vision.get("layers"), int) and "timm_model_name" not in vision
    return {"vision_cfg": {**vision, "block_type": "custom"}} if plain_vit else {}


def _tokenizer(name: str, config: dict[str, Any], folder: Path | None = None) -> Any:
    """The model's tokenizer; a vocabulary in the folder goes before CLIP's own."""
    vocabularies = sorted(folder.glob("*.txt.gz")) if folder else []
    options: dict[str, Any] = {"bpe_path": str(vocabularies[0])} if vocabularies else {}
    if config["text_cfg"].get("hf_tokenizer_name"):
        options["trust_remote_code"] = False  # whatever the config says of it
    return open_clip.get_tokenizer(name, **options)


def _unknown(message: str, given: str, known: list[str]) -> str:
    """Suggest a near name; the full list is too long for one line."""
    hint = suggestion(given, known)
    return message + (hint if "did you mean" in hint or len(known) < 12 else "; see: models list")
