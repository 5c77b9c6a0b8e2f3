"""Names and shapes of guided-diffusion's checkpoints, and small ones with random weights."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

Shapes = dict[str, tuple[int, ...]]

__all__ = ["save_tiny_unet", "tiny_unet", "unet_shapes"]


def _norm(name: str, width: int) -> Shapes:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _conv(name: str, into: int, out: int, size: int = 3) -> Shapes:
    return {f"{name}.weight": (out, into, size, size), f"{name}.bias": (out,)}


def _linear(name: str, into: int, out: int) -> Shapes:
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def _block(name: str, into: int, out: int, known: int, *, scaled: bool) -> Shapes:
    found = {**_norm(f"{name}.in_layers.0", into), **_conv(f"{name}.in_layers.2", into, out)}
    found |= _linear(f"{name}.emb_layers.1", known, 2 * out if scaled else out)
    found |= {**_norm(f"{name}.out_layers.0", out), **_conv(f"{name}.out_layers.3", out, out)}
    return found if into == out else {**found, **_conv(f"{name}.skip_connection", into, out, 1)}


def _attention(name: str, width: int) -> Shapes:
    found = _norm(f"{name}.norm", width)
    found |= {f"{name}.qkv.weight": (3 * width, width, 1), f"{name}.qkv.bias": (3 * width,)}
    return found | {
        f"{name}.proj_out.weight": (width, width, 1),
        f"{name}.proj_out.bias": (width,),
    }


def unet_shapes(
    base: int = 256,
    factors: Sequence[float] = (1, 1, 2, 2, 4, 4),
    blocks: int = 2,
    attended: Collection[int] = (3, 4, 5),
    *,
    by_blocks: bool = True,
    scaled: bool = True,
    sure: bool = True,
) -> Shapes:
    """What 256x256_diffusion_uncond.pt has, if left out.

    attended: levels with attention. by_blocks: whether blocks change the sizes, else convolutions.
    scaled: whether times scale what is normed. sure: whether it also says how sure it is.
    """
    known = 4 * base
    found = {**_linear("time_embed.0", base, known), **_linear("time_embed.2", known, known)}
    width, at = int(factors[0] * base), 1
    found |= _conv("input_blocks.0.0", 3, width)
    widths = [width]
    for level, factor in enumerate(factors):
        for _ in range(blocks):
            out = int(factor * base)
            found |= _block(f"input_blocks.{at}.0", width, out, known, scaled=scaled)
            width = out
            if level in attended:
                found |= _attention(f"input_blocks.{at}.1", width)
            widths.append(width)
            at += 1
        if level < len(factors) - 1:
            if by_blocks:
                found |= _block(f"input_blocks.{at}.0", width, width, known, scaled=scaled)
            else:
                found |= _conv(f"input_blocks.{at}.0.op", width, width)
            widths.append(width)
            at += 1
    found |= _block("middle_block.0", width, width, known, scaled=scaled)
    found |= _attention("middle_block.1", width)
    found |= _block("middle_block.2", width, width, known, scaled=scaled)
    at = 0
    for level, factor in reversed(list(enumerate(factors))):
        for turn in range(blocks + 1):
            name, out = f"output_blocks.{at}", int(factor * base)
            found |= _block(f"{name}.0", width + widths.pop(), out, known, scaled=scaled)
            width, part = out, 1
            if level in attended:
                found |= _attention(f"{name}.1", width)
                part = 2
            if level and turn == blocks:
                if by_blocks:
                    found |= _block(f"{name}.{part}", width, width, known, scaled=scaled)
                else:
                    found |= _conv(f"{name}.{part}.conv", width, width)
            at += 1
    return {**found, **_norm("out.0", width), **_conv("out.2", width, 6 if sure else 3)}


def tiny_unet(
    *, by_blocks: bool = True, scaled: bool = True, levels: int = 2, blocks: int = 1
) -> dict[str, Tensor]:
    """A random one of levels of 32 channels each, attention at the lowest one."""
    shapes = unet_shapes(
        32, (1,) * levels, blocks, (levels - 1,), by_blocks=by_blocks, scaled=scaled
    )
    dice = torch.Generator().manual_seed(0)

    def drawn(name: str, shape: tuple[int, ...]) -> Tensor:
        if len(shape) > 1:
            return torch.randn(shape, generator=dice) * torch.Size(shape[1:]).numel() ** -0.5
        return torch.full(shape, float(name.endswith("weight"))) + 0.1 * torch.randn(
            shape, generator=dice
        )

    return {name: drawn(name, shape) for name, shape in shapes.items()}


def save_tiny_unet(path: Path) -> Path:
    """The same as a file."""
    save_file(tiny_unet(), path)
    return path
