"""The style: the drawing is made of what style pictures are made of (STROTSS, StyleCLIPDraw)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.config.limits import Factor, Limits, Share, Weight
from drawkit.errors import ConfigError
from drawkit.losses import Loss, LossConfig, PerceptorOutput, StepContext, losses
from drawkit.losses._hypercolumns import (
    patches_at,
    pyramid,
    random_places,
    random_views,
    sampled,
)
from drawkit.losses._restyle import restyled
from drawkit.losses._set_off import set_off
from drawkit.losses._style_pictures import (
    StyleMask,
    parse_style_pictures,
    style_tensor,
    style_tensors,
)
from drawkit.losses._transport import moments, sliced_distance, style_distance
from drawkit.losses._vgg16 import Vgg16
from drawkit.pictures.over import over_paper
from drawkit.pictures.streamlines import Lines, lines_of

__all__ = ["StyleConfig", "StyleLoss"]

Stages = Callable[[Tensor], tuple[Tensor, ...]]

_SIDE = 224
"""Side in px at which a view is seen at most: StyleCLIPDraw's."""
_VIEWS = 1
"""Views of the drawing a step: the whole and a close-up by turns, at half the price of both."""
_STYLE_VIEWS = 4
"""Views of a style picture of each kind, taken once."""
_FOLLOWED = 48
"""Px of the shorter side at which the thumbnail is followed: finer, the marks are the style's."""
_FIRST = 1e-3
"""Share of the run, less than a step, where words count at least: a part has an end."""
_MARKS = 384
"""Places of each view around which colours are compared along random directions."""
_SEEN_FROM = 32
_STAGES = 4
"""Stages of a perceptor that are used; deep towers have a dozen that hardly differ."""
_CHANNELS = 128
"""Channels of a stage from which it is projected at random; cosines survive that."""


@dataclass(frozen=True)
class StyleConfig(LossConfig):
    """Which pictures to imitate, how strongly, and by what they are compared."""

    section = "losses.style"
    weight: Weight | None = None  # type: ignore[assignment]
    """Factor of this loss; none: 2 where there are style pictures, as StyleCLIPDraw, else 0."""
    images: tuple[str, ...] = field(default=(), metadata={"file": True})
    """Style pictures: `PICTURE` or `PICTURE:WEIGHT`."""
    mask: str | None = field(default=None, metadata={"file": True})
    """A picture, stretched over the drawing: the style is for its light parts; none: for all."""
    features: Literal["mixed", "patches", "stages", "vgg16"] = "mixed"
    """patches: colours around a place; stages: the perceptor's; mixed: both; vgg16: the paper's."""
    vgg16: str | None = field(default=None, metadata={"file": True})
    """File with the weights of VGG16, where `features` is vgg16."""
    samples: Annotated[int, Limits(16, 4096)] = 256
    """Places of the drawing that are compared a step."""
    marks: Factor = 1.0
    """How much the spread of colours around places counts beside the nearest ones; 0: not."""
    thumbnail: Annotated[float, Limits(0, 100)] = 0.9
    """What the usual weight of `target` is multiplied by; less frees the drawing from it."""
    alone: Share = 0.1
    """Last share of the run in which the style counts and the words do not; 0 with a mask."""

    def __post_init__(self) -> None:
        """Settle the weight; refuse what cannot be compared."""
        super().__post_init__()
        parse_style_pictures(self.images)
        if self.weight is None:
            object.__setattr__(self, "weight", 2.0 if self.images else 0.0)
        elif self.weight > 0 and not self.images:
            raise ConfigError(
                f"losses.style.weight is {self.weight:g} without a picture; name one in images"
            )
        if self.mask is not None and not self.images:
            raise ConfigError("losses.style.mask is for a style picture; name one in images")
        if self.features not in ("mixed", "patches", "stages", "vgg16"):
            raise ConfigError(
                f"losses.style.features is '{self.features}'; "
                "allowed: mixed, patches, stages, vgg16"
            )
        if self.features == "vgg16" and self.vgg16 is None:
            raise ConfigError("losses.style.features is 'vgg16'; name its file in vgg16")


