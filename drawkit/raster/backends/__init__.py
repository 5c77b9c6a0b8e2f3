"""Where the fast rasterizer runs: one backend for each kind of device, chosen by the tensors'.

The CPU has one (`cpu.py` here). Another device gets its own from any package: a class under
`@backends.register("cuda")`, named by torch's kind of device, in a module that an entry point of
the group `drawkit.backends` names. It brings its kernels; the scalar maths compiles for it with
`drawkit.raster.maths.build`, and `drawkit.raster.conformity` and the plain reference say whether
it draws the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import torch
from torch import Tensor

from drawkit.errors import BackendError, UnknownNameError
from drawkit.raster.paths import Paths
from drawkit.registry import Registry

__all__ = ["Backend", "backend_for", "backends"]

backends = Registry("rasterizer backend", "drawkit.raster.backends", "drawkit.backends")
"""Backends by the kind of device they draw on, as `torch.device.type` names it."""


class Backend(ABC):
    """Draws paths on one kind of device, and leads gradients back. It holds no state of its own.

    It makes no graph: torch's comes from the one function that calls it. All tensors it is given
    lie on its device, and so do all that it returns.
    """

    @abstractmethod
    def draw(
        self, paths: Paths, background: Tensor, width: int, height: int, *, keep: bool
    ) -> tuple[Tensor, Any]:
        """Premultiplied RGBA [4, height, width] of checked paths, and what the way back needs.

        paths: their values are float32. background: [4], premultiplied. keep: gradients are
        wanted, so what drawing finds is worth keeping.
        """

    @abstractmethod
    def draw_backward(self, drawn: Any, grad_output: Tensor) -> tuple[Tensor, ...]:
        """Gradients of sum(grad_output * picture), grad_output [4, height, width].

        By points [K, 2], radius [N], stroke [N, 4] and fill [N, 4], float32. drawn: what `draw`
        left.
        """


def backend_for(device: torch.device) -> Backend:
    """The backend that draws tensors of this device. Raises BackendError where there is none."""
    try:
        backend: Backend = backends.get(device.type).cls()
    except UnknownNameError:
        raise BackendError(
            f"the fast rasterizer does not draw on the device '{device}', only on"
            f" {', '.join(backends.names())}: move the paths there, or draw with"
            " rasterizer='reference', which is slow and runs on every device"
        ) from None
    return backend
