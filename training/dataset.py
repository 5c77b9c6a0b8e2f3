"""The prepared art as batches: pictures drawn by weight, each with one of its captions."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from training.cache import Cache
from training.colours import named_inks


@dataclass(frozen=True)
class Batch:
    """`rgba` premultiplied [B, 4, H, W] 0..1, `captions` [B, 384], `inks` [B, 3], `mono` [B].

    rows: [B], which pictures of the cache they are.
    """

    rgba: Tensor
    captions: Tensor
    inks: Tensor
    mono: Tensor
    rows: Tensor


class Art:
    """Samples from what `training.prepare` wrote.

    redrawn: share of the pictures that come as `training.redraw` drew them, if it did.
    """

    keyworded = 0.35
    """Share of the captions that are a keyword, where there are any, instead of the name."""

    def __init__(self, cache: Cache, generator: torch.Generator, redrawn: float = 0.0) -> None:
        index = cache.index
        self.redrawn = cache.redrawn
        self.share = 0.0 if cache.redrawn is None else redrawn
        self.pictures = cache.pictures
        self.sentences = cache.captions
        self.generator = generator
        self.name = torch.tensor(index["name"])
        self.article = torch.tensor(index["article"])
        self.keywords: list[list[int]] = index["keywords"]
        self.coloured: list[list[int]] = index["coloured"]
        self.mono = torch.tensor([kind == "mono" for kind in index["kind"]])
        self.chances = torch.tensor(index["weight"], dtype=torch.float64).cumsum(0)

    def rows(self, count: int) -> Tensor:
        """Places of `count` pictures, drawn by weight with replacement."""
        spots = torch.rand(count, dtype=torch.float64, generator=self.generator)
        rows = torch.searchsorted(self.chances, spots * self.chances[-1])
        return rows.clamp(max=len(self.chances) - 1)

    def _caption(self, row: int, dice: tuple[float, float, float], colour: int) -> tuple[int, bool]:
        """Pick one caption; the flag says that the ink must be the colour it names."""
        kind, which, form = dice
        if self.coloured[row] and kind < 0.35:
            return self.coloured[row][colour], True
        if self.keywords[row] and kind > 1 - self.keyworded:
            words = self.keywords[row]
            return words[int(which * len(words))], False
        return int((self.article if form < 0.35 else self.name)[row]), False

    def batch(self, count: int) -> Batch:
        """Draw `count` pictures with replacement."""
        rows = self.rows(count)
        pictures = self.pictures[rows]
        if self.share and self.redrawn is not None:
            chosen = (torch.rand(count, generator=self.generator) < self.share).nonzero()[:, 0]
            spots = torch.randint(len(self.redrawn.rows), (len(chosen),), generator=self.generator)
            rows[chosen] = self.redrawn.rows[spots]
            pictures[chosen] = self.redrawn.pictures[spots]
        inks, colours = named_inks(count, self.generator)
        dice = torch.rand(count, 3, generator=self.generator).tolist()
        ids = []
        for i, row in enumerate(rows.tolist()):
            caption, named = self._caption(row, tuple(dice[i]), int(colours[i]))
            ids.append(caption)
            if not named:
                inks[i] = torch.rand(3, generator=self.generator)
        rgba = pictures.permute(0, 3, 1, 2).float() / 255
        return Batch(rgba, self.sentences[torch.tensor(ids)], inks, self.mono[rows], rows)

    def bank(self, count: int) -> Tensor:
        """More captions [count, 384], as wrong answers that cost no picture."""
        return self.sentences[self.name[self.rows(count)]]


@dataclass(frozen=True)
class Validation:
    """The held-out vendor on white paper [N, 3, 64, 64] with its names' sentences [N, 384].

    redrawn: the same pictures in strokes and shapes, where they were drawn again.
    """

    pictures: Tensor
    sentences: Tensor
    names: list[str]
    redrawn: Tensor | None = None

    @staticmethod
    def of(cache: Cache) -> Validation:
        """The held-out part of a cache."""
        redrawn = None if cache.redrawn is None else _on_white(cache.redrawn.validation)
        pictures = _on_white(cache.validation)
        return Validation(pictures, cache.validation_captions, cache.validation_names, redrawn)


def _on_white(pictures: Tensor) -> Tensor:  # [N, H, W, 4] uint8 -> [N, 3, 64, 64] 0..1
    rgba = pictures.permute(0, 3, 1, 2).float() / 255
    small = torch.nn.functional.interpolate(
        rgba[:, :3] + 1 - rgba[:, 3:],
        size=(64, 64),
        mode="bilinear",
        antialias=True,
        align_corners=False,
    )
    return small.clamp(0, 1)
