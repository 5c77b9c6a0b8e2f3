"""Build the parts from the settings, run the loop, hand back the drawing.

    drawing = draw("a cat", strokes=256)
    drawing.save("cat.svg")

A `Run` is the same in slow motion: it yields a `Step` at a time and has the best drawing so far
at hand at every one of them.
"""

from __future__ import annotations

from drawkit.engine.build import build_canvas, build_losses
from drawkit.engine.call import draw, drawn
from drawkit.engine.prompt_words import prompts_of, title_of
from drawkit.engine.run import Run, Step
from drawkit.engine.session import Session
from drawkit.engine.settings import sections, settings_for
from drawkit.engine.stopped import DrawingDiverged, DrawingInterrupted
from drawkit.pictures import read_picture
from drawkit.pictures.svg import read_svg

__all__ = [
    "DrawingDiverged",
    "DrawingInterrupted",
    "Run",
    "Session",
    "Step",
    "build_canvas",
    "build_losses",
    "draw",
    "drawn",
    "prompts_of",
    "read_picture",
    "read_svg",
    "sections",
    "settings_for",
    "title_of",
]
