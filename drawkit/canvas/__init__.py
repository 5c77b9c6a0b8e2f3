"""The learnable picture: what the optimizer moves, and how it becomes a scene.

A new canvas is one file here: a class, its own frozen config and `@canvases.register`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drawkit.registry import Registry

if TYPE_CHECKING:
    from drawkit.canvas.contract import Canvas, CanvasSpec, Changes, ParamGroup

__all__ = ["Canvas", "CanvasSpec", "Changes", "ParamGroup", "Rgb", "canvases"]

Rgb = tuple[float, float, float]

canvases = Registry("canvas", "drawkit.canvas", "drawkit.canvases")


def __getattr__(name: str) -> Any:
    """Load torch only where a canvas is wanted: its settings are known without."""
    if name in ("Canvas", "CanvasSpec", "Changes", "ParamGroup"):
        from drawkit.canvas import contract

        return getattr(contract, name)
    raise AttributeError(f"module 'drawkit.canvas' has no attribute '{name}'")
