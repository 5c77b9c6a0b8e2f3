"""Weights that were downloaded before: the hub's cache, and where older programs keep theirs."""

from __future__ import annotations

import os
from pathlib import Path

import huggingface_hub
import open_clip

from drawkit.files import expanded
from drawkit.perceptor.names import ModelSpec

__all__ = ["downloaded"]


def downloaded(spec: ModelSpec) -> Path | None:
    """The weights of an OpenCLIP model with its tag, or of one on the hub, if they are here."""
    found = _in_hub_cache(spec)
    return found if found or spec.kind == "hf-hub" else _own_download(spec)


def _in_hub_cache(spec: ModelSpec) -> Path | None:
    """The weights in the cache of the Hugging Face hub, None where they are not."""
    if spec.kind == "hf-hub":
        repository, given = spec.name, ""
    else:
        source = open_clip.get_pretrained_cfg(spec.name, spec.tag).get("hf_hub", "")
        repository, given = os.path.split(source)
    names = [given] if given else ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"]
    if given.endswith((".bin", ".pth")):
        names.insert(0, f"{given.rpartition('.')[0]}.safetensors")
    for name in names if repository else ():
        found = huggingface_hub.try_to_load_from_cache(repository, name)
        if isinstance(found, str):
            return Path(found)
    return None


def _own_download(spec: ModelSpec) -> Path | None:
    """Where OpenAI's own code (`clip.load`) and old OpenCLIPs keep a download, if it is there."""
    url: str = open_clip.get_pretrained_cfg(spec.name, spec.tag).get("url", "")
    path = expanded("~/.cache/clip") / url.rpartition("/")[2]
    return path if url and path.is_file() else None
