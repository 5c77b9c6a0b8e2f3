"""What a perceptor has seen: words it never met in a picture, and the known things nearest."""

from __future__ import annotations

import base64
import gzip
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["Concepts", "doubt", "load_concepts"]

_WORD = re.compile(r"[^\W\d_]+(?:'s\b)?")
_ENDINGS = ("s", "es", "ies", "ed", "d", "ing", "'s", "y", "ly")
_KIN = 0.6
"""Names with a cosine above this to the words mean nearly the same."""
_SHARP = 30.0
"""How much more the best of many fits counts than the others."""
_SMALL = 3
"""Words of up to so many letters in ASCII are articles and the like, or they are known."""


@dataclass(frozen=True, eq=False)
class Concepts:
    """The names of what was seen [N], all words of the captions, and the names' places [N, D]."""

    names: tuple[str, ...]
    words: frozenset[str]
    places: Tensor

    def strangers(self, text: str) -> list[str]:
        """The words of `text` that stood under no picture, in any usual form."""
        return [word for word in _WORD.findall(text.lower()) if not self._knows(word)]

    def content(self, text: str) -> list[str]:
        """The words of `text` that could carry a picture."""
        return [word for word in _WORD.findall(text.lower()) if word not in _LITTLE]

    def nearest(self, place: Tensor, count: int) -> list[tuple[str, float]]:
        """The `count` names nearest to one embedded text [D], each with its cosine."""
        near = (self._unit @ F.normalize(place.float().cpu(), dim=0)).topk(
            min(count, len(self.names))
        )
        pairs = zip(near.indices.tolist(), near.values.tolist(), strict=True)
        return [(self.names[at], value) for at, value in pairs]

    def rival_fit(self, features: Tensor, text: Tensor) -> Tensor:
        """How well pictures [N, D] fit what they should not be: [N], about the best cosine.

        text: [P, D], what they should be; names nearly like it are no rivals.
        """
        unit = self._unit.to(text)
        rivals = unit[(unit @ text.T).amax(1) < _KIN]
        return torch.logsumexp(_SHARP * features @ rivals.T, dim=1) / _SHARP

    @cached_property
    def _unit(self) -> Tensor:
        return F.normalize(self.places.float(), dim=1)

    def _knows(self, word: str) -> bool:
        if word in self.words or word in _LITTLE:
            return True
        stems = {word[: -len(end)] for end in _ENDINGS if word.endswith(end)} - {""}
        forms = stems | {stem + "e" for stem in stems} | {stem + "y" for stem in stems}
        return any(len(form) >= _SMALL and form in self.words for form in forms)


_LITTLE = frozenset(
    _WORD.findall(
        "a an the of in on at by to for from with without and or but no not is are was be as his "
        "her its their my your our this that these those some very it he she they we you i under "
        "over into onto near next beside behind between through up down out off who which while"
    )
)
"""English words that carry no picture of their own."""


def load_concepts(path: Path) -> Concepts:
    """Read what `training.concepts` wrote."""
    data = json.loads(gzip.decompress(path.read_bytes()))
    names = tuple(data["names"])
    places = torch.frombuffer(bytearray(base64.b64decode(data["places"])), dtype=torch.int8)
    return Concepts(names, frozenset(data["words"]), places.view(len(names), -1))


_SURE = 0.7
"""A phrase of strange and known words this near to a known name is that thing, described."""


def doubt(concepts: Concepts, text: str, place: Tensor) -> str | None:
    """One line for the user where `text` holds words that stood under no picture, else None."""
    strangers = concepts.strangers(text)
    near = concepts.nearest(place, 3)
    described = len(concepts.content(text)) > len(strangers) and near[0][1] >= _SURE
    if not strangers or described:
        return None
    words = ", ".join(f"'{word}'" for word in dict.fromkeys(strangers))
    taken = ", ".join(f"{name} ({value:.2f})" for name, value in near)
    return (
        f"the built-in perceptor is unsure of {words}: it takes '{text}' for {taken}; "
        "a larger one may know it: --model ViT-B-32/openai"
    )
