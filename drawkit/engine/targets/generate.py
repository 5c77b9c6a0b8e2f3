"""A picture to follow that a diffusion model samples: by its own words, or led by perceptors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.canvas.start import start_picture
from drawkit.config.limits import Factor, Limits, Share, check_limits
from drawkit.engine.targets import Asked, Target
from drawkit.errors import ConfigError
from drawkit.perceptor import Imagined
from drawkit.perceptor.cutouts import Cutouts, cutouts
from drawkit.pictures import read_picture
from drawkit.pictures.over import over_paper
from drawkit.pictures.seamless import seamless, tiled_axes

__all__ = ["SECTION", "Generate", "GenerateConfig"]

log = logging.getLogger("drawkit")

SECTION = "target.generate"
"""Of the settings."""
_MOST_BYTES = 16 << 30
_GRID, _FINE = 64, 8
"""Px that sides of pictures are multiples of, and of small pictures."""
Side = Annotated[int, Limits(0, 4096)]


@dataclass(frozen=True)
class GenerateConfig:
    """Which diffusion model samples the picture to follow, and how."""

    weights: str = field(default="", metadata={"file": True, "most": _MOST_BYTES})
    """Folder of a diffusion model, as diffusers saves it (Stable Diffusion, or a DDPM without
    words), or a checkpoint of OpenAI's guided-diffusion."""
    steps: Annotated[int, Limits(1, 1000)] = 50
    """From noise to picture; Disco diffusion took 250."""
    side: Side = 0
    """Px of the shorter side of the picture that it makes; 0: those that it was made for."""
    negative: str = ""
    """Words that a model of words keeps away from, beside prompts with a negative weight."""
    guidance: Factor = 7.5
    """How much such a model exaggerates the words."""
    clip_guidance: Annotated[float, Limits(0, 1_000_000)] = 5000.0
    """How much perceptors lead a model without words."""
    eta: Share = 0.8
    """New noise at each step of a model without words, of what it was trained with."""
    smoothness: Annotated[float, Limits(0, 1_000_000)] = 0.0
    """How much such a picture shall have few edges (Disco's tv_scale)."""
    range: Annotated[float, Limits(0, 1_000_000)] = 150.0
    """How much what the model sees shall stay within its colours (range_scale)."""
    saturation: Annotated[float, Limits(0, 1_000_000)] = 0.0
    """The same of what perceptors look at (sat_scale)."""
    clamp: Annotated[float, Limits(0, 100)] = 0.05
    """Largest root mean square of the slope by which they lead (clamp_max); 0: any."""
    recipe: str = "disco"
    """Cutout recipe of their views, which has its settings in a section of its own."""
    views: Annotated[int, Limits(1, 512)] = 16
    """Views a step."""
    batches: Annotated[int, Limits(1, 64)] = 1
    """How often so many are taken a step, one after the other, which needs no more memory."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """Of the weights of a model that reads words; bf16 takes half the memory."""
    loras: tuple[str, ...] = field(default=(), metadata={"file": True})
    """Files of low-rank weights for such a model."""
    heads: Annotated[int, Limits(0, 64)] = 0
    """Heads of attention of a checkpoint, which does not say; 0: one for 64 channels."""

    def __post_init__(self) -> None:
        """Refuse numbers out of their ranges, and views that nobody knows."""
        check_limits(self, SECTION)
        if self.precision not in ("fp32", "bf16"):
            raise ConfigError(f"{SECTION}.precision is '{self.precision}'; allowed: fp32, bf16")
        cutouts.get(self.recipe)


class Generate(Target):
    """What a diffusion model makes of the words, before anything is drawn."""

    def __init__(self, sections: Mapping[str, Any]) -> None:
        super().__init__(sections)
        self.config: GenerateConfig = sections[SECTION]
        if not self.config.weights:
            raise ConfigError(
                "draw.target generate needs target.generate.weights: a folder of diffusers, or a"
                " checkpoint of guided-diffusion (--target-weights)"
            )

    def picture(self, asked: Asked) -> Imagined | None:
        """What the model makes of the prompts that count now; it fills the sheet.

        Raises ConfigError for prompts about places, for pictures that a model of words cannot read,
        for a start picture of which all is kept, and where nobody can lead a model without words.
        """
        if asked.aims.divided:
            raise ConfigError(
                "draw.target generate is for prompts about the whole drawing, not about a place"
            )
        if asked.start is not None and asked.perceptors.keep == 1:
            raise ConfigError(
                "draw.target generate changes the start picture: say how much of it stays, below 1"
                " (perceptor.keep, --keep)"
            )
        from drawkit.diffusion.denoisers import is_wordless  # loads the networks' code

        with_words = not is_wordless(self.config.weights)
        found = self._told(asked) if with_words else self._led(asked)
        return Imagined(seamless(_opaque(found), tiled_axes(asked.config.tile)), fills=True)

    def _told(self, asked: Asked) -> Tensor:
        """By a pipeline that reads words."""
        from drawkit.diffusion.opening import load_lora, open_pipeline
        from drawkit.diffusion.told_sampling import sample_told, usual_side

        config = self.config
        counted = [p for p, counts in zip(asked.prompts, asked.counting, strict=True) if counts]
        if any(prompt.picture is not None for prompt in counted):
            raise ConfigError("a diffusion model of words reads no pictures as prompts")
        away = [prompt.text for prompt in counted if prompt.weight < 0]

        def opened() -> Any:
            pipe = open_pipeline(config.weights, config.precision)
            for file in config.loras:
                load_lora(pipe, file)
            return pipe

        pipe = asked.once(("pipeline", config.weights, config.precision, config.loras), opened)
        self._say()
        size = _size(asked, config.side if config.side else usual_side(pipe))
        return sample_told(
            pipe,
            ", ".join(prompt.text for prompt in counted if prompt.weight > 0),
            ", ".join([*away, *([config.negative] if config.negative else [])]),
            size,
            asked.dice(),
            steps=config.steps,
            guidance=config.guidance,
            start=_start(asked, size),
            keep=asked.perceptors.keep,
            on_step=_told_now_and_then,
        )

    def _led(self, asked: Asked) -> Tensor:
        """By a model that knows no words, led by all that look, or by nobody without prompts."""
        from drawkit.diffusion.denoisers import open_denoiser
        from drawkit.diffusion.guided_sampling import Guided, sample_guided

        config = self.config
        if any(asked.counting) and not asked.who:
            raise ConfigError("this diffusion model reads no words: it needs a perceptor (--model)")
        there = asked.who[0][0].device if asked.who else torch.device("cpu")
        key = ("denoiser", config.weights, config.heads, str(there))
        model = asked.once(key, lambda: open_denoiser(config.weights, there, heads=config.heads))
        self._say()
        size = _size(asked, config.side if config.side else model.side)
        dice = asked.dice()
        return sample_guided(
            model,
            size,
            Guided(
                steps=config.steps,
                eta=config.eta,
                guidance=config.clip_guidance,
                smoothness=config.smoothness,
                range=config.range,
                saturation=config.saturation,
                clamp=config.clamp,
            ),
            self._guide(asked, dice) if any(asked.counting) else None,
            dice,
            start=_start(asked, size),
            keep=asked.perceptors.keep,
            on_step=_told_now_and_then,
        )

    def _say(self) -> None:
        """Once the model is open: what follows takes a while."""
        log.info("the picture to follow is sampled in up to %d steps", self.config.steps)

    def _guide(self, asked: Asked, dice: torch.Generator) -> Callable[[Tensor, float], Tensor]:
        """How far pictures are from the prompts: great circles, squared (Crowson 2021)."""
        own = self.sections.get(f"cutouts.{self.config.recipe}")
        kind = cutouts.get(self.config.recipe)
        views: Cutouts = kind.cls(kind.config() if own is None else own, self.config.views)
        paper = torch.ones(1, 3, 1, 1)
        weights = asked.aims.weights * torch.tensor(asked.counting)
        weights = weights / weights.abs().sum()
        shares = sum(share for _, _, share in asked.who)

        def lacking(picture: Tensor, progress: float) -> Tensor:
            views.at(progress)
            total = picture.new_zeros(())
            for perceptor, text, share in asked.who:
                there = perceptor.device
                for _ in range(self.config.batches):
                    seen = views(picture.to(there), paper.to(there), perceptor.input_size, dice)
                    far = _apart(perceptor.encode_image(seen), text)
                    lacks = (far.mean(0) * weights.to(far)).sum().to(picture)
                    total = total + lacks * (share / shares / self.config.batches)
            return total

        return lacking


def _apart(features: Tensor, text: Tensor) -> Tensor:
    """[N, P] squared halves of the angles between unit vectors [N, D] and [P, D], doubled."""
    chord = (features[:, None] - text[None]).norm(dim=-1)
    squared: Tensor = 2 * (chord / 2).clamp(max=1 - 1e-6).arcsin().square()
    return squared


def _size(asked: Asked, side: int) -> tuple[int, int]:
    """Width and height of a picture as wide as the drawing, its shorter side about `side`."""
    width, height = asked.config.size
    scale = side / min(width, height)
    grid = _GRID if side >= 2 * _GRID else _FINE
    wide, high = (max(grid, round(length * scale / grid) * grid) for length in (width, height))
    return wide, high


def _start(asked: Asked, size: tuple[int, int]) -> Tensor | None:
    """The user's picture on white, of that width and height, [1, 3, H, W]."""
    if asked.start is None:
        return None
    path = asked.config.init
    given = asked.start if path is None else start_picture(read_picture(path), *size)
    fitted = F.interpolate(given, size=size[::-1], mode="bilinear", antialias=True)
    return over_paper(fitted).clamp(0, 1)


def _opaque(picture: Tensor) -> Tensor:
    return torch.cat([picture, torch.ones_like(picture[:, :1])], dim=1)


def _told_now_and_then(at: int, total: int) -> None:
    """A line that a terminal shows for a while."""
    log.debug("sampling the picture to follow, step %d of %d", at, total)
