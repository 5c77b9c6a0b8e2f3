"""The rasterizer's scalar maths, compiled once for all kernels of the CPU."""

from __future__ import annotations

from drawkit.raster.cpu.jit import device
from drawkit.raster.maths import build

__all__ = ["maths"]

maths = build(device)
