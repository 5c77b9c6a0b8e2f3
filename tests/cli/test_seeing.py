"""`drawkit rank` and `drawkit describe`: what a perceptor sees in finished pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import drawkit
from drawkit import pictures
from drawkit.engine import seeing
from drawkit.errors import FileError, InputError

Run = Callable[..., Any]
GALLERY = Path(__file__).parents[2] / "examples" / "gallery"
THINGS = {"a cat": "a-cat", "a house": "a-house", "a fish": "a-fish", "a tree": "a-tree"}


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """The pictures of the gallery are read once for all: to paint an SVG takes seconds."""
    real = pictures.read_picture
    read = cache(real)

    def once(path: str | Path) -> Any:
        return read(str(path)) if Path(path).parent == GALLERY else real(path)

    with pytest.MonkeyPatch.context() as patch:
        for module in (pictures, seeing):
            patch.setattr(module, "read_picture", once)
        yield


def files(*suffixes: str) -> list[str]:
    return [str(GALLERY / f"{stem}{suffix}") for suffix in suffixes for stem in THINGS.values()]


@pytest.mark.parametrize("words", list(THINGS))
def test_the_picture_of_the_words_comes_first(words: str) -> None:
    found = drawkit.rank(words, files(".png", ".svg"))
    assert {Path(one.file).stem for one in found[:2]} == {THINGS[words]}
    assert [one.place for one in found[:2]] == [1, 1]
    assert found[0].taken_for is None
    assert all(one.place > 1 and one.taken_for for one in found[2:])
    assert [one.place for one in found] == sorted(one.place for one in found)
    assert {one.among for one in found} == {found[0].among}


def test_what_it_is_held_against_may_be_given() -> None:
    found = drawkit.rank("a dog", files(".png"), against=["a cat", "a house"])
    taken = {Path(one.file).stem: one.taken_for for one in found}
    assert (taken["a-cat"], taken["a-house"]) == ("a cat", "a house")
    assert {one.among for one in found} == {3}


def test_a_weight_turns_them_around() -> None:
    some = files(".png")[:2]
    plain = drawkit.rank("a cat | a house:0.2", some, against=["x"])
    other = drawkit.rank("a cat:0.2 | a house", some, against=["x"])
    assert [one.file for one in plain] == some
    assert {one.file: one.score for one in plain} != {one.file: one.score for one in other}
    scores = {one.file: one.score for one in other}
    assert scores[some[1]] > scores[some[0]]


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_picture_is_described(suffix: str) -> None:
    seen = drawkit.describe(GALLERY / f"a-house{suffix}", count=3)
    assert seen.names[0][0] == "house"
    assert len(seen.names) == 3
    assert seen.plain
    chosen = drawkit.describe(GALLERY / f"a-house{suffix}", words=["a cat", "a house"])
    assert [name for name, _ in chosen.names] == ["a house", "a cat"]


def test_what_shows_nothing_is_not_plain(tmp_path: Path) -> None:
    Image.effect_noise((64, 64), 90).save(tmp_path / "noise.png")
    assert not drawkit.describe(tmp_path / "noise.png").plain


def test_any_open_clip_model_ranks_and_describes(tiny_model: Path) -> None:
    seen = drawkit.describe(GALLERY / "a-cat.png", model=str(tiny_model))
    assert len(seen.names) == 10
    ranked = drawkit.rank("a cat", files(".png"), model=str(tiny_model), against=["a dog"])
    assert len(ranked) == 4


def test_the_table_the_json_and_the_sheet(run_real: Run, folder: Path) -> None:
    done = run_real("rank", "a", "cat", *files(".svg"), "-o", "sheet.png")
    assert done.code == 0, done.err
    head, first, *rest, sheet = done.out.splitlines()
    assert head.split() == ["score", "place", "taken", "for", "file"]
    assert " 1 of " in first
    assert first.endswith("a-cat.svg")
    assert (len(rest), sheet) == (3, "sheet.png")
    with Image.open(folder / "sheet.png") as picture:
        assert min(picture.size) > 2 * 192
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 100
    told = json.loads(run_real("rank", "a cat", *files(".svg"), "--json").out)
    assert told["prompt"] == "a cat"
    assert [one["file"] for one in told["ranked"]] == [row.split()[-1] for row in (first, *rest)]
    assert set(told["ranked"][0]) == {"file", "score", "place", "among", "taken_for"}
    assert run_real("rank", "a cat", *files(".svg"), "-o", "sheet.png").code == 2  # it is there


def test_the_description_and_its_lists(run_real: Run, folder: Path) -> None:
    (folder / "names.txt").write_text("a cat\na house\n\na dog\n")
    file = str(GALLERY / "a-cat.png")
    by_file = run_real("describe", file, "--words", "names.txt")
    by_list = run_real("describe", file, "--words", "a dog, a house,a cat")
    assert by_file.out == by_list.out
    assert by_file.out.startswith("a cat ")
    house = str(GALLERY / "a-house.png")
    told = json.loads(run_real("describe", house, "--count", "2", "--json").out)
    assert next(iter(told["seen"])) == "house"
    assert (len(told["seen"]), told["plain"]) == (2, True)
    Image.effect_noise((64, 64), 90).save(folder / "noise.png")
    done = run_real("describe", "noise.png")
    assert (done.code, len(done.out.splitlines())) == (0, 10)
    assert "sure of none" in done.err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("rank", "a cat"), "no pictures behind the words"),
        (("rank", "a.png", "b.png"), "there is no file 'b.png'"),
        (("rank", "a cat", "away.png"), "there is no file 'away.png'"),
        (("rank", "a cat", "text.png"), "text.png"),
        (("rank", "a cat:11", "good.png"), "weight 11"),
        (("rank", "a cat:-1", "good.png"), "nothing to rank by"),
        (("rank", "a cat@0%-50%", "good.png"), "no stop, time or place"),
        (("rank", "a cat", "good.png", "--against", " , "), "--against names nothing"),
        (("rank", "a cat", "good.png", "-o", "sheet.jpg"), "is no PNG"),
        (("rank", "a cat", "good.png", "--model", "none"), "nobody looks"),
        (("rank", "a cat", "."), "no pictures behind the words"),
        (("describe", "away.png"), "there is no file"),
        (("describe", "."), "a folder"),
        (("describe", "text.png"), "text.png"),
        (("describe", "good.png", "--words", ","), "--words names nothing"),
        (("describe", "good.png", "--words", "a\x1bb,c"), None),
    ],
)
def test_bad_input_is_one_line(
    run_real: Run, folder: Path, args: tuple[str, ...], words: str | None
) -> None:
    Image.new("RGB", (20, 20), "red").save(folder / "good.png")
    (folder / "text.png").write_text("no picture")
    done = run_real(*args)
    if words is None:  # a list is not drawn: what a terminal would obey is escaped
        assert "\x1b" not in done.out + done.err
        return
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert words in line


def test_from_python_it_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures to rank"):
        drawkit.rank("a cat", [])
    with pytest.raises(FileError, match="no file"):
        drawkit.describe(tmp_path / "away.png")
    Image.new("RGB", (20, 20), "red").save(tmp_path / "a.png")
    with pytest.raises(InputError, match="count is 0"):
        drawkit.describe(tmp_path / "a.png", count=0)
