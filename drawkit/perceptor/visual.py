"""The image tower of any OpenCLIP model: what it takes, and how it computes fastest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from drawkit.errors import BackendError

__all__ = ["cast_", "fastest_layout", "normalization", "square_side"]

_NORMS = (nn.LayerNorm, nn.GroupNorm, nn.BatchNorm2d)


def normalization(visual: Any, device: torch.device) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of the training pictures, each [1, 3, 1, 1]."""
    mean, std = visual.preprocess_cfg["mean"], visual.preprocess_cfg["std"]
    return (
        torch.tensor(mean, device=device).view(1, 3, 1, 1),
        torch.tensor(std, device=device).view(1, 3, 1, 1),
    )


def square_side(name: str, image_size: int | Sequence[int]) -> int:
    """The input side; open_clip gives an int for some towers and a pair for others."""
    sides = [image_size] if isinstance(image_size, int) else list(image_size)
    if len(set(sides)) != 1:
        raise BackendError(f"{name} sees {sides[1]}x{sides[0]} pictures; usable: square ones")
    return int(sides[0])


def fastest_layout(visual: nn.Module, dtype: torch.dtype) -> torch.memory_format:
    """Channels last for towers made of convolutions; with group norms in fp32 alone, as measured.

    The built-in tower in fp32 with AVX2 takes 0.93 of the time so, in bf16 with AMX it takes more.
    """
    convolutions = sum(isinstance(module, nn.Conv2d) for module in visual.modules())
    grouped = any(isinstance(module, nn.GroupNorm) for module in visual.modules())
    if convolutions < 2 or (grouped and dtype != torch.float32):
        return torch.contiguous_format  # a transformer has one, for its patches
    return torch.channels_last


def cast_(visual: nn.Module, dtype: torch.dtype, layout: torch.memory_format) -> None:
    """Give the tower its type and layout; norms stay fp32, their statistics need the digits."""
    visual.to(dtype=dtype)
    if layout is torch.channels_last:
        visual.to(memory_format=layout)
    for module in visual.modules():
        if isinstance(module, _NORMS):
            module.float()
