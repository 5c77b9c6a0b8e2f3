"""What a perceptor has seen: words it never met in a picture, and the known things nearest."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.perceptor.plain_words import LITTLE, WORD

__all__ = ["Concepts", "load_concepts", "usual_forms"]

_ENDINGS = ("s", "es", "ies", "ed", "d", "ing", "'s", "y", "ly")
_IRREGULAR = (
    *(("men", "man"), ("ves", "f"), ("ves", "fe"), ("teeth", "tooth"), ("feet", "foot")),
    *(("geese", "goose"), ("mice", "mouse"), ("children", "child"), ("people", "person")),
    *(("cacti", "cactus"), ("octopi", "octopus"), ("fungi", "fungus")),
)
"""How plurals end that have no s, and what then stands in its place for one."""
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
    sure: float = 0.76
    """Cosine of `a WORD` with a name from which on it is that thing, or one so like it."""
    described: float = 0.66
    """Cosine of a thing with a strange word before it with its own name, where it is still it."""

    def strangers(self, text: str) -> list[str]:
        """The words of `text` that stood under no picture, in any usual form."""
        return [word for word in WORD.findall(text.lower()) if not self._knows(word)]

    def nearest(self, place: Tensor, count: int) -> list[tuple[str, float]]:
        """The `count` names nearest to one embedded text [D], each with its cosine."""
        near = (self._unit @ F.normalize(place.float().cpu(), dim=0)).topk(
            min(count, len(self.names))
        )
        pairs = zip(near.indices.tolist(), near.values.tolist(), strict=True)
        return [(self.names[at], value) for at, value in pairs]

    def likeness(self, places: Tensor) -> Tensor:
        """How near embedded texts [N, D] are to the nearest name: [N] cosines."""
        return (F.normalize(places.float().cpu(), dim=1) @ self._unit.T).amax(1)

    def rival_fit(self, features: Tensor, text: Tensor) -> Tensor:
        """How well pictures [N, D] fit what they should not be: [N], about the best cosine.

        text: [P, D], what they should be; names nearly like it are no rivals.
        """
        unit = self._unit.to(text)
        rivals = unit[(unit @ text.T).amax(1) < _KIN]
        return torch.logsumexp(_SHARP * features @ rivals.T, dim=1) / _SHARP

    @cached_property
    def known_names(self) -> frozenset[str]:
        """The names, to look one up."""
        return frozenset(self.names)

    @cached_property
    def _unit(self) -> Tensor:
        return F.normalize(self.places.float(), dim=1)

    def _knows(self, word: str) -> bool:
        if word in self.words or word in LITTLE:
            return True
        return any(form in self.words for form in usual_forms(word))


def usual_forms(word: str) -> list[str]:
    """What `word` may be a form of, as English makes them: `berries` of `berry`."""
    stems = {word[: -len(end)] for end in _ENDINGS if word.endswith(end)} - {""}
    forms = stems | {stem + "e" for stem in stems} | {stem + "y" for stem in stems}
    for end, single in _IRREGULAR:
        if word.endswith(end):
            forms.add(word.removesuffix(end) + single)
    return sorted(form for form in forms if len(form) >= _SMALL)


def load_concepts(path: Path) -> Concepts:
    """Read what `training.concepts` wrote."""
    data = json.loads(gzip.decompress(path.read_bytes()))
    names = tuple(data["names"])
    places = torch.frombuffer(bytearray(base64.b64decode(data["places"])), dtype=torch.int8)
    limits = {key: float(data[key]) for key in ("sure", "described") if key in data}
    return Concepts(names, frozenset(data["words"]), places.view(len(names), -1), **limits)
