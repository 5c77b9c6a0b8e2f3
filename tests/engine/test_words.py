"""Words beside the prompt: a style's where a perceptor knows them, modifiers as asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drawkit.config import Given, WordsConfig, parse_prompts, resolve
from drawkit.engine.prompt_words import understood, worded
from drawkit.errors import ConfigError, DrawkitError, UnknownNameError
from drawkit.styles import find_modifiers, modifiers

CLIP = ["ViT-B-32/openai"]


def said(prompts: list[str], models: list[str] = CLIP, **words: Any) -> list[tuple[str, float]]:
    layer = {f"words.{key}": Given(value, "test") for key, value in words.items()}
    settings = resolve({"words": WordsConfig}, layer)
    told = worded([p for text in prompts for p in parse_prompts(text)], settings, models)
    return [(prompt.text, prompt.weight) for prompt in told]


def test_no_words_leave_the_prompts_alone() -> None:
    assert said(["a cat", "fur:-0.5"]) == [("a cat", 1.0), ("fur", -0.5)]


def test_prefix_and_suffix_stand_around_what_is_wanted() -> None:
    told = said(["a cat:2", "fur:-0.5"], prefix="a woodcut of", suffix="in black")
    assert told == [("a woodcut of a cat in black", 2.0), ("fur", -0.5)]


def test_negatives_come_last_with_a_weight_below_0() -> None:
    assert said(["a cat"], negatives=["a photo", "grey:0.5"]) == [
        ("a cat", 1.0),
        ("a photo", -0.3),
        ("grey", -0.5),
    ]


@pytest.mark.parametrize(
    ("perceptors", "models", "used"),
    [
        (("others",), ["builtin"], False),
        (("others",), ["auto"], False),
        (("others",), CLIP, True),
        (("builtin",), ["auto"], True),
        (("builtin",), CLIP, False),
        (("builtin",), ["builtin", *CLIP], False),
        (("builtin", "others"), ["builtin:0.5", "ViT-B-32:0.5"], True),
        (("ViT-B-32",), CLIP, True),
        (("ViT-B-32:openai",), CLIP, True),
        (("ViT-B-32",), ["RN50"], False),
        ((), CLIP, False),
    ],
)
def test_words_are_for_perceptors_that_know_them(
    perceptors: tuple[str, ...], models: list[str], used: bool
) -> None:
    assert understood(WordsConfig(perceptors=perceptors), models) is used
    told = said(["a cat"], models, suffix="in ink", negatives=["grey"], perceptors=perceptors)
    assert len(told) == (2 if used else 1)
    assert ("ink" in told[0][0]) is used


def test_a_styles_words_are_typed_as_prompts_are() -> None:
    told = said(
        ["a cat:2"], forms=['"{} of 1990":0.5 | {} of 1990:3'], negatives=["grey:2 | grain"]
    )
    forms = [("a cat of 1990", 1.0), ("a cat of 1990:3", 2.0)]
    assert told == [*forms, ("grey", -2.0), ("grain", -0.3)]


def test_forms_make_several_prompts_of_one() -> None:
    told = said(["a cat:2"], forms=["{} in ink:0.7", "neon {}:0.3"], suffix="not used")
    assert told == [("a cat in ink", pytest.approx(1.4)), ("neon a cat", pytest.approx(0.6))]


def test_modifiers_are_told_to_every_perceptor() -> None:
    told = said(["a cat", "fur:-1"], ["builtin"], modifiers="oil-painting, 4k", suffix="in ink")
    assert told == [("a cat, oil painting, 4k", 1.0), ("fur", -1.0)]
    told = said(["a cat"], CLIP, modifiers=["4k"], suffix="in ink")
    assert told == [("a cat in ink, 4k", 1.0)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"modifiers": "oil-paintin"}, "did you mean 'oil-painting'"),
        ({"forms": ["ink"]}, "texts with {}"),
        ({"forms": ["{}:-1"]}, "allowed: above 0"),
        ({"negatives": ["grey:0"]}, "but not 0"),
        ({"negatives": ["a | grey:-1"]}, "allowed: above 0"),
        ({"negatives": ["grey:11"]}, "words.negatives: prompt weight 11"),
        ({"forms": ["{} | ink"]}, "texts with {}"),
        ({"negatives": [" "]}, "empty"),
        ({"negative_weight": -0.3}, "above 0"),
        ({"prefix": 3}, "takes text"),
    ],
)
def test_bad_words(words: dict[str, Any], message: str) -> None:
    with pytest.raises(DrawkitError) as caught:
        said(["a cat"], **words)
    assert message in str(caught.value)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "styles" / "words").mkdir(parents=True)
    return tmp_path


def test_shipped_modifiers_say_what_they_are_for(folder: Path) -> None:
    known = modifiers(folder)
    assert {"oil-painting", "watercolor", "artstation", "unreal-engine", "4k"} <= set(known)
    assert all(m.words and ":" in m.purpose for m in known.values())
    assert list(known) == sorted(known)


def test_own_modifiers_come_first(folder: Path) -> None:
    path = folder / "styles" / "words" / "modifiers.toml"
    path.write_text(
        '[4k]\nwords = "sharp"\npurpose = "mine"\n[wet]\nwords = "wet"\npurpose = "x"\n'
    )
    assert [m.words for m in find_modifiers(["4k", "wet"], folder)] == ["sharp", "wet"]
    assert "oil-painting" in modifiers(folder)
    with pytest.raises(UnknownNameError):
        find_modifiers(["wett"], folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n", "modifiers.toml:1: 'x' stands above"),
        ('[a]\nwords = "b"\n', "modifiers.toml:1: the modifier 'a' has no purpose"),
        ('[a]\nwords = "b"\npurpose = 3\n', "modifiers.toml:3: 'a.purpose'; allowed"),
        ('[a]\nwords = "b"\nfor = "c"\n', "modifiers.toml:3: 'a.for'; allowed"),
        ('[a]\nwords = " "\npurpose = "c"\n', "modifiers.toml:2"),
        ("[a\n", "not valid TOML"),
    ],
)
def test_a_broken_list_says_where(folder: Path, text: str, words: str) -> None:
    (folder / "styles" / "words" / "modifiers.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        modifiers(folder)
    assert words in str(caught.value)


def test_repellers_are_prompts_to_stay_away_from_for_every_perceptor() -> None:
    assert said(["a cat"], ["builtin"]) == [("a cat", 1.0)]
    told = said(["a cat"], ["builtin"], repel="lettering, clutter", repel_weight=0.2)
    assert told == [
        ("a cat", 1.0),
        ("letters and words", -0.2),
        ("a clutter of many small things", -0.2),
    ]
    with pytest.raises(
        ConfigError, match=r"words\.repel holds 'letering'; did you mean 'lettering'"
    ):
        said(["a cat"], repel=["letering"])


def test_a_style_mixes_words_and_weights_alone() -> None:
    with pytest.raises(ConfigError, match=r"allowed: \{\} and a weight"):
        said(["a cat"], forms=["{}@0%-50%"])
