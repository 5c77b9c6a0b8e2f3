"""ControlNet: a picture that says where things are, beside words that say what they are.

Zhang et al., arXiv 2302.05543. The picture is turned into what its network was trained with.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit import InputError
from drawkit.diffusion.families import Words, unet_words

__all__ = ["Control", "ControlKind", "Steered", "condition", "refuse_misfit"]

ControlKind = Literal["canny", "depth", "scribble"]
"""Fine edges; a picture of depth, white the nearest; few thick lines."""

_LOW, _HIGH = 0.1, 0.2
"""Of Canny's gradients: an edge begins with the higher one, and goes on to the lower one."""
_SIGMA = {"canny": 1.0, "scribble": 3.0}
_LINE = 100
"""Of the shorter side, how often the width of a scribbled line goes into it."""
_SAME = ("cross_attention_dim", "block_out_channels", "in_channels", "addition_embed_type")
"""What a ControlNet has in common with the network that it steers."""


@dataclass(frozen=True, eq=False)
class Steered:
    """A ControlNet to open: its folder, what it is shown of a picture, and how much it counts.

    picture: px of the shorter side -> [1, 4, H, W] premultiplied RGBA, as near to that as there is;
    None: there is none.
    """

    folder: str
    kind: ControlKind
    scale: float
    picture: Callable[[int], Tensor | None]

    def shown(self, side: int) -> Tensor:
        """[1, 3, H, W] 0..1 of so many px at the shorter side: what its network sees.

        Raises InputError where there is no picture.
        """
        picture = self.picture(side)
        if picture is None:
            raise InputError("a ControlNet needs a picture to keep to; name one: --init")
        scale = side / min(picture.shape[-2:])
        size = [round(length * scale) for length in picture.shape[-2:]]
        sized = F.interpolate(picture, size=size, mode="bilinear", antialias=True)
        return condition(sized, self.kind)


class Control:
    """What a ControlNet adds to a UNet's features.

    net: of diffusers; seen: [1, 3, H, W] 0..1, of `condition`; scale: how much it counts.
    """

    def __init__(self, net: Any, seen: Tensor, scale: float) -> None:
        self._net, self._seen, self._scale = net, seen, scale
        channels = net.config.conditioning_embedding_out_channels
        self._pixels = 2 ** (len(channels) - 1)  # of the picture, a latent

    def __call__(self, noisy: Tensor, times: Tensor, words: Words) -> dict[str, Any]:
        """For noisy latents [N, C, h, w], times [N] and words: what the UNet takes beside them."""
        size = [side * self._pixels for side in noisy.shape[-2:]]
        seen = F.interpolate(self._seen, size=size, mode="bilinear", antialias=True).to(noisy)
        down, middle = self._net(
            noisy,
            times,
            controlnet_cond=seen.expand(len(noisy), -1, -1, -1),
            conditioning_scale=self._scale,
            return_dict=False,
            **unet_words(words),
        )
        return {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}


def condition(picture: Tensor, kind: ControlKind) -> Tensor:
    """What a ControlNet of a kind is shown of a picture: [1, 3, H, W], 0..1.

    picture: [1, 4, H, W] premultiplied RGBA. canny: white edges on black (Canny 1986), of its
    colours on white paper and of its outline; scribble: those of it blurred, as thick lines;
    depth: itself, as it is taken for a picture of depth, where it is nothing the farthest.
    """
    if kind == "depth":
        return _grey(picture[:, :3]).expand(-1, 3, -1, -1)
    from kornia.filters import canny  # it takes a second to load

    on_white = _grey(picture[:, :3] + 1 - picture[:, 3:])
    both = torch.cat([on_white, picture[:, 3:]])
    sigma = _SIGMA[kind]
    taps = 2 * math.ceil(2 * sigma) + 1
    _, found = canny(both, _LOW, _HIGH, (taps, taps), (sigma, sigma))
    edges: Tensor = found.amax(dim=0, keepdim=True)
    if kind == "scribble":
        width = 2 * max(1, round(min(picture.shape[-2:]) / _LINE / 2)) + 1
        edges = F.max_pool2d(edges, width, stride=1, padding=width // 2)
    return edges.expand(-1, 3, -1, -1)


def refuse_misfit(net: Any, unet: Any, folder: str) -> None:
    """Raise InputError for a ControlNet that was trained for another network."""
    for name in _SAME:
        own, wanted = (_plain(one.config.get(name)) for one in (net, unet))
        if own != wanted:
            raise InputError(
                f"'{folder}' is a ControlNet for another model: its {name} is {own}, not {wanted}"
            )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple | list) else value


def _grey(rgb: Tensor) -> Tensor:
    """[N, 1, H, W] of [N, 3, H, W], by the luma of ITU-R BT.601, as edges are looked for in."""
    return (rgb * rgb.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
