"""What a perceptor expects to see: small pictures that fit the words, before a line is drawn.

A flow-matching transformer (Lipman et al., arXiv 2210.02747) trained on the same drawings as the
built-in perceptor. From noise and the encoded words it makes pictures of 32 x 32 cells; the
perceptor picks the one that fits best, and the drawing starts from it. They are thumbnails, no
results: they say where things go and which colour they have.
"""

from __future__ import annotations

import itertools
import logging
import math
from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.imagination.compose import averaged
from drawkit.imagination.leading import Lead

__all__ = ["SIDE", "Imagination", "load_imagination", "on_white", "save_imagination"]

log = logging.getLogger("drawkit")

SIDE = 32
"""Side of an imagined picture, cells."""

_CHANNELS = 4
_PATCH = 4
_WORDS = 2
"""Tokens that carry the words, before the 8 x 8 that carry the picture."""
_GRID = SIDE // _PATCH
_FREQUENCIES = 64
_SURE = 0.9
"""Past this time the words are no longer exaggerated: colours would clip."""
_AT_ONCE = 24 * 4
"""Pictures that go through the net at once, times the bytes of a number. Of more than these the
system takes the memory back after each layer, and giving it again takes as long as the layer."""


class Block(nn.Module):
    """Attention, then a small net whose middle also looks at the neighbours."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.o = nn.Linear(width, width)
        self.a = nn.Linear(width, 4 * width)
        self.dw = nn.Conv2d(4 * width, 4 * width, 3, padding=1, groups=4 * width)
        self.b = nn.Linear(4 * width, width)
        self.mod = nn.Parameter(torch.zeros(6 * width))
        for layer in (self.o, self.b, self.dw):
            nn.init.zeros_(layer.weight)
        with torch.no_grad():
            self.dw.weight[:, :, 1, 1] = 1

    def forward(self, x: Tensor, modulation: Tensor) -> Tensor:  # [N, T, D], [N, 1, 6 D]
        one, add, gate, one2, add2, gate2 = (modulation + self.mod).chunk(6, -1)
        width = x.shape[-1:]
        y = torch.addcmul(add, F.layer_norm(x, width), 1 + one)
        x = torch.addcmul(x, 1 + gate, self._attention(y))
        y = torch.addcmul(add2, F.layer_norm(x, width), 1 + one2)
        return torch.addcmul(x, 1 + gate2, self._net(y))

    def _attention(self, y: Tensor) -> Tensor:
        """Written out, as torch's fused one is several times slower backward on CPUs.

        Head by head, because matrices need no copy where they lie: side by side in each token.
        """
        each = y.shape[-1] // self.heads
        parts = self.qkv(y).unflatten(-1, (3 * self.heads, each)).unbind(2)
        found = []
        for q, k, v in (parts[head :: self.heads] for head in range(self.heads)):
            fits = ((q * each**-0.5) @ k.transpose(1, 2)).softmax(-1).to(v.dtype)
            found.append(fits @ v)
        out: Tensor = self.o(torch.cat(found, dim=-1))
        return out

    def _net(self, y: Tensor) -> Tensor:
        """Words and cells apart: so cells lie as a picture in channels_last, and none is moved."""
        words, cells = (one.contiguous() for one in torch.split(y, [_WORDS, _GRID**2], dim=1))
        picture = self.dw(self.a(cells).unflatten(1, (_GRID, _GRID)).permute(0, 3, 1, 2))
        seen = picture.permute(0, 2, 3, 1).flatten(1, 2)
        return torch.cat([self.b(F.gelu(self.a(words))), self.b(F.gelu(seen))], dim=1)


class Imagination(nn.Module):
    """Noisy picture, time and words to the clean picture: premultiplied RGBA in -1..1."""

    def __init__(self, words: int = 256, width: int = 192, depth: int = 6, heads: int = 2) -> None:
        super().__init__()
        cell = _CHANNELS * _PATCH**2
        self.inp = nn.Linear(cell, width)
        self.pos = nn.Parameter(torch.randn(_GRID**2 + _WORDS, width) * 0.02)
        self.text = nn.Linear(words, _WORDS * width)
        self.ct = nn.Linear(words, width)
        self.null = nn.Parameter(torch.randn(words) / 16)
        self.t1 = nn.Linear(2 * _FREQUENCIES, width)
        self.t2 = nn.Linear(width, width)
        self.mod = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.out = nn.Linear(width, cell)
        self.f1 = nn.Conv2d(2 * _CHANNELS, 24, 3, padding=1)
        self.f2 = nn.Conv2d(24, _CHANNELS, 3, padding=1)
        for layer in (self.mod, self.out, self.f2):
            for start in layer.parameters():
                nn.init.zeros_(start)

    def forward(self, noisy: Tensor, time: Tensor, words: Tensor) -> Tensor:
        """[N, 4, 32, 32], [N] 0 (noise) to 1 (picture), [N, D] unit or `null` -> [N, 4, 32, 32]."""
        count, width = len(noisy), self.pos.shape[1]
        steps = torch.arange(_FREQUENCIES, device=noisy.device)
        waves = torch.exp(steps * (-math.log(1000) / (_FREQUENCIES - 1))) * (time[:, None] * 100)
        known = F.silu(self.t1(torch.cat([waves.sin(), waves.cos()], 1)))
        modulation = self.mod(F.silu(self.t2(known) + self.ct(words)))[:, None]
        cells = self.inp(F.pixel_unshuffle(noisy, _PATCH).flatten(2).transpose(1, 2))
        x = torch.cat([self.text(words).view(count, _WORDS, width), cells], dim=1) + self.pos
        for block in self.blocks:
            x = block(x, modulation)
        cells = self.out(F.layer_norm(x[:, _WORDS:], (width,))).transpose(1, 2)
        rough = F.pixel_shuffle(cells.reshape(count, -1, _GRID, _GRID), _PATCH)
        picture: Tensor = rough + self.f2(F.gelu(self.f1(torch.cat([rough, noisy], 1))))
        return picture

    @torch.no_grad()
    def imagine(
        self,
        words: Tensor,
        generator: torch.Generator,
        *,
        steps: int = 16,
        guidance: float = 4.5,
        near: Tensor | None = None,
        keep: float = 0.0,
        shape: tuple[int, int] = (SIDE, SIDE),
        dtype: torch.dtype = torch.float32,
        lead: Lead | None = None,
    ) -> Tensor:
        """Words [N, D] -> pictures [N, 4, *shape], premultiplied RGBA, 0..1.

        steps: of Euler's method from noise to picture. guidance: how much further than the
        words alone to go, away from "any picture" (arXiv 2207.12598). near: [1, 4, H, W] like
        the result, of any size; it begins as if `keep` of the way from noise to that picture
        were behind it (SDEdit, arXiv 2108.01073). shape: rows and columns of the pictures, 32 at
        least; larger ones are imagined square by square (`drawkit.imagination.compose`). lead: who
        betters what it leads to on the way (`drawkit.imagination.leading`). Noise comes from
        `generator` alone, on the CPU.
        """
        noisy = torch.randn(len(words), _CHANNELS, *shape, generator=generator).to(words)
        begin = 0.0
        if near is not None:
            begin = keep
            small = F.interpolate(near.to(words), size=shape, mode="bilinear", antialias=True)
            noisy = begin * (small * 2 - 1) + (1 - begin) * noisy
        both = torch.cat([words, self.null.to(words).expand_as(words)])
        times = torch.linspace(begin, 1, steps + 1).tolist()
        for step, (now, then) in enumerate(itertools.pairwise(times), start=1):
            log.debug("imagining %d thumbnails, step %d of %d", len(words), step, steps)
            factor = guidance if now < _SURE else 1.0
            if shape == (SIDE, SIDE):
                clean = self._clean(noisy, now, both, factor, dtype)
            else:
                cleaned = partial(self._clean, now=now, both=both, factor=factor, dtype=dtype)
                clean = averaged(noisy, SIDE, cleaned)
            if lead is not None:
                clean = lead(clean, now)
            noisy = noisy + (clean - noisy) * ((then - now) / (1 - now))
        rgba = (noisy.clamp(-1, 1) + 1) / 2
        alpha = rgba[:, 3:]
        return torch.cat([rgba[:, :3].minimum(alpha), alpha], dim=1)

    def _clean(
        self, noisy: Tensor, now: float, both: Tensor, factor: float, dtype: torch.dtype
    ) -> Tensor:
        """Where noisy pictures [N, 4, 32, 32] lead to, the words exaggerated by a factor."""
        most = _AT_ONCE // dtype.itemsize
        if factor == 1:  # any other picture would be taken away from itself
            both = both[: len(noisy)]
        given = noisy.repeat(len(both) // len(noisy), 1, 1, 1)
        time = both.new_full((len(both),), now)
        with torch.autocast(both.device.type, dtype, enabled=dtype != torch.float32):
            parts = zip(*(torch.split(one, most) for one in (given, time, both)), strict=True)
            seen = torch.cat([self(*part) for part in parts]).float()
        if factor == 1:
            return seen.clamp(-1, 1)
        told, any_picture = seen.chunk(2)
        clean: Tensor = (any_picture + factor * (told - any_picture)).clamp(-1, 1)
        return clean


_SCALE = ".scale"
"""Behind a matrix' name: what each row of its whole numbers is multiplied by."""


def save_imagination(net: Imagination, weights: Path) -> None:
    """Write the net, large matrices in whole numbers of 8 bits (half the size of fp16)."""
    from safetensors.torch import save_file

    state: dict[str, Tensor] = {}
    for name, value in net.state_dict().items():
        if value.ndim == 2 and value.numel() > 4096:
            scale = value.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
            state[name] = (value / scale).round().to(torch.int8)
            state[name + _SCALE] = scale
        else:
            state[name] = value.half().contiguous()
    save_file(state, weights)
    weights.chmod(0o644)


def load_imagination(weights: Path) -> Imagination:
    """Read the net from its safetensors file."""
    from safetensors.torch import load_file

    state = load_file(weights)
    net = Imagination()
    net.load_state_dict(
        {
            name: value.float() * state.get(name + _SCALE, torch.ones(()))
            for name, value in state.items()
            if not name.endswith(_SCALE)
        }
    )
    return net.eval().requires_grad_(False)


def on_white(pictures: Tensor) -> Tensor:
    """Premultiplied RGBA [N, 4, H, W] on white paper -> RGB [N, 3, H, W]."""
    return pictures[:, :3] + (1 - pictures[:, 3:])
