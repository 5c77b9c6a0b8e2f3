"""A picture into few strokes: laid along its borders, then moved until perceptors see the same."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import torch

from drawkit.config import SKETCHED, DrawConfig, Given, SketchConfig, SketchOptions
from drawkit.config.draw import MOST_SEED
from drawkit.config.layers import PROMPTS
from drawkit.engine.build import refuse_new_paths
from drawkit.engine.drawing import Drawing
from drawkit.engine.options import options_layer
from drawkit.engine.run import Run, Step
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.engine.stopped import run_through
from drawkit.errors import InputError
from drawkit.perceptor.attention import attention
from drawkit.perceptor.config import NO_MODEL, PerceptorConfig
from drawkit.pictures import Picture, as_pixels
from drawkit.pictures.figure import figure_sheet
from drawkit.pictures.over import over_paper
from drawkit.pictures.pen_strokes import pen_strokes
from drawkit.scene import Path, PathLayer, Scene

__all__ = ["Sketch", "sketch", "sketch_layer"]

log = logging.getLogger("drawkit")
_Floats = npt.NDArray[np.float64]

_WORDS = 0.3
"""Weight of words beside the picture, where there are any."""
_LOOKED_AT = 0.6
"""How much a place counts that no perceptor goes by; the mean place counts 1."""
_MOST_ATTENTION = 2.0
_SMALL = 36
"""Px of a stroke below which it stays as it is laid: an eye that moves by a px is none."""
_HAND = "along_edges"
"""The loss that says nothing of how like a sketch is."""
_LAST = 0.1
"""Share of the steps, the last ones, whose mean loss says how good a try was."""
_GROUNDS = {
    "alpha": "",
    "plain": "the picture has no transparency: what has the colour of its border is the ground",
    "none": "the picture has no transparency and no plain ground: all of it is sketched",
}


def sketch(
    picture: Picture,
    prompt: str | Sequence[str] = (),
    *,
    strokes: int | None = None,
    segments: int | None = None,
    width: float | None = None,
    color: str | None = None,
    tries: int | None = None,
    on_step: Callable[[Step], object] | None = None,
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[SketchOptions],
) -> Drawing:
    """Sketch a picture in few strokes: `sketch("cat.png", strokes=16).save("cat.svg")`.

    picture: a file's name, a PIL picture or an array [H, W], [H, W, 3] or [H, W, 4]; what is
    transparent is no part of it. prompt: words that the sketch is to show as well. strokes: 16 at
    most if left out, each of up to 8 `segments`, `width` 3.2 px on a sheet of 384 px, in one
    `color`. tries: seeds that are tried; the sketch with the least loss is kept, and `seed` in its
    metadata is that one's. `on_step`, `session` and errors on the way are those of `draw`.
    """
    own = {
        "strokes": strokes,
        "segments": segments,
        "width": width,
        "color": color,
        "tries": tries,
    }
    layer = options_layer(prompt, (), settings, options)
    layer |= {
        f"sketch.{name}": Given(value, name) for name, value in own.items() if value is not None
    }
    file = fspath(picture) if isinstance(picture, str | PathLike) else None
    run = Sketch(sketch_layer(file, layer), as_pixels(picture), session=session)
    return run_through(run, on_step)


def sketch_layer(file: str | None, layer: Mapping[str, Given]) -> dict[str, Given]:
    """The settings of a sketch of that file, under and over those that the user sets.

    Raises InputError for one that is about other drawings.
    """
    refuse_new_paths(layer, "a sketch: see strokes, segments, width and color")
    below = {key: Given(value, "sketch") for key, value in SKETCHED.items()}
    if PROMPTS in layer and layer[PROMPTS].value:
        below["losses.text.weight"] = Given(_WORDS, "sketch")
    models = layer["perceptor.models"].value if "perceptor.models" in layer else ()
    if tuple([models] if isinstance(models, str) else models) == NO_MODEL:
        below["losses.likeness.weight"] = Given(0.0, "sketch")
    above = {"draw.canvas": Given("strokes", "sketch")}
    if file is not None:
        below["losses.likeness.picture"] = Given(file, "sketch")
        above["draw.init"] = Given(file, "sketch")
    return {**below, **layer, **above}


@dataclass(frozen=True)
class Try:
    """One seed's sketch: the mean loss of its last steps, and the run that made it."""

    seed: int
    loss: float
    run: Run


