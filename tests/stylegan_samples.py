"""Tables of names and shapes as published StyleGANs have them, and small ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

__all__ = [
    "FFHQ_1024",
    "R_1024",
    "T_1024",
    "rosinality_shapes",
    "save_tiny_stylegan",
    "stylegan2_shapes",
    "stylegan3_shapes",
    "tiny_stylegan2",
    "tiny_stylegan3",
]

Shapes = dict[str, tuple[int, ...]]

FFHQ_1024 = {4: 512, 8: 512, 16: 512, 32: 512, 64: 512, 128: 256, 256: 128, 512: 64, 1024: 32}
"""Channels by side of StyleGAN2's configuration F, and of StyleGAN2-ADA's for 1024 px."""
T_1024 = (
    *("L0_36_512", "L1_36_512", "L2_52_512", "L3_52_512", "L4_84_512", "L5_148_512", "L6_148_512"),
    *("L7_276_323", "L8_276_203", "L9_532_128", "L10_1044_81", "L11_1044_51", "L12_1044_32"),
    *("L13_1024_32", "L14_1024_3"),
)
"""The layers of stylegan3-t-ffhq-1024x1024: number, side, channels."""
R_1024 = (
    *("L0_36_1024", "L1_36_1024", "L2_52_1024", "L3_52_1024", "L4_84_1024", "L5_148_1024"),
    *("L6_148_1024", "L7_276_645", "L8_276_406", "L9_532_256", "L10_1044_161", "L11_1044_102"),
    *("L12_1044_64", "L13_1024_64", "L14_1024_3"),
)
_FINER_1024 = (0, 0, 1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 0)
"""Whether each layer's grid is twice as fine as the one before."""
_TINY_64 = (
    *("L0_36_6", "L1_36_6", "L2_36_6", "L3_36_6", "L4_52_6", "L5_52_5", "L6_52_5", "L7_52_4"),
    *("L8_84_4", "L9_84_4", "L10_84_4", "L11_84_4", "L12_84_4", "L13_64_4", "L14_64_3"),
)
_FINER_64 = (0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0)


def _mapping(depth: int, noise: int, width: int, classes: int = 0) -> Shapes:
    found: Shapes = {"mapping.w_avg": (width,)}
    if classes:
        found |= {"mapping.embed.weight": (width, classes), "mapping.embed.bias": (width,)}
    for at in range(depth):
        into = width if at else noise + (width if classes else 0)
        found |= {f"mapping.fc{at}.weight": (width, into), f"mapping.fc{at}.bias": (width,)}
    return found


def _layer(name: str, into: int, out: int, size: int, width: int) -> Shapes:
    return {
        f"{name}.weight": (out, into, size, size),
        f"{name}.bias": (out,),
        f"{name}.affine.weight": (into, width),
        f"{name}.affine.bias": (into,),
    }


def stylegan2_shapes(
    channels: Mapping[int, int] = FFHQ_1024,
    noise: int = 512,
    width: int = 512,
    classes: int = 0,
    depth: int = 8,
) -> Shapes:
    """What G_ema of StyleGAN2-ADA for PyTorch has: that of faces, 1024 px, if left out."""
    found = _mapping(depth, noise, width, classes)
    into = channels[4]
    for side, out in channels.items():
        block = f"synthesis.b{side}"
        found[f"{block}.resample_filter"] = (4, 4)
        if side == 4:
            found[f"{block}.const"] = (out, 4, 4)
        for name in ("conv1",) if side == 4 else ("conv0", "conv1"):
            found |= _layer(f"{block}.{name}", into, out, 3, width)
            found |= {
                f"{block}.{name}.noise_strength": (),
                f"{block}.{name}.noise_const": (side, side),
                f"{block}.{name}.resample_filter": (4, 4),
            }
            into = out
        found |= _layer(f"{block}.torgb", out, 3, 1, width)
    return found


