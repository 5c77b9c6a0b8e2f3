"""drawkit: words in, editable drawing out.

from drawkit import draw

draw("a cat", strokes=256).save("cat.svg")
draw("a knight", canvas="pixels", size=24, transparent=True).save("knight.png")

Each command is a call of the same name, with the same names for what can be set.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from drawkit.config import DrawOptions, PixelateOptions, Prompt, TraceOptions
    from drawkit.engine import (
        DrawingDiverged,
        DrawingInterrupted,
        Run,
        Session,
        Step,
        draw,
        read_picture,
        read_svg,
    )
    from drawkit.engine.begin import begin, begin_resume, begin_trace
    from drawkit.engine.drawing import Drawing
    from drawkit.engine.dreaming import dream
    from drawkit.engine.inserting import insert
    from drawkit.engine.many.calls import batch, sweep
    from drawkit.engine.restyling import restyle
    from drawkit.engine.resuming import resume
    from drawkit.engine.seeing import describe, rank
    from drawkit.engine.sketching import sketch
    from drawkit.engine.tracing import trace
    from drawkit.errors import (
        BackendError,
        ConfigError,
        DivergedError,
        DrawkitError,
        FileError,
        InputError,
        UnknownNameError,
    )
    from drawkit.films import Movie, Recorder, StoryMovie, Title, film, morph, story
    from drawkit.games.calls import animate, sheet, tileset
    from drawkit.games.pixelate import pixelate
    from drawkit.scene import Scene

__version__ = "0.1.0"

_WHERE = {
    "BackendError": "drawkit.errors",
    "ConfigError": "drawkit.errors",
    "DivergedError": "drawkit.errors",
    "DrawOptions": "drawkit.config",
    "Drawing": "drawkit.engine.drawing",
    "DrawingDiverged": "drawkit.engine",
    "DrawingInterrupted": "drawkit.engine",
    "DrawkitError": "drawkit.errors",
    "FileError": "drawkit.errors",
    "InputError": "drawkit.errors",
    "Movie": "drawkit.films",
    "PixelateOptions": "drawkit.config",
    "Prompt": "drawkit.config",
    "Recorder": "drawkit.films",
    "Run": "drawkit.engine",
    "Scene": "drawkit.scene",
    "Session": "drawkit.engine",
    "Step": "drawkit.engine",
    "StoryMovie": "drawkit.films",
    "Title": "drawkit.films",
    "TraceOptions": "drawkit.config",
    "UnknownNameError": "drawkit.errors",
    "animate": "drawkit.games.calls",
    "batch": "drawkit.engine.many.calls",
    "begin": "drawkit.engine.begin",
    "begin_resume": "drawkit.engine.begin",
    "begin_trace": "drawkit.engine.begin",
    "describe": "drawkit.engine.seeing",
    "draw": "drawkit.engine",
    "dream": "drawkit.engine.dreaming",
    "film": "drawkit.films",
    "insert": "drawkit.engine.inserting",
    "morph": "drawkit.films",
    "pixelate": "drawkit.games.pixelate",
    "rank": "drawkit.engine.seeing",
    "read_picture": "drawkit.engine",
    "read_svg": "drawkit.engine",
    "restyle": "drawkit.engine.restyling",
    "resume": "drawkit.engine.resuming",
    "sheet": "drawkit.games.calls",
    "sketch": "drawkit.engine.sketching",
    "story": "drawkit.films",
    "sweep": "drawkit.engine.many.calls",
    "tileset": "drawkit.games.calls",
    "trace": "drawkit.engine.tracing",
}
"""Where each name comes from; tests hold the imports above and `__all__` to it."""

__all__ = [
    "BackendError",
    "ConfigError",
    "DivergedError",
    "DrawOptions",
    "Drawing",
    "DrawingDiverged",
    "DrawingInterrupted",
    "DrawkitError",
    "FileError",
    "InputError",
    "Movie",
    "PixelateOptions",
    "Prompt",
    "Recorder",
    "Run",
    "Scene",
    "Session",
    "Step",
    "StoryMovie",
    "Title",
    "TraceOptions",
    "UnknownNameError",
    "__version__",
    "animate",
    "batch",
    "begin",
    "begin_resume",
    "begin_trace",
    "describe",
    "draw",
    "dream",
    "film",
    "insert",
    "morph",
    "pixelate",
    "rank",
    "read_picture",
    "read_svg",
    "restyle",
    "resume",
    "sheet",
    "sketch",
    "story",
    "sweep",
    "tileset",
    "trace",
]


def __dir__() -> list[str]:
    """What the package offers, loaded or not."""
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


def __getattr__(name: str) -> Any:
    """Load torch and the rest only when drawing is wanted: `import drawkit` stays light."""
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'drawkit' has no attribute '{name}'")
