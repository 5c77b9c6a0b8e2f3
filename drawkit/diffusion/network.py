"""A pipeline's network with its words: what it predicts for noisy latents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from drawkit.diffusion.families import FAMILIES, Wanted, Words

__all__ = ["Network"]


class Network:
    """What a pipeline of diffusers predicts, by words that are encoded once.

    pipe: of a class in `FAMILIES`; wanted: what to see and what not; control: noisy latents, times
    and words -> more for its network, such as a `Control`.
    """

    def __init__(
        self,
        pipe: Any,
        wanted: Wanted,
        control: Callable[[Tensor, Tensor, Words], dict[str, Any]] | None = None,
    ) -> None:
        self._family = FAMILIES[type(pipe).__name__]
        self._pipe = pipe
        self._net = getattr(pipe, self._family.net)
        self._control = control
        with torch.no_grad():
            self._other, self._told = self._family.encode(pipe, wanted)

    def predict(self, noisy: Tensor, times: Tensor, guidance: float) -> Tensor:
        """[N, C, h, w] in single precision, for noisy latents [N, C, h, w] and times [N].

        guidance: how much further than the words alone to go, away from the other words (Ho &
        Salimans, arXiv 2207.12598); 1: the words alone, which asks the network once, not twice.
        """
        if guidance == 1:
            return self._ask(noisy, times, _each(self._told, len(noisy)))
        rows = _each(self._other, len(noisy)), _each(self._told, len(noisy))
        both = {name: torch.cat([words[name] for words in rows]) for name in self._told}
        other, told = self._ask(torch.cat([noisy, noisy]), torch.cat([times, times]), both).chunk(2)
        return other + guidance * (told - other)

    def _ask(self, noisy: Tensor, times: Tensor, words: Words) -> Tensor:
        noisy = noisy.to(self._net.dtype)
        more = {} if self._control is None else self._control(noisy, times, words)
        return self._family.ask(self._pipe, noisy, times, words, more).float()


def _each(words: Words, count: int) -> Words:
    """The same words for each of many."""
    return {name: row.expand(count, *row.shape[1:]) for name, row in words.items()}
