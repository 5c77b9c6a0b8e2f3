"""Numbers of things in prompts: what one of them is called, and how many there are."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from open_clip.tokenizer import default_bpe

from drawkit.imagination.counts import SEVERAL, counted, head_nouns, singular


@pytest.mark.parametrize(
    ("text", "one", "count"),
    [
        ("three fish", "a fish", 3),
        ("  Three   fish. ", "a fish", 3),
        ("two cats", "a cat", 2),
        ("2 cats", "a cat", 2),
        ("five apples", "an apple", 5),
        ("a pair of shoes", "a shoe", 2),
        ("two pairs of shoes", "a pair of shoes", 2),
        ("a couple of snowmen", "a snowman", 2),
        ("a dozen eggs", "an egg", 12),
        ("the three little pigs", "a little pig", 3),
        ("three red balloons", "a red balloon", 3),
        ("three red and blue balloons", "a red and blue balloon", 3),
        ("three slices of cake", "a slice of cake", 3),
        ("two glasses of wine", "a glass of wine", 2),
        ("two scissors", "scissors", 2),
        ("three fish tanks", "a fish tank", 3),
        ("three fish swimming in the sea", "a fish swimming", 3),
        ("two birds on a branch, watercolor", "a bird, watercolor", 2),
        ("a painting of three boats at sunset", "a painting of a boat", 3),
        ("a group of four ducks", "a duck", 4),
        ("two dogs in the style of van gogh", "a dog in the style of van gogh", 2),
        ("two hours", "an hour", 2),
        ("two unicorns", "a unicorn", 2),
        ("three umbrellas", "an umbrella", 3),
    ],
)
def test_one_of_several_things(text: str, one: str, count: int) -> None:
    assert counted(text) == [(one, count)]


def test_several_kinds_of_things() -> None:
    assert counted("two cats and a dog") == [("a cat", 2), ("a dog", 1)]
    assert counted("a fox and three hens in a field") == [("a fox", 1), ("a hen", 3)]
    assert counted("two cats, a dog, and three mice") == [
        ("a cat", 2),
        ("a dog", 1),
        ("a mouse", 3),
    ]
    assert counted("two cats and some mice") is None


@pytest.mark.parametrize(
    "text",
    [
        *("a cat", "one cat", "1 cat", "13 birds", "0 birds", "some birds", "many fish", ""),
        *("a cat and a dog", "a tree with three apples", "a cat with two tails", "number 7"),
        *("three-legged dog", "a three wheeler bike", "three wheeler bike", "train at 10"),
        *("a pair of glasses", "a pair of scissors", "two by two", "4 x 4", "two", "seven of nine"),
        *("two bus", "three glass", "eleven cats and two dogs", "red cats"),
    ],
)
def test_what_is_no_number_of_things(text: str) -> None:
    assert counted(text) is None


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        *(("dogs", "dog"), ("buses", "bus"), ("houses", "house"), ("horses", "horse")),
        *(("foxes", "fox"), ("witches", "witch"), ("dishes", "dish"), ("dresses", "dress")),
        *(("berries", "berry"), ("pies", "pie"), ("cookies", "cookie"), ("keys", "key")),
        *(("tomatoes", "tomato"), ("shoes", "shoe"), ("canoes", "canoe"), ("zoos", "zoo")),
        *(("wolves", "wolf"), ("leaves", "leaf"), ("knives", "knife"), ("gloves", "glove")),
        *(("scarves", "scarf"), ("shelves", "shelf"), ("waves", "wave"), ("olives", "olive")),
        *(("women", "woman"), ("firemen", "fireman"), ("people", "person"), ("mice", "mouse")),
        *(("sheep", "sheep"), ("goldfish", "goldfish"), ("octopuses", "octopus")),
        *(("Cats", "Cat"), ("jack-o-lanterns", "jack-o-lantern")),
        *(("cat", None), ("glass", None), ("bus", None), ("iris", None), ("2s", None)),
    ],
)
def test_the_name_of_one(plural: str, one: str | None) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize("text", ["two cats", "A pair of shoes", "a set of 12 keys", "three fish"])
def test_what_wants_several_things_is_found_by_a_glance(text: str) -> None:
    assert counted(text)
    assert SEVERAL.search(text)
    assert not SEVERAL.search("a network of weights")


def test_what_knows_english_is_loaded_for_plurals_alone() -> None:
    import inflect

    english = inflect.engine()
    pieces = gzip.decompress(Path(default_bpe()).read_bytes()).decode().split("\n")
    names = [piece.removesuffix("</w>").replace(" ", "") for piece in pieces[1:40000:20]]
    names = [name for name in names if name.isalpha() and name.isascii() and len(name) > 2]
    assert len(names) > 1000
    for name in names:
        if not name.endswith(("ss", "us", "is")):
            assert (singular(name) is None) == (not english.singular_noun(name)), name
    code = "import sys; from drawkit.imagination.counts import *; singular('owl'); counted('a cat')"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print('inflect' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        *(("a red mug with steam", "mug"), ("a house in the forest at night", "house")),
        *(("a monkey eating a banana", "monkey"), ("a gold ring on a hand", "ring")),
        *(("a rocking chair", "chair"), ("a red sewing machine", "machine")),
        *(
            ("a slice of pizza", "pizza"),
            ("a bowl of soup", "bowl soup"),
            ("a crayon drawing of a fox on ice", "fox"),
        ),
        *(("a painting of a fox", "fox"), ("a fox, watercolor painting", "fox")),
        *(("a cat and a dog", "cat dog"), ("a pencil", "pencil"), ("in the", ""), ("", "")),
    ],
)
def test_what_is_wanted_is_told_from_what_is_told_of_it(text: str, heads: str) -> None:
    assert head_nouns(text.replace(",", "").split()) == {*heads.split()}
