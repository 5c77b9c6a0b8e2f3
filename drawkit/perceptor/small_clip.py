"""The built-in model, opened without OpenCLIP: the same weights and answers, two seconds sooner."""

from __future__ import annotations

import json
from typing import Any

from torch import Tensor, nn

from drawkit.files.weights import read_weights
from drawkit.perceptor.names import BUILTIN
from drawkit.perceptor.resnet import DrawkitResNet
from drawkit.perceptor.text_tower import TextTower
from drawkit.perceptor.tokenizer import Tokenizer

__all__ = ["open_builtin"]


class SmallClip(TextTower):
    """Text tower, and the image tower as `visual`."""

    def __init__(self, config: dict[str, Any]) -> None:
        model = config["model_cfg"]
        super().__init__(model["embed_dim"], **model["text_cfg"])
        self.visual = ImageTower(model, config["preprocess_cfg"])


class ImageTower(nn.Module):
    """The net as OpenCLIP's wrapper of timm's nets shows it."""

    def __init__(self, model: dict[str, Any], preprocess: dict[str, Any]) -> None:
        super().__init__()
        self.trunk = DrawkitResNet(model["embed_dim"])
        self.image_size = model["vision_cfg"]["image_size"]
        self.preprocess_cfg = preprocess

    def forward(self, pictures: Tensor) -> Tensor:  # [N, 3, S, S] -> [N, embed_dim]
        features: Tensor = self.trunk(pictures)
        return features

    def forward_intermediates(self, pictures: Tensor, **options: Any) -> dict[str, list[Tensor]]:
        """What each stage sees, fine to coarse."""
        return {"image_intermediates": self.trunk.forward_intermediates(pictures, **options)}


def open_builtin(*, random_weights: bool = False) -> tuple[SmallClip, Tokenizer]:
    """The model in fp32 on the CPU, and its tokenizer."""
    config = json.loads((BUILTIN / "open_clip_config.json").read_text("utf-8"))
    model = SmallClip(config)
    if not random_weights:
        weights = read_weights(BUILTIN / "open_clip_model.safetensors")
        weights.pop("logit_scale")  # for training
        model.load_state_dict(weights)
    length = config["model_cfg"]["text_cfg"]["context_length"]
    return model, Tokenizer(BUILTIN / "bpe_16k.txt.gz", length)
