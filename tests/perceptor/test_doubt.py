"""The built-in perceptor says which words it does not know, and only those."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor

from drawkit.config.emoji import spelled
from drawkit.perceptor.clip import ClipPerceptor, open_perceptor
from drawkit.perceptor.concepts import Concepts, load_concepts
from drawkit.perceptor.doubt import unknown_words
from drawkit.perceptor.names import BUILTIN
from training.likeness import Measure, lines_of

THINGS = lines_of("things.txt")
HELD_OUT = [
    "barbarian",
    "paladin",
    "druid",
    "orc",
    "minotaur",
    "centaur",
    "catapult",
    "galleon",
    "gondola",
    "sundial",
    "harpsichord",
    "tambourine",
    "chameleon",
    "armadillo",
    "pangolin",
    "ostrich",
    "hyena",
    "jaguar",
    "orchid",
    "dandelion",
    "asparagus",
    "lawnmower",
    "chainsaw",
    "wheelbarrow",
    "scarecrow",
    "igloo",
    "pagoda",
    "philosophy",
    "nostalgia",
    "bureaucracy",
    "inflation",
    "Katze",
    "gato",
    "xqzv",
]
"""Words that `training.likeness` did not learn from."""
Unknown = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def perceptor() -> ClipPerceptor:
    return open_perceptor("builtin", precision="fp32", device="cpu")


@pytest.fixture(scope="module")
def unknown(perceptor: ClipPerceptor) -> Unknown:
    concepts = load_concepts(BUILTIN / "concepts.json.gz")
    return lambda text: unknown_words(concepts, text, perceptor.encode_text)


def bare(thing: str) -> str:
    return thing.removeprefix("a ").removeprefix("an ").removeprefix("the ")


def plural(thing: str) -> str:
    word = bare(thing)
    if word in ("grapes", "cherries", "fish") or word.endswith("fish"):
        return word
    if word == "slice of pizza":
        return "slices of pizza"
    for end, many in (("man", "men"), ("y", "ies"), ("no", "noes")):
        if word.endswith(end) and word[-2:-1] not in "aeiou":
            return word.removesuffix(end) + many
    return word + ("es" if word.endswith(("s", "ch", "sh", "x")) else "s")


FORMS = (
    *("{thing}", "{word}", "the {word}", "{many}", "two {many}", "some {many}"),
    *("a red {word}", "a light blue {word}", "three yellow {many}", "a golden {word}"),
    *("a big {word}", "a tiny {word}", "a small round {word}", "huge old {many}"),
    *("a photo of {thing}", "a drawing of {many}", "a watercolour painting of {thing}"),
    *("{thing} in the style of Picasso", "{thing} in the style of a woodcut, blue"),
    *("{thing} in crayon style", "pixel art of {thing}", "{thing} on a white background"),
    *("{thing} and {thing}", "{thing}, {many}"),
)


@pytest.mark.parametrize("form", FORMS)
def test_none_of_the_sixty_things_is_doubted(unknown: Unknown, form: str) -> None:
    for thing in THINGS:
        text = form.format(thing=thing, word=bare(thing), many=plural(thing))
        for written in (text, text.upper(), f"{text}!"):
            assert unknown(written) == [], written


@pytest.mark.parametrize(
    "form", ["{}", "a {}", "a photo of a small red {}", "{}s", "a cat and a {}"]
)
def test_unknown_words_are_named(unknown: Unknown, form: str) -> None:
    """Nine of ten at least, of those that the limits were learned from and of others."""
    for words in (lines_of("unknown.txt"), HELD_OUT):
        named = [word for word in words if unknown(form.format(word))]
        assert len(words) >= 30
        assert len(named) >= 0.9 * len(words), set(words) - set(named)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a knight", ["knight"]),
        ("a slime", ["slime"]),
        ("a wizard", ["wizard"]),
        ("a knight on a horse", ["knight"]),
        ("a cat and a narwhal", ["narwhal"]),
        ("a wizard, a slime and a wizard", ["wizard", "slime"]),
        ("xqzv cat", ["xqzv"]),
        ("猫", ["猫"]),
        ("!!!", ["!!!"]),
        ("42", ["42"]),
        ("blue", ["blue"]),
        ("😀", []),
        ("🐱🌈", []),
        ("🏰🐉", []),
    ],
)
def test_what_is_named(unknown: Unknown, text: str, words: list[str]) -> None:
    assert unknown(spelled(text)) == words


@pytest.mark.parametrize(
    "text",
    [
        *("a fluffy cat", "a shiny key", "mossy stone", "an ancient temple", "a pirate ship"),
        *("a dog playing guitar", "green grass", "blue water", "a smiling face", "two cats"),
        *("a tiny dragon", "the knight's swords", "a laughing face", "a lighthouse", "snowmen"),
    ],
)
def test_what_tells_of_a_known_thing_is_not_named(unknown: Unknown, text: str) -> None:
    assert unknown(text) == []


@pytest.mark.parametrize("text", ["a theremin", "epistemology", "猫", "a " + "theremin " * 300])
def test_it_is_one_line_that_says_what_is_taken_for_what(
    perceptor: ClipPerceptor, text: str
) -> None:
    line = perceptor.doubt(text)
    assert line is not None
    assert line.isprintable()
    assert f"it takes '{text}' for" in line
    assert "--model" in line
    assert perceptor.doubt("a cat") is None


def test_likeness_decides_and_not_only_a_list() -> None:
    """The same word with the same lists: near to a name it is known, far from it not."""
    where = {"a cat": (1.0, 0.0), "a moggy": (0.9, 0.436), "a feline": (0.5, 0.866)}
    few = Concepts(("cat",), frozenset({"cat", "moggy", "feline"}), torch.eye(2)[:1], sure=0.8)

    def encode(texts: Sequence[str]) -> Tensor:
        return torch.tensor([where.get(text, (0.0, 1.0)) for text in texts])

    assert unknown_words(few, "a moggy", encode) == []
    assert unknown_words(few, "a feline", encode) == ["feline"]


def test_the_shipped_limits_are_those_that_are_measured(tmp_path: Path) -> None:
    """`training.likeness` has run since the weights or the names changed."""
    data = json.loads(gzip.decompress((BUILTIN / "concepts.json.gz").read_bytes()))
    limits = Measure(BUILTIN).limits()
    assert limits == pytest.approx({key: data[key] for key in limits}, abs=0.011)


def test_a_file_without_limits_is_read(tmp_path: Path) -> None:
    shutil.copy(BUILTIN / "concepts.json.gz", tmp_path)
    path = tmp_path / "concepts.json.gz"
    data = json.loads(gzip.decompress(path.read_bytes()))
    del data["sure"], data["described"]
    path.write_bytes(gzip.compress(json.dumps(data).encode()))
    assert 0.5 < load_concepts(path).sure < 1


def test_a_word_that_a_remembered_picture_shows_is_no_guess() -> None:
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    for text, word in (("two walruses", "walruses"), ("a red griffin", "griffin")):
        line = perceptor.doubt(text)
        assert line is not None
        assert line.startswith(f"the built-in perceptor is unsure of '{word}', but remembers")
        assert "\n" not in line
    guess = perceptor.doubt("a walrus of epistemology")
    assert guess is not None
    assert "it takes" in guess
