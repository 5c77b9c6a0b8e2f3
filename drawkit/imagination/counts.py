"""How many of which thing a prompt wants: `three red balloons` are three times `a red balloon`."""

from __future__ import annotations

import re

__all__ = ["counted", "singular"]

_WORD = re.compile(r"\S+")

_NUMBERS = {
    name: number
    for number, name in enumerate(
        _WORD.findall("two three four five six seven eight nine ten eleven twelve"), start=2
    )
} | {"pair": 2, "couple": 2, "trio": 3, "dozen": 12}
_MOST = 12

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

_SAME = frozenset(
    _WORD.findall("sheep deer moose shrimp squid salmon trout bison aircraft spacecraft elk")
)
_OWN = {
    **{"people": "person", "feet": "foot", "teeth": "tooth", "geese": "goose", "mice": "mouse"},
    **{"children": "child", "oxen": "ox", "dice": "die", "cacti": "cactus", "octopi": "octopus"},
    **{"axes": "axe", "irises": "iris", "lenses": "lens", "gases": "gas", "quizzes": "quiz"},
    **{"canoes": "canoe", "oboes": "oboe", "hoes": "hoe", "toes": "toe", "tiptoes": "tiptoe"},
    **{"caves": "cave", "waves": "wave", "gloves": "glove", "doves": "dove", "stoves": "stove"},
    **{"olives": "olive", "graves": "grave", "sleeves": "sleeve", "beehives": "beehive"},
    **{"hives": "hive", "valves": "valve", "knives": "knife", "wives": "wife", "lives": "life"},
}
_WITH_IE = frozenset(
    _WORD.findall(
        "ties pies cookies movies zombies selfies brownies hoodies genies pixies collies magpies"
        " bowties budgies eyries smoothies veggies newbies"
    )
)
_PAIRS = frozenset(
    _WORD.findall(
        "scissors glasses sunglasses spectacles goggles trousers pants jeans shorts pliers tweezers"
        " tongs binoculars headphones earphones leggings tights pyjamas pajamas underpants"
    )
)
"""One thing that is always called a pair."""
_LONG_U = re.compile(r"^(?:uni(?!n|m)|use|usu|ura|eu|one\b|ufo)|^u$", re.IGNORECASE)
"""Words with a vowel that is not spoken first; and `hour`, the other way."""


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
            one = _without_s(name, name.lower())  # glasses of wine
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
    return phrase if one.lower() in _PAIRS else f"{_article(phrase)} {phrase}"


def singular(word: str) -> str | None:
    """The name of one of the things that `word` names, None where it is no plural in English."""
    low = word.lower()
    if not re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+)*", word) or len(low) < 3:
        return None
    if low in _SAME or low in _PAIRS or low.endswith("fish"):
        return word
    for plural, single in _OWN.items():
        if low == plural:
            return single
    if low.endswith("men") and low not in ("omen", "specimen", "women", "men", "ramen", "semen"):
        return word[:-2] + "an"
    if low in ("men", "women"):
        return word[:-2] + "an"
    return _without_s(word, low)


def _without_s(word: str, low: str) -> str | None:
    if not low.endswith("s") or low.endswith(("ss", "us", "is")):
        return None
    if low.endswith("ies") and low not in _WITH_IE and len(low) > 4:
        return word[:-3] + "y"
    if low.endswith("ves"):
        return word[:-3] + "f" if low[-4:-3] in "lra" or low.endswith("eaves") else word[:-1]
    if low.endswith(("ches", "shes", "sses", "xes", "zzes")):
        return word[:-2]
    if low.endswith("oes") and not low.endswith("shoes"):
        return word[:-2]
    if low.endswith("uses") and not low.endswith(("houses", "louses", "pouses", "fuses", "muses")):
        return word[:-2]
    return word[:-1]


def _article(phrase: str) -> str:
    silent = re.match(r"hour|honest|heir", phrase, re.IGNORECASE)
    vowel = phrase[:1].lower() in "aeiou" and not _LONG_U.match(phrase)
    return "an" if vowel or silent else "a"