class Sketch:
    """A sketch in the making, like a `Run`: `for step in sketch: ...`, then `sketch.drawing()`.

    layer: from `sketch_layer`. pixels: straight RGBA [H, W, 4], 0..255. Its steps are those of all
    tries. Raises InputError for a picture in which there is nothing to sketch.
    """

    def __init__(
        self,
        layer: Mapping[str, Given],
        pixels: npt.NDArray[np.uint8],
        *,
        session: Session | None = None,
    ) -> None:
        sheet = figure_sheet(pixels)
        self.ground = _GROUNDS[sheet.ground]
        high, wide = sheet.picture.shape[:2]
        size = {"draw.size": Given(f"{wide}x{high}", "sketch")}
        self._layer = {**layer, **size}
        self.settings = settings_for(self._layer)
        self._config = self.settings.get("sketch", SketchConfig)
        self._first_seed = self.settings.get("draw", DrawConfig).seed_number
        self._session = Session() if session is None else session
        self._sheet = sheet
        self._picture = torch.from_numpy(sheet.picture).permute(2, 0, 1)
        self._attention = self._attended()
        self._tries: list[Try] = []
        self._current: Run | None = None
        self.steps = 0

    def __iter__(self) -> Iterator[Step]:
        """Run the steps of all tries."""
        for number in range(self._config.tries):
            run = self._current = self._begun(self._first_seed + number)
            losses = []
            for step in run:
                self.steps += 1
                losses.append(self._judged(step))
                total = step.total * self._config.tries
                yield replace(step, index=self.steps, total=total, drawing=self.drawing)
            last = losses[-max(1, round(_LAST * len(losses))) :]
            self._tries.append(Try(self._first_seed + number, float(np.mean(last)), run))

    def drawing(self) -> Drawing:
        """The best of the tries that are done, or else what there is of the first."""
        run = self._best().run if self._tries else self._current
        if run is None:
            run = self._current = self._begun(self._first_seed)
        return run.drawing()

    @property
    def outcome(self) -> str:
        """Which try was kept; empty where there was no choice."""
        if len(self._tries) < 2:
            return ""
        losses = ", ".join(f"{one.loss:.4f}" for one in self._tries)
        best = self._best()
        return f"kept try {self._tries.index(best) + 1} of {len(self._tries)} by its loss: {losses}"

    def _judged(self, step: Step) -> float:
        """What perceptors say of it; where there is none, how it lies along the borders."""
        names = [name for name in step.losses if name != _HAND]
        if not names:
            return step.loss
        weights = {name: self.settings.sections[f"losses.{name}"].weight for name in names}
        judged: float = sum(weights[name] * step.losses[name] for name in names)
        return judged

    def _best(self) -> Try:
        return min(self._tries, key=lambda one: one.loss)

    def _begun(self, seed: int) -> Run:
        """A run whose strokes lie along the borders, which is not moved yet."""
        seed %= MOST_SEED + 1
        config = self._config
        chance = None if seed == 0 else np.random.default_rng(seed)
        found = pen_strokes(self._picture, config.strokes, config.segments, self._attention, chance)
        if not found:
            raise InputError("the picture has no borders that a pen could follow")
        ink = (*config.rgb, 1.0)
        paths = tuple(
            Path(one.points, closed=one.closed, stroke=ink, stroke_width=config.width)
            for one in found
        )
        high, wide = self._picture.shape[-2:]
        scene = Scene(wide, high, (PathLayer("strokes", paths),))
        settings = settings_for({**self._layer, "draw.seed": Given(seed, "sketch")})
        still = [at for at, one in enumerate(found) if len(one.places) < _SMALL]
        pixels = self._sheet.pixels
        return Run(settings, pixels, session=self._session, scene=scene, frozen=still)

    def _attended(self) -> _Floats:
        """[H, W] how much each place counts, by what the perceptors go by."""
        eyes = self.settings.get("perceptor", PerceptorConfig)
        perceptors = self._session.perceptors(eyes)
        rgb = over_paper(self._picture[None])
        maps = [attention(perceptor, rgb) for perceptor in perceptors]
        if not maps:
            return np.ones(self._picture.shape[-2:])
        mean = torch.stack(maps).mean(dim=0).double().clamp(max=_MOST_ATTENTION).numpy()
        found: _Floats = _LOOKED_AT + (1 - _LOOKED_AT) * mean
        return found
