"""Which words of a prompt the built-in perceptor does not know, by their likeness to what it saw.

A word is known where `a WORD` lies as near to a name of what was seen as `Concepts.sure` asks, or
where it is one of those names, alone or with its neighbours (`crescent moon`). An unknown word
right before a known thing describes it where the thing stays near to its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import torch.nn.functional as F
from torch import Tensor

from drawkit.perceptor.concepts import Concepts, usual_forms
from drawkit.perceptor.plain_words import LITTLE, MANNER, PLAIN, WORD

__all__ = ["doubt", "unknown_words"]

Encode = Callable[[Sequence[str]], Tensor]
"""Texts -> where the perceptor puts them, [N, D]."""

_LONGEST = 4
"""Words of a name, little ones between them counted."""
_MOST = 60
"""Words that are looked at; a perceptor reads no more."""
_DOING = ("ing", "ed")
"""Endings of words for what a thing does or was done to it."""
_LONG = 6
"""Letters of such a word at least: a king does nothing."""


def doubt(
    concepts: Concepts,
    text: str,
    unknown: Sequence[str],
    encode: Encode,
    *,
    remembered: Collection[str] = (),
) -> str:
    """One line for the user about a text that holds these unknown words.

    remembered: words that are in names of pictures which drawings of this text can begin with.
    """
    words = ", ".join(f"'{word}'" for word in unknown)
    if {*unknown} <= {*remembered}:
        return (
            f"the built-in perceptor is unsure of {words}, but remembers a picture of that name to "
            "begin with (perceptor.recall)"
        )
    near = concepts.nearest(encode([text])[0], 3)
    taken = ", ".join(f"{name} ({value:.2f})" for name, value in near)
    return (
        f"the built-in perceptor is unsure of {words}: it takes '{text}' for {taken}; "
        "a larger one may know it: --model ViT-B-32/openai"
    )


def unknown_words(concepts: Concepts, text: str, encode: Encode) -> list[str]:
    """The words of `text` that could show something and are not known, each once, in order."""
    words = WORD.findall(MANNER.sub(" ", text).lower())[:_MOST]
    heavy = [at for at, word in enumerate(words) if word not in LITTLE and not _is_letter(word)]
    things = [at for at in heavy if words[at] not in PLAIN] or heavy
    if not things:
        return [] if _is_near(concepts, [text], encode)[0] else [text.strip()]
    known = _named(concepts, words)
    single = [at for at in things if at not in known]
    found = _is_near(concepts, [words[at] for at in single], encode)
    known |= {at for at, near in zip(single, found, strict=True) if near}
    strange = [at for at in things if at not in known]
    told = _told(words, strange, known & set(things))
    strange = [at for at in strange if at not in told or not _still(concepts, told[at], encode)]
    return list(dict.fromkeys(words[at] for at in strange))


def _named(concepts: Concepts, words: Sequence[str]) -> set[int]:
    """Places of the words that are names of what was seen, alone or several together."""
    names = concepts.known_names
    found: set[int] = set()
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + _LONGEST, len(words)) + 1):
            *before, last = words[begin:end]
            if any(" ".join([*before, form]) in names for form in (last, *usual_forms(last))):
                found |= set(range(begin, end))
    return found


def _is_near(concepts: Concepts, words: Sequence[str], encode: Encode) -> list[bool]:
    """Whether each word, in one of its usual forms, is near to a name; strangers are not."""
    forms = [[word, *(f for f in usual_forms(word) if f in concepts.words)] for word in words]
    texts = [_with_article(form) for each in forms for form in each]
    near = iter(concepts.likeness(encode(texts)) if texts else ())
    likeness = [max(float(next(near)) for _ in each) for each in forms]
    return [
        value >= concepts.sure and not concepts.strangers(word)
        for word, value in zip(words, likeness, strict=True)
    ]


def _told(
    words: Sequence[str], strange: Sequence[int], known: set[int]
) -> dict[int, tuple[str, str]]:
    """Place of a strange word -> the phrase in which it tells of a known thing, and that thing."""
    found = {}
    for at in strange:
        end = at + 1
        while end < len(words) and end not in known and words[end] not in LITTLE:
            end += 1
        if end < len(words) and end in known:
            found[at] = (" ".join(words[at : end + 1]), words[end])
        elif known and words[at].endswith(_DOING) and len(words[at]) >= _LONG:
            thing = min(known, key=lambda place: abs(place - at))
            found[at] = (f"{words[thing]} {words[at]}", words[thing])
    return found


def _still(concepts: Concepts, told: tuple[str, str], encode: Encode) -> bool:
    """Whether a described thing is still itself."""
    described, plain = F.normalize(encode([_with_article(text) for text in told]), dim=1)
    return float(described @ plain) >= concepts.described


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isascii()


def _with_article(text: str) -> str:
    return f"{'an' if text[:1] in 'aeiou' else 'a'} {text}"
