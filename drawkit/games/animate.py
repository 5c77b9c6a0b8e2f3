"""One sprite in several frames: moved by whole cells, drawn on toward words of their own, or both.

    drawing = animate(settings, AnimateConfig(motion="breathe"))
    drawing.save("knight.gif")

The first frame is a drawing like any other. Every further one starts from it, in its palette,
and the loss `temporal` holds what its words do not ask to move.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path

import numpy as np

from drawkit.color import MAX_SWATCHES, srgb_to_oklab
from drawkit.config import DrawConfig, Given, Settings
from drawkit.engine import Run, Session, Step, prompts_of, settings_for
from drawkit.engine.drawing import Drawing
from drawkit.engine.stopped import hand_over
from drawkit.errors import DivergedError, InputError
from drawkit.games.animation import MOTIONS, AnimateConfig
from drawkit.games.character import character, in_ramps, refuse_shaped
from drawkit.pictures import read_picture
from drawkit.pixelart.motion import ground, moved
from drawkit.pixelart.pixelate import pixelate
from drawkit.pixelart.recolor import recolored
from drawkit.scene import Background, CellLayer, Metadata, Scene
from drawkit.scene.grid import Frame, Grid, Indices

__all__ = [
    "AnimateConfig",
    "Watch",
    "animate",
    "animate_grid",
    "animated",
    "frame_settings",
    "moved_sprite",
    "watched",
]

log = logging.getLogger("drawkit")

_STILL = 6.0
_KEEP = 0.35
"""Of the first frame, where a perceptor imagines another one's words into it."""
_SAME = 0.12
"""Difference of colours (OKLab) up to which a cell keeps the first frame's."""
_SHARE = 0.5
"""Of the steps of the first frame, for each that has words of its own."""

Watch = Callable[[Step], bool]
"""Gets every step, counted over all frames; False stops."""


def animate(
    layer: Mapping[str, Given],
    config: AnimateConfig,
    watch: Watch = lambda step: True,
    session: Session | None = None,
) -> Drawing:
    """Draw the first frame with the settings of `layer`, then the others from it.

    Stopped by `watch`, it hands back all frames, those not drawn yet as they would have started;
    the same where one of them diverges. Raises `InputError` where the canvas has no cells, and
    what `Run` raises. An error on the way, Ctrl-C too, has those frames as `drawing`, as `draw`
    does it; in a notebook the stop button returns them.
    """
    drawing, error = animated(layer, config, watch, session)
    return drawing if error is None else hand_over(error, drawing)


def animated(
    layer: Mapping[str, Given],
    config: AnimateConfig,
    watch: Watch,
    session: Session | None = None,
) -> tuple[Drawing, BaseException | None]:
    """The same, and what ended it on the way, if anything; raises what left no first frame."""
    settings, later = settings_for(layer), frame_settings(layer, config)
    refuse_shaped(settings, config)
    shared = Session() if session is None else session
    runs = [settings, *(own for own in later if own is not None)]
    count = _Count(watch, [own.sections["optimize"].steps for own in runs])
    still = count.drawn(lambda: Run(settings, session=shared))
    if still is None:
        assert count.error is not None
        raise count.error
    art = still.scene.pixel_art
    if art is None:
        raise InputError("only pixel art is animated; the canvas is pixels")
    first = art.grid
    if config.turns:
        return _finished(still, character(first, config), config, count.error)
    empty = ground(first)
    found = [_moved(first.indices, empty, config, 0)]
    for number in range(1, config.count):
        cells = _moved(first.indices, empty, config, number)
        own = later[number - 1] if later else None
        if own is not None and not count.stopped:
            begin = partial(Run, own, first.rgba(cells), session=shared)
            cells = _drawn_on(count.drawn(begin), cells, first)
        found.append(cells)
    return _finished(still, _played(first, found, config), config, count.error)


def frame_settings(layer: Mapping[str, Given], config: AnimateConfig) -> list[Settings | None]:
    """What every frame after the first is drawn with, where words say so; None where none do."""
    return [settings_for(_frame_layer(layer, words)) if words else None for words in config.words]


def animate_grid(grid: Grid, config: AnimateConfig) -> Grid:
    """The same for a finished sprite: its cells moved, none drawn anew; `words` are not looked at.

    Raises `InputError` without a motion.
    """
    if config.turns:
        return _colored(character(grid, config), config)
    if config.motion == "none":
        raise InputError(f"a finished sprite needs a motion: {', '.join(MOTIONS)}")
    empty = ground(grid)
    cells = [_moved(grid.indices, empty, config, number) for number in range(config.count)]
    return _colored(_played(grid, cells, config), config)


