"""Build the parts from the settings, run the loop, hand back the drawing.

    drawing = draw("a cat", strokes=256)
    drawing.save("cat.svg")

A `Run` is the same in slow motion: it yields a `Step` at a time and has the best drawing so far
at hand at every one of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas import Canvas, canvases
from drawkit.canvas.seen import only_seen
from drawkit.canvas.start import start_picture
from drawkit.config import (
    DrawConfig,
    Given,
    Prompt,
    Settings,
    WordsConfig,
    from_sections,
    named_layer,
    resolve,
    settled,
)
from drawkit.drawing import Drawing
from drawkit.errors import ConfigError, DivergedError
from drawkit.export import exporters
from drawkit.losses import WeightedLoss, in_middle, losses
from drawkit.optimize import Judge, Loop, OptimizeConfig, mix_seed
from drawkit.optimize import Step as LoopStep
from drawkit.perceptor.clip import ClipPerceptor, PerceptorConfig, open_perceptor
from drawkit.perceptor.cutouts import CutoutsConfig, cutouts
from drawkit.perceptor.defaults import defaults_for
from drawkit.perceptor.names import ModelSpec
from drawkit.pictures import read_picture
from drawkit.record import Record, refuse_endless, settings_record
from drawkit.run_state import RunState, StateFile, deciding
from drawkit.scene import Background, Metadata
from drawkit.stopped import DrawingDiverged, DrawingInterrupted, hand_over, says_stop
from drawkit.styles import refuse_style, styles_layer
from drawkit.threads import affordable, cpu_threads
from drawkit.tiling import grained, material, seamless, tiled_axes
from drawkit.versions import versions_of
from drawkit.words import prompts_of, spoken, title_of, worded

__all__ = [
    "DrawingDiverged",
    "DrawingInterrupted",
    "Run",
    "Step",
    "build_canvas",
    "build_losses",
    "draw",
    "open_perceptors",
    "prompts_of",
    "sections",
    "settings_for",
    "title_of",
]

log = logging.getLogger("drawkit")
Pixels = npt.NDArray[np.uint8]
IMAGINE = -2
"""Its number among a run's random draws; the loop's steps have 0, 1, 2, ..."""


@dataclass(frozen=True)
class Step(LoopStep):
    """What one update did; `drawing()` fetches the best drawing so far."""

    drawing: Callable[[], Drawing] = field(repr=False, compare=False, kw_only=True)


def draw(
    prompt: str | Sequence[str],
    *,
    on_step: Callable[[Step], object] | None = None,
    style: str | Sequence[str] = (),
    settings: Mapping[str, Any] | None = None,
    state: str | Path | None = None,
    **named: Any,
) -> Drawing:
    """Draw `prompt`: `draw("a cat", strokes=256, seed="tom").save("cat.svg")`.

    prompt: `text` or `text:weight`, `|` between several, or a list. named: the long flags of
    `drawkit clipdraw`, with `_` for `-`. settings: any other one, `{"strokes.lr_points": 0.5}`.
    on_step: called after every update; where it returns False, the best drawing so far is
    returned. state: a file that the run goes on from, if it is there; it is written every
    `save_every` steps and at the end, however that comes. Reads no `drawkit.toml`.

    Every error on the way, of `on_step` too, has the best drawing so far as its `drawing`; Ctrl-C
    leaves as `DrawingInterrupted`, a `KeyboardInterrupt`, an optimization that goes NaN as
    `DrawingDiverged`. In a notebook the stop button returns the drawing.
    """
    styles = (style,) if isinstance(style, str) else tuple(style)
    own = named_layer({"prompt": prompt, "style": styles, **named})
    extra = {key: Given(value, "settings") for key, value in (settings or {}).items()}
    refuse_style(extra, "style=")
    found = settings_for({**styles_layer(styles), **own, **extra})
    kept = StateFile(state, every=found.get("draw", DrawConfig).save_every)
    run = Run(found)
    kept.load(run)
    try:
        for step in run:
            kept.save_so_far(run)
            if on_step is not None and says_stop(on_step(step)):
                break
    except BaseException as error:
        if run.steps == 0 and not isinstance(error, DivergedError):
            raise  # nothing is drawn yet
        kept.save(run)
        return hand_over(error, run.drawing())
    kept.save(run)
    return run.drawing()


def sections() -> dict[str, type[Any]]:
    """Every section that can be set, and the dataclass that says what is in it."""
    return {
        "draw": DrawConfig,
        "words": WordsConfig,
        **{name: canvases.get(name).config for name in canvases.names()},
        "perceptor": PerceptorConfig,
        "cutouts": CutoutsConfig,
        **{f"cutouts.{name}": cutouts.get(name).config for name in cutouts.names()},
        "optimize": OptimizeConfig,
        **{f"losses.{name}": losses.get(name).config for name in losses.names()},
        **{f"export.{name}": exporters.get(name).config for name in exporters.names()},
    }


def settings_for(layer: Mapping[str, Given]) -> Settings:
    """The settings that a run uses: defaults < what suits its perceptor < `layer`.

    Sections of canvases and cutout recipes that are not in use are checked, then left out.
    """
    judge = {key: given for key, given in layer.items() if key.startswith("perceptor.")}
    model = resolve({"perceptor": PerceptorConfig}, judge).get("perceptor", PerceptorConfig).models
    kind = {key: given for key, given in layer.items() if key == "draw.canvas"}
    canvas = canvases.get(resolve({"draw": DrawConfig}, kind).get("draw", DrawConfig).canvas)
    suited = from_sections(defaults_for(model[0], canvas.name), f"perceptor {model[0]}")
    every = _resolved({**suited, **settled(layer, suited, _resolved)})
    for name in losses.names():
        config = every.sections[f"losses.{name}"]
        if config.weight != 0 and (more := losses.get(name).cls.suited(config)):
            suited.update(from_sections(more, f"losses.{name}"))
            every = _resolved({**suited, **settled(layer, suited, _resolved)})
    _check_size(every, canvas.cls)
    recipe = cutouts.get(every.get("cutouts", CutoutsConfig).recipe).name
    idle = {*canvases.names(), *(f"cutouts.{name}" for name in cutouts.names())}
    return every.without(idle - {canvas.name, f"cutouts.{recipe}"})


def _resolved(layer: Mapping[str, Given]) -> Settings:
    return resolve(sections(), layer)


class Run:
    """One drawing in the making: `for step in run: ...`, then `run.drawing()`.

    Building it opens the perceptor, which takes seconds. It may be left at any step, by an error
    or Ctrl-C too; `drawing()` is the best so far all the same, and it can be gone on with. Raises
    `DivergedError` where the optimization goes NaN; `drawing()` then is the last good one.
    start: a picture to begin with, and to stay near to where `losses.imagined` has a weight:
    straight RGBA [H, W, 4], 0..255; without it the one that `draw.init` names.
    """

    def __init__(self, settings: Settings, start: Pixels | None = None) -> None:
        self.settings = settings
        self._config = settings.get("draw", DrawConfig)
        models = settings.get("perceptor", PerceptorConfig).models
        self._prompts = worded(prompts_of(settings), settings, models)
        for note in dict.fromkeys(prompt.note for prompt in self._prompts if prompt.note):
            log.warning("%s", note)
        self.steps = 0  # that are done
        refuse_endless(settings)
        self._threads = affordable(self._config.threads)
        with cpu_threads(self._threads):
            canvas = build_canvas(settings, self._config)
            wishes = build_losses(settings)
            if start is None and self._config.init is not None:
                start = read_picture(self._config.init)
            first = None if start is None else start_picture(start, *canvas.start_size)
            perceptors = open_perceptors(settings)
            self._versions = versions_of(perceptors)
            judges = _judges(settings, perceptors, self._prompts, first)
            judges = _start(canvas, judges, self._config.seed_number, wishes, own=start is not None)
            self._loop = Loop(
                canvas,
                judges,
                wishes,
                [prompt.weight for prompt in self._prompts],
                settings.get("optimize", OptimizeConfig),
                seed=self._config.seed_number,
                tile=tiled_axes(self._config.tile),
            )
        # Only now, as it reads whole files: what is no input has been refused.
        self._record = Record(settings, _plain(settings), self._config.metadata)

    def __iter__(self) -> Iterator[Step]:
        """Run the steps that are left."""
        steps = iter(self._loop)
        while True:
            with cpu_threads(self._threads):
                step = next(steps, None)
            if step is None:
                return
            self.steps = step.index
            values = {item.name: getattr(step, item.name) for item in fields(step)}
            yield Step(**values, drawing=self.drawing)

    def drawing(self) -> Drawing:
        """The best drawing so far, with how it was made."""
        config = self._config
        background = Background(config.paper, painted=config.background != "paper")
        with cpu_threads(1):  # for one small path after the other
            scene = only_seen(self._loop.best_scene())
        scene = replace(scene, background=background, metadata=self._metadata())
        exports = (c for name, c in self.settings.sections.items() if name.startswith("export."))
        return Drawing(scene, tuple(exports))

    def state(self) -> RunState:
        """What a later run with the same settings needs to go on from here."""
        own = deciding(settings_record(self.settings, None))
        return RunState(self._loop.state(), own, self._record.inputs, self._versions)

    def restore_(self, state: RunState) -> None:
        """Go on from there, to the same bytes as if the run had never stopped."""
        self._loop.restore_(state.loop)
        self.steps = state.loop.step

    def _metadata(self) -> Metadata:
        best = self._loop.best
        facts = Metadata(
            title=title_of(self.settings),
            prompts=tuple((prompt.text, prompt.weight) for prompt in self._prompts),
            seed=self._config.seed_number,
            steps=self.steps,
            score=None if best is None else best.score,
            versions=self._versions,
        )
        return self._record.onto(facts)


def _plain(settings: Settings) -> Settings:
    """What a run on this canvas with this perceptor has where the user sets nothing."""
    keys = {"draw": ("canvas",), "perceptor": ("models",)}
    given = {s: {key: getattr(settings.sections[s], key) for key in keys[s]} for s in keys}
    return settings_for(from_sections(given, "plain"))


def build_canvas(settings: Settings, config: DrawConfig) -> Canvas:
    """The canvas of a drawing, before anything is on it."""
    width, height = config.size
    generator = torch.Generator().manual_seed(config.seed_number)
    canvas: Canvas = canvases.get(config.canvas).cls(
        settings.sections[config.canvas],
        width=width,
        height=height,
        background=config.paper,
        generator=generator,
        tile=tiled_axes(config.tile),
    )
    return canvas


def open_perceptors(settings: Settings) -> list[ClipPerceptor]:
    """Its perceptors, which takes seconds."""
    config = settings.get("perceptor", PerceptorConfig)
    perceptors = []
    for model in config.models:
        log.debug("loading the perceptor %s", ModelSpec.parse(model))
        perceptors.append(open_perceptor(model, precision=config.precision, device=config.device))
    return perceptors


def _judges(
    settings: Settings,
    perceptors: Sequence[ClipPerceptor],
    prompts: Sequence[Prompt],
    start: Tensor | None,
) -> list[Judge]:
    """Each perceptor with its share, its view recipe and the prompts as it understands them.

    start: the user's own picture, which takes the place of what perceptors imagine.
    """
    config = settings.get("cutouts", CutoutsConfig)
    recipe = cutouts.get(config.recipe)
    views = recipe.cls(settings.sections[f"cutouts.{config.recipe}"], config.count)
    shares = [ModelSpec.parse(m).weight for m in settings.get("perceptor", PerceptorConfig).models]
    judges = []
    for perceptor, share in zip(perceptors, shares, strict=True):
        text = perceptor.encode_text([prompt.text for prompt in prompts])
        asked = spoken(prompts_of(settings), settings)
        for phrase, place in zip(asked, perceptor.encode_text(asked), strict=True):
            if words := perceptor.doubt(phrase, place):
                log.warning("%s", words)
        perceptor.drop_text_tower()
        imagined = start
        if start is None or settings.get("perceptor", PerceptorConfig).keep < 1:
            imagined = _imagined(settings, perceptor, text, prompts, start)
        judges.append(Judge(perceptor, views, text, share, imagined))
    return judges


def _imagined(
    settings: Settings,
    perceptor: ClipPerceptor,
    text: Tensor,
    prompts: Sequence[Prompt],
    start: Tensor | None,
) -> Tensor | None:
    """The picture that a perceptor expects, where it can and is asked to imagine it.

    start: the user's own picture, to be changed; it stays where nothing can be imagined.
    """
    config = settings.get("perceptor", PerceptorConfig)
    if not config.imagine:
        return start
    seed = settings.get("draw", DrawConfig).seed_number
    generator = torch.Generator().manual_seed(mix_seed(seed, IMAGINE))
    weights = [prompt.weight for prompt in prompts]
    near = None if start is None else in_middle(start, max(start.shape[-2:]), max(start.shape[-2:]))
    picture = perceptor.imagine(
        text, weights, config.imagine, generator, near=near, keep=config.keep
    )
    if picture is None or start is not None:
        return start if picture is None else _cut(picture, start)
    tile = tiled_axes(settings.get("draw", DrawConfig).tile)
    if picture is not None and all(tile) and settings.get("draw", DrawConfig).paper is not None:
        picture = grained(material(picture), generator)
    return None if picture is None else seamless(picture, tile)


def _cut(picture: Tensor, like: Tensor | None) -> Tensor:
    """The middle of a square picture, in the size that it had before it was made a square."""
    assert like is not None
    height, width = like.shape[-2:]
    side = max(height, width)
    left, top = (side - width) // 2, (side - height) // 2
    square = F.interpolate(picture, size=(side, side), mode="bilinear", antialias=True)
    return square[..., top : top + height, left : left + width]


def _start(
    canvas: Canvas,
    judges: list[Judge],
    seed: int,
    wishes: Sequence[WeightedLoss],
    *,
    own: bool,
) -> list[Judge]:
    """Begin with what the perceptor with the largest share imagined, or the user's own picture.

    Returns the judges, who expect it as the losses and the canvas show it.
    """
    judges = [_restyled(judge, canvas, wishes) for judge in judges]
    able = [judge for judge in judges if judge.imagined is not None]
    if not able:
        return judges
    first = max(able, key=lambda judge: judge.weight)
    assert first.imagined is not None
    width, height = canvas.start_size
    free = 0 if own else canvas.start_margin
    picture = in_middle(first.imagined, width - 2 * free, height - 2 * free)
    picture = F.pad(picture, (free,) * 4)
    shown = canvas.start_from_(picture, torch.Generator().manual_seed(seed))
    if shown is None:
        return judges
    return [replace(judge, imagined=shown) if judge is first else judge for judge in judges]


def _restyled(judge: Judge, canvas: Canvas, wishes: Sequence[WeightedLoss]) -> Judge:
    """The judge, who expects its picture as the losses would have it."""
    if judge.imagined is None:
        return judge
    paper = None if canvas.background is None else torch.tensor(canvas.background)
    picture = before = in_middle(judge.imagined, *canvas.start_size)
    for wish in wishes:
        picture = wish.loss.restyled(picture, paper)
    return judge if picture is before else replace(judge, imagined=picture)


def _check_size(settings: Settings, canvas: type[Canvas]) -> None:
    """Refuse a size that is not for this canvas, naming where it was set."""
    try:
        settings.get("draw", DrawConfig).check_sides(*canvas.sides, canvas.unit)
    except ConfigError as error:
        source = settings.sources.get("draw.size")
        raise ConfigError(str(error) if source is None else f"{source}: {error}") from error


def build_losses(settings: Settings) -> list[WeightedLoss]:
    """Every registered loss whose weight is not 0."""
    wanted = []
    for name in losses.names():
        config = settings.sections[f"losses.{name}"]
        if config.weight != 0:
            wanted.append(WeightedLoss(name, losses.get(name).cls(config), config.weight))
    if not wanted:
        raise ConfigError("every loss has weight 0, so there is nothing to draw toward")
    return wanted
