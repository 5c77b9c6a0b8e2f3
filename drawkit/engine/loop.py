"""The loop: pictures to views to losses to better parameters; yields a `Step` at a time."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from drawkit.canvas import Canvas, Changes
from drawkit.canvas.contract import Advances, HasCells
from drawkit.config import OptimizeConfig
from drawkit.engine.adam import Adam
from drawkit.engine.aims import Aims
from drawkit.engine.canvas_state import Shown, load_, params_of, state_of
from drawkit.engine.detail import detail
from drawkit.engine.scorer import Looks, Scorer
from drawkit.errors import DivergedError
from drawkit.losses import PerceptorOutput, StepContext, WeightedLoss
from drawkit.perceptor.cutouts.warp import view_whole
from drawkit.pictures.over import over_paper
from drawkit.pictures.seamless import Tile, window
from drawkit.scene import Scene

__all__ = ["Best", "Loop", "LoopState", "OptimizeConfig", "Scorer", "Step", "mix_seed"]

WHITE = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Step:
    """What one update did. `score` is set every `score_every` steps and at the end, else None.

    index: 1..total. loss: the weighted sum before the update; losses: those that count now,
    before their weights. score: cosine of the whole clean drawing on its paper with the prompts
    (weighted mean), after the update.
    """

    index: int
    total: int
    loss: float
    losses: dict[str, float]
    score: float | None
    best_score: float | None


@dataclass(frozen=True)
class Best:
    """The drawing with the highest score so far, or the newest one where words gave way."""

    step: int
    score: float
    scene: Scene
    canvas: Mapping[str, Any] = field(repr=False, default_factory=dict)
    """The canvas' `state_dict` then: a scene cannot be read back into it."""


@dataclass(frozen=True, eq=False)
class LoopState:
    """All that a loop needs to go on as if it had never stopped; nothing in it changes later.

    canvas: its `state_dict`. moments: Adam's, one list of tensors a name. best: step, score and
    canvas of the best drawing. Every random draw follows from seed and step, so none is kept.
    """

    step: int
    canvas: Mapping[str, Any]
    moments: Mapping[str, list[Tensor]]
    best: tuple[int, float, Mapping[str, Any]] | None = None