def rosinality_shapes(
    channels: Mapping[int, int] = FFHQ_1024, width: int = 512, depth: int = 8
) -> Shapes:
    """What `g_ema` of rosinality's StyleGAN2 for PyTorch has, with the mean code beside it."""

    def conv(name: str, into: int, out: int, size: int) -> Shapes:
        return {
            f"{name}.weight": (1, out, into, size, size),
            f"{name}.modulation.weight": (into, width),
            f"{name}.modulation.bias": (into,),
        }

    def layer(name: str, into: int, out: int) -> Shapes:
        found = conv(f"{name}.conv", into, out, 3)
        return {**found, f"{name}.noise.weight": (1,), f"{name}.activate.bias": (out,)}

    def colors(name: str, into: int) -> Shapes:
        return {**conv(f"{name}.conv", into, 3, 1), f"{name}.bias": (1, 3, 1, 1)}

    first, *others = channels.items()
    found: Shapes = {"latent_avg": (width,), "input.input": (1, first[1], 4, 4)}
    for at in range(1, depth + 1):
        found |= {f"style.{at}.weight": (width, width), f"style.{at}.bias": (width,)}
    found |= {**layer("conv1", first[1], first[1]), **colors("to_rgb1", first[1])}
    found["noises.noise_0"] = (1, 1, 4, 4)
    into = first[1]
    for at, (side, out) in enumerate(others):
        found |= {**layer(f"convs.{2 * at}", into, out), **layer(f"convs.{2 * at + 1}", out, out)}
        found |= colors(f"to_rgbs.{at}", out)
        found |= {f"convs.{2 * at}.conv.blur.kernel": (4, 4)}
        found |= {f"to_rgbs.{at}.upsample.kernel": (4, 4)}
        found |= {f"noises.noise_{2 * at + i}": (1, 1, side, side) for i in (1, 2)}
        into = out
    return found


def stylegan3_shapes(
    names: Sequence[str] = T_1024, noise: int = 512, width: int = 512, *, rotates: bool = False
) -> Shapes:
    """What G_ema of StyleGAN3 has, of these layers: that of faces, 1024 px, T, if left out.

    rotates: configuration R, whose convolutions have one pixel, and filters no direction.
    """
    found = _mapping(2, noise, width)
    into = int(names[0].split("_")[2])
    wave = "synthesis.input"
    found |= {f"{wave}.weight": (into, into), f"{wave}.freqs": (into, 2), f"{wave}.phases": (into,)}
    found |= {f"{wave}.affine.weight": (4, width), f"{wave}.affine.bias": (4,)}
    found[f"{wave}.transform"] = (3, 3)
    finer = _FINER_64 if names is _TINY_64 else _FINER_1024
    for at, own in enumerate(names):
        name, out = f"synthesis.{own}", int(own.split("_")[2])
        last = at == len(names) - 1
        found |= _layer(name, into, out, 1 if rotates or last else 3, width)
        found[f"{name}.magnitude_ema"] = ()
        if not last:
            round_ = rotates and at < len(names) - 3
            found[f"{name}.up_filter"] = (24 if finer[at] else 12,)
            found[f"{name}.down_filter"] = (12, 12) if round_ else (12,)
        into = out
    return found


def _filled(shapes: Shapes, seed: int) -> dict[str, Tensor]:
    """Random tensors of such shapes; filters sum to 1."""
    generator = torch.Generator().manual_seed(seed)
    found = {}
    for name, shape in shapes.items():
        tensor = torch.randn(shape, generator=generator)
        if "filter" in name:
            places = torch.arange(shape[0]) - (shape[0] - 1) / 2
            tensor = torch.sinc(6 * places / shape[0]) * torch.cos(places * (3 / shape[0])).square()
            tensor = torch.outer(tensor, tensor) if len(shape) == 2 else tensor
            tensor = tensor / tensor.sum()
        elif name.endswith("transform"):
            tensor[2] = torch.tensor([0.0, 0, 1])
        elif name.endswith("magnitude_ema"):
            tensor = tensor.square() + 0.5
        elif name.startswith(("mapping.fc", "style.")):
            tensor = tensor * (100 if name.endswith("weight") else 10)
        elif name.endswith(".bias"):
            shift = 1 if ".affine" in name or ".modulation" in name else 0
            tensor = (0.05 if ".L" in name else 0.2) * tensor + shift
        found[name] = tensor
    return found


def tiny_stylegan2(classes: int = 0) -> dict[str, Tensor]:
    """A small one whose pictures are 16x16."""
    return _filled(stylegan2_shapes({4: 8, 8: 8, 16: 6}, 6, 10, classes, 3), 0)


def tiny_stylegan3(*, rotates: bool = False) -> dict[str, Tensor]:
    """A small one whose pictures are 64x64, the smallest side with all its kinds of layers."""
    return _filled(stylegan3_shapes(_TINY_64, 6, 8, rotates=rotates), 2)


def save_tiny_stylegan(path: Path) -> Path:
    """A small StyleGAN2 as a file."""
    save_file(tiny_stylegan2(), path)
    return path
