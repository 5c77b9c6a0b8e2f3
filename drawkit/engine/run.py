"""One drawing in the making, with the best so far at hand at every step."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from drawkit.canvas.ranks import ranked
from drawkit.canvas.seen import only_seen
from drawkit.canvas.start import start_picture, start_size
from drawkit.config import DrawConfig, OptimizeConfig, Prompt, Settings
from drawkit.engine import target
from drawkit.engine.aims import aims_of
from drawkit.engine.build import build_canvas, build_losses, build_scorers, load_drawing, loaded
from drawkit.engine.drawing import Drawing
from drawkit.engine.first_look import first_look
from drawkit.engine.loop import Loop
from drawkit.engine.loop import Step as LoopStep
from drawkit.engine.pace import steps_within
from drawkit.engine.prompt_words import modifier_words, title_of, worded
from drawkit.engine.record import Record, settings_record
from drawkit.engine.session import Session
from drawkit.engine.settings import plain_settings, refuse_lacking
from drawkit.engine.state import RunState, deciding
from drawkit.engine.targets import Asked
from drawkit.engine.targets.table import TARGETS
from drawkit.engine.threads import affordable, cpu_threads
from drawkit.engine.versions import versions_of
from drawkit.errors import ConfigError
from drawkit.losses import Expected, Guide, Learns, RunContext
from drawkit.perceptor import Imagined, Perceptor
from drawkit.perceptor.config import NO_MODEL, PerceptorConfig
from drawkit.pictures import read_picture
from drawkit.pictures.seamless import tiled_axes
from drawkit.scene import Background, Metadata, Scene, Source

__all__ = ["Run", "Step"]

log = logging.getLogger("drawkit")
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Step(LoopStep):
    """What one update did; `drawing()` fetches the best drawing so far, `now()` this step's.

    `picture()` is what it looks like now, of the canvas' own size, at once.
    """

    drawing: Callable[[], Drawing] = field(repr=False, compare=False, kw_only=True)
    now: Callable[[], Drawing] = field(repr=False, compare=False, kw_only=True)
    picture: Callable[[], Image.Image] = field(repr=False, compare=False, kw_only=True)


class Run:
    """One drawing in the making: `for step in run: ...`, then `run.drawing()`.

    Building it opens the perceptor, which takes seconds. It may be left at any step, by an error
    or Ctrl-C too; `drawing()` is the best so far all the same, and it can be gone on with. Raises
    `DivergedError` where the optimization goes NaN; `drawing()` then is the last good one.
    start: a picture to begin with, and to stay near to where `losses.target` has a weight:
    straight RGBA [H, W, 4], 0..255; without it the one that `draw.init` names. followed: what is
    followed from the first step on, premultiplied RGBA [1, 4, h, w], 0..1, or None. session: has
    perceptors that are open already, and keeps those that are opened. scene: whose paths are gone
    on with, on a canvas that can; frozen: places of those that stay. before: what there was, for
    losses of change, where it is not the start; likewise. into: a document that the
    drawing goes into. since: when the clock of `optimize.time` started, by `time.monotonic`; now.
    """

    def __init__(
        self,
        settings: Settings,
        start: Pixels | None = None,
        *,
        session: Session | None = None,
        scene: Scene | None = None,
        before: Pixels | None = None,
        frozen: Collection[int] = (),
        into: Source | None = None,
        since: float | None = None,
    ) -> None:
        since = time.monotonic() if since is None else since
        self.settings = settings
        self._into = into
        self._config = settings.get("draw", DrawConfig)
        parts = settings.wordless()
        if start is None:
            refuse_lacking(parts)
        eyes = settings.get("perceptor", PerceptorConfig)
        # A picture that whoever runs this begins with is no wish of the user's.
        kind = self._config.target if start is None else DrawConfig.target
        source = TARGETS[kind](parts.sections)
        self._prompts = worded(settings.prompts.read, parts, eyes.models)
        for note in dict.fromkeys(prompt.note for prompt in self._prompts if prompt.note):
            log.warning("%s", note)
        self._typed: tuple[str, ...] = ()
        if not all(prompt.plain for prompt in self._prompts):
            self._typed = tuple(str(prompt.placeless) for prompt in self._prompts)
        self.steps = 0  # that are done
        self._shown: tuple[int, Drawing] | None = None
        self._threads = affordable(self._config.threads)
        with cpu_threads(self._threads):
            canvas = build_canvas(parts)
            if scene is not None:
                canvas = loaded(canvas, scene, frozen)
            elif start is None:
                canvas = load_drawing(parts, canvas)
            wishes = self._wishes = build_losses(parts, canvas, seen=eyes.models != NO_MODEL)
            optimize = settings.get("optimize", OptimizeConfig)
            aims = self._aims = aims_of(self._prompts, self._config, optimize.steps)
            if start is None and self._config.init is not None:
                start = read_picture(self._config.init)
            first = None if start is None else start_picture(start, *start_size(canvas))
            opened = session or Session()
            perceptors = opened.perceptors(eyes)
            texts = [perceptor.embed(self._prompts) for perceptor in perceptors]
            scorers = build_scorers(parts, perceptors, texts)
            self._warn_of_strange_words(perceptors)
            in_order = sorted(scorers, key=lambda scorer: -scorer.weight)
            imaginers = [(scorer.perceptor, scorer.text) for scorer in in_order]
            lender = opened.imaginer(eyes)
            self._versions = versions_of(perceptors, lender)
            if lender is not None:
                imaginers.append((lender, lender.embed(self._prompts)))
            after: dict[str, None] = {}

            who = [(scorer.perceptor, scorer.text, scorer.weight) for scorer in in_order]

            def followed(index: int, steps: int) -> Imagined | None:
                counting = aims.holding(index, steps)
                given = self._config, eyes, who, imaginers, self._prompts, first, aims
                found = source.picture(Asked(*given, counting, opened.once))
                after.update(dict.fromkeys(() if found is None else found.after))
                return found

            def later(steps: int) -> list[tuple[int, Tensor | None]]:
                pictures = [(at, followed(at, steps)) for at in aims.changes(steps) if at]
                return [
                    (at, None if one is None else target.styled(one.picture, canvas, wishes))
                    for at, one in pictures
                ]

            found = followed(0, optimize.steps)
            picture = None if found is None else found.picture
            if picture is None and not (scorers and self._prompts):
                raise ConfigError(
                    "without a perceptor there must be a picture to draw; name one: --init"
                )
            if optimize.patience is not None and not (scorers and self._prompts):
                raise ConfigError("optimize.patience needs words and a perceptor, which score")
            wordless = all(prompt.picture for prompt in self._prompts if prompt.weight > 0)
            filled = start is not None or aims.divided or wordless
            filled |= found is not None and found.fills
            seed = self._config.seed_number

            def embed(prompts: Sequence[Prompt]) -> list[Tensor]:
                more = worded(prompts, parts, eyes.models)
                return [perceptor.embed(more) for perceptor in perceptors]

            def begun(side: int = 0) -> Tensor | None:
                given = start if before is None and scene is None else before
                if given is None:
                    return None if scene is None else canvas().detach()
                size = start_size(canvas)
                scale = max(1.0, side / min(size))
                return start_picture(given, *(round(length * scale) for length in size))

            def look() -> list[Tensor]:
                picture = begun()
                ground = canvas.background
                return [] if picture is None else first_look(picture, ground, scorers, seed)

            def guide() -> Guide | None:
                weights = [prompt.weight for prompt in self._prompts]
                guides = (imaginer.guide(text, weights) for imaginer, text in imaginers)
                return next((one for one in guides if one is not None), None)

            def expect() -> list[Expected | None]:
                pairs = zip(perceptors, texts, strict=True)
                return [perceptor.expect(text) for perceptor, text in pairs]

            there = torch.device("cpu")
            ways: Any = {"expect": expect, "guide": guide}
            context = RunContext(self._prompts, seed, there, embed, look, begun, **ways)
            for wish in wishes:
                wish.loss.setup(context)
            if session is None:
                for perceptor, _ in imaginers:
                    perceptor.drop_text_tower()
            self.followed = target.start_from(picture, canvas, wishes, seed, own=filled)
            said = self.followed is not None and start is None and scene is None
            if said and not any(aims.changes(optimize.steps)):
                wishes = target.finishing(wishes, optimize.finish)
            self._loop = Loop(
                canvas,
                scorers,
                wishes,
                aims,
                optimize,
                seed=seed,
                target=self.followed,
                later=later(optimize.steps),
                tile=tiled_axes(self._config.tile),
            )
            self._until = math.inf
            if optimize.time is not None:
                self._until = since + optimize.time
                steps = steps_within(self._loop, self._until)
                log.info("%d steps fit into %.4g s", steps, optimize.time)
                self.settings = settings.changed("optimize", steps=steps, time=None)
                aims_of(self._prompts, self._config, steps)  # a prompt's time may hold none
                self._loop.plan_(steps, later(steps))
            self._after = tuple(after)
        # Only now, as it reads whole files: what is no input has been refused.
        plain = plain_settings(parts)
        pictures, detail = settings.prompts.files, self._config.metadata
        self._record = Record(self._told(), plain, pictures, self._versions, detail)

    @property
    def total(self) -> int:
        """Steps of the whole run, those that are done among them."""
        return self._loop.config.steps

    def __iter__(self) -> Iterator[Step]:
        """Run the steps that are left."""
        steps = iter(self._loop)
        while True:
            if self.steps and time.monotonic() >= self._until:
                if self.steps < self._loop.config.steps:
                    self.settings = self.settings.changed("optimize", last_step=self.steps)
                break
            with cpu_threads(self._threads):
                step = next(steps, None)
            if step is None:
                break
            self.steps = step.index
            values = {item.name: getattr(step, item.name) for item in fields(step)}
            ways: Any = {"drawing": self.drawing, "now": self.now, "picture": self.picture}
            yield Step(**values, **ways)
        if self.steps < (of := self._loop.config.steps):
            log.info("stopped after step %d of %d", self.steps, of)
            self._record.ended(self._told(), self.steps)
            self._shown = None

    def drawing(self) -> Drawing:
        """The best drawing so far, with how it was made."""
        if self._shown is None or self._shown[0] != self.steps:
            self._shown = self.steps, self._drawn()
        return self._shown[1]

    def _drawn(self) -> Drawing:
        with cpu_threads(1):  # for one small path after the other
            scene = self._loop.best_scene()
            if scene.source is None:
                scene = ranked(replace(only_seen(scene), background=self._background()))
            if self._aims.divided:
                scene = self._aims.grouped(scene, [prompt.name for prompt in self._prompts])
        scene = replace(scene, metadata=self._metadata())
        if self._into is not None:
            scene = replace(scene, source=self._into)
        return Drawing(scene, self._exports())

    def now(self) -> Drawing:
        """The drawing as this step left it, the best so far or not: quick, for a look on the way.

        Nothing is tidied: paths that are painted over are in it, and none has a rank.
        """
        scene = self._loop.canvas.to_scene()
        if scene.source is None:
            scene = replace(scene, background=self._background())
        facts = replace(self._metadata(), score=None)
        return Drawing(replace(scene, metadata=facts), self._exports())

    def picture(self) -> Image.Image:
        """What it looks like now, RGBA of the canvas' own size: much quicker than `drawing`."""
        with cpu_threads(self._threads), torch.no_grad():
            shown = self._loop.canvas()[0].permute(1, 2, 0)
        pixels = shown.mul(255).round().clamp(0, 255).to(torch.uint8).contiguous().numpy()
        size = pixels.shape[1], pixels.shape[0]
        premultiplied = Image.frombuffer("RGBa", size, pixels, "raw", "RGBa", 0, 1)
        return premultiplied.convert("RGBA")

    def state(self) -> RunState:
        """What a later run with the same settings needs to go on from here."""
        own = deciding(settings_record(self.settings, None))
        found = {name: loss.learned() for name, loss in self._learning()}
        learned = {name: one for name, one in found.items() if one}
        return RunState(self._loop.state(), own, self._record.inputs, self._versions, learned)

    def restore_(self, state: RunState) -> None:
        """Go on from there, to the same bytes as if the run had never stopped."""
        self._loop.restore_(state.loop)
        for name, loss in self._learning():
            if name in state.learned:
                loss.restore_(state.learned[name])
        self.steps = state.loop.step
        self._shown = None

    def _learning(self) -> list[tuple[str, Learns]]:
        """Losses that learn while they draw, and their names."""
        return [(w.name, w.loss) for w in self._wishes if isinstance(w.loss, Learns)]

    def _told(self) -> Settings:
        """Settings for the record: a short one says the prompts in a place of their own."""
        return self.settings.wordless() if self._config.metadata == "short" else self.settings

    def _background(self) -> Background:
        return Background(self._config.paper, painted=self._config.background != "paper")

    def _exports(self) -> tuple[object, ...]:
        """Settings of the exporters."""
        return tuple(c for k, c in self.settings.sections.items() if k.startswith("export."))

    def _warn_of_strange_words(self, perceptors: Sequence[Perceptor]) -> None:
        """Say what of the user's words a perceptor does not know.

        A modifier's words one by one: beside known ones a strange one would hide.
        """
        said = [prompt.text for prompt in self.settings.prompts.read if prompt.picture is None]
        words = " ".join(modifier_words(self.settings.wordless())).split()
        for perceptor in perceptors:
            for phrase in dict.fromkeys([*said, *words]):
                if line := perceptor.doubt(phrase):
                    log.warning("%s", line)

    def _metadata(self) -> Metadata:
        best = self._loop.best
        record = self._record
        return Metadata(
            title=title_of(self.settings),
            prompts=tuple((prompt.text, prompt.weight) for prompt in self._prompts),
            typed=self._typed,
            seed=self._config.seed_number,
            steps=self.steps,
            score=None if best is None else best.score,
            config=record.config,
            versions=record.versions,
            inputs=record.inputs,
            after=self._after,
            detail=record.detail,
        )
