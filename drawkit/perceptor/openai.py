"""CLIP models built from their weights alone: the shapes say which they are."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import open_clip
from open_clip.constants import OPENAI_DATASET_MEAN, OPENAI_DATASET_STD
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg, set_model_preprocess_cfg
from torch import Tensor

__all__ = ["ACTIVATION_UNKNOWN", "built_from", "is_clip", "is_openai", "without_sizes"]

log = logging.getLogger("drawkit")

_SIZES = ("input_resolution", "context_length", "vocab_size")
"""What OpenAI's files hold beside the weights."""
_COMPUTED = ("attn_mask", "transformer.attn_mask")
"""What programs save beside the weights, and every model makes for itself."""
_HEAD = 64
"""Width of an attention head in all of OpenAI's models."""
ACTIVATION_UNKNOWN = (
    "%s does not say with which activation it was trained; GELU is taken. Weights of OpenAI, DFN "
    "or MetaCLIP want QuickGELU: give them as NAME-quickgelu:FILE, for instance "
    "ViT-B-32-quickgelu:%s"
)


def is_clip(weights: Mapping[str, Tensor]) -> bool:
    """Whether they are those of a CLIP in OpenAI's layout, which OpenCLIP shares."""
    wanted = ("visual.conv1.weight", "text_projection", "token_embedding.weight", "ln_final.weight")
    tower = "visual.proj" in weights or "visual.attnpool.positional_embedding" in weights
    return tower and all(name in weights for name in wanted)


def is_openai(weights: Mapping[str, Tensor]) -> bool:
    """Whether the file itself is OpenAI's, whose models were trained with QuickGELU."""
    return all(name in weights for name in _SIZES)


def without_sizes(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights alone."""
    beside = (*_SIZES, *_COMPUTED)
    return {name: value for name, value in weights.items() if name not in beside}


def built_from(weights: Mapping[str, Tensor], path: Path) -> tuple[Any, Any]:
    """The model and tokenizer of weights in OpenAI's layout; `path` is for the notice.

    With QuickGELU where the file is OpenAI's; a notice where that cannot be known.
    """
    quick = is_openai(weights)
    context, width = weights["positional_embedding"].shape
    text = CLIPTextCfg(
        context_length=context,
        vocab_size=weights["token_embedding.weight"].shape[0],
        width=width,
        heads=max(1, width // _HEAD),
        layers=_count(weights, "transformer.resblocks."),
    )
    vision = CLIPVisionCfg(**_tower(weights))
    model = CLIP(weights["text_projection"].shape[1], vision, text, quick_gelu=quick)
    model.load_state_dict(without_sizes(weights))
    set_model_preprocess_cfg(model, {"mean": OPENAI_DATASET_MEAN, "std": OPENAI_DATASET_STD})
    if not quick:
        log.warning(ACTIVATION_UNKNOWN, path, path)
    return model.eval(), open_clip.SimpleTokenizer(context_length=context)


def _tower(weights: Mapping[str, Tensor]) -> dict[str, Any]:
    """The image tower's sizes: a transformer, or one of OpenAI's modified ResNets."""
    conv = weights["visual.conv1.weight"].shape
    if "visual.proj" in weights:
        side = round((weights["visual.positional_embedding"].shape[0] - 1) ** 0.5)
        return {
            "layers": _count(weights, "visual.transformer.resblocks."),
            "width": conv[0],
            "patch_size": conv[-1],
            "image_size": side * conv[-1],
            "block_type": "custom",  # the same weights, 2-3 times as fast on a CPU
        }
    side = round((weights["visual.attnpool.positional_embedding"].shape[0] - 1) ** 0.5)
    return {
        "layers": tuple(_count(weights, f"visual.layer{stage}.") for stage in (1, 2, 3, 4)),
        "width": weights["visual.layer1.0.conv1.weight"].shape[0],
        "image_size": 32 * side,
    }


def _count(weights: Mapping[str, Tensor], prefix: str) -> int:
    """How many blocks there are: the numbers behind `prefix`."""
    return len(
        {name[len(prefix) :].partition(".")[0] for name in weights if name.startswith(prefix)}
    )
