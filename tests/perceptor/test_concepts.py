from __future__ import annotations

import pytest
import torch
from torch import Tensor

from drawkit.perceptor.clip import open_perceptor
from drawkit.perceptor.concepts import Concepts, load_concepts, usual_forms
from drawkit.perceptor.names import BUILTIN

CONCEPTS = load_concepts(BUILTIN / "concepts.json.gz")


@pytest.fixture(scope="module")
def places() -> dict[str, Tensor]:
    words = ["a cat"]
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")
    return dict(zip(words, perceptor.encode_text(words), strict=True))


def test_the_nearest_thing_to_a_name_is_the_thing(places: dict[str, Tensor]) -> None:
    near = CONCEPTS.nearest(places["a cat"], 5)
    assert near[0][0] == "cat"
    assert [value for _, value in near] == sorted((v for _, v in near), reverse=True)


def test_a_rival_is_what_a_picture_shows_besides_the_words() -> None:
    places = torch.eye(4)
    few = Concepts(("cat", "kitten", "dog", "car"), frozenset(), places)
    text = torch.nn.functional.normalize(torch.tensor([[1.0, 1.0, 0.0, 0.0]]), dim=1)
    pure, mixed = places[0], torch.nn.functional.normalize(places[0] + places[2], dim=0)
    fits = few.rival_fit(torch.stack([pure, mixed]), text)
    assert float(fits[0]) < 0.1
    assert 0.65 < float(fits[1]) < 0.75


def test_usual_forms_of_a_known_word_are_known() -> None:
    few = Concepts(("berry",), frozenset({"berry", "dance", "fly"}), torch.ones(1, 4))
    assert few.strangers("The berries, dancing and danced flying berry's") == []
    assert few.strangers("a dancer") == ["dancer"]


def test_usual_forms_are_those_of_english() -> None:
    for word, form in (
        *(("cats", "cat"), ("cherries", "cherry"), ("boxes", "box"), ("leaves", "leaf")),
        *(("knives", "knife"), ("snowmen", "snowman"), ("teeth", "tooth"), ("dancing", "dance")),
    ):
        assert form in usual_forms(word)
