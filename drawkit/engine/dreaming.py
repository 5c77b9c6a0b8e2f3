"""Words into a picture of free pixels, and that picture into shapes, strokes or cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Unpack, get_args

import numpy as np
import numpy.typing as npt

from drawkit.canvas.image import DREAM_CANVASES, LATENT_CANVASES
from drawkit.config import DrawConfig, DrawOptions, Given, OptimizeConfig, resolve
from drawkit.engine.build import build_canvas
from drawkit.engine.drawing import Drawing
from drawkit.engine.options import Style, options_layer
from drawkit.engine.run import Run, Step
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.engine.stopped import run_through
from drawkit.engine.tracing import tracing
from drawkit.errors import InputError
from drawkit.scene import RasterLayer

__all__ = ["Dream", "Then", "dream", "dream_layer"]

Then = Literal["trace", "strokes", "pixels"]
"""What a dreamt picture can be made of in the end."""

_TAKES: Mapping[str, tuple[str, ...]] = {
    "strokes": ("strokes.", "draw.tile"),
    "pixels": ("pixels.", "draw.tile"),
    "trace": ("trace.",),
}
"""Sections, and settings, that each of them takes from what the user sets beside `_OF_BOTH`."""
_OF_BOTH = ("export.", "draw.seed", "draw.background", "draw.threads", "draw.metadata")
_OF_WORDS = ("perceptor.", "words.", "draw.prompts", "draw.style", "losses.style.")
"""What those take that look at the words as well; a trace follows its picture alone."""
_AS_TRACED = {"strokes.shapes": "trace.shapes", "pixels.palette": "trace.palette"}
_ROUNDED = {"trace.tolerance": Given(2.0, "then"), "optimize.steps": Given(30, "then")}
"""How a dream is traced where nothing is said: its borders are rough by a pixel, which more steps
and finer outlines would only copy."""
_CELLS = 32
"""Cells of the shorter side where nothing is said."""
_Pixels = npt.NDArray[np.uint8]


def dream(
    prompt: str | Sequence[str] = (),
    *,
    then: Then | None = None,
    then_steps: int | None = None,
    cells: int | str | tuple[int, int] | None = None,
    weights: str | Path | None = None,
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[DrawOptions],
) -> Drawing:
    """Dream words up as a picture of free pixels: `dream("a sunflower").save("sunflower.png")`.

    canvas: what the picture is made of, "fourier" if left out. then: what is made of it: "trace"
    flat shapes, "strokes" a drawing in strokes, "pixels" pixel art of so many `cells`; that drawing
    is returned. then_steps: those of that drawing. `shapes`, `strokes`, `palette` and the like are
    about it, `size` and `steps` about the picture. weights: file or folder of the network of a
    canvas that has one, such as "vqgan". `on_step` and errors on the way are those of `draw`; a run
    of both that is stopped while it dreams gives the picture.
    """
    canvas = options.get("canvas")
    options["canvas"] = DREAM_CANVASES[0] if canvas is None else canvas
    if options["canvas"] not in DREAM_CANVASES:
        raise InputError(f"canvas is '{canvas}'; allowed: {', '.join(DREAM_CANVASES)}")
    given = options_layer(prompt, style, settings, options)
    if weights is not None:
        if canvas not in LATENT_CANVASES:
            raise InputError(f"weights need canvas {' or '.join(LATENT_CANVASES)}")
        given = {**given, f"{canvas}.weights": Given(str(weights), "weights")}
    layer = dream_layer(given, then, then_steps, cells)
    run = Dream(*layer, then, session=session)
    return run_through(run, on_step)


def dream_layer(
    layer: Mapping[str, Given],
    then: str | None,
    steps: Any = None,
    cells: Any = None,
    names: tuple[str, str, str] = ("then", "then_steps", "cells"),
) -> tuple[dict[str, Given], dict[str, Given]]:
    """The settings of the dream, and of what is made of its picture.

    names: of the three others, as the user gives them. Raises InputError for what does not go with
    them, and for settings that neither has use for.
    """
    if then is not None and then not in get_args(Then):
        raise InputError(f"{names[0]} is '{then}'; allowed: {', '.join(get_args(Then))}")
    if steps is not None and then is None:
        raise InputError(f"{names[1]} needs {names[0]}: it is about what is made of the picture")
    if cells is not None and then != "pixels":
        raise InputError(f"{names[2]} needs {names[0]} pixels")
    layer = dict(layer)
    if then == "trace":
        for key, traced in _AS_TRACED.items():
            if key in layer:
                layer[traced] = layer.pop(key)
    _refuse_idle(layer, then, names[0])
    others = tuple(f"{name}." for name in ("strokes", "pixels", "trace"))
    own = {key: given for key, given in layer.items() if not key.startswith(others)}
    if then is None:
        return own, {}
    wanted = (*_TAKES[then], *_OF_BOTH, *(() if then == "trace" else _OF_WORDS))
    after = {key: given for key, given in layer.items() if key.startswith(wanted)}
    if steps is not None:
        after["optimize.steps"] = Given(steps, names[1])
    if then == "pixels":
        after["draw.size"] = Given(_CELLS if cells is None else cells, names[2])
    return own, after


def _refuse_idle(layer: Mapping[str, Given], then: str | None, name: str) -> None:
    """Refuse what is said of strokes, cells or shapes where there will be none."""
    for kind in get_args(Then):
        for key, given in layer.items():
            said = not given.source.startswith(("drawkit.toml", "style "))
            if key.startswith(f"{kind}.") and kind != then and said:
                what = key if given.source in ("--set", "settings") else given.source
                raise InputError(f"{what} needs {name} {kind}")


class Dream:
    """A dream in the making, and the drawing after it: `for step in dream: ...`, like a `Run`.

    layer, after: from `dream_layer`; then: what is made of the picture. All that the drawing's
    settings can be refused for is refused before the first step.
    """

    ground = outcome = ""

    def __init__(
        self,
        layer: Mapping[str, Given],
        after: Mapping[str, Given],
        then: str | None,
        *,
        session: Session | None = None,
        since: float | None = None,
    ) -> None:
        self.settings = settings_for(layer)
        self._after, self._then = dict(after), then
        self._session = Session() if session is None else session
        self._more = 0
        if then is not None:
            width, height = self.settings.get("draw", DrawConfig).size
            blank = np.full((height, width, 4), 255, np.uint8)
            later = settings_for(self._begun(blank)[0])
            build_canvas(later.wordless())
            self._more = later.get("optimize", OptimizeConfig).steps
        self._dream = self._current = Run(self.settings, session=self._session, since=since)
        self.steps = 0

    def __iter__(self) -> Iterator[Step]:
        """Run the steps of both."""
        yield from self._numbered(self._dream, 0, self._more)
        if self._then is None:
            return
        picture = self.dreamt()
        (layer,) = picture.scene.layers
        assert isinstance(layer, RasterLayer)
        settings, start = self._begun(layer.pixels)
        done = self.steps
        self.settings = settings_for(settings)
        run = Run(self.settings, start, session=self._session)
        yield from self._numbered(run, done, 0)

    def drawing(self) -> Drawing:
        """The best drawing so far; while it dreams, the picture."""
        return self._current.drawing()

    def dreamt(self) -> Drawing:
        """The picture."""
        return self._dream.drawing()

    def _numbered(self, run: Run, done: int, more: int) -> Iterator[Step]:
        """Its steps, with those that are done before and come after it."""
        for step in run:
            self._current = run
            self.steps = done + step.index
            total = done + step.total + more
            yield replace(step, index=self.steps, total=total, drawing=self.drawing)

    def _begun(self, pixels: _Pixels) -> tuple[dict[str, Given], _Pixels]:
        """The settings of the drawing after a picture, straight RGBA, and what it starts from."""
        if self._then == "trace":
            found = tracing(pixels, {**_ROUNDED, **self._after}, None)
            return found.layer, found.start
        height, width = pixels.shape[:2]
        layer = {**self._after, "draw.canvas": Given(self._then, "then")}
        if self._then == "pixels":
            layer["draw.size"] = _cells(self._after["draw.size"], width, height)
        else:
            layer["draw.size"] = Given((width, height), "then")
        return layer, pixels


def _cells(given: Given, width: int, height: int) -> Given:
    """Columns and rows: one number is the shorter side's, the other as the picture is wide."""
    size = resolve({"draw": DrawConfig}, {"draw.size": given}).get("draw", DrawConfig).size
    if str(given.value).strip().isdecimal():
        scale = size[0] / min(width, height)
        size = round(width * scale), round(height * scale)
    return Given(size, given.source)
