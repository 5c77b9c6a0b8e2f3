"""Names of diffusers' `VQModel`, brought to those of taming-transformers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from torch import Tensor

__all__ = ["from_diffusers", "is_diffusers"]

_ATTENTION = {
    "group_norm": "norm",
    **{"to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out"},
    **{"query": "q", "key": "k", "value": "v", "proj_attn": "proj_out"},  # until diffusers 0.14
}
_RULES = (
    (re.compile(r"\.mid_block\.resnets\.(\d)\."), lambda m: f".mid.block_{int(m[1]) + 1}."),
    (re.compile(r"\.mid_block\.attentions\.0\."), lambda m: ".mid.attn_1."),
    (re.compile(r"\.down_blocks\.(\d+)\."), lambda m: f".down.{m[1]}."),
    (re.compile(r"\.resnets\.(\d+)\."), lambda m: f".block.{m[1]}."),
    (re.compile(r"\.attentions\.(\d+)\."), lambda m: f".attn.{m[1]}."),
    (re.compile(r"\.downsamplers\.0\."), lambda m: ".downsample."),
    (re.compile(r"\.upsamplers\.0\."), lambda m: ".upsample."),
    (re.compile(r"\.conv_norm_out\."), lambda m: ".norm_out."),
    (re.compile(r"(block[_.]\d+)\.conv_shortcut\."), lambda m: f"{m[1]}.nin_shortcut."),
)
_LEVEL = re.compile(r"\.up_blocks\.(\d+)\.")
_OF_ATTENTION = re.compile(r"(\.attn[_.]\d+)\.(.+)\.(weight|bias)$")


def is_diffusers(weights: Mapping[str, Tensor]) -> bool:
    """Whether the names are those of a `VQModel`."""
    return any("_block" in name and name.startswith("decoder.") for name in weights)


def from_diffusers(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors under taming-transformers' names, attention as convolutions of 1x1."""
    levels = 1 + max((int(m[1]) for name in weights if (m := _LEVEL.search(name))), default=0)
    found = {}
    for name, tensor in weights.items():
        # diffusers counts the levels of the decoder from the coarsest, taming from the finest.
        new = _LEVEL.sub(lambda m: f".up.{levels - 1 - int(m[1])}.", name)
        for pattern, name_of in _RULES:
            new = pattern.sub(name_of, new)
        if attention := _OF_ATTENTION.search(new):
            part = _ATTENTION.get(attention[2], attention[2])
            new = f"{new[: attention.start()]}{attention[1]}.{part}.{attention[3]}"
            if tensor.ndim == 2:
                tensor = tensor[..., None, None]
        found[new] = tensor
    return found
