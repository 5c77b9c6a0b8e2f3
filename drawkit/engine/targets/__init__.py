"""Where the picture that a run follows comes from, by `draw.target`.

A new one is one file here, and a line in `drawkit.engine.targets.table`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from drawkit.config import DrawConfig, Prompt
from drawkit.engine.aims import Aims
from drawkit.engine.loop import mix_seed
from drawkit.perceptor import Imagined, Perceptor
from drawkit.perceptor.config import PerceptorConfig

__all__ = ["Asked", "Target"]

_DICE = -2
"""Their number among a run's random draws; the loop's steps have 0, 1, 2, ..."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What a picture to follow is wanted for.

    who: perceptors that look at the drawing, each with the prompts as it encodes them, [P, D], and
    its share; imaginers: who may imagine, likewise. start: the user's own picture [1, 4, H, W],
    premultiplied, as large as the canvas. counting: which prompts count now. once: makes what is
    dear, of a key, once for all drawings of a session.
    """

    config: DrawConfig
    perceptors: PerceptorConfig
    who: Sequence[tuple[Perceptor, Tensor, float]]
    imaginers: Sequence[tuple[Perceptor, Tensor]]
    prompts: Sequence[Prompt]
    start: Tensor | None
    aims: Aims
    counting: Sequence[bool]
    once: Callable[[Hashable, Callable[[], Any]], Any]

    def dice(self) -> torch.Generator:
        """All random numbers, from the run's seed."""
        return torch.Generator().manual_seed(mix_seed(self.config.seed_number, _DICE))


class Target(ABC):
    """A source of pictures to follow, built from the sections of a run's settings.

    Raises ConfigError where these lack what it needs.
    """

    def __init__(self, sections: Mapping[str, Any]) -> None:
        self.sections = sections

    @abstractmethod
    def picture(self, asked: Asked) -> Imagined | None:
        """The picture to follow, and what it was drawn after; None: there is none."""
