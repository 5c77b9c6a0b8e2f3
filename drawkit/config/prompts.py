r"""Prompts as people type them: `a cat`, `a cat:2`, `a cat:0.5 | a dog:-0.2`.

    prompts = prompt { "|" prompt }
    prompt  = ( words | '"' words '"' | "@" file ) [ ":" weight ]

pixray, VQGAN-CLIP and Aphantasia are typed alike. A number behind a colon is a weight only where
the words before it do not end in a digit: `at 10:30` and `16:9` are words. Quotes around all the
words take every character as it is, so that such words can be weighted too: `"a ratio 16":9`.
`\|` is a bar of the words; in quotes, `\"` and `\\` are a quote and a backslash.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from drawkit.config.emoji import spelled
from drawkit.errors import InputError, brief

__all__ = [
    "MOST_WEIGHT",
    "Prompt",
    "Prompts",
    "parse_prompts",
    "read_prompts",
    "typed",
]

MOST_WEIGHT = 10.0
"""Weights are as far from 0 as this at most, whichever way."""
_MOST_FIGURES = 2
"""Numbers looked for behind the words: where there are more, the words end in a digit."""

_FIGURE = r"(?ai: *[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)? *|[+-]?(?:inf|nan))"
_NUMBER = re.compile(_FIGURE)
_BEHIND = re.compile(rf":{_FIGURE}\Z")
_PART = re.compile(r"(?:\\\||[^|])*+")
_QUOTES = "\"'“"
_ESCAPE = re.compile(r"""\\([\\|"'”])""")


def _in_quotes(opening: str, closing: str) -> str:
    """A pattern: what stands between two quotes, where a backslash may stand before some."""
    return rf"""{opening}((?:\\[\\|"'”]|\\(?![\\|"'”])|[^\\{closing}])*+){closing}"""


_QUOTED = re.compile(
    " *(?:"
    + "|".join((_in_quotes('"', '"'), _in_quotes("'", "'"), _in_quotes("“", "”")))
    + rf") *((?::{_FIGURE}){{0,2}})(?=\||\Z)"
)


@dataclass(frozen=True)
class Prompt:
    """Words to draw, or with a negative weight to stay away from.

    text: the words, or `@photo.png` for what a picture shows. picture: its file then. note: one
    line on how it was read, where something else may have been meant.
    """

    text: str
    weight: float = 1.0
    picture: str | None = None
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Refuse words that cannot be read and weights that are no number."""
        if not self.text.strip():
            raise InputError("the prompt is empty; say in a few words what to draw")
        for character in self.text:
            if unicodedata.category(character) in ("Cc", "Cs"):
                code = f"U+{ord(character):04X}"
                raise InputError(f"the prompt holds the control character {code}; use plain text")
        if not math.isfinite(self.weight) or self.weight == 0:
            raise _bad_weight(self.text, f"{self.weight:g}")

    def __str__(self) -> str:
        """As it can be typed: `parse_prompts` reads the same from it."""
        if self.picture is not None:
            return f"@{self.picture}" + ("" if self.weight == 1 else f":{self.weight:g}")
        return typed(self.text, None if self.weight == 1 else self.weight)


@dataclass(frozen=True)
class Prompts:
    """What to draw: the texts as they were typed, for records, and the prompts read from them."""

    texts: tuple[str, ...] = ()
    read: tuple[Prompt, ...] = ()

    def __iter__(self) -> Iterator[Prompt]:
        """The prompts, in the order in which they were said."""
        return iter(self.read)

    @property
    def main(self) -> Prompt:
        """The first that is to be drawn, or else the first; there must be one."""
        return next((prompt for prompt in self.read if prompt.weight > 0), self.read[0])

    @property
    def title(self) -> str:
        """What a drawing is named after: the main prompt's words, or the name of its picture."""
        path = self.main.picture
        return self.main.text if path is None else PurePath(path).stem


def typed(text: str, weight: float | None) -> str:
    """What to type for these words with this weight, or with none."""
    figure = "" if weight is None else f":{weight!r}".removesuffix(".0")
    plain = text == text.strip(" ") and text[:1] not in f"@{_QUOTES}" and not _BEHIND.search(text)
    plain &= text[-1:] != "\\"  # which would make a bar behind it one of the words
    if plain and not (figure and _ends_in_digit(text)):
        return text.replace("|", r"\|") + figure
    inside = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{inside}"{figure}'


def parse_prompts(given: str, unsaid: float = 1.0) -> list[Prompt]:
    """The prompts that `|` separates, at least one; unsaid: the weight where none is said.

    Raises `InputError` for words that cannot be drawn and weights beyond `MOST_WEIGHT`.
    """
    found: list[Prompt] = []
    at = 0
    while at <= len(given):
        if (match := _QUOTED.match(given, at)) is not None:
            *insides, tail = match.groups()
            text = next(inside for inside in insides if inside is not None)
            found.append(_weighed(_ESCAPE.sub(r"\1", text), tail.split(":")[1:], unsaid))
        else:
            match = _PART.match(given, at)
            assert match is not None  # it matches nothing, too
            if not match[0].strip() and match[0] != given:
                raise InputError(
                    f"there are no words beside a | of '{brief(given)}'; it separates prompts, "
                    r"and \| is a bar of the words"
                )
            found.append(_plain(match[0], unsaid))
        at = match.end() + 1
    return found


def read_prompts(texts: Sequence[str]) -> Prompts:
    """The prompts of several texts, with emoji and symbols read by their names."""
    found = []
    for prompt in (prompt for text in texts for prompt in parse_prompts(text)):
        text = prompt.text if prompt.picture else spelled(prompt.text)
        if text != prompt.text:
            note = f"'{brief(prompt.text)}' is read as '{brief(text)}'"
            prompt = replace(prompt, text=text, note=prompt.note or note)
        found.append(prompt)
    return Prompts(tuple(texts), tuple(found))


def _plain(part: str, unsaid: float) -> Prompt:
    """`a cat:2`: the numbers behind the words, each led in by a colon, are no words."""
    words = part = part.replace(r"\|", "|").strip(" ")
    figures: list[str] = []
    while len(figures) < _MOST_FIGURES and _BEHIND.search(words):
        before, _, last = words.rpartition(":")
        figures.insert(0, last)
        words = before.rstrip(" ")
    if part.startswith("@"):
        return _shown(words, figures, unsaid)
    if not figures:
        return Prompt(part, unsaid)
    if not _ends_in_digit(words):
        return _weighed(words, figures, unsaid)
    note = f"'{brief(part)}' is read as words alone, for a digit stands before the colon"
    note = f'{note}; quotes let it be weighted: "TEXT":WEIGHT'
    return Prompt(part, unsaid, note=note)


def _shown(words: str, figures: Sequence[str], unsaid: float) -> Prompt:
    """A picture prompt: `@photo.png`, `@photo.png:0.5`."""
    path = words[1:].strip()
    if not path:
        raise InputError("there is no file behind @; allowed: @photo.png, or quotes around words")
    name = PurePath(path).name
    return replace(_weighed(f"@{name}", figures, unsaid), picture=path)


def _ends_in_digit(words: str) -> bool:
    return words.rstrip()[-1:].isdecimal()


def _weighed(text: str, figures: Sequence[str], unsaid: float) -> Prompt:
    if len(figures) > 1:
        raise InputError(
            f"'{brief(text)}' has two numbers behind it, {brief(':'.join(figures))}; "
            "allowed: TEXT:WEIGHT, and quotes around the words to keep one of them"
        )
    if not figures:
        return Prompt(text, unsaid)
    weight = float(figures[0])
    if not 0 < abs(weight) <= MOST_WEIGHT:
        raise _bad_weight(text, figures[0].strip())
    return Prompt(text, weight)


def _bad_weight(text: str, figure: str) -> InputError:
    return InputError(
        f"prompt weight {brief(figure)} of '{brief(text)}'; allowed: "
        f"-{MOST_WEIGHT:g} to {MOST_WEIGHT:g} but not 0, and quotes make words of a number"
    )
