"""One prompt: what to draw, how much, up to which score, when and where."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import PurePath

from drawkit.errors import InputError, brief

__all__ = ["FIGURE", "MOST_WEIGHT", "RANGE", "During", "Prompt", "Region", "bad_weight", "typed"]

MOST_WEIGHT = 10.0
"""Weights are as far from 0 as this at most, whichever way."""

FIGURE = r"(?ai: *[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)? *|[+-]?(?:inf|nan))"
"""A number as it is typed behind a colon."""
RANGE = re.compile(r"(?a) *(\d+\.?\d*|\.\d+) *(%?) *[-\u2013] *(\d+\.?\d*|\.\d+) *(%?) *")
"""A time as it is typed behind @: two numbers, percents where one of them says so."""
_BEHIND = re.compile(rf":{FIGURE}\Z")
_PLAIN_FILE = re.compile(r"[^\s|:@\\\"'“”\[](?:[^|:@\\\"'“”]*[^\s|:@\\\"'“”])?")


@dataclass(frozen=True)
class During:
    """When a prompt counts: percents of the run, up to the second, or steps, 1 the first.

    Raises InputError for what is no part of a run.
    """

    begin: float
    end: float
    percent: bool = True

    def __post_init__(self) -> None:
        """Refuse a time that ends before it begins."""
        least, most = (0, 100) if self.percent else (0, 10**9)
        ends = self.begin < self.end if self.percent else self.begin <= self.end
        if not (least <= self.begin <= self.end <= most and ends):
            unit = "0% to 100% of the run" if self.percent else f"steps 0 to {most}"
            raise InputError(f"the time '{self}' is none; allowed: {unit}, the first lower")

    def __str__(self) -> str:
        """As it is typed behind @."""
        unit = "%" if self.percent else ""
        ends = (f"{Decimal(_figure(end)):f}{unit}" for end in (self.begin, self.end))
        return "-".join(ends)

    def holds(self, index: int, total: int) -> bool:
        """Whether it counts at update `index`, 0 to total - 1."""
        if self.percent:
            return self.begin * total <= 100 * index < self.end * total
        return self.begin <= index + 1 <= self.end


@dataclass(frozen=True)
class Region:
    """Where a prompt counts: in a box, or under the light parts of a picture over the whole sheet.

    box: left, top, right, bottom as shares of the sheet, from its top left; of a mask, all of it.
    Raises InputError for a box that is none.
    """

    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    mask: str | None = None

    def __post_init__(self) -> None:
        """Refuse a box that is empty or not on the sheet."""
        left, top, right, bottom = self.box
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise InputError(
                f"the box '{self}' is none; allowed: [left,top,right,bottom], each 0 to 1 from "
                "the top left, left below right and top below bottom"
            )

    def __str__(self) -> str:
        """As it is typed behind @."""
        if self.mask is not None:
            return _file(self.mask)
        return f"[{','.join(_figure(side) for side in self.box)}]"


@dataclass(frozen=True)
class Prompt:
    """Words to draw, or with a negative weight to stay away from.

    text: the words, or `@photo.png` for what a picture shows. picture: its file then. stop: the
    score, a cosine, past which it is not pushed. during, region: when and where it counts, else
    always and everywhere. note: one line on how it was read, where something else may have been
    meant.
    """

    text: str
    weight: float = 1.0
    picture: str | None = None
    stop: float | None = None
    during: During | None = None
    region: Region | None = None
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Refuse words that cannot be read and numbers beyond their limits."""
        if not self.text.strip():
            raise InputError("the prompt is empty; say in a few words what to draw")
        for character in self.text:
            if unicodedata.category(character) in ("Cc", "Cs"):
                code = f"U+{ord(character):04X}"
                raise InputError(f"the prompt holds the control character {code}; use plain text")
        if not math.isfinite(self.weight) or self.weight == 0:
            raise bad_weight(self.text, f"{self.weight:g}")
        if self.stop is not None and not -1 <= self.stop <= 1:
            raise InputError(
                f"the stop {self.stop:g} of '{brief(self.text)}'; allowed: a score, -1 to 1"
            )

    def __str__(self) -> str:
        """As it can be typed: `parse_prompts` reads the same from it."""
        figures = ""
        if self.weight != 1 or self.stop is not None:
            figures = f":{_figure(self.weight)}"
        if self.stop is not None:
            figures += f":{_figure(self.stop)}"
        head = typed(self.text, None, bool(figures)) if self.picture is None else self._shown()
        tails = [str(tail) for tail in (self.region, self.during) if tail is not None]
        return "@".join([head + figures, *tails])

    @property
    def name(self) -> str:
        """What is drawn is called so: the words, or the name of the picture."""
        return self.text if self.picture is None else PurePath(self.picture).stem

    @property
    def plain(self) -> bool:
        """Whether it has nothing but words or a picture, and a weight."""
        return self.stop is None and self.during is None and self.region is None

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it names."""
        mask = None if self.region is None else self.region.mask
        return tuple(file for file in (self.picture, mask) if file is not None)

    @property
    def placeless(self) -> Prompt:
        """The same with its files by their names, without folders."""
        return self.placed("")

    def placed(self, folder: str | PurePath) -> Prompt:
        """The same with its files, by their names, in another folder."""
        return self.with_files(lambda file: str(PurePath(folder, PurePath(file).name)))

    def with_files(self, moved: Callable[[str], str]) -> Prompt:
        """The same with other files in place of its own."""
        picture, region = self.picture, self.region
        if region is not None and region.mask is not None:
            region = replace(region, mask=moved(region.mask))
        if picture is not None:
            picture = moved(picture)
        return replace(self, picture=picture, region=region)

    def _shown(self) -> str:
        assert self.picture is not None
        plain = _PLAIN_FILE.fullmatch(self.picture) and not RANGE.fullmatch(self.picture)
        return f"@{self.picture if plain else _file(self.picture)}"


def typed(text: str, weight: float | None, figured: bool = False) -> str:
    """What to type for these words with this weight, or with none.

    figured: whether a number follows all the same.
    """
    figure = "" if weight is None else f":{_figure(weight)}"
    plain = text == text.strip(" ") and text[:1] not in "\"'“" and not _BEHIND.search(text)
    plain &= not any(sign in text for sign in ("@", r"\:", " ^ "))
    plain &= text[-1:] != "\\"  # which would make a bar behind it one of the words
    if plain and not ((figure or figured) and text.rstrip()[-1:].isdecimal()):
        return text.replace("|", r"\|") + figure
    return _quoted(text) + figure


def _quoted(text: str) -> str:
    inside = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{inside}"'


def _file(path: str) -> str:
    """In quotes; a bar in it would end the prompt where words stand before the quotes."""
    return _quoted(path).replace("|", r"\|")


def _figure(number: float) -> str:
    return f"{float(number)!r}".removesuffix(".0")


def bad_weight(text: str, figure: str) -> InputError:
    """What to say of a weight that is none."""
    return InputError(
        f"prompt weight {brief(figure)} of '{brief(text)}'; allowed: "
        f"-{MOST_WEIGHT:g} to {MOST_WEIGHT:g} but not 0, and quotes make words of a number"
    )
