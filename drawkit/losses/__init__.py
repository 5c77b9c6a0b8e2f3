"""What to want: each loss turns a `StepContext` into one number, low is good.

A new loss is one file here: a pure function, a thin class over it with its own frozen config, a
`LossConfig`, and `@losses.register`. The weight multiplies in one place, the loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, TypeAlias, runtime_checkable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.config import Prompt
from drawkit.config.limits import Share, Weight, check_limits
from drawkit.errors import ConfigError
from drawkit.pictures.seamless import Tile
from drawkit.raster import Paths
from drawkit.registry import Registry

__all__ = [
    "Expected",
    "Guide",
    "HasTraits",
    "Learns",
    "Loss",
    "LossConfig",
    "PerceptorOutput",
    "RunContext",
    "StepContext",
    "SuggestsSettings",
    "TransfersStyle",
    "WeightedLoss",
    "in_middle",
    "losses",
]

losses = Registry("loss", "drawkit.losses", "drawkit.losses")

Sections = Mapping[str, Mapping[str, Any]]
"""Settings: section -> key -> value."""


@dataclass(frozen=True)
class LossConfig:
    """What every loss can be set to."""

    weight: Weight = 0.0
    """Factor of this loss; 0 leaves it out."""
    during: tuple[Share, Share] = (0.0, 1.0)
    """Part of the run in which it counts: from a share of the steps to another."""

    section: ClassVar[str] = "losses"
    """What messages name it by: `losses.text`."""

    def __post_init__(self) -> None:
        """Refuse numbers beyond their limits, and a part of the run that ends before it begins."""
        check_limits(self, self.section)
        if not self.during[0] < self.during[1]:
            raise ConfigError(
                f"{self.section}.during is {list(self.during)}; allowed: two shares of the run, "
                "the first one lower"
            )


@dataclass(frozen=True, eq=False)
class PerceptorOutput:
    """What one perceptor saw of the picture at this step.

    cutouts: [N, 3, S, S] RGB, not yet normalized; features: [N, D] unit length; text: [P, D]
    unit length, one a prompt; weight: this perceptor's share, the shares of all add up to 1;
    stages: the image tower's intermediate features, computed only when called; stages_of: those
    of any pictures like the cutouts, features_of: their features; alike: another picture, RGB
    [1, 3, H, W] on this step's paper, in the same views. prompt_weights: [P], 0 for prompts that
    count elsewhere; None: those of the step.
    """

    cutouts: Tensor
    features: Tensor
    text: Tensor
    weight: float
    stages: Callable[[], tuple[Tensor, ...]]
    stages_of: Callable[[Tensor], tuple[Tensor, ...]]
    features_of: Callable[[Tensor], Tensor]
    alike: Callable[[Tensor], Tensor]
    prompt_weights: Tensor | None = None

    def past(self, weights: Tensor, stops: Tensor) -> Tensor:
        """[P] which prompts are seen as well as their stops say, or as little, each pushed its way.

        weights: [P], a negative one pushes away; stops: [P] scores.
        """
        scores = (self.features.detach() @ self.text.T).mean(dim=0)
        stops, weights = stops.to(scores), weights.to(scores)
        return torch.where(weights > 0, scores >= stops, scores <= stops)


@dataclass(frozen=True, eq=False)
class StepContext:
    """What the loop already has at one step, handed to every loss.

    picture: [1, 4, H, W] premultiplied RGBA; on_paper: [1, 3, H, W] RGB, the picture on this step's
    paper; paper: [1, 3, 1, 1] RGB; outputs: one a perceptor and region, none where none is asked;
    made when they are first read; prompt_weights: [P], 0 outside of a prompt's time; step:
    1..total; progress: 0..1 of the run; generator: for random numbers, it follows from the run's
    seed, the step and the loss; target: [1, 4, h, w] premultiplied RGBA, the picture to follow, for
    the middle of the drawing, if there is one; tile: whether the picture goes on at its other side,
    across and down; pitch: width and height in px of a cell, of a pixel where there are none;
    paths: what is painted, in px of the picture, made only when called; none where it is not of
    paths; prompt_stops: [P] scores past which prompts are not pushed, none where no prompt has one;
    ask: what a method of the canvas says now, by its name, one that the loss `needs`, and what it
    takes.
    """

    picture: Tensor
    on_paper: Tensor
    paper: Tensor
    outputs: Sequence[PerceptorOutput]
    prompt_weights: Tensor
    step: int
    progress: float
    generator: torch.Generator
    target: Tensor | None = None
    tile: Tile = (False, False)
    pitch: tuple[int, int] = (1, 1)
    paths: Callable[[], Paths | None] = lambda: None
    prompt_stops: Tensor | None = None
    ask: Callable[..., Any] = lambda name, *given: None

    @property
    def zero(self) -> Tensor:
        """0 that has a gradient: the value of a loss which has nothing to compare with."""
        return 0 * self.on_paper.sum()


class Guide(Protocol):
    """A model that knows pictures by words, and says what picture lies under noise.

    A share of noise is 0 for the picture up to 1 for noise alone; in x_t = a x + s n, a and s
    follow from it.
    """

    def levels(self, share: Tensor) -> tuple[Tensor, Tensor]:
        """The factors a and s [N] for shares of noise [N]."""

    def look(
        self,
        on_paper: Tensor,
        picture: Tensor,
        paper: Tensor,
        share: Tensor,
        *,
        guidance: float,
        generator: torch.Generator,
    ) -> tuple[Tensor, Tensor]:
        """What it sees of the drawing [1, ...], and where that leads through noise [N, ...].

        on_paper, picture, paper: those of `StepContext`; share: [N]. What it sees is differentiable
        in `on_paper`; the other has no gradient.
        """


Expected: TypeAlias = tuple[Tensor, Tensor]
"""What the last stage of a perceptor shows of pictures of prompts, in several ways [P, J, F]: unit
vectors about the second, [F], what it shows of a picture in the mean (`losses.expected`)."""


@dataclass(frozen=True, eq=False)
class RunContext:
    """What a loss may prepare itself with, once, before the first step.

    prompts: in the order of `prompt_weights`; seed: every random draw of the run follows from it;
    device: where the picture lies. embed: of each perceptor, what more prompts are to it, [P, D];
    first_look: of each perceptor, [D], what it sees of the drawing before the first step, in the
    mean of many views. begun: the picture that it begins with, [1, 4, H, W] premultiplied RGBA
    of so many px at the shorter side, or of the drawing's own where that has more or the picture
    is drawn; None: nothing. expect: of each perceptor, what it expects to see of the prompts,
    None where it has not learned that. guide: the built-in model that knows pictures by the
    prompts; None: nobody.
    """

    prompts: Sequence[Prompt]
    seed: int
    device: torch.device
    embed: Callable[[Sequence[Prompt]], Sequence[Tensor]] = lambda prompts: ()
    first_look: Callable[[], Sequence[Tensor]] = lambda: ()
    begun: Callable[[int], Tensor | None] = lambda side: None
    expect: Callable[[], Sequence[Expected | None]] = lambda: ()
    guide: Callable[[], Guide | None] = lambda: None


class Loss(nn.Module, ABC):
    """One wish about the drawing, built from its own frozen config."""

    content: ClassVar[Literal["", "words", "picture"]] = ""
    """Whether it says what is drawn: in words, by a picture to follow, or not at all."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Methods that the canvas must have beside those of all, such as `paths`."""

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config

    @property
    def asks_perceptor(self) -> bool:
        """Whether it reads what perceptors see, so that there must be one."""
        return self.content == "words"

    def detail(self, views: int | None) -> int | None:
        """Px of the picture's shorter side that show all it looks at; None: as many as there are.

        views: those that do for what perceptors see. A step's picture is drawn no finer than all
        that counts then asks for.
        """
        return None

    def setup(self, run: RunContext) -> None:
        """Prepare for a run, before its first step: load a model, encode what it needs."""
        return None

    @abstractmethod
    def forward(self, context: StepContext) -> Tensor:
        """A scalar, low is good."""


