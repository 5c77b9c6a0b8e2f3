"""A canvas as the loop holds it: what moves, what it was, and its picture as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from drawkit.canvas import Canvas
from drawkit.canvas.contract import DrawsSmaller, HasPaths

__all__ = ["Shown", "load_", "params_of", "state_of"]


class Shown:
    """The picture of a canvas; one that was scored serves the step that follows as well.

    detail: px of the shorter side that it needs; None: as many as the canvas has. A canvas that
    can draws no more of them.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._kept: tuple[Tensor, list[tuple[Tensor, int]]] | None = None

    def scored(self, detail: int | None, *, keep: bool) -> Tensor:
        """The picture now. keep: with its way back, for a step that follows."""
        with torch.set_grad_enabled(keep):
            picture = self._drawn(detail)
        self._kept = (picture, self._now()) if keep else None
        return picture.detach()

    def taken(self, detail: int | None) -> Tensor:
        """The picture now, with its way back: the kept one where nothing has moved since."""
        kept, self._kept = self._kept, None
        if kept is not None:
            picture, then = kept
            now = self._now()
            unmoved = len(now) == len(then) and all(
                new is old and version == known
                for (new, version), (old, known) in zip(now, then, strict=True)
            )
            if unmoved and picture.shape[:1:-1] == self._size(detail):
                return picture
        return self._drawn(detail)

    def paths(self, picture: Tensor) -> Any:
        """`Paths` that are painted, in px of a picture of the canvas; None where it has none."""
        canvas = self._canvas
        if not isinstance(canvas, HasPaths):
            return None
        height, width = picture.shape[-2:]
        return canvas.paths().scaled(width / canvas.width, height / canvas.height)

    def _drawn(self, detail: int | None) -> Tensor:
        size = self._size(detail)
        canvas = self._canvas
        if isinstance(canvas, DrawsSmaller) and size != (canvas.width, canvas.height):
            return canvas.drawn(*size)
        picture: Tensor = canvas()
        return picture

    def _size(self, detail: int | None) -> tuple[int, int]:
        """Width and height in px."""
        canvas = self._canvas
        if detail is None or not isinstance(canvas, DrawsSmaller):
            return canvas.width, canvas.height
        share = min(1.0, detail / min(canvas.width, canvas.height))
        return round(canvas.width * share), round(canvas.height * share)

    def _now(self) -> list[tuple[Tensor, int]]:
        """Every number of the canvas, and how often it was written to."""
        return [
            (tensor, tensor._version)
            for tensor in (*self._canvas.parameters(), *self._canvas.buffers())
        ]


def params_of(canvas: Canvas) -> list[Tensor]:
    """All that moves, in the order of its groups."""
    return [param for group in canvas.param_groups(0.0) for param in group.params]


def load_(canvas: Canvas, kept: Mapping[str, Any]) -> None:
    """Give the canvas its `state_dict` back, also where it has grown or shrunk since."""
    for name, tensor in [*canvas.named_parameters(), *canvas.named_buffers()]:
        if name in kept and kept[name].shape != tensor.shape:
            place, _, own = name.rpartition(".")
            tensor = kept[name].clone()
            grown = nn.Parameter(tensor) if name in dict(canvas.named_parameters()) else tensor
            setattr(canvas.get_submodule(place), own, grown)
    canvas.load_state_dict(kept)


def state_of(canvas: Canvas) -> dict[str, Any]:
    """The canvas' `state_dict`, which later steps do not change."""
    kept = canvas.state_dict().items()
    return {name: v.clone() if isinstance(v, Tensor) else v for name, v in kept}
