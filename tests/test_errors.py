"""Messages: one line, cut where what was given is long, and nothing that a terminal obeys."""

from __future__ import annotations

import pickle

import pytest
from hostile import is_plain

from drawkit import errors
from drawkit.errors import DrawkitError, InputError, one_line, printable, shown, suggestion

HOSTILE = {
    "escape": "\x1b]0;owned\x07",
    "colour": "\x1b[31mred\x1b[0m",
    "c1": "\x9b31m\x85",
    "lines": "one\r\ntwo\nthree",
    "bidi": "\u202egnp.exe\u2066\u200f",
    "separators": "a\u2028b\u2029c",
    "half": "\udc80",
    "delete": "\x7f\x08\x08",
    "tag": "\U000e0041",
}


@pytest.mark.parametrize("kind", [getattr(errors, n) for n in errors.__all__ if "Error" in n])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_error_is_one_plain_line(kind: type[DrawkitError], text: str) -> None:
    said = str(kind(f"unknown style '{text}'; allowed: all others"))
    assert is_plain(said)
    assert len(said.splitlines()) == 1
    assert said.startswith("unknown style '")
    assert said.endswith("'; allowed: all others")


def test_escapes_say_what_it_was() -> None:
    assert printable("\x1b[0m") == r"\x1b[0m"
    assert printable("a\nb\t") == r"a\nb\t"
    assert printable("\u202e\U000e0041") == r"\u202e\U000e0041"
    assert one_line(" a\r\n  b  c\t") == "a b  c"


@pytest.mark.parametrize("text", ["żółw", "🐱‍🏍", "猫", "नमस्ते", "a  b", r"C:\x1b", ""])
def test_words_stay(text: str) -> None:
    assert printable(text) == text
    assert one_line(f"'{text}'") == f"'{text}'"


@pytest.mark.parametrize("given", ["x" * 100_000, "a b " * 30_000, "'" * 90_000, "'a \"b " * 9_999])
@pytest.mark.parametrize("form", ["'{}'", '"{}"', "{}", "key {}: that"])
def test_what_is_long_is_cut(given: str, form: str) -> None:
    said = str(InputError(f"here: {form.format(given)}; allowed: 1 to 3"))
    assert len(said) <= 480
    assert said.startswith("here: ")
    assert said.endswith("; allowed: 1 to 3")
    assert "…" in said


def test_one_quoted_text_is_cut_to_a_line() -> None:
    said = str(InputError(f"'{'lion and bear ' * 50}' is unknown; did you mean '{'b' * 50}'?"))
    assert len(said) < 220
    assert f"'{'b' * 50}'" in said


def test_paths_are_cut_later() -> None:
    path = "/home/kim/" + "pictures/" * 18 + "cat.png"
    assert str(InputError(f"there is no file '{path}'")) == f"there is no file '{path}'"
    assert str(InputError(f"{path} is no file")) == f"{path} is no file"
    said = str(InputError(f"there is no file '/home/{path * 9}'"))
    assert len(said) < 300
    assert said.startswith("there is no file '/home/")
    assert said.endswith("pictures/cat.png'")


def test_short_messages_stay() -> None:
    text = "strokes.max_width is 2e+06; allowed: 0 to 1000"
    assert str(InputError(text)) == text
    assert str(pickle.loads(pickle.dumps(InputError(text)))) == text
    assert str(InputError(str(InputError("x\x1b" * 500)))) == str(InputError("x\x1b" * 500))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (-(10**400), "-1e+400"),
        (25 * 10**5000, "2.5e+5001"),
        (0.1, "0.1"),
        (1e308, "1e+308"),
        (float("nan"), "nan"),
        (True, "True"),
        ("a", "'a'"),
        ([1.0, "b"], "[1, 'b']"),
        ((10**5000,), "(1e+5000,)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_shown(value: object, text: str) -> None:
    assert shown(value) == text


def test_shown_ends_where_the_value_does_not() -> None:
    deep: list[object] = []
    for _ in range(5000):
        deep = [deep]
    for value in (deep, ["x" * 1000] * 10**6, {str(n): n for n in range(10**5)}, "x" * 10**6):
        assert len(shown(value)) < 700


def test_long_lists_of_names_end() -> None:
    said = suggestion("?", [f"name{n}" for n in range(1000)])
    assert said.startswith("; allowed: name0, name1, ")
    assert said.endswith(" more")
    assert len(said) < 300
    assert suggestion("?", ["b", "a"]) == "; allowed: a, b"
