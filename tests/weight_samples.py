"""Small CLIPs and the files that people have of such: OpenAI's archives, tables, folders."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import open_clip
import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from torch import Tensor, nn

WIDTH = 64


def clip(kind: str, *, quick: bool) -> CLIP:
    """A small CLIP of OpenAI's architecture, with their vocabulary."""
    torch.manual_seed(5)
    vision = (
        CLIPVisionCfg(layers=2, width=WIDTH, patch_size=16, image_size=64)
        if kind == "vit"
        else CLIPVisionCfg(layers=(1, 1, 1, 1), width=8, image_size=64)
    )
    text = CLIPTextCfg(context_length=77, vocab_size=49408, width=WIDTH, heads=1, layers=2)
    return CLIP(32, vision, text, quick_gelu=quick).eval()


class Tree(nn.Module):
    """The parameters of a model under their names, as a program that TorchScript can save."""

    def forward(self, x: Tensor) -> Tensor:
        return x

    @classmethod
    def of(cls, weights: dict[str, Tensor]) -> Tree:
        tree = cls()
        for name, value in weights.items():
            place: nn.Module = tree
            *folders, last = name.split(".")
            for folder in folders:
                if not hasattr(place, folder):
                    place.add_module(folder, cls())
                place = getattr(place, folder)
            if value.is_floating_point():
                place.register_parameter(last, nn.Parameter(value, requires_grad=False))
            else:
                place.register_buffer(last, value)
        return tree


def archive(model: CLIP, path: Path) -> None:
    """A file as OpenAI's are: TorchScript, half precision, three sizes beside the weights."""
    weights = {
        name: value.half() if value.is_floating_point() and value.ndim > 1 else value
        for name, value in model.state_dict().items()
        if name != "attn_mask"
    }
    sizes = {"input_resolution": 64, "context_length": 77, "vocab_size": 49408}
    whole = {**weights, **{name: torch.tensor(size) for name, size in sizes.items()}}
    torch.jit.script(Tree.of(whole)).save(str(path))


def traced(model: CLIP, path: Path) -> None:
    """A file made as OpenAI's were: a traced program, its sizes as buffers of it."""
    whole = copy.deepcopy(model)
    for name, size in {"input_resolution": 64, "context_length": 77, "vocab_size": 49408}.items():
        whole.__dict__.pop(name, None)
        whole.register_buffer(name, torch.tensor(size))
    words = open_clip.get_tokenizer("ViT-B-32")(["a cat"])
    given = (torch.rand(1, 3, 64, 64), words)
    torch.jit.trace(whole, given, check_trace=False, strict=False).save(str(path))


def add_tiny_architecture(tmp_path: Path) -> str:
    """A small architecture that OpenCLIP knows by its name, and its twin with QuickGELU."""
    vision = {"layers": 2, "width": WIDTH, "patch_size": 16, "image_size": 64}
    text = {"context_length": 77, "vocab_size": 49408, "width": WIDTH, "heads": 1, "layers": 2}
    config = {"embed_dim": 32, "vision_cfg": vision, "text_cfg": text}
    for name, more in (("drawkit-tiny", {}), ("drawkit-tiny-quickgelu", {"quick_gelu": True})):
        (tmp_path / f"{name}.json").write_text(json.dumps(config | more))
        open_clip.add_model_config(tmp_path / f"{name}.json")
    return "drawkit-tiny"
