"""VQGAN: pictures of a grid of codes out of a learned codebook (Esser 2021, arXiv 2012.09841).

Under the names of taming-transformers' checkpoints; `diffusers_keys` brings others to these.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.files.tensors import Found, built, read_tensors
from drawkit.generators.diffusers_keys import from_diffusers, is_diffusers
from drawkit.generators.layers import Weights, conv, count, doubled, group_norm

__all__ = ["Vqgan", "load_vqgan"]

GROUPS = 32
"""Groups of channels that are normed together, in all that taming-transformers published."""
_BOOKS = ("quantize.embedding.weight", "quantize.embed.weight")
"""The codebook: of nearest codes, and of codes by Gumbel softmax."""


class Vqgan(Weights):
    """A decoder with its codebook, and an encoder where the weights have one.

    Raises KeyError where a tensor is missing, RuntimeError where shapes do not fit.
    """

    def __init__(self, tensors: Mapping[str, Tensor], groups: int = GROUPS) -> None:
        used = ("decoder.", "encoder.", "quantize.", "quant_conv.", "post_quant_conv.")
        super().__init__({k: v.float() for k, v in tensors.items() if k.startswith(used)})
        self._groups = groups
        self._book = next((name for name in _BOOKS if name in self), _BOOKS[0])
        self.factor = 2 ** (count(self, "decoder.up") - 1)
        """Pixels of a code, along each side."""
        self._check()

    @property
    def codebook(self) -> Tensor:
        """[N, C] the codes."""
        return self[self._book]

    @property
    def has_encoder(self) -> bool:
        """Whether it can find the codes of a picture."""
        return "encoder.conv_in.weight" in self

    def decode(self, codes: Tensor) -> Tensor:
        """The picture [1, 3, f h, f w], about -1..1, of codes [1, C, h, w]."""
        x = conv(self, "decoder.conv_in", conv(self, "post_quant_conv", codes))
        x = self._middle("decoder.mid", x)
        for level in reversed(range(count(self, "decoder.up"))):
            x = self._blocks(f"decoder.up.{level}", x)
            if level:
                x = conv(self, f"decoder.up.{level}.upsample.conv", doubled(x))
        return self._out("decoder", x)

    def encode(self, picture: Tensor) -> Tensor:
        """The latents [1, C, h, w] of a picture [1, 3, f h, f w], -1..1; codes are near them."""
        x = conv(self, "encoder.conv_in", picture)
        levels = count(self, "encoder.down")
        for level in range(levels):
            x = self._blocks(f"encoder.down.{level}", x)
            if level < levels - 1:
                x = conv(self, f"encoder.down.{level}.downsample.conv", F.pad(x, (0, 1, 0, 1)), 2)
        x = conv(self, "quant_conv", self._out("encoder", self._middle("encoder.mid", x)))
        if "quantize.proj.weight" in self:  # Gumbel's: how likely each code is
            return self._looked_up(conv(self, "quantize.proj", x).argmax(1))
        return x

    def quantized(self, latents: Tensor) -> Tensor:
        """The nearest code of each, the same shape; gradients pass as if nothing had changed."""
        flat = latents.detach().movedim(1, -1).flatten(0, 2)
        # |z - e|^2 without |z|^2, which is the same for all codes.
        apart = self.codebook.square().sum(1) - 2 * flat @ self.codebook.T
        nearest = apart.argmin(1).view(latents.shape[0], *latents.shape[2:])
        return latents + (self._looked_up(nearest) - latents).detach()

    def drawn(self, rows: int, columns: int, generator: torch.Generator) -> Tensor:
        """[1, C, rows, columns] random codes."""
        places = torch.randint(0, len(self.codebook), (1, rows, columns), generator=generator)
        return self._looked_up(places.to(self.codebook.device))

    def _looked_up(self, places: Tensor) -> Tensor:
        return F.embedding(places, self.codebook).movedim(-1, 1)

    def _middle(self, name: str, x: Tensor) -> Tensor:
        x = self._block(f"{name}.block_1", x)
        if f"{name}.attn_1.q.weight" in self:
            x = self._attended(f"{name}.attn_1", x)
        return self._block(f"{name}.block_2", x)

    def _blocks(self, name: str, x: Tensor) -> Tensor:
        """The blocks of one level, each followed by attention where there is some."""
        for at in range(count(self, f"{name}.block")):
            x = self._block(f"{name}.block.{at}", x)
            if f"{name}.attn.{at}.q.weight" in self:
                x = self._attended(f"{name}.attn.{at}", x)
        return x

    def _block(self, name: str, x: Tensor) -> Tensor:
        """Two convolutions beside a short cut."""
        way = conv(self, f"{name}.conv1", self._active(f"{name}.norm1", x))
        way = conv(self, f"{name}.conv2", self._active(f"{name}.norm2", way))
        for short in ("nin_shortcut", "conv_shortcut"):
            if f"{name}.{short}.weight" in self:
                x = conv(self, f"{name}.{short}", x)
        return x + way

    def _attended(self, name: str, x: Tensor) -> Tensor:
        """Every place looks at all others."""
        normed = group_norm(self, f"{name}.norm", x, self._groups)
        q, k, v = (conv(self, f"{name}.{part}", normed).flatten(2).mT for part in "qkv")
        seen = F.scaled_dot_product_attention(q, k, v).mT.reshape(x.shape)
        return x + conv(self, f"{name}.proj_out", seen)

    def _active(self, name: str, x: Tensor) -> Tensor:
        return F.silu(group_norm(self, name, x, self._groups))

    def _out(self, name: str, x: Tensor) -> Tensor:
        return conv(self, f"{name}.conv_out", self._active(f"{name}.norm_out", x))

    def _check(self) -> None:
        """Draw once with shapes alone, which takes no time."""
        with torch.no_grad():
            shapes = self.on_meta()
            codes = torch.empty(1, self.codebook.shape[1], 2, 2, device="meta")
            picture = shapes.decode(codes)
            if picture.shape != (1, 3, 2 * self.factor, 2 * self.factor):
                raise RuntimeError(f"its pictures are {tuple(picture.shape)}")
            if self.has_encoder and shapes.encode(picture).shape != codes.shape:
                raise RuntimeError("its encoder belongs to another decoder")


def load_vqgan(given: str) -> Vqgan:
    """The VQGAN in a checkpoint or a folder. Raises InputError where there is none."""
    return built(read_tensors(given), "VQGAN", _made)


def _made(found: Found) -> Vqgan:
    if not is_diffusers(found.tensors):
        return Vqgan(found.tensors)
    groups = found.config.get("norm_num_groups", GROUPS)
    if not isinstance(groups, int) or groups < 1:
        raise ValueError(groups)
    return Vqgan(from_diffusers(found.tensors), groups)