def moved_sprite(settings: Settings, config: AnimateConfig) -> Drawing:
    """The sprite in the file `draw.init`, its own pixels moved; nothing is drawn.

    Raises `FileError` for no picture, `InputError` without a motion.
    """
    draw = settings.get("draw", DrawConfig)
    picture = Path(draw.init or "")
    pixels = read_picture(picture)
    size = pixels.shape[1], pixels.shape[0]
    grid = animate_grid(pixelate(pixels, size, colors=MAX_SWATCHES - 1), config)
    facts = Metadata(title=picture.stem, detail=draw.metadata)
    scene = Scene(*size, (CellLayer("cells", grid),), Background(None), facts)
    exports = (c for name, c in settings.sections.items() if name.startswith("export."))
    return Drawing(scene, tuple(exports))


def _drawn_on(drawing: Drawing | None, before: Indices, first: Grid) -> Indices:
    """The cells of a further frame; as they were `before` where nothing was drawn."""
    if drawing is None:
        return before
    assert drawing.scene.grid is not None  # the first one was a grid
    grid = recolored(drawing.scene.grid, first.palette, first.transparent)
    return _steady(grid.indices, before, first)


def _played(like: Grid, cells: Sequence[Indices], config: AnimateConfig) -> Grid:
    """The frames with their times and their tag."""
    frames = tuple(Frame(one, ms) for one, ms in zip(cells, config.times, strict=True))
    return replace(like, frames=frames, tags=config.tags)


def _colored(grid: Grid, config: AnimateConfig) -> Grid:
    """The palette in named ramps, where the settings ask for what has them."""
    return in_ramps(grid, config) if config.ramped else grid


def _finished(
    still: Drawing, grid: Grid, config: AnimateConfig, error: BaseException | None
) -> tuple[Drawing, BaseException | None]:
    """The drawing with all its frames; a ramp that it lacks is an error that loses nothing."""
    try:
        grid = _colored(grid, config)
    except InputError as lacking:
        grid, error = in_ramps(grid, replace(config, ramp=())), error or lacking
    art = still.scene.pixel_art
    assert art is not None
    layers = (replace(art, grid=grid),)
    return replace(still, scene=replace(still.scene, layers=layers)), error


class _Count:
    """Runs one drawing after the other and counts their steps as one long run."""

    def __init__(self, watch: Watch, steps: Sequence[int]) -> None:
        self._watch = watch
        self._before = [0, *accumulate(steps)]
        self._runs = 0
        self.stopped = False
        self.error: BaseException | None = None

    def drawn(self, begin_run: Callable[[], Run]) -> Drawing | None:
        """The drawing at the end, or where it was stopped or failed; None before its first step."""
        begin, total = self._before[self._runs], self._before[-1]
        self._runs += 1

        def watch(step: Step) -> bool:
            self.stopped = not self._watch(replace(step, index=begin + step.index, total=total))
            return not self.stopped

        run = None
        try:
            run = begin_run()
            return watched(run, watch)
        except BaseException as error:
            self.stopped, self.error = True, error
            return run.drawing() if run is not None and run.steps else None


def watched(run: Run, watch: Watch) -> Drawing:
    """The drawing at the end, where `watch` stopped it, or before it diverged, which is logged.

    Raises `DivergedError` where it diverged before it had a good step.
    """
    try:
        for step in run:
            if not watch(step):
                break
    except DivergedError as error:
        if run.drawing().score is None:
            raise
        log.warning("%s", error)
    return run.drawing()


def _moved(cells: Indices, empty: int, config: AnimateConfig, number: int) -> Indices:
    if config.motion == "none":
        return cells
    return moved(cells, empty, config.motion, number, config.count)


def _frame_layer(layer: Mapping[str, Given], words: str) -> dict[str, Given]:
    """The settings of a further frame: its words, fewer steps, held still in its colours."""
    first = settings_for(layer)
    steps = first.sections["optimize"].steps
    others = [str(prompt) for prompt in prompts_of(first) if prompt is not first.prompts.main]
    own = {
        "draw.prompts": [words, *others],
        "draw.prompts_file": None,
        "optimize.steps": max(1, round(steps * _SHARE)),
        "pixels.lr_palette": 0.0,
        "perceptor.keep": _KEEP,
        "losses.temporal.weight": first.sections["losses.temporal"].weight or _STILL,
    }
    return {**layer, **{key: Given(value, "animation") for key, value in own.items()}}


def _steady(cells: Indices, before: Indices, like: Grid) -> Indices:
    """The cells that changed plainly; all others as they were before."""
    lab = srgb_to_oklab(np.array(like.palette) / 255)
    apart = np.sqrt(np.square(lab[cells] - lab[before]).sum(axis=2))
    hidden = (cells == like.transparent) != (before == like.transparent)
    return np.where((apart > _SAME) | hidden, cells, before)
