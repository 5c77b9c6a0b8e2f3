"""The feature maps of VGG16 that STROTSS and StyleCLIPDraw use, from a file of its weights."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.errors import FileError
from drawkit.files import expanded, readable

__all__ = ["Vgg16"]

_TAPS = (1, 3, 6, 8, 11, 13, 15, 22, 29)
"""Which of torchvision's `features` are looked at: the paper's choice, all behind a ReLU."""

_SIDE = 112
"""Side in px at which views are seen; at 224 a step would cost four times as much."""

_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Vgg16(nn.Module):
    """VGG16 without its classifier; `path` holds its weights as .safetensors, .pt or .pth.

    Keys as torchvision names them, with or without `features.`; what else is in the file is
    left aside. Raises FileError where it does not fit.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        from torchvision.models import vgg16  # takes a second, and few need it

        with torch.device("meta"):
            self._features = vgg16(weights=None).features
        weights = _read(path)
        named = {key.removeprefix("features."): value for key, value in weights.items()}
        wanted = self._features.state_dict()
        fitting = {key: named[key].float() for key in wanted if key in named}
        if any(key not in fitting or fitting[key].shape != wanted[key].shape for key in wanted):
            raise FileError(f"'{path}' does not hold the features of VGG16")
        self._features.load_state_dict(fitting, assign=True)
        self.requires_grad_(False).eval()

    def forward(self, views: Tensor) -> tuple[Tensor, ...]:  # [V, 3, s, s] RGB 0..1
        """Nine maps, each [V, C, h, w], fine to coarse."""
        x = F.interpolate(views, size=_SIDE, mode="bilinear", antialias=True)
        x = (x - x.new_tensor(_MEAN).view(1, 3, 1, 1)) / x.new_tensor(_STD).view(1, 3, 1, 1)
        maps = []
        for index, layer in enumerate(self._features):
            x = F.relu(x) if isinstance(layer, nn.ReLU) else layer(x)
            if index in _TAPS:
                maps.append(x)
        return tuple(maps)


def _read(path: str) -> dict[str, Tensor]:
    """The tensors of a weights file by name; nothing in it is run."""
    file = expanded(path)
    readable(file)
    try:
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            found: Any = load_file(file)
        else:
            found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # the readers raise whatever a broken file leads them into
        raise FileError(
            f"cannot read the weights '{path}': it is no weights file, or a broken one"
        ) from error
    if not isinstance(found, dict) or not all(isinstance(v, Tensor) for v in found.values()):
        raise FileError(f"'{path}' does not hold the features of VGG16")
    return found
