"""Words into a picture of free pixels, and that picture into shapes, strokes or cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Unpack, get_args

import numpy as np
import numpy.typing as npt

from drawkit.canvas.image import DREAM_CANVASES, LATENT_CANVASES
from drawkit.config import DrawConfig, DrawOptions, Given, OptimizeConfig, Settings, resolve
from drawkit.config.layers import PROMPTS
from drawkit.engine.build import build_canvas
from drawkit.engine.drawing import Drawing
from drawkit.engine.dream_folder import DreamFolder
from drawkit.engine.options import Style, options_layer
from drawkit.engine.redreaming import recorded, with_dream
from drawkit.engine.run import Run, Step
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.engine.stopped import run_through
from drawkit.engine.tracing import tracing
from drawkit.errors import DrawkitError, InputError
from drawkit.scene import RasterLayer

__all__ = ["Dream", "Then", "check_later", "dream", "dream_layer", "dreamt_again"]

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
    again: str | Path | None = None,
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
    canvas that has one, such as "vqgan". again: an SVG or PNG that was dreamt, which is dreamt
    again by its record, but for what else is said here. `on_step` and errors on the way are those
    of `draw`; a run of both that is stopped while it dreams gives the picture.
    """
    canvas = options.get("canvas")
    if canvas is None and again is None:
        options["canvas"] = DREAM_CANVASES[0]
    if canvas is not None and canvas not in DREAM_CANVASES:
        raise InputError(f"canvas is '{canvas}'; allowed: {', '.join(DREAM_CANVASES)}")
    given = options_layer(prompt, style, settings, options)
    if weights is not None:
        if canvas not in LATENT_CANVASES:
            raise InputError(f"weights need canvas {' or '.join(LATENT_CANVASES)}")
        given = {**given, f"{canvas}.weights": Given(str(weights), "weights")}
    if again is None:
        made: str | None = then
        own, after = dream_layer(given, then, then_steps, cells)
    else:
        given = {key: of for key, of in given.items() if prompt or key != PROMPTS}
        own, after, made = dreamt_again(again, given, then, then_steps, cells)
    run = Dream(own, after, made, session=session)
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
    after = {key: given for key, given in layer.items() if key.startswith(_wanted(then))}
    if steps is not None:
        after["optimize.steps"] = Given(steps, names[1])
    if then == "pixels":
        after["draw.size"] = Given(_CELLS if cells is None else cells, names[2])
    return own, after


def dreamt_again(
    path: str | Path,
    layer: Mapping[str, Given],
    then: str | None,
    steps: Any = None,
    cells: Any = None,
    names: tuple[str, str, str] = ("then", "then_steps", "cells"),
) -> tuple[dict[str, Given], dict[str, Given], str | None]:
    """As `dream_layer`, over what an SVG or PNG says of its dream; and what is made of it.

    Raises InputError for a file that tells of no dream.
    """
    low = {key: given for key, given in layer.items() if given.source.startswith("drawkit.toml")}
    said = {key: given for key, given in layer.items() if key not in low}
    found = recorded(path, said)
    made = found.then if then is None else then
    own, after = dream_layer(said, made, steps, cells, names)
    if "draw.size" in after and cells is None:
        del after["draw.size"]
    later: dict[str, Given] = {}
    if made is not None and made == found.then:
        wanted = (*_wanted(made), "optimize.steps", *(("draw.size",) if made == "pixels" else ()))
        later = {key: given for key, given in found.after.items() if key.startswith(wanted)}
        again = (PROMPTS, "draw.seed")
        later |= {key: found.dream[key] for key in again if key in found.dream}
        later = {key: given for key, given in later.items() if key.startswith(wanted)}
        if made == "trace":
            later = {**_plain_trace(), **later}
    plain = dream_layer(low, made, None, None, names)
    after = {**plain[1], **later, **after}
    if made == "pixels":
        after.setdefault("draw.size", Given(_CELLS, names[2]))
    return {**plain[0], **found.dream, **own}, after, made


def _plain_trace() -> dict[str, Given]:
    """What a record of a trace does not tell, as it is the usual, though not that of a dream's."""
    usual = {"draw.canvas": Given("trace", "then"), "perceptor.models": Given(["none"], "then")}
    plain = settings_for(usual).as_dict()
    parts = {key: key.rpartition(".") for key in _ROUNDED}
    return {key: Given(plain[section][name], "then") for key, (section, _, name) in parts.items()}


