"""The rasterizer's backend for the CPU: hands tensors to the numba kernels as numpy arrays."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from drawkit.raster.backends import Backend, backends
from drawkit.raster.cpu import launch
from drawkit.raster.paths import Paths

__all__ = ["CpuBackend"]


@backends.register("cpu")
class CpuBackend(Backend):
    """numba kernels over tiles of the picture, on all of numba's threads."""

    def draw(
        self, paths: Paths, background: Tensor, width: int, height: int, *, keep: bool
    ) -> tuple[Tensor, Any]:
        """The picture shares its memory with what the kernels made; see `launch.draw`."""
        names = launch.PathArrays._fields
        arrays = (getattr(paths, name).contiguous().numpy() for name in names)
        given = launch.PathArrays(*arrays)
        picture, drawn = launch.draw(given, background.numpy(), width, height, keep=keep)
        return torch.from_numpy(picture), drawn

    def draw_backward(self, drawn: Any, grad_output: Tensor) -> tuple[Tensor, ...]:
        """Summed in a fixed order, so that the number of threads changes no bit."""
        gradients = launch.draw_backward(drawn, grad_output.contiguous().numpy())
        return tuple(torch.from_numpy(gradient) for gradient in gradients)
