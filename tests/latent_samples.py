"""Tables of names and shapes as published weights of generators have them, and small ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

__all__ = [
    "Shapes",
    "biggan_shapes",
    "dvae_shapes",
    "filled",
    "save_tiny_biggan",
    "save_tiny_dvae",
    "save_tiny_vqgan",
    "tiny_biggan",
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


# Channels in and out of each block, in those of the last, by the picture's side (Brock 2019, B).
_BIGGAN = {
    8: ((16, 16), (16, 1)),
    128: ((16, 16), (16, 16), (16, 16), (16, 8), (8, 8), (8, 4), (4, 4), (4, 2), (2, 2), (2, 1)),
    256: (
        *((16, 16), (16, 16), (16, 16), (16, 8), (8, 8), (8, 8)),
        *((8, 8), (8, 4), (4, 4), (4, 2), (2, 2), (2, 1)),
    ),
    512: (
        *((16, 16), (16, 16), (16, 16), (16, 8), (8, 8), (8, 8), (8, 8)),
        *((8, 4), (4, 4), (4, 2), (2, 2), (2, 1), (1, 1), (1, 1)),
    ),
}


def biggan_shapes(
    side: int = 256, width: int = 128, noise: int = 128, classes: int = 1000
) -> Shapes:
    """What BigGAN-deep of that side has, attention before its ninth block or, if small, second."""

    def sn(name: str, *shape: int, bias: bool = True) -> Shapes:
        found = {f"{name}.weight_orig": shape, f"{name}.weight_u": shape[:1]}
        found[f"{name}.weight_v"] = (torch.Size(shape[1:]).numel(),)
        return {**found, f"{name}.bias": shape[:1]} if bias else found

    def norm(name: str, size: int) -> Shapes:
        return {f"{name}.running_means": (51, size), f"{name}.running_vars": (51, size)}

    given = 2 * noise
    found = {"embeddings.weight": (noise, classes)}
    found |= sn("generator.gen_z", 16 * 16 * width, given)
    blocks, at = _BIGGAN[side], 0
    for place, (times, after) in enumerate(blocks):
        into, out = times * width, after * width
        if place == min(8, len(blocks) - 1):
            for part, sides in {
                "theta": (into // 8, into),
                "phi": (into // 8, into),
                "g": (into // 2, into),
                "o_conv": (into, into // 2),
            }.items():
                found |= sn(f"generator.layers.{at}.snconv1x1_{part}", *sides, 1, 1, bias=False)
            found[f"generator.layers.{at}.gamma"] = (1,)
            at += 1
        middle = into // 4
        inputs, outputs = (into, middle, middle, middle), (middle, middle, middle, out)
        for number, size in enumerate((1, 3, 3, 1)):
            name = f"generator.layers.{at}"
            found |= norm(f"{name}.bn_{number}", inputs[number])
            for part in ("scale", "offset"):
                found |= sn(f"{name}.bn_{number}.{part}", inputs[number], given, bias=False)
            found |= sn(f"{name}.conv_{number}", outputs[number], inputs[number], size, size)
        at += 1
    found |= {**norm("generator.bn", width), "generator.bn.weight": (width,)}
    found["generator.bn.bias"] = (width,)
    return {**found, **sn("generator.conv_to_rgb", width, width, 3, 3)}


def tiny_biggan() -> dict[str, Tensor]:
    """A small one whose pictures are 8x8, with its spectral norms."""
    found = filled(biggan_shapes(8, 8, 6, 10))
    for name in [name for name in found if name.endswith("weight_orig")]:
        left, _, right = torch.linalg.svd(found[name].flatten(1), full_matrices=False)
        stem = name.removesuffix("_orig")
        found[f"{stem}_u"], found[f"{stem}_v"] = left[:, 0].clone(), right[0].clone()
    for name in [name for name in found if name.endswith("running_vars")]:
        found[name] = found[name].square() + 0.1
    found = {k: torch.full_like(v, 0.5) if k.endswith("gamma") else v for k, v in found.items()}
    return found


def save_tiny_biggan(path: Path) -> Path:
    """The same as a file."""
    save_file(tiny_biggan(), path)
    return path


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
