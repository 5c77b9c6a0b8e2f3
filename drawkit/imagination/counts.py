"""How many of which thing a prompt wants: `three red balloons` are three times `a red balloon`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import inflect

__all__ = ["SEVERAL", "SMALL", "counted", "head_nouns", "singular"]

_WORD = re.compile(r"\S+")

_NUMBERS = {
    name: number
    for number, name in enumerate(
        _WORD.findall("two three four five six seven eight nine ten eleven twelve"), start=2
    )
} | {"pair": 2, "couple": 2, "trio": 3, "dozen": 12}
_MOST = 12
SEVERAL = re.compile(rf"\b(?:{'|'.join(_NUMBERS)}|[2-9]|1[0-2])\b", re.IGNORECASE)
"""What a text that wants several things holds at least: most hold none of it."""

_MANNER = _WORD.findall(
    "photo photograph picture image drawing painting sketch doodle icon sprite art illustration"
    " cartoon sticker print rendering watercolor watercolour"
)
_LED = re.compile(
    rf"^(?P<manner>(?:\S+\s+){{0,4}}(?:{'|'.join(_MANNER)})\s+of\s+)?"
    r"(?:(?:an?\s+)?(?:set|group|row|line|family|team)\s+of\s+)?(?:the\s+)?"
    r"(?:(?:an?\s+)?(?P<set>pair|couple|trio|dozen)(?:\s+of)?|(?P<number>[a-z]+|\d{1,2}))"
    r"\s+(?P<rest>[^\W\d_].*)$",
    re.IGNORECASE,
)
_ONE = re.compile(r"^(?:an?|one|the)\s+\S", re.IGNORECASE)
_PLACE = re.compile(
    r"\s+(?:in|on|at|under|over|near|behind|against|above|below|beside|between|by|inside|outside"
    r"|around|along|across|into|through)\s+(?!(?:\S+\s+){0,4}style\b)[^,.;]*",
    re.IGNORECASE,
)
"""Where things are: it is no part of each of them."""
_END = frozenset(
    _WORD.findall(
        "in on at under over near behind against above below beside between by inside outside"
        " around along across into through with without of from for to that which who and or"
    )
)
"""Words that a thing's name ends before."""
_SHOWN = frozenset((*_MANNER, "pencil", "crayon", "charcoal", "ink", "line", "pixel"))
"""Words of how a thing is shown."""
_OF_ANY = frozenset((*_MANNER, *_WORD.findall("slice piece bit bunch lot pile stack kind sort")))
"""Words before the `of` of any thing."""
_AND = frozenset(("and", "or"))
_ARTICLES = frozenset(("a", "an", "the"))
_AFTER = _END | _ARTICLES
"""Words that follow a word for what a thing does."""
SMALL = _AFTER | _AND
"""Words that stand between those of what a thing is, has and does."""
_LONG = 6
"""Letters of such a word at least: a gold ring on a hand does nothing."""

_PAIRS = frozenset(
    _WORD.findall(
        "scissors glasses sunglasses spectacles goggles trousers pants jeans shorts pliers tweezers"
        " tongs binoculars headphones earphones leggings tights pyjamas pajamas underpants"
    )
)
"""One thing that is always called a pair."""
_PLURAL = re.compile(
    r"(?:[sai]|ae|(?:m|dr|thr)en|[nm]?ese|eese|oose|t?eeth|feet|ice|people|fish|craft|deer|sheep|carp"
    r"|salmon|trout|mackerel|cod|offspring|pence|kine|quid|pox|hertz|butter|cash|lore|age|ery|elry"
    r"|infinity|equipment|furniture|information|livestock|them|they|you)$"
)
"""How words end that may name several things. Only for these is it worth a second to load what
knows English."""


def counted(text: str) -> list[tuple[str, int]] | None:
    """What single things a prompt wants, each as a prompt of its own, and how many of each.

    Two to twelve in all; None where it does not begin with a number of things that can be told
    apart. `three fish in the sea` are three times `a fish`: where they are is left out.
    """
    text = " ".join(text.split()).strip(" .,;!")
    parts = re.split(r",?\s+and\s+|,\s*", text, flags=re.IGNORECASE)
    found = [_part(part) for part in parts] if len(parts) > 1 else []
    told = [part for part in found if part is not None]
    if not told or len(told) < len(parts) or max(count for _, count in told) < 2:
        whole = _part(text)
        told = [] if whole is None or whole[1] < 2 else [whole]
    total = sum(count for _, count in told)
    return told if 2 <= total <= _MOST else None


def _part(text: str) -> tuple[str, int] | None:
    """One thing and its number: `two cats`, or `a dog` with 1."""
    led = _LED.match(text)
    count = 0
    if led is not None:
        said = (led["number"] or led["set"]).lower()
        count = int(said) if said.isdigit() else _NUMBERS.get(said, 0)
    if led is None or count < 2:
        return (_PLACE.sub("", text), 1) if _ONE.match(text) else None
    thing = _single(led["rest"], pair=said == "pair")
    return None if thing is None else ((led["manner"] or "") + thing, count)


def _single(text: str, *, pair: bool) -> str | None:
    """`red balloons in the sky` -> `a red balloon`; None where nothing is in the plural."""
    words = text.split(" ")
    found = None
    for at, word in enumerate(words):
        name = word.strip(",.;:!")
        joins = name.lower() in ("and", "or")
        if joins and found is not None:
            return None  # of things that were not told apart
        if name.lower() in _END and not joins:
            break
        one = singular(name)
        if one in _PAIRS and words[at + 1 : at + 2] == ["of"]:
            one = _english().singular_noun(name) or None  # glasses of wine
        if one is not None:
            found = at, one
        if name != word:
            break
    if found is None or (pair and found[1].lower() in _PAIRS):
        return None
    at, one = found
    last = words[at]
    words[at] = one + last[len(last.rstrip(",.;:!")) :]
    phrase = _PLACE.sub("", " ".join(words))
    return phrase if one.lower() in _PAIRS else _english().a(phrase)


def singular(word: str) -> str | None:
    """The name of one of the things that `word` names, None where it is no plural in English."""
    low = word.lower()
    if not re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)*", word) or len(low) < 3:
        return None
    if low in _PAIRS:
        return word
    if low.endswith(("ss", "us", "is")) or not _PLURAL.search(low):  # a glass, a bus, a cat
        return None
    return _english().singular_noun(word) or None


@cache
def _english() -> inflect.engine:
    """What knows how words of English change; loading it takes a second."""
    import inflect

    return inflect.engine()


def head_nouns(words: Sequence[str]) -> set[str]:
    """What things are wanted, of words in small letters: the mug of `a red mug with steam`.

    The last word before what is told of a thing: where it is, what is with it, what it does.
    """
    heads, last = set(), ""
    for at, word in enumerate(words):
        does = len(word) >= _LONG and word.endswith("ing") and {*words[at + 1 : at + 2]} & _AFTER
        if word == "of" and words[at - 1] in _OF_ANY:  # a painting of a fox
            last = ""
        elif word in _AND or word == "of":  # a bowl of soup is both
            heads.add(last)
            last = ""
        elif word in _END:
            if last:
                break
        elif last and does and word not in _SHOWN:  # a monkey eating a banana
            break
        elif word not in _ARTICLES and not (last and word in _SHOWN):  # a cat, pencil sketch
            last = word
    return (heads | {last}) - {""}