def _wanted(then: str) -> tuple[str, ...]:
    """What keys of settings begin with that go to what is made of the picture."""
    return (*_TAKES[then], *_OF_BOTH, *(() if then == "trace" else _OF_WORDS))


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
    settings can be refused for is refused before the first step. folder: where both are kept.
    """

    ground = outcome = ""

    def __init__(
        self,
        layer: Mapping[str, Given],
        after: Mapping[str, Given],
        then: str | None,
        *,
        session: Session | None = None,
        folder: DreamFolder | None = None,
        since: float | None = None,
    ) -> None:
        self.settings = settings_for(layer)
        self._after, self._then = dict(after), then
        self._session = Session() if session is None else session
        self._folder = folder
        self._more = 0
        if then is not None:
            self._more = check_later(self.settings, after, then)
        self._dream = self._current = Run(self.settings, session=self._session, since=since)
        self.steps = 0

    def __iter__(self) -> Iterator[Step]:
        """Run the steps of both."""
        yield from self._numbered(self._dream, 0)
        if self._then is None:
            return
        picture = self.dreamt()
        (layer,) = picture.scene.layers
        assert isinstance(layer, RasterLayer)
        settings, start = _begun(layer.pixels, self._after, self._then)
        self.settings = settings_for(settings)
        run = Run(self.settings, start, session=self._session)
        yield from self._numbered(run, 1)

    def drawing(self) -> Drawing:
        """The best drawing so far; while it dreams, the picture."""
        drawn = self._current.drawing()
        if self._then is None or self._current is self._dream:
            return drawn
        return with_dream(drawn, self.dreamt(), self._then)

    def dreamt(self) -> Drawing:
        """The picture."""
        return self._dream.drawing()

    @property
    def files(self) -> tuple[Path, ...]:
        """The drawing's files in the folder that keeps it, once it is done."""
        return () if self._folder is None else self._folder.files

    @property
    def trouble(self) -> DrawkitError | None:
        """Why they could not all be written."""
        return None if self._folder is None else self._folder.trouble

    def _numbered(self, run: Run, part: int) -> Iterator[Step]:
        """Steps of the dream (0) or the drawing (1), with those before and after them."""
        if self._folder is not None:
            self._folder.begin(run, part)
        done, more = (self._dream.steps, 0) if part else (0, self._more)
        if run.steps:
            self._current, self.steps = run, done + run.steps
        try:
            for step in run:
                self._current, self.steps = run, done + step.index
                if self._folder is not None:
                    self._folder.step(run, step)
                total = done + step.total + more
                yield replace(step, index=self.steps, total=total, drawing=self.drawing)
        finally:
            if self._folder is not None and run.steps:
                self._folder.end(run)


def _begun(
    pixels: _Pixels, after: Mapping[str, Given], then: str
) -> tuple[dict[str, Given], _Pixels]:
    """The settings of the drawing after a picture, straight RGBA, and what it starts from."""
    if then == "trace":
        found = tracing(pixels, {**_ROUNDED, **after}, None)
        return found.layer, found.start
    height, width = pixels.shape[:2]
    layer = {**after, "draw.canvas": Given(then, "then")}
    if then == "pixels":
        layer["draw.size"] = _cells(after["draw.size"], width, height)
    else:
        layer["draw.size"] = Given((width, height), "then")
    return layer, pixels


def check_later(own: Settings, after: Mapping[str, Given], then: str) -> int:
    """Refuse what a drawing after a dream of these settings would be refused for; its steps."""
    width, height = own.get("draw", DrawConfig).size
    blank = np.full((height, width, 4), 255, np.uint8)
    later = settings_for(_begun(blank, after, then)[0])
    build_canvas(later.wordless())
    return later.get("optimize", OptimizeConfig).steps


def _cells(given: Given, width: int, height: int) -> Given:
    """Columns and rows: one number is the shorter side's, the other as the picture is wide."""
    size = resolve({"draw": DrawConfig}, {"draw.size": given}).get("draw", DrawConfig).size
    if str(given.value).strip().isdecimal():
        scale = size[0] / min(width, height)
        size = round(width * scale), round(height * scale)
    return Given(size, given.source)
