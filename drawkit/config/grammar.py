r"""Prompts as people type them: `a cat`, `a cat:2`, `a cat:0.5 | a dog:-0.2@50%-100%`.

    prompts = prompt { "|" prompt }
    prompt  = ( words | '"' words '"' | "@" file ) { tail }
    tail    = ":" weight [ ":" stop ] | "@" place | "@" time
    place   = "[" left "," top "," right "," bottom "]" | picture
    time    = begin "%" "-" end "%" | begin "-" end

Each tail stands once at most, in any order. pixray and VQGAN-CLIP are typed alike, `t:w:stop`, but
their stop is a distance, here it is a score. A number behind a colon is a weight only where
the words before it do not end in a digit: `at 10:30` and `16:9` are words. What stands behind an
`@` of the words is a place or a time only as above, the picture must be there; else it is words:
`a cat @home`. Quotes around all the words take every character as it is, so that such words can be
weighted too: `"a ratio 16":9`. `\|`, `\:` and `\@` are characters of the words; in quotes, `\"` and
`\\` are a quote and a backslash.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import NoReturn

from drawkit.config.prompt import (
    FIGURE,
    MOST_WEIGHT,
    RANGE,
    During,
    Prompt,
    Region,
    bad_weight,
)
from drawkit.errors import InputError, brief
from drawkit.files import expanded, is_file

__all__ = ["parse_prompts"]

_MOST_FIGURES = 2
"""Numbers looked for behind the words: where there are more, the words end in a digit."""
_MOST_SIGNS = 4
"""How many @ of a prompt may lead in the name of a picture."""
_LONGEST_NAME = 4096
_PICTURES = (
    *(".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".svg"),
    *(".pgm", ".ppm", ".pbm", ".tga", ".ico", ".qoi", ".jp2"),
)
"""How names of pictures end."""

_BEHIND = re.compile(rf"(?<!\\):{FIGURE}\Z")
_PART = re.compile(r"(?:\\\||[^|])*+")
_ESCAPED = re.compile(r"\\([|:@])")
_ESCAPED_IN_QUOTES = re.compile(r"""\\([\\|"'”])""")
_SIGN = re.compile(" *@")
_BOX = re.compile(r"(?a)[\d.,+\-eE ]*")
_SIDES = 4
_BOXES = "allowed: [left,top,right,bottom], each 0 to 1 from the top left"


def _in_quotes(opening: str, closing: str) -> str:
    """A pattern: what stands between two quotes, where a backslash may stand before some."""
    return rf"""{opening}((?:\\[\\|"'”]|\\(?![\\|"'”])|[^\\{closing}])*+){closing}"""


_DOUBLE = '"', '"'
_QUOTED = re.compile(
    " *(?:"
    + "|".join((_in_quotes(*_DOUBLE), _in_quotes("'", "'"), _in_quotes("“", "”")))
    + r") *(?=[|:@]|\Z)"
)
_FILE = re.compile(f" *{_in_quotes(*_DOUBLE)} *")


def parse_prompts(given: str, unsaid: float = 1.0) -> list[Prompt]:
    """The prompts that `|` separates, at least one; unsaid: the weight where none is said.

    Raises `InputError` for words that cannot be drawn and numbers beyond their limits; it says at
    which character.
    """
    return list(_Text(given).prompts(unsaid))


@dataclass
class _Tails:
    """What stands behind the words of one prompt.

    begin, after: where the prompt begins and its text ends; end: where the words end.
    numbered: whether the last that was found is a number; closed: whether nothing more is a tail.
    """

    begin: int
    after: int
    end: int
    weight: float | None = None
    stop: float | None = None
    region: Region | None = None
    during: During | None = None
    numbered: bool = False
    closed: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Text:
    """A text while it is read: its methods are told places in it."""

    _given: str

    def prompts(self, unsaid: float) -> Iterator[Prompt]:
        """One after the other; unsaid: the weight of one that says none."""
        at = 0
        while at <= len(self._given):
            words, picture, tails = self._quoted(at) or self._picture(at) or self._plain(at)
            try:
                yield Prompt(
                    words,
                    unsaid if tails.weight is None else tails.weight,
                    picture=picture,
                    stop=tails.stop,
                    during=tails.during,
                    region=tails.region,
                    note="; ".join(reversed(tails.notes)),
                )
            except InputError as error:
                if not self._given.strip():
                    raise
                self._fail(self._strange(tails.begin, tails.after), str(error))
            at = tails.after + 1

    def _quoted(self, at: int) -> tuple[str, None, _Tails] | None:
        """The prompt at a place, if all its words are in quotes."""
        found = _QUOTED.match(self._given, at)
        if found is None:
            return None
        tails = self._tails(found.end(), self._part_end(found.end()), quoted=True)
        if self._given[found.end() : tails.end].strip(" "):
            return None  # the quotes are some of the words
        inside = next(inside for inside in found.groups() if inside is not None)
        return _ESCAPED_IN_QUOTES.sub(r"\1", inside), None, replace(tails, begin=at)

    def _picture(self, at: int) -> tuple[str, str, _Tails] | None:
        """The prompt at a place, if it is `@photo.png:0.5`, in quotes where its name needs them."""
        sign = _SIGN.match(self._given, at)
        if sign is None:
            return None
        begin = sign.end()
        if (found := _FILE.match(self._given, begin)) is not None:
            tails = self._tails(found.end(), self._part_end(found.end()), quoted=True)
            path = _ESCAPED_IN_QUOTES.sub(r"\1", found[1])
        if found is None or self._given[found.end() : tails.end].strip(" "):
            tails = self._tails(begin, self._part_end(begin), quoted=False)
            path = _ESCAPED.sub(r"\1", self._given[begin : tails.end]).strip(" ")
            if RANGE.fullmatch(path) or path.startswith("["):
                self._fail(begin, f"there are no words before @{brief(path)}")
        if not path.strip():
            self._fail(
                begin, "there is no file behind @; allowed: @photo.png, or quotes around words"
            )
        return f"@{PurePath(path).name}", path, tails

    def _plain(self, at: int) -> tuple[str, None, _Tails]:
        """The prompt at a place, of words without quotes around all of them."""
        end = self._part_end(at)
        begin = end - len(self._given[at:end].lstrip(" "))
        if begin == end and self._given.strip():
            self._fail(
                at,
                f"there are no words beside a | of '{brief(self._given)}'; it separates prompts, "
                r"and \| is a bar of the words",
            )
        tails = self._tails(begin, end, quoted=False)
        words = _ESCAPED.sub(r"\1", self._given[begin : tails.end].rstrip(" "))
        if " ^ " in words:
            tails.notes.append(
                f"the ^ of '{brief(words)}' is one of the words; phrases in turn, as in VQGAN-CLIP,"
                " are typed: a@0%-50% | b@50%-100%"
            )
        return words, None, tails

    def _tails(self, begin: int, end: int, *, quoted: bool) -> _Tails:
        """What can be taken off the end of a prompt. quoted: whether its words are before that."""
        tails = _Tails(begin, end, end)
        while not tails.closed:
            tails.end = self._trimmed(begin, tails.end)
            if not (self._numbers(tails, quoted) or self._place_or_time(tails)):
                break
        return tails

    def _numbers(self, tails: _Tails, quoted: bool) -> bool:
        """Take `:weight` or `:weight:stop` off the end, if it is there."""
        begin, end = tails.begin, tails.end
        figures: list[tuple[int, str]] = []
        while len(figures) < _MOST_FIGURES and not tails.numbered:
            found = _BEHIND.search(self._given, begin, end)
            if found is None:
                break
            figures.insert(0, (found.start() + 1, found[0][1:].strip()))
            end = self._trimmed(begin, found.start())
        if not figures:
            return False
        inside = self._given[begin:end]
        if not quoted and inside[-1:].isdecimal() and not self._is_time(begin, end):
            part = brief(_ESCAPED.sub(r"\1", self._given[begin : tails.end]))
            note = f"'{part}' is read as words alone, for a digit stands before the colon"
            tails.notes.append(f'{note}; quotes let it be weighted: "TEXT":WEIGHT')
            tails.closed = True
            return False
        if tails.weight is not None:
            self._fail(figures[0][0], "the prompt has two weights; allowed: TEXT:WEIGHT:STOP")
        at, figure = figures[0]
        tails.weight = float(figure)
        if not 0 < abs(tails.weight) <= MOST_WEIGHT:
            self._fail(at, str(bad_weight(inside.strip(" "), figure)))
        if len(figures) > 1:
            tails.stop = self._stop(tails, *figures[1])
        tails.end, tails.numbered = end, True
        return True

    def _stop(self, tails: _Tails, at: int, figure: str) -> float:
        stop = float(figure)
        if not -1 <= stop <= 1:
            self._fail(
                at,
                f"the stop {brief(figure)} behind the weight; allowed: TEXT:WEIGHT:STOP with a "
                "score of -1 to 1, and quotes around words that end in numbers",
            )
        tails.notes.append(
            f"the stop {stop:g} is read as a score, a cosine of -1 to 1; pixray and VQGAN-CLIP "
            "take it for a distance"
        )
        return stop

    def _is_time(self, begin: int, end: int) -> bool:
        at = self._given.rfind("@", begin, end)
        return at >= 0 and RANGE.fullmatch(self._given, at + 1, end) is not None

    def _place_or_time(self, tails: _Tails) -> bool:
        """Take what an @ leads in off the end, if it is a box, a time or a picture."""
        at = self._given.rfind("@", tails.begin, tails.end)
        for _ in range(_MOST_SIGNS):
            if at < 0:
                return False
            if self._given[at - 1 : at] != "\\" and self._led_in(tails, at):
                tails.end, tails.numbered = at, False
                return True
            at = self._given.rfind("@", tails.begin, at)
        return False

    def _led_in(self, tails: _Tails, at: int) -> bool:
        """Whether the @ at a place leads in a place or a time, which then is one of the tails."""
        behind = self._given[at + 1 : tails.end].strip(" ")
        region: Region | None = None
        if RANGE.fullmatch(behind):
            if tails.during is not None:
                self._fail(at, "the prompt has two times; allowed: one")
            tails.during = self._time(at + 1, tails.end)
            return True
        quoted = _FILE.fullmatch(self._given, at + 1, tails.end)
        path = _ESCAPED.sub(r"\1", behind)
        if quoted is not None:
            path = _ESCAPED_IN_QUOTES.sub(r"\1", quoted[1])
        if path.lower().endswith(_PICTURES) and len(path) <= _LONGEST_NAME:
            if quoted is not None or is_file(expanded(path)):
                region = Region(mask=path)
            elif "@" not in behind:
                there = f"there is no picture '{brief(path)}', so it is"
                tails.notes.append(f"{there} read as words; a mask must be there")
        elif behind.startswith("[") and _BOX.fullmatch(behind.removeprefix("[").removesuffix("]")):
            region = self._box(at + 1, tails.end)
        elif behind.startswith("[") or behind.endswith("]"):
            tails.notes.append(
                f"'@{brief(behind)}' is read as words; a box is [left,top,right,bottom], behind all"
                " the words"
            )
        if region is None:
            return False
        if tails.region is not None:
            self._fail(at, "the prompt has two places; allowed: one box or one mask")
        tails.region = region
        return True

    def _time(self, begin: int, end: int) -> During:
        found = RANGE.fullmatch(self._given, begin, end)
        assert found is not None
        first, unit, last, other = found.groups()
        percent = bool(unit or other)
        if not percent and not (first.isdecimal() and last.isdecimal()):
            self._fail(begin, f"the steps {first}-{last} are no whole numbers; allowed: @10-200")
        try:
            return During(float(first), float(last), percent)
        except InputError as error:
            self._fail(found.start(1), str(error))

    def _box(self, begin: int, end: int) -> Region:
        """`[0,.3,.5,1]`."""
        start = self._given.index("[", begin, end)
        close = self._trimmed(begin, end) - 1
        if self._given[close] != "]":
            self._fail(close + 1, "the box has no ] at its end")
        sides, at = [], start + 1
        for side in self._given[at:close].split(","):
            try:
                sides.append(float(side))
            except ValueError:
                self._fail(at, f"'{brief(side.strip())}' is no number of a box; {_BOXES}")
            if not 0 <= sides[-1] <= 1:
                self._fail(at, f"{brief(side.strip())} is not on the sheet; {_BOXES}")
            at += len(side) + 1
        if len(sides) != _SIDES:
            self._fail(start, f"the box has {len(sides)} numbers; {_BOXES}")
        try:
            return Region((sides[0], sides[1], sides[2], sides[3]))
        except InputError as error:
            self._fail(start, str(error))

    def _part_end(self, at: int) -> int:
        """Where the prompt that goes on at a place ends: at a bar that is none of the words."""
        part = _PART.match(self._given, at)
        assert part is not None  # it matches nothing, too
        return part.end()

    def _trimmed(self, begin: int, end: int) -> int:
        """The end without spaces before it."""
        return begin + len(self._given[begin:end].rstrip(" "))

    def _strange(self, begin: int, end: int) -> int:
        """Where the first character is that is none of a text, else where it begins."""
        for at in range(begin, end):
            if unicodedata.category(self._given[at]) in ("Cc", "Cs"):
                return at
        return begin

    def _fail(self, at: int, message: str) -> NoReturn:
        """Say what is wrong at a place."""
        raise InputError(f"{message}; at character {at + 1}")
