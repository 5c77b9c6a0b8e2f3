"""What a perceptor sees in finished pictures: which fits words best, and what one shows."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path

import torch
from torch import Tensor

from drawkit.config import Prompt, read_prompts
from drawkit.engine.session import Session
from drawkit.errors import InputError, brief
from drawkit.export.png import PngConfig, png_bytes
from drawkit.files import expanded, readable
from drawkit.perceptor import Perceptor
from drawkit.perceptor.config import PerceptorConfig
from drawkit.perceptor.vocabulary import vocabulary_of
from drawkit.pictures import read_picture
from drawkit.pictures.contact_sheet import Cell, contact_sheet
from drawkit.scene import RasterLayer, Scene

__all__ = ["Ranked", "Seen", "describe", "rank", "ranked_sheet"]

_ARTICLE = re.compile(r"(?:an?|the)\s+(?=\S)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_LITTLE = frozenset(_WORD.findall("a an the of in on at by to for from with and or"))
_PLAIN = 0.38
"""The built-in perceptor's cosine with a name from which on a picture plainly shows it."""


@dataclass(frozen=True)
class Ranked:
    """One picture among several. score: the cosine with the words, -1 to 1.

    place: of the words among all names, 1 where nothing fits the picture better. among: how many
    names there are, the words with them. taken_for: the name that fits best, if the words do not.
    """

    file: str
    score: float
    place: int
    among: int
    taken_for: str | None


@dataclass(frozen=True)
class Seen:
    """What a picture shows: names with their cosines, the best first.

    plain: whether the first is plainly there, as far as the perceptor's limits are known.
    """

    names: tuple[tuple[str, float], ...]
    plain: bool


def rank(
    prompt: str | Sequence[str],
    files: Sequence[str | PathLike[str]],
    *,
    against: Sequence[str] = (),
    model: str = "auto",
    session: Session | None = None,
) -> list[Ranked]:
    """Pictures and SVGs by how well they show the words: `rank("a cat", ["1.png", "2.svg"])`.

    prompt: as for `draw`, with weights. Those that nothing else fits better come first, then those
    of which the words are second, and so on; alike ones by their score. against: the names that
    might fit better, else what the perceptor has seen, or 300 things. Raises InputError for what is
    no picture, for a prompt with a stop, time or place, and where there is no file.
    """
    said = read_prompts([prompt] if isinstance(prompt, str) else prompt).read
    for one in said:
        if not one.plain:
            raise InputError(f"'{brief(str(one))}': a finished picture has no stop, time or place")
    if not any(one.weight > 0 for one in said):
        raise InputError("there is nothing to rank by; say in a few words what is to be seen")
    if not files:
        raise InputError("there are no pictures to rank; name some: *.png *.svg")
    named = [fspath(file) for file in files]
    _refuse_missing(named)
    perceptor = _opened(model, session)
    names, places = vocabulary_of(perceptor, against)
    rows = [at for at, name in enumerate(names) if against or not _akin(name, said)]
    names, places = tuple(names[at] for at in rows), places[rows]
    weights = torch.tensor([one.weight for one in said])
    weights = weights / weights.abs().sum()
    typed = perceptor.embed(said).float().cpu()
    plain = perceptor.embed([_bare(one) for one in said]).float().cpu()
    found = []
    for file in named:
        seen = _look(perceptor, file)
        score, own = float(weights @ (typed @ seen)), float(weights @ (plain @ seen))
        fits = places @ seen
        place = 1 + int((fits > own).sum())
        taken = None if place == 1 else names[int(fits.argmax())]
        found.append(Ranked(file, score, place, len(names) + 1, taken))
    return sorted(found, key=lambda one: (one.place, -one.score, one.file))


def describe(
    file: str | PathLike[str],
    *,
    words: Sequence[str] = (),
    count: int = 10,
    model: str = "auto",
    session: Session | None = None,
) -> Seen:
    """What a perceptor sees in a picture or SVG, whole and on white: `describe("cat.svg").names`.

    words: to choose from, else what the perceptor has seen, or 300 things. count: how many of
    them, the best first. Raises InputError for what is no picture.
    """
    _refuse_missing([fspath(file)])
    if count < 1:
        raise InputError(f"count is {count}; allowed: 1 or more")
    perceptor = _opened(model, session)
    names, places = vocabulary_of(perceptor, words)
    near = (places @ _look(perceptor, fspath(file))).topk(min(count, len(names)))
    pairs = zip(near.indices.tolist(), near.values.tolist(), strict=True)
    told = tuple((names[at], value) for at, value in pairs)
    known = not words and perceptor.vocabulary() is not None
    return Seen(told, not known or told[0][1] >= _PLAIN)


def ranked_sheet(found: Sequence[Ranked], side: int = 192) -> bytes:
    """A PNG of the pictures in their order, each with its number, score and name."""
    cells = []
    for at, one in enumerate(found, start=1):
        pixels = read_picture(one.file)
        scene = Scene(pixels.shape[1], pixels.shape[0], (RasterLayer("picture", pixels),))
        label = f"{at}  {one.score:.3f}  {Path(one.file).stem}"
        cells.append(Cell(label, png_bytes(scene, PngConfig(size=2 * side))))
    return contact_sheet(cells, math.ceil(math.sqrt(len(cells))), side)


def _opened(model: str, session: Session | None) -> Perceptor:
    found = (session or Session()).perceptors(PerceptorConfig(models=(model,)))
    if not found:
        raise InputError("nobody looks where the model is 'none'; name a perceptor")
    return found[0]


def _refuse_missing(files: Sequence[str]) -> None:
    """Before anything is opened."""
    for file in files:
        readable(Path(expanded(file)))


def _look(perceptor: Perceptor, file: str) -> Tensor:
    """[D] where a picture is, whole and on white."""
    prompt = Prompt(f"@{Path(file).name}", picture=file)
    return perceptor.embed([prompt])[0].float().cpu()


def _bare(prompt: Prompt) -> Prompt:
    """Without its article, as names are."""
    if prompt.picture is not None:
        return prompt
    return Prompt(_ARTICLE.sub("", prompt.text, count=1), prompt.weight)


def _akin(name: str, said: Sequence[Prompt]) -> bool:
    """Whether a name holds a word of the prompts: it is no other thing."""
    own = set(_WORD.findall(name.lower())) - _LITTLE
    return any(own & set(_WORD.findall(one.text.lower())) for one in said if one.weight > 0)
