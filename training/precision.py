"""The precision that nets are trained and measured in: what is faster here, unless told."""

from __future__ import annotations

import argparse
from functools import cache

import torch

from drawkit.perceptor.precision import choose_precision

__all__ = ["add_precision", "cast", "dtype_for", "told"]


@cache
def dtype_for(asked: str, device: torch.device) -> torch.dtype:
    """What `auto`, `fp32` or `bf16` is on this device; chosen once a process.

    Where a CPU has no bf16 it is emulated: a step then takes minutes instead of seconds.
    """
    return torch.bfloat16 if choose_precision(asked, device) == "bf16" else torch.float32


def cast(asked: str, device: torch.device) -> torch.autocast:
    """Within it, layers work in the chosen precision."""
    dtype = dtype_for(asked, device)
    return torch.autocast(device.type, dtype, enabled=dtype != torch.float32)


def add_precision(parser: argparse.ArgumentParser) -> None:
    """Give a command its `--precision`."""
    parser.add_argument(
        "--precision", default="auto", choices=["auto", "fp32", "bf16"], help="auto: what is faster"
    )


def told(asked: str, device: str = "cpu") -> str:
    """The line that says which was chosen."""
    chosen = dtype_for(asked, torch.device(device))
    return f"precision: {'bf16' if chosen == torch.bfloat16 else 'fp32'}"
