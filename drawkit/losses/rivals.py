"""Rivals: the drawing is what the words say, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor

from drawkit.config import Prompt
from drawkit.config.limits import Limits
from drawkit.errors import ConfigError
from drawkit.losses import Loss, LossConfig, RunContext, StepContext, losses

__all__ = ["RivalsConfig", "RivalsLoss", "rival_fit"]

_NAMES = (
    "an airplane, an ant, an apple, a banana, a bear, a bed, a bee, a bell, a bicycle, a "
    "bird, a boat, a book, a bottle, a bowl, a bridge, a butterfly, a cake, a camera, a "
    "candle, a car, a carrot, a castle, a cat, a chair, a chicken, a church, a clock, a "
    "cloud, a cow, a crab, a crown, a cup, a dinosaur, a dog, a door, a dragon, a dress, a "
    "drum, an elephant, an eye, a face, a fish, a flag, a flower, a fox, a frog, a ghost, "
    "grapes, a guitar, a hammer, a hand, a hat, a heart, a helicopter, a horse, a house, a "
    "key, a knife, a ladder, a lamp, a leaf, a lion, a map, a monkey, the moon, a mountain, a "
    "mouse, a mushroom, an owl, a penguin, a person, a phone, a piano, a pig, a pizza, a "
    "pumpkin, a rabbit, a robot, a rocket, a rose, a sandwich, scissors, a sheep, a ship, a "
    "shoe, a skull, a snail, a snake, a spider, a star, a strawberry, the sun, a sunflower, a "
    "sword, a table, a tent, a tiger, a tower, a train, a tree, a truck, a turtle, an "
    "umbrella, a violin, a volcano, a whale, a window"
)


@dataclass(frozen=True)
class RivalsConfig(LossConfig):
    """Which other things the drawing must not be."""

    section = "losses.rivals"

    names: tuple[str, ...] = tuple(_NAMES.split(", "))
    """What it could be taken for; those that are nearly what the words say are left out."""
    kin: Annotated[float, Limits(-1, 1)] = 0.6
    """Cosine with the words from which on a name is no rival."""
    sharpness: Annotated[float, Limits(0.1, 1000)] = 30.0
    """How much more the nearest rival counts than the others."""

    def __post_init__(self) -> None:
        """Refuse names that are none."""
        super().__post_init__()
        if not self.names or not all(name.strip() for name in self.names):
            raise ConfigError("losses.rivals.names takes one name or more, none of them empty")


def rival_fit(features: Tensor, rivals: Tensor, sharpness: float) -> Tensor:
    """How well views [N, D] fit the rivals [R, D], about the best cosine of each; the mean."""
    fits = torch.logsumexp(sharpness * features @ rivals.T, dim=1) / sharpness
    return fits.mean()


@losses.register("rivals", config=RivalsConfig)
class RivalsLoss(Loss):
    """How much the drawing is like other things than the words say.

    Beside `losses.text` it is what perceptors are trained on: of all captions the right one.
    """

    config: RivalsConfig

    def __init__(self, config: RivalsConfig) -> None:
        super().__init__(config)
        self._rivals: Sequence[Tensor] = ()

    @property
    def asks_perceptor(self) -> bool:
        """It does."""
        return True

    def setup(self, run: RunContext) -> None:
        """Embed the names, once, in the words that a style puts around all prompts."""
        self._rivals = tuple(run.embed([Prompt(name) for name in self.config.names]))

    def detail(self, views: int | None) -> int | None:
        """What the views show."""
        return views

    def forward(self, context: StepContext) -> Tensor:
        """About the cosine of the best fit, over all perceptors by their share; -1..1."""
        shares = [context.zero]
        for at, output in enumerate(context.outputs):
            if not self._rivals:
                break
            # One perceptor after the other, each with all its areas.
            rivals = self._rivals[at * len(self._rivals) // len(context.outputs)].to(output.text)
            apart = rivals[self._unlike(rivals, output.text, context.prompt_weights)]
            if len(apart):
                fit = rival_fit(output.features, apart, self.config.sharpness)
                shares.append((output.weight * fit).to(context.on_paper.device))
        return torch.stack(shares).sum()

    def _unlike(self, rivals: Tensor, text: Tensor, weights: Tensor) -> Tensor:
        """[R] which names are none of the things that are wanted."""
        wanted = text[weights.to(text.device) > 0]
        return ((rivals @ wanted.T) < self.config.kin).all(dim=1)