@runtime_checkable
class TransfersStyle(Protocol):
    """A loss that shows a picture to follow in its own style."""

    def style_transfer(self, picture: Tensor, paper: Tensor | None) -> Tensor:
        """How the picture should look, before the first step.

        picture: [1, 4, H, W] premultiplied RGBA, 0..1, over the whole drawing; paper: [3] RGB,
        none where it is transparent.
        """


@runtime_checkable
class SuggestsSettings(Protocol):
    """A loss that counts only beside some settings of others."""

    @classmethod
    def suggested_settings(cls, config: Any, defaults: Sections) -> Sections:
        """Settings laid over the defaults, under all that users and styles set."""


@runtime_checkable
class Learns(Protocol):
    """A loss that learns while the drawing grows: a run that goes on needs what it has learned."""

    def learned(self) -> Mapping[str, Any]:
        """Tensors, numbers and words in tables, which change no more; none where it learns not."""

    def restore_(self, learned: Mapping[str, Any]) -> None:
        """Go on with that. Raises LookupError, ValueError or RuntimeError for another's."""


@runtime_checkable
class HasTraits(Protocol):
    """A loss whose pictures have traits, such as lines and paper, that a canvas can take on."""

    @classmethod
    def traits(cls, config: Any) -> Any:
        """What `settings_for_traits` of a canvas makes settings of; None: nothing."""


@dataclass(frozen=True, eq=False)
class WeightedLoss:
    """A loss with its name for the log, the factor that the loop multiplies it by, and when.

    during: shares of the run; it counts from the first up to the second.
    """

    name: str
    loss: Loss
    weight: float
    during: tuple[float, float] = (0.0, 1.0)

    def factor(self, progress: float) -> float:
        """What it is multiplied by at `progress` 0..1 of the run."""
        begin, end = self.during
        return self.weight if begin <= progress < end or progress == end == 1 else 0.0


def in_middle(picture: Tensor, width: int, height: int) -> Tensor:
    """A picture [1, C, h, w], as large as fits, in the middle of [1, C, height, width]."""
    rows, columns = picture.shape[-2:]
    scale = min(width / columns, height / rows)
    high, wide = max(1, round(rows * scale)), max(1, round(columns * scale))
    sized = F.interpolate(picture, size=(high, wide), mode="bilinear", antialias=True)
    left, top = (width - wide) // 2, (height - high) // 2
    return F.pad(sized, (left, width - wide - left, top, height - high - top))