@dataclass(frozen=True, eq=False)
class _Style:
    """What is known of a style picture.

    features: [M, D]; colors: [M, 3]; factors: one a block; marks: the patches of each scale along
    some directions, [L, 32] in order.
    """

    features: Tensor
    moments: tuple[Tensor, Tensor]
    colors: Tensor
    factors: tuple[Tensor, ...]
    marks: tuple[Tensor, ...]
    weight: float


@losses.register("style", config=StyleConfig)
class StyleLoss(Loss):
    """How far the drawing is from style pictures in colours and marks, wherever they are."""

    config: StyleConfig

    def __init__(self, config: StyleConfig) -> None:
        super().__init__(config)
        self._pictures = style_tensors(config.images)
        self._vgg16 = Vgg16(config.vgg16) if config.vgg16 and config.features == "vgg16" else None
        self._mask = None if config.mask is None else StyleMask(config.mask)
        self._styles: dict[tuple[int, int], list[_Style]] = {}

    def forward(self, context: StepContext) -> Tensor:
        """About 0.1 to 0.3 for the style picture itself; around 1 for one of another kind."""
        picture = context.on_paper if self._mask is None else self._mask.region(context.on_paper)
        side = min(_SIDE, *picture.shape[-2:])
        output = max(context.outputs, key=lambda output: output.weight, default=None)
        kind = side, context.step % 2  # wholes and close-ups are compared with their like
        if kind not in self._styles:
            with torch.no_grad():
                self._styles[kind] = [self._style(p, w, kind, output) for p, w in self._pictures]
        generator = context.generator
        views = random_views(picture, _VIEWS, side, generator, first=context.step)
        views, inside = views[:, :3], views[:, 3:]
        places = random_places(_VIEWS, self.config.samples // _VIEWS, generator, inside)
        levels = pyramid(views)
        blocks, colors = self._blocks((views, levels), places, output), sampled(views, places)
        patches = patches_at(levels, random_places(_VIEWS, _MARKS, generator, inside))
        total = sum(style.weight for style in self._styles[kind])
        shares = [
            style.weight
            / total
            * (
                _distance(blocks, colors, style)
                + self.config.marks * marks_distance(patches, style.marks)
            )
            for style in self._styles[kind]
        ]
        return torch.stack(shares).sum()

    @property
    def asks_perceptor(self) -> bool:
        """Stages are the perceptor's."""
        return self.config.features in ("mixed", "stages")

    @classmethod
    def traits(cls, config: StyleConfig) -> Lines | None:
        """The lines, paper and flatness of the heaviest style picture, if it is for all."""
        if not config.images or config.mask is not None:
            return None
        heaviest, _ = max(parse_style_pictures(config.images), key=lambda named: named[1])
        return lines_of(style_tensor(heaviest))

    @classmethod
    def suggested_settings(
        cls, config: StyleConfig, defaults: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, dict[str, Any]]:
        """A target followed from afar, and no words at the end.

        StyleCLIPDraw leaves the last tenth to the style. The target was made anew in that style,
        and holds the drawing together to the end.
        """
        if not config.images:
            return {}
        usual = defaults.get("losses.target", {}).get("weight", 0.0)
        target = {"side": _FOLLOWED, "weight": config.thumbnail * usual}
        lines = {"images": list(config.images)}
        suggested = {"losses.target": target, "losses.strokes_like": lines}
        if config.mask is None and config.alone > 0:
            suggested["losses.text"] = {"during": [0.0, max(1 - config.alone, _FIRST)]}
        return suggested

    def style_transfer(self, picture: Tensor, paper: Tensor | None) -> Tensor:
        """The picture made of pieces of the style pictures, its paper too unless transparent."""
        alpha = picture[:, 3:] if paper is None else torch.ones_like(picture[:, 3:])
        ground = picture.new_ones(3) if paper is None else paper.to(picture)
        on_paper = over_paper(picture, ground.view(1, 3, 1, 1))
        held = torch.ones_like(alpha) if self._mask is None else self._mask.over(picture)
        told = set_off(on_paper, picture[:, 3:], ground, [style for style, _ in self._pictures])
        new = restyled(told, alpha * held, self._pictures)
        return held * torch.cat([new * alpha, alpha], dim=1) + (1 - held) * picture

    def _style(
        self, picture: Tensor, weight: float, kind: tuple[int, int], output: PerceptorOutput | None
    ) -> _Style:
        """Look at a style picture as at a drawing, at twice as many places.

        kind: the side of its views in px, and 0 for wholes or 1 for close-ups.
        """
        generator = torch.Generator().manual_seed(0)
        views = random_views(picture, 2 * _STYLE_VIEWS, kind[0], generator)[kind[1] :: 2]
        places = random_places(_STYLE_VIEWS, 2 * self.config.samples // _STYLE_VIEWS, generator)
        levels = pyramid(views)
        blocks = self._blocks((views, levels), places, output)
        factors = _factors(blocks)
        features, colors = _joined(blocks, factors), sampled(views, places)
        places = random_places(_STYLE_VIEWS, _MARKS, generator)
        marks = tuple(
            (patches @ _directions(patches.shape[1])).sort(dim=0).values
            for patches in patches_at(levels, places)
        )
        return _Style(features, moments(features), colors, factors, marks, weight)

    def _blocks(
        self, seen: tuple[Tensor, Sequence[Tensor]], places: Tensor, output: PerceptorOutput | None
    ) -> list[Tensor]:
        """The features at `places` [V, K, 2] of views and their pyramid: each block [V * K, C]."""
        views, levels = seen
        patches = patches_at(levels, places)
        if self.config.features == "patches":
            return patches
        if self._vgg16 is not None:
            return [sampled(views, places) - 0.5, *_at(self._vgg16(views), places)]
        assert output is not None  # `asks_perceptor`
        side = output.cutouts.shape[-1]
        small = F.interpolate(views, size=side, mode="bilinear", antialias=True)
        maps = _some(output.stages_of(small.to(output.cutouts.device)))
        stages = [block.to(views.device) for block in _at(maps, places)]
        return [*patches, *stages] if self.config.features == "mixed" else [*patches[:1], *stages]


def marks_distance(patches: Sequence[Tensor], marks: Sequence[Tensor]) -> Tensor:
    """How far patches, [N, 27] a scale, are from those of a style picture, [L, 32] a scale."""
    apart = [
        sliced_distance(own, there, _directions(own.shape[1]))
        for own, there in zip(patches, marks, strict=False)
    ]
    return torch.stack(apart).mean()


def _directions(width: int) -> Tensor:
    """Directions [width, 32] in which patches are looked at, the same at every step."""
    random = torch.randn(width, _SEEN_FROM, generator=torch.Generator().manual_seed(width))
    return F.normalize(random, dim=0)


def _distance(blocks: Sequence[Tensor], colors: Tensor, style: _Style) -> Tensor:
    features = _joined(blocks, style.factors)
    return style_distance((features, style.features), (colors, style.colors), style.moments)


def _factors(blocks: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """By what to multiply each block, so that all weigh the same and a channel is about 1."""
    share = sum(block.shape[1] for block in blocks) / len(blocks)
    lengths = [block.square().sum(dim=1).mean().sqrt().clamp(min=1e-6) for block in blocks]
    return tuple(share**0.5 / length for length in lengths)


def _joined(blocks: Sequence[Tensor], factors: Sequence[Tensor]) -> Tensor:
    """Hypercolumns [N, D]."""
    return torch.cat([b * f for b, f in zip(blocks, factors, strict=True)], dim=1)


def _some(maps: Sequence[Tensor]) -> list[Tensor]:
    """A few of the maps, evenly from first to last."""
    if len(maps) <= _STAGES:
        return list(maps)
    return [maps[round(at * (len(maps) - 1) / (_STAGES - 1))] for at in range(_STAGES)]


def _at(maps: Sequence[Tensor], places: Tensor) -> list[Tensor]:
    """Samples of each map, with fewer channels where it has very many."""
    return [_narrowed(sampled(stage, places)) for stage in maps]


def _narrowed(block: Tensor) -> Tensor:
    width = block.shape[1]
    if width <= _CHANNELS:
        return block
    random = torch.randn(width, _CHANNELS, generator=torch.Generator().manual_seed(width))
    narrowed: Tensor = block @ random.to(block) / _CHANNELS**0.5
    return narrowed
