"""The UNet of OpenAI's guided-diffusion (Dhariwal & Nichol 2021, arXiv 2105.05233).

It says which noise is in a picture; Disco diffusion's models are of this kind. Under the names of
the published checkpoints; what they do not say, such as where sizes change, follows from these.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit import InputError
from drawkit.files.tensors import Found, built, read_tensors
from drawkit.generators.layers import Weights, conv, count, doubled, linear

__all__ = ["GuidedUnet", "load_guided_unet"]

_GROUPS, _EPS = 32, 1e-5
"""Groups of channels that are normed together, and what is added to their variance."""
_PER_HEAD = 64
"""Channels of a head of attention in what OpenAI published for 256 px and more."""
_SLOWEST = 10_000
_PARTS = ("time_embed.", "input_blocks.", "middle_block.", "output_blocks.", "out.")


class GuidedUnet(Weights):
    """Pictures with noise, and how far on the way to noise they are, to that noise.

    heads: of every attention; 0: one for each 64 channels. Raises KeyError where a tensor is
    missing, RuntimeError where shapes do not fit.
    """

    def __init__(self, tensors: Mapping[str, Tensor], heads: int = 0) -> None:
        super().__init__({k: v.float() for k, v in tensors.items() if k.startswith(_PARTS)})
        self._heads = heads
        self._downs = count(self, "input_blocks")
        self._ups = count(self, "output_blocks")
        self._period = self._blocks_of_a_level()
        self.channels = self["input_blocks.0.0.weight"].shape[1]
        """Of a picture: 3."""
        self.factor = 2 ** ((self._downs - 1) // self._period)
        """Sides of pictures are multiples of it."""
        self._check()

    def noise(self, noisy: Tensor, times: Tensor) -> Tensor:
        """The noise in pictures [N, 3, H, W], about -1..1, at times [N], 0 (clean) to 999."""
        known = linear(self, "time_embed.0", _waves(times, self["time_embed.0.weight"].shape[1]))
        known = F.silu(linear(self, "time_embed.2", F.silu(known)))
        kept, x = [], noisy
        for at in range(self._downs):
            x = self._parts(f"input_blocks.{at}", x, known, halved=at > 0 == at % self._period)
            kept.append(x)
        x = self._parts("middle_block", x, known)
        for at in range(self._ups):
            x = torch.cat([x, kept.pop()], dim=1)
            grows = (at + 1) % self._period == 0 and at + 1 < self._ups
            x = self._parts(f"output_blocks.{at}", x, known, grown=grows)
        x = conv(self, "out.2", F.silu(self._normed("out.0", x)))
        return x[:, : self.channels]  # the others say how sure it is

    def _parts(
        self, name: str, x: Tensor, known: Tensor, *, halved: bool = False, grown: bool = False
    ) -> Tensor:
        """One block after the other of a level; the last one may change the size."""
        total = count(self, name)
        for at in range(total):
            part = f"{name}.{at}"
            if f"{part}.in_layers.0.weight" in self:
                last = at == total - 1 and (at > 0 or halved)
                x = self._block(part, x, known, halved=halved and last, grown=grown and last)
            elif f"{part}.qkv.weight" in self:
                x = self._attended(part, x)
            elif f"{part}.op.weight" in self:
                x = conv(self, f"{part}.op", F.pad(x, (1, 1, 1, 1)), 2)
            elif f"{part}.conv.weight" in self:
                x = conv(self, f"{part}.conv", doubled(x))
            else:
                x = conv(self, part, x)
        return x

    def _block(self, name: str, x: Tensor, known: Tensor, *, halved: bool, grown: bool) -> Tensor:
        """Two convolutions, told the time between them, beside a short cut."""
        way = F.silu(self._normed(f"{name}.in_layers.0", x))
        if halved:
            way, x = F.avg_pool2d(way, 2), F.avg_pool2d(x, 2)
        elif grown:
            way, x = doubled(way), doubled(x)
        way = conv(self, f"{name}.in_layers.2", way)
        told = linear(self, f"{name}.emb_layers.1", known)[..., None, None]
        if told.shape[1] == way.shape[1]:
            way = self._normed(f"{name}.out_layers.0", way + told)
        else:
            scale, shift = told.chunk(2, dim=1)
            way = self._normed(f"{name}.out_layers.0", way) * (1 + scale) + shift
        way = conv(self, f"{name}.out_layers.3", F.silu(way))
        if f"{name}.skip_connection.weight" in self:
            x = conv(self, f"{name}.skip_connection", x)
        return x + way

    def _attended(self, name: str, x: Tensor) -> Tensor:
        """Every place looks at all others; query, key and value of a head lie side by side."""
        number, width, high, wide = x.shape
        heads = self._heads if self._heads else max(1, width // _PER_HEAD)
        told = _flat(self, f"{name}.qkv", self._normed(f"{name}.norm", x).flatten(2))
        q, k, v = told.view(number, heads, 3, width // heads, high * wide).mT.unbind(2)
        seen = F.scaled_dot_product_attention(q, k, v).mT.reshape(number, width, high * wide)
        return x + _flat(self, f"{name}.proj_out", seen).view(x.shape)

    def _normed(self, name: str, x: Tensor) -> Tensor:
        return F.group_norm(x, _GROUPS, self[f"{name}.weight"], self[f"{name}.bias"], eps=_EPS)

    def _blocks_of_a_level(self) -> int:
        """Output blocks from one change of size to the next, or all: those of one level."""
        for at in range(self._ups - 1):
            last = f"output_blocks.{at}.{count(self, f'output_blocks.{at}') - 1}"
            grows = f"{last}.in_layers.0.weight" in self and not last.endswith(".0")
            if grows or f"{last}.conv.weight" in self:
                return at + 1
        return max(1, self._ups)

    def _check(self) -> None:
        """Look once with shapes alone, which takes no time; no block may be left out."""
        for name in ("middle_block.2", "output_blocks.0.0", f"output_blocks.{self._downs - 1}.0"):
            self[f"{name}.in_layers.0.weight"]
        with torch.no_grad():
            side = 2 * self.factor
            picture = torch.empty(1, self.channels, side, side, device="meta")
            if self.on_meta().noise(picture, torch.empty(1, device="meta")).shape != picture.shape:
                raise RuntimeError("its noise has another shape than its pictures")


def _waves(times: Tensor, width: int) -> Tensor:
    """[N, width] cosines and sines of a time, ever slower ones."""
    half = width // 2
    rates = torch.exp(torch.arange(half, device=times.device) * (-math.log(_SLOWEST) / half))
    turns = times[:, None].float() * rates
    return torch.cat([turns.cos(), turns.sin()], dim=1)


def _flat(weights: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
    """A linear layer over the channels of [N, C, L]."""
    weight = weights[f"{name}.weight"].flatten(1)
    return weight @ x + weights[f"{name}.bias"][:, None]


def load_guided_unet(given: str, heads: int = 0) -> GuidedUnet:
    """The network in a checkpoint. Raises InputError where there is none, or one led by classes."""
    found = read_tensors(given)

    def made(found: Found) -> GuidedUnet:
        return GuidedUnet(found.tensors, heads)

    if "label_emb.weight" in found.tensors:
        raise InputError(f"{found.path} is led by classes; usable: unconditional models")
    return built(found, "UNet of guided-diffusion", made)
