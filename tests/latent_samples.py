"""Tables of names and shapes as published weights of generators have them, and small ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

__all__ = [
    "Shapes",
    "dvae_shapes",
    "filled",
    "save_tiny_dvae",
    "save_tiny_vqgan",
    "tiny_vqgan",
    "vqgan_shapes",
]

Shapes = dict[str, tuple[int, ...]]


def _conv(name: str, into: int, out: int, size: int = 3) -> Shapes:
    return {f"{name}.weight": (out, into, size, size), f"{name}.bias": (out,)}


def _norm(name: str, width: int) -> Shapes:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _block(name: str, into: int, out: int) -> Shapes:
    found = {**_norm(f"{name}.norm1", into), **_conv(f"{name}.conv1", into, out)}
    found |= {**_norm(f"{name}.norm2", out), **_conv(f"{name}.conv2", out, out)}
    return found if into == out else {**found, **_conv(f"{name}.nin_shortcut", into, out, 1)}


def _attention(name: str, width: int) -> Shapes:
    found = _norm(f"{name}.norm", width)
    for part in ("q", "k", "v", "proj_out"):
        found |= _conv(f"{name}.{part}", width, width, 1)
    return found


def _middle(name: str, width: int) -> Shapes:
    found = {**_block(f"{name}.block_1", width, width), **_attention(f"{name}.attn_1", width)}
    return {**found, **_block(f"{name}.block_2", width, width)}


def vqgan_shapes(
    codes: int = 16384,
    latent: int = 256,
    widths: Sequence[int] = (128, 128, 256, 256, 512),
    blocks: int = 2,
    *,
    encoder: bool = True,
) -> Shapes:
    """What taming-transformers' VQGAN of so many codes has: that of ImageNet, f 16, if left out.

    Attention stands at the coarsest level.
    """
    last = widths[-1]
    found: Shapes = {"quantize.embedding.weight": (codes, latent)}
    found |= {
        **_conv("quant_conv", latent, latent, 1),
        **_conv("post_quant_conv", latent, latent, 1),
    }
    found |= {**_conv("decoder.conv_in", latent, last), **_middle("decoder.mid", last)}
    width = last
    for level in reversed(range(len(widths))):
        for at in range(blocks + 1):
            found |= _block(f"decoder.up.{level}.block.{at}", width, widths[level])
            width = widths[level]
            if level == len(widths) - 1:
                found |= _attention(f"decoder.up.{level}.attn.{at}", width)
        if level:
            found |= _conv(f"decoder.up.{level}.upsample.conv", width, width)
    found |= {**_norm("decoder.norm_out", width), **_conv("decoder.conv_out", width, 3)}
    if not encoder:
        return found
    found |= _conv("encoder.conv_in", 3, widths[0])
    width = widths[0]
    for level in range(len(widths)):
        for at in range(blocks):
            found |= _block(f"encoder.down.{level}.block.{at}", width, widths[level])
            width = widths[level]
            if level == len(widths) - 1:
                found |= _attention(f"encoder.down.{level}.attn.{at}", width)
        if level < len(widths) - 1:
            found |= _conv(f"encoder.down.{level}.downsample.conv", width, width)
    found |= {**_middle("encoder.mid", width), **_norm("encoder.norm_out", width)}
    return {**found, **_conv("encoder.conv_out", width, latent)}


def dvae_shapes(codes: int = 8192, first: int = 128, width: int = 256) -> Shapes:
    """What the decoder of DALL-E's dVAE has: the published one if nothing is given."""

    def conv(name: str, into: int, out: int, size: int) -> Shapes:
        return {f"{name}.w": (out, into, size, size), f"{name}.b": (out,)}

    found = conv("blocks.input", codes, first, 1)
    into = first
    for group, times in enumerate((8, 4, 2, 1), start=1):
        out = times * width
        for block in (1, 2):
            name = f"blocks.group_{group}.block_{block}"
            if into != out:
                found |= conv(f"{name}.id_path", into, out, 1)
            for at, size in enumerate((1, 3, 3, 3), start=1):
                sides = (into if at == 1 else out // 4, out if at == 4 else out // 4)
                found |= conv(f"{name}.res_path.conv_{at}", *sides, size)
            into = out
    return {**found, **conv("blocks.output.conv", width, 6, 1)}


def filled(shapes: Mapping[str, tuple[int, ...]], seed: int = 0) -> dict[str, Tensor]:
    """Random tensors of such shapes, of a size that lets a signal through; norms as they begin."""
    generator = torch.Generator().manual_seed(seed)
    found = {}
    for name, shape in shapes.items():
        if len(shape) == 1:
            found[name] = torch.full(shape, 1.0 if name.endswith(".weight") else 0.0)
        else:
            inputs = torch.Size(shape[1:]).numel()
            scale = 1.0 if "quantize" in name or "input" in name else inputs**-0.5
            found[name] = scale * torch.randn(shape, generator=generator)
    return found


def tiny_vqgan(*, encoder: bool = True) -> dict[str, Tensor]:
    """A small one whose codes are squares of 4x4 pixels."""
    return filled(vqgan_shapes(24, 6, (32, 32, 32), 1, encoder=encoder))


def save_tiny_vqgan(path: Path, *, encoder: bool = True) -> Path:
    """The same as a file of safetensors."""
    save_file(tiny_vqgan(encoder=encoder), path)
    return path


def save_tiny_dvae(path: Path) -> Path:
    """A small decoder of soft codes."""
    save_file(filled(dvae_shapes(20, 8, 8)), path)
    return path
