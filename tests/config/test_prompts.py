"""Prompts as people type them: weights, several at once, and what they print."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawkit.config import Prompt, parse_prompts, read_prompts, typed
from drawkit.errors import InputError


def read(text: str) -> list[tuple[str, float]]:
    return [(prompt.text, prompt.weight) for prompt in parse_prompts(text)]


@pytest.mark.parametrize(
    ("given", "text", "weight"),
    [
        ("a cat", "a cat", 1.0),
        ("a cat:2", "a cat", 2.0),
        ("a cat: 0.5", "a cat", 0.5),
        ("a cat : .5 ", "a cat", 0.5),
        ("a cat:+1e-1", "a cat", 0.1),
        ("a cat:10", "a cat", 10.0),
        ("a dog:-0.5", "a dog", -0.5),
        ("a dog:-10", "a dog", -10.0),
        ("time: the end", "time: the end", 1.0),
        ("time: the end:2", "time: the end", 2.0),
        ("a 10:30 train:0.5", "a 10:30 train", 0.5),
        ("Agent: Infinity", "Agent: Infinity", 1.0),
        ("a cat:", "a cat:", 1.0),
        ("a cat:2x", "a cat:2x", 1.0),
        (" a cat ", "a cat", 1.0),
        ("kočka 猫", "kočka 猫", 1.0),
        ("🐱:2", "🐱", 2.0),
        (r"a \ b", r"a \ b", 1.0),
    ],
)
def test_a_number_behind_a_colon_is_the_weight(given: str, text: str, weight: float) -> None:
    assert read(given) == [(text, weight)]
    assert not parse_prompts(given)[0].note


@pytest.mark.parametrize(
    "words",
    [
        "train at 10:30",
        "a ratio 16:9",
        "ratio 16:9:2",
        "10:30:45",
        "9:9:9:9",
        "catch 22:-0.5",
        "room 101 :2",
        "the number \uff13:2",
    ],
)
def test_after_a_digit_it_is_words_and_a_line_says_so(words: str) -> None:
    (prompt,) = parse_prompts(words)
    assert (prompt.text, prompt.weight) == (words, 1.0)
    assert f"'{words}' is read as words" in prompt.note
    assert prompt.note.isprintable()


@pytest.mark.parametrize(
    ("given", "text", "weight"),
    [
        ('"a ratio 16":9', "a ratio 16", 9.0),
        ('"a ratio 16" : -0.5', "a ratio 16", -0.5),
        ("'a ratio 16':9", "a ratio 16", 9.0),
        ("“a ratio 16”:9", "a ratio 16", 9.0),
        ('"a cat:2"', "a cat:2", 1.0),
        ('"a cat:99"', "a cat:99", 1.0),
        ('"a cat | a dog"', "a cat | a dog", 1.0),
        (r'"a \"big\" cat \\ dog":2', r'a "big" cat \ dog', 2.0),
        ('the "sea":-0.5', 'the "sea"', -0.5),
        ('"a cat" and "a dog":2', '"a cat" and "a dog"', 2.0),
        ('"a cat', '"a cat', 1.0),
        ('"a cat":x', '"a cat":x', 1.0),
        ("the dogs' house 3\"", "the dogs' house 3\"", 1.0),
    ],
)
def test_quotes_around_all_the_words(given: str, text: str, weight: float) -> None:
    assert read(given) == [(text, weight)]
    assert not parse_prompts(given)[0].note


@pytest.mark.parametrize(
    ("given", "prompts"),
    [
        ("a cat:0.5 | a dog:-0.2", [("a cat", 0.5), ("a dog", -0.2)]),
        ("a cat|a dog|a cow:3", [("a cat", 1.0), ("a dog", 1.0), ("a cow", 3.0)]),
        (r"black \| white | red:2", [("black | white", 1.0), ("red", 2.0)]),
        (r"a\\|b", [(r"a\|b", 1.0)]),
        ("\"a|b\":2 | c | 'd|e'", [("a|b", 2.0), ("c", 1.0), ("d|e", 1.0)]),
        ("at 10:30 | a dog:-0.2", [("at 10:30", 1.0), ("a dog", -0.2)]),
        ('"a cat | a dog', [('"a cat', 1.0), ("a dog", 1.0)]),
    ],
)
def test_a_bar_separates_prompts(given: str, prompts: list[tuple[str, float]]) -> None:
    assert read(given) == prompts


@pytest.mark.parametrize(
    "given",
    [
        *("", "  ", ":2", '""', '" "', "|", "a cat |", "| a cat", "a || b", "a | :2", '"a" | '),
        *("a\ncat", "a\x00cat", "a\x1b[31mcat", "a | b\tc"),
        *("a cat:nan", "a cat:inf", "a cat:-inf", "x:0", "x:-0.0", "x:10.5", "x:-11", "x:1e308"),
        *("x:" + "9" * 5000, '"at 10":30', "a | x:11", "a cat:0.5:1.2", '"a cat":1:2', "b:1e-999"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(given: str) -> None:
    with pytest.raises(InputError) as error:
        parse_prompts(given)
    message = str(error.value)
    assert message.isprintable()
    assert len(message) < 240


def test_refusals_say_what_is_allowed() -> None:
    with pytest.raises(InputError, match="weight 11 of 'a cat'; allowed: -10 to 10 but not 0"):
        parse_prompts("a cat:11")
    with pytest.raises(InputError, match=r"stop 2 .*allowed: TEXT:WEIGHT:STOP"):
        parse_prompts("a cat:0.5:2")


def test_the_weight_of_those_that_say_none_may_be_another() -> None:
    found = parse_prompts("grey | grain:1 | at 10:30", 0.3)
    assert [prompt.weight for prompt in found] == [0.3, 1.0, 0.3]


def test_drawings_are_named_after_what_is_to_be_drawn() -> None:
    assert read_prompts(["a dog:-1 | a cat:0.5 | a cow"]).main.text == "a cat"
    assert read_prompts(["a dog:-1 | people:-2"]).main.text == "a dog"


WORDS = st.text(
    st.one_of(
        st.sampled_from(" :|\\\"'“”0123456789.-+eab\u00a0"),
        st.characters(exclude_categories=["Cc", "Cs"]),
    ),
    min_size=1,
    max_size=20,
).filter(lambda text: text.strip() != "")
WEIGHTS = st.one_of(
    st.just(1.0), st.floats(-10, 10).filter(lambda weight: weight != 0), st.integers(1, 10)
)
PROMPTS = st.builds(Prompt, WORDS, WEIGHTS)


def test_words_that_end_in_a_backslash_leave_the_bar_behind_them_alone() -> None:
    prompts = [Prompt("a \\"), Prompt("b")]
    assert parse_prompts("|".join(map(str, prompts))) == prompts


@settings(max_examples=1000)
@given(st.lists(PROMPTS, min_size=1, max_size=4), st.sampled_from(["|", " | ", "  |"]))
def test_what_it_prints_parses_to_the_same(prompts: list[Prompt], bar: str) -> None:
    found = parse_prompts(bar.join(map(str, prompts)))
    assert found == prompts
    assert not any(prompt.note for prompt in found)


@settings(max_examples=500)
@given(WORDS, WEIGHTS)
def test_a_weight_is_typed_where_it_is_wanted(text: str, weight: float) -> None:
    assert parse_prompts(typed(text, weight), unsaid=0.25) == [Prompt(text, weight)]


@settings(max_examples=500)
@given(WORDS)
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    try:
        found = parse_prompts(text)
    except InputError:
        return
    assert parse_prompts(" | ".join(map(str, found))) == found


def test_a_long_text_is_read_at_once() -> None:
    for piece in ("|a", ":1", "\\", "\\|", '"', '\\"', " ", "a:1 ", "'\\"):
        for text in (piece * 50_000, '"' + piece * 50_000):
            began = time.process_time()
            for prompt in ("b" + text, text):
                with contextlib.suppress(InputError):
                    parse_prompts(prompt)
            assert time.process_time() - began < 5, piece  # tenths; minutes where each is a walk


def test_prompts_and_defaults_load_without_torch() -> None:
    code = (
        "import sys, drawkit.config.prompts, drawkit.perceptor.defaults;"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
