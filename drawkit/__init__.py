"""drawkit: words in, editable drawing out.

from drawkit import draw

draw("a cat", strokes=256).save("cat.svg")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drawkit.engine import draw
    from drawkit.engine.drawing import Drawing

__version__ = "0.1.0"

__all__ = ["Drawing", "__version__", "draw"]


def __dir__() -> list[str]:
    """What the package offers, loaded or not."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


def __getattr__(name: str) -> Any:
    """Load torch and the rest only when drawing is wanted: `import drawkit` stays light."""
    if name == "draw":
        from drawkit.engine import draw

        return draw
    if name == "Drawing":
        from drawkit.engine.drawing import Drawing

        return Drawing
    raise AttributeError(f"module 'drawkit' has no attribute '{name}'")