class Loop:
    """Draws: `for step in loop:` runs to the end; it may be left, and gone on with, at any step.

    canvas: what moves. scorers: perceptors that look at it; without one there is no score, and
    the newest drawing is the best. losses: those with a weight. aims: what is wanted of the
    prompts, or just their weights, in the order of every scorer's text. seed: every random draw of
    the run follows from it. target: a picture to follow, [1, 4, h, w] premultiplied RGBA. later:
    what is followed in its place, each from an update on, 0 the first. tile: whether the drawing
    goes on at its other side, across and down.
    """

    def __init__(
        self,
        canvas: Canvas,
        scorers: Sequence[Scorer],
        losses: Sequence[WeightedLoss],
        aims: Aims | Sequence[float],
        config: OptimizeConfig,
        *,
        seed: int,
        target: Tensor | None = None,
        later: Sequence[tuple[int, Tensor | None]] = (),
        tile: Tile = (False, False),
    ) -> None:
        self.canvas = canvas
        self.config = config
        self.best: Best | None = None
        self._scorers = tuple(scorers)
        self._targets = ((0, target), *later)
        self.losses = tuple(losses)
        self._aims = aims if isinstance(aims, Aims) else Aims(aims)
        self._seed = seed
        self._tile = tile
        self._generator = torch.Generator()
        self._dice = torch.Generator()  # of losses
        self._adam = Adam(params_of(canvas))
        self._good = self._adam.copies()
        self._shown = Shown(canvas)
        self._done = 0

    def __iter__(self) -> Iterator[Step]:
        """Run the steps that are left.

        Raises DivergedError when a loss or gradient is NaN, after the canvas got its last good
        parameters back; `best_scene()` still holds the best drawing.
        """
        while not self._is_over():
            try:
                step = self._step()
            except BaseException:  # Ctrl-C in the middle of an update leaves neither old nor new
                self._adam.restore_(self._good)
                raise
            yield step

    def plan_(self, steps: int, later: Sequence[tuple[int, Tensor | None]]) -> None:
        """Take so many steps in all, with what is followed later on, instead of what it was."""
        self.config = replace(self.config, steps=steps)
        self._targets = (self._targets[0], *later)

    def best_scene(self) -> Scene:
        """The drawing with the highest score so far; before the first score, the present one."""
        return self.canvas.to_scene() if self.best is None else self.best.scene

    def state(self) -> LoopState:
        """Where the loop is now."""
        best = self.best
        return LoopState(
            step=self._done,
            canvas=state_of(self.canvas),
            moments=self._adam.moments(),
            best=None if best is None else (best.step, best.score, best.canvas),
        )

    def restore_(self, state: LoopState) -> None:
        """Go on from there. Raises RuntimeError for the state of another canvas."""
        self.best = None
        if state.best is not None:
            step, score, canvas = state.best
            load_(self.canvas, canvas)
            self.best = Best(step, score, self.canvas.to_scene(), canvas)
        load_(self.canvas, state.canvas)
        self._adam = Adam(params_of(self.canvas))
        self._adam.load_(state.moments)
        self._good = self._adam.copies()
        self._done = state.step

    def reset_best(self) -> None:
        """Forget the best drawing so far, for instance when the prompts have changed."""
        self.best = None

    @torch.no_grad()
    def score(self) -> float:
        """Cosine of the whole clean drawing on its paper with the prompts, -1..1.

        Raises RuntimeError where no perceptor looks.
        """
        if not self._scorers:
            raise RuntimeError("there is no perceptor to score with")
        background = self.canvas.background
        paper = _paper(WHITE if background is None else background)
        picture = self._shown.scored(self._scored_detail(), keep=self._done < self.config.steps)
        on_paper = _on_paper(picture, paper, opaque=background is not None)
        weights = self._weights_at(max(0, self._done - 1))
        if not weights.any():
            weights = self._aims.weights
        total, shares = 0.0, 0.0
        for scorer in self._scorers:
            there, side = scorer.perceptor.device, scorer.perceptor.input_size
            for area, rows in self._aims.areas:
                part = on_paper if area is None else area.cut(on_paper, paper)
                view = view_whole(part.to(there), paper.to(there), side)
                cosines = (scorer.perceptor.encode_image(view) @ scorer.text.T)[0].cpu()
                fit = (cosines @ (weights * rows)) / weights.abs().sum()
                total += scorer.weight * float(fit)
            shares += scorer.weight
        return total / shares

    def _weights_at(self, index: int) -> Tensor:
        return self._aims.at(index, self.config.steps)

    def _step(self) -> Step:
        """One update: look, measure, move, and now and then score."""
        index, total = self._done, self.config.steps
        progress = index / total
        self._generator.manual_seed(mix_seed(self._seed, index))
        counting = self._counting(progress)
        context = self._context(index, progress, detail(counting, self._scorers, self._aims))
        values = {weighted.name: self._value(weighted, context) for weighted in counting}
        parts = [f * v for f, v in zip(counting.values(), values.values(), strict=True)]
        loss = torch.stack(parts or [context.zero]).sum()
        self._check_finite("loss", loss)
        gradients = torch.autograd.grad(loss, self._adam.params, allow_unused=True)
        self._check_finite("gradient", *(g for g in gradients if g is not None))
        self._good = self._adam.copies()
        self._update(progress, gradients)
        self._done = index + 1
        score = self._score_now() if self._scores_at(self._done) else None
        return Step(
            index=self._done,
            total=total,
            loss=float(loss.detach()),
            losses={name: float(value.detach()) for name, value in values.items()},
            score=score,
            best_score=None if self.best is None else self.best.score,
        )

    def _value(self, weighted: WeightedLoss, context: StepContext) -> Tensor:
        """One loss, whose random numbers do not depend on what else is lost."""
        name = zlib.crc32(weighted.name.encode())
        self._dice.manual_seed(mix_seed(self._seed ^ name, context.step))
        value: Tensor = weighted.loss(context)
        return value

    def _scored_detail(self) -> int | None:
        """What a score needs, and the step after it, so that one picture does for both."""
        counting = self._counting(self._done / self.config.steps)
        return detail(counting, self._scorers, self._aims, scores=True)

    def _counting(self, progress: float) -> dict[WeightedLoss, float]:
        """The losses that count at `progress` of the run, with their factors."""
        return {one: factor for one in self.losses if (factor := one.factor(progress))}

    def _context(self, index: int, progress: float, finest: int | None = None) -> StepContext:
        """Paint the picture and show it to every perceptor. finest: px of its shorter side."""
        background = self.canvas.background
        paper = _paper(background if background is not None else self._random_paper())
        picture = self._shown.taken(finest)
        on_paper = _on_paper(picture, paper, opaque=background is not None)
        seen = window(on_paper, self._tile, self._generator) if any(self._tile) else on_paper
        weights = self._weights_at(index)
        for scorer in self._scorers:
            scorer.cutouts.at(progress)
        outputs = Looks(lambda: self._outputs(seen, on_paper, paper, weights))
        _, target = next(one for one in reversed(self._targets) if one[0] <= index)
        if self._aims.stops is not None and self._are_met(outputs, weights, self._aims.stops):
            target = None
        return StepContext(
            picture=picture,
            on_paper=on_paper,
            paper=paper,
            outputs=outputs,
            prompt_weights=weights,
            prompt_stops=self._aims.stops,
            step=index + 1,
            progress=progress,
            generator=self._dice,
            target=target,
            tile=self._tile,
            pitch=self.canvas.pitch if isinstance(self.canvas, HasCells) else (1, 1),
            paths=partial(self._shown.paths, picture),
            ask=lambda name, *given: getattr(self.canvas, name)(*given),
        )

    def _outputs(
        self, seen: Tensor, on_paper: Tensor, paper: Tensor, weights: Tensor
    ) -> Iterator[PerceptorOutput]:
        """What each perceptor sees, of the whole and of every area where a prompt counts now.

        seen: what is shown of the picture on its paper where prompts count everywhere.
        """
        shares = sum(scorer.weight for scorer in self._scorers)
        areas = [(area, rows) for area, rows in self._aims.areas if (weights * rows).any()]
        for scorer in self._scorers:
            perceptor = scorer.perceptor
            for area, rows in areas or self._aims.areas[:1]:
                part = seen if area is None else area.cut(on_paper, paper)
                state = self._generator.get_state()
                cutouts = scorer.views(part, paper, self._generator)
                yield PerceptorOutput(
                    cutouts=cutouts,
                    features=perceptor.encode_image(cutouts),
                    text=scorer.text,
                    weight=scorer.weight / shares,
                    stages=partial(perceptor.stages, cutouts),
                    stages_of=perceptor.stages,
                    features_of=perceptor.encode_image,
                    alike=partial(scorer.same_views, area, paper, state),
                    prompt_weights=weights * rows,
                )

    def _are_met(self, outputs: Sequence[PerceptorOutput], weights: Tensor, stops: Tensor) -> bool:
        """Whether all that is to be drawn now is seen as well as its stop says, by all."""
        met = torch.ones(len(weights), dtype=torch.bool)
        for output in outputs:
            here = weights if output.prompt_weights is None else output.prompt_weights
            met &= output.past(weights, stops).cpu() | (here == 0)
        wanted = weights > 0
        return bool(wanted.any()) and bool(met[wanted].all())

    def _random_paper(self) -> tuple[float, ...]:
        """A transparent drawing must do on any paper: white half of the time, else any colour."""
        white, *color = torch.rand(4, generator=self._generator).tolist()
        return WHITE if white < 0.5 else tuple(color)

    def _update(self, progress: float, gradients: Sequence[Tensor | None]) -> None:
        """Move the parameters, keep them legal, let the canvas renew its parts."""
        groups = self.canvas.param_groups(progress)
        self._adam.step(gradients, {p: group.lr for group in groups for p in group.params})
        self.canvas.project_()
        if isinstance(self.canvas, Advances):
            self._follow(self.canvas.advance_(progress, self._generator))

    def _follow(self, changes: Changes) -> None:
        """Let the optimizer know what the canvas changed."""
        for parameter, rows in changes.reset.items():
            self._adam.reset(parameter, rows)
        for parameter, new in changes.replaced.items():
            self._adam.replace(parameter, new.param, new.rows)
        if changes.replaced:
            self._good = self._adam.copies()

    def _words_rest(self, progress: float) -> bool:
        """Whether losses about words have given way to the others."""
        words = [weighted for weighted in self.losses if weighted.loss.content == "words"]
        return bool(words) and not any(weighted.factor(progress) for weighted in words)

    def _is_over(self) -> bool:
        """Whether all steps are done, or the score has not grown for long."""
        steps, last, patience = self.config.steps, self.config.last_step, self.config.patience
        if self._done >= (steps if last is None else min(steps, last)):
            return True
        if patience is None or self.best is None or not self._scores_at(self._done):
            return False
        return self._done - self.best.step >= patience

    def _scores_at(self, done: int) -> bool:
        if not self._scorers or not len(self._aims.weights):
            return False
        return done % self.config.score_every == 0 or done == self.config.steps

    def _score_now(self) -> float:
        """Score the drawing and keep it where it is the best so far."""
        score = self.score()
        self._check_finite("score", torch.tensor(score))
        rough = self.config.sketch * self.config.steps
        if self.best is not None and self.best.step <= rough < self._done:
            self.reset_best()
        weights = self._weights_at(self._done - 1)
        if self.best is not None and not self._weights_at(self.best.step - 1).equal(weights):
            self.reset_best()  # other prompts count by now
        # The score tells how well the words are met; where they give way, it says no more.
        gave_way = self._words_rest((self._done - 1) / self.config.steps) or not weights.any()
        if self.best is None or gave_way or score > self.best.score:
            self.best = Best(self._done, score, self.canvas.to_scene(), state_of(self.canvas))
        return score

    def _check_finite(self, what: str, *tensors: Tensor) -> None:
        """Stop where a number is NaN or infinite, with the last good parameters in place."""
        if all(math.isfinite(float(tensor.detach().sum())) for tensor in tensors):
            return
        self._adam.restore_(self._good)
        raise DivergedError(
            f"the {what} is not a number at step {self._done + 1} of {self.config.steps}; "
            "the last good drawing is kept (lower learning rates help)"
        )


def mix_seed(seed: int, step: int) -> int:
    """A seed for one step, unlike those of all other steps and seeds (splitmix64)."""
    mixed = (seed * 0x9E3779B97F4A7C15 + step + 1) * 0xBF58476D1CE4E5B9 & (2**64 - 1)
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & (2**64 - 1)
    return (mixed ^ mixed >> 31) & (2**63 - 1)


def _paper(color: Sequence[float]) -> Tensor:
    return torch.tensor(list(color), dtype=torch.float32).view(1, 3, 1, 1)


def _on_paper(picture: Tensor, paper: Tensor, *, opaque: bool) -> Tensor:
    """Premultiplied RGBA [1, 4, H, W] on paper [1, 3, 1, 1] -> RGB [1, 3, H, W]."""
    if opaque:  # the canvas has painted the paper already
        return picture[:, :3]
    return over_paper(picture, paper)
