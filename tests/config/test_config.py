"""Settings: what a value may be, which layer wins, and what an error says."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from drawkit.config import (
    DrawConfig,
    Given,
    Raw,
    coerce,
    from_assignments,
    from_sections,
    read_toml,
    resolve,
)
from drawkit.config.draw import parse_seed, parse_size
from drawkit.errors import ConfigError, FileError


@dataclass(frozen=True)
class Pens:
    count: int = 3
    width: float = 1.5
    name: str = "felt"
    ink: str | None = None
    kind: Literal["round", "flat"] = "round"
    on: bool = True
    stops: tuple[float, ...] = (0.5, 0.75)
    span: tuple[int, int] = (1, 3)
    either: int | str = 4

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ConfigError(f"pens.count is {self.count}; allowed: 0 or more")


TYPES: dict[str, type[Any]] = {"pens": Pens, "losses.text": DrawConfig}


def pens(**given: Any) -> Pens:
    layer = {f"pens.{key}": Given(value, "here") for key, value in given.items()}
    return resolve(TYPES, layer).get("pens", Pens)


@pytest.mark.parametrize(
    ("hint", "given", "value"),
    [
        (int, 3, 3),
        (int, 3.0, 3),
        (int, Raw("1e3"), 1000),
        (float, 2, 2.0),
        (float, Raw("-0.5"), -0.5),
        (str, "3", "3"),
        (str, Raw("3"), "3"),
        (str, Raw("true"), "true"),
        (str, Raw('"quoted"'), "quoted"),
        (str, Raw("#ff0000"), "#ff0000"),
        (bool, Raw("false"), False),
        (str | None, "none", None),
        (str | None, "red", "red"),
        (int | None, Raw("none"), None),
        (int | str, Raw("5"), 5),
        (int | str, Raw("1-3"), "1-3"),
        (tuple[str, ...], "one", ("one",)),
        (tuple[str, ...], Raw("a b"), ("a b",)),
        (tuple[str, ...], ["a", "b"], ("a", "b")),
        (tuple[float, float], Raw("[1, 2.5]"), (1.0, 2.5)),
        (Literal["a", "b"], "b", "b"),
        (tuple[tuple[float, float], ...], [[0, 1], [0.5, 0.4]], ((0.0, 1.0), (0.5, 0.4))),
    ],
)
def test_values_become_the_fields_type(hint: Any, given: Any, value: Any) -> None:
    found = coerce(given, hint)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("hint", "given", "words"),
    [
        (int, 3.5, "a whole number, got 3.5"),
        (int, True, "a whole number"),
        (int, "3", "a whole number, got '3'"),
        (float, Raw("nan"), "a number"),
        (float, float("inf"), "a number"),
        (float, Raw("wide"), "a number, got 'wide'"),
        (str, 3, "text, got 3"),
        (bool, 1, "true or false"),
        (bool, Raw("yes"), "true or false"),
        (int | None, "many", 'a whole number or "none"'),
        (tuple[int, int], [1, 2, 3], "a list of 2"),
        (tuple[float, ...], ["a"], "a list (each a number)"),
        (Literal["round", "flat"], "flot", "round or flat, got 'flot'; did you mean 'flat'?"),
        (str, "x" * 500, None),
    ],
)
def test_wrong_types_say_what_is_allowed(hint: Any, given: Any, words: str | None) -> None:
    if words is None:
        assert coerce(given, hint) == given
        return
    with pytest.raises(ValueError) as caught:
        coerce(given, hint)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_raw_text_cannot_smuggle_in_a_second_key() -> None:
    with pytest.raises(ValueError):
        coerce(Raw("3\nother = 4"), int)


def test_later_layers_win_and_sources_are_kept() -> None:
    layers = [
        from_sections({"pens": {"count": 10, "width": 2.0, "name": "pencil"}}, "perceptor x"),
        {"pens.count": Given(20, "drawkit.toml:2"), "pens.width": Given(3.0, "drawkit.toml:3")},
        {"pens.count": Given(30, "ink.toml:1")},
        from_assignments(["pens.count=40"]),
    ]
    expected = [10, 20, 30, 40]
    for depth, count in enumerate(expected, start=1):
        merged = {key: given for layer in layers[:depth] for key, given in layer.items()}
        assert resolve(TYPES, merged).get("pens", Pens).count == count
    settings = resolve(TYPES, merged)
    sources = {key: source for section, key, _, source in settings.rows() if section == "pens"}
    assert sources["count"] == "--set"
    assert sources["width"] == "drawkit.toml:3"
    assert sources["name"] == "perceptor x"
    assert sources["on"] == "default"


def test_toml_out_reads_back_as_the_same_settings(tmp_path: Path) -> None:
    given = Pens(count=7, name='q"uo\\te\x7f\té', ink=None, stops=(), span=(0, 9), either="2-5")
    layer = from_sections({"pens": vars(given)}, "here")
    settings = resolve(TYPES, layer)
    text = settings.to_toml()
    tomllib.loads(text)
    path = tmp_path / "again.toml"
    path.write_text(text)
    file = read_toml(path)
    again = resolve(TYPES, {key: Given(value, "file") for key, value in file.values.items()})
    assert again.sections == settings.sections
    assert again.get("pens", Pens) == given


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("pens.cuont", "unknown setting 'pens.cuont'; did you mean 'count'?"),
        ("pen.count", "unknown section 'pen'; did you mean 'pens'?"),
        ("losses.text.count", "did you mean 'pens.count'?"),
        ("losses.txt.size", "did you mean 'losses.text'?"),
    ],
)
def test_unknown_keys_are_errors_with_a_suggestion(key: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        resolve(TYPES, {key: Given(1, "drawkit.toml:7")})
    assert words in str(caught.value)
    assert str(caught.value).startswith("drawkit.toml:7: ")


def test_a_dataclass_complaint_names_the_source_of_the_key() -> None:
    with pytest.raises(ConfigError, match=r"^here: pens\.count is -1; allowed"):
        pens(count=-1, width=2)


@pytest.mark.parametrize("text", ["count=3", "=3", "pens.count", "pens=3", ""])
def test_assignments_need_a_section_and_a_key(text: str) -> None:
    with pytest.raises(ConfigError, match="--set takes section"):
        from_assignments([text])


def test_toml_values_know_their_line(tmp_path: Path) -> None:
    path = tmp_path / "drawkit.toml"
    path.write_text(
        'style = "ink"\n\n[pens]\n# a comment\ncount = 3\n"name" = "x"\n\n'
        "[losses.text]\nseed = 4\n[losses]\nink.weight = 1\ninline = {a = 1}\n[empty]\n"
    )
    file = read_toml(path)
    assert file.top == {"style": "ink"}
    places = {key: file.place(key).rpartition(":")[2] for key in [*file.values, "style"]}
    assert places == {
        "pens.count": "5",
        "pens.name": "6",
        "losses.text.seed": "9",
        "losses.ink_coverage.weight": "11",
        "losses.inline.a": "12",
        "empty.": "13",
        "style": "1",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[pens\ncount = 3", "line 1"),
        (b"a = 1\na = 2\nb = 3\n", "line 2"),
        (b"\xff\xfe\x00", "UTF-8"),
    ],
)
def test_broken_files_say_where(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "drawkit.toml"
    path.write_bytes(content)
    with pytest.raises((ConfigError, FileError), match=words) as caught:
        read_toml(path)
    assert str(path) in str(caught.value)


def test_unreadable_files_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is not a file but a folder"):
        read_toml(tmp_path)


def test_an_empty_section_must_exist_too() -> None:
    assert resolve(TYPES, {"pens.": Given(None, "x"), "losses.": Given(None, "x")})
    with pytest.raises(ConfigError, match="unknown section 'pns'"):
        resolve(TYPES, {"pns.": Given(None, "x")})


@pytest.mark.parametrize(
    ("given", "size"),
    [
        ("sprite", (32, 32)),
        ("224", (224, 224)),
        (64, (64, 64)),
        ("320x180", (320, 180)),
        ("320 X 180", (320, 180)),
    ],
)
def test_sizes(given: Any, size: tuple[int, int]) -> None:
    assert parse_size(given) == size


@pytest.mark.parametrize("given", ["", "x", "224x", "1x2x3", "-4", "2e2", "٣٢", "224 px"])
def test_sizes_that_are_none(given: str) -> None:
    with pytest.raises(ValueError, match="pixels"):
        parse_size(given)


@pytest.mark.parametrize("size", [(15, 224), (224, 4097), (0, 0), (1, 1), (100_000, 100_000)])
def test_sizes_out_of_range(size: tuple[int, int]) -> None:
    with pytest.raises(ConfigError, match="allowed: 16 to 4096"):
        DrawConfig(size=size).check_sides(16, 4096, "pixels")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", -1),
        ("seed", 2**53 + 1),
        ("seed", ""),
        ("threads", 0),
        ("threads", 100_000),
        ("save_every", -1),
        ("background", "blurple"),
        ("background", "#ff000080"),
    ],
)
def test_draw_settings_out_of_range(field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"draw.{field}"):
        DrawConfig(**{field: value})


def test_seeds() -> None:
    assert parse_seed("12") == 12
    assert parse_seed("tom") == "tom"
    drawn = {parse_seed("random") for _ in range(4)}
    assert all(isinstance(seed, int) for seed in drawn)
    assert len(drawn) > 1
    assert DrawConfig(seed="tom").seed_number == DrawConfig(seed="tom").seed_number
    assert DrawConfig(seed="tom").seed_number == 3781201781
    assert DrawConfig(seed="tim").seed_number != DrawConfig(seed="tom").seed_number
    assert DrawConfig(seed=5).seed_number == 5


def test_paper() -> None:
    assert DrawConfig().paper == (1.0, 1.0, 1.0)
    assert DrawConfig(background="#f00").paper == (1.0, 0.0, 0.0)
    assert DrawConfig(background="transparent").paper is None
