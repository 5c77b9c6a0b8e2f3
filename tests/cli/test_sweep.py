"""`drawkit sweep`: all combinations, on a labelled sheet and in a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tiny_model import SMALL

import drawkit

Run = Callable[..., Any]
TINY = (*SMALL, "--workers", "1")


def test_all_combinations_are_drawn(run: Run, folder: Path) -> None:
    args = ("sweep", "A Cat!", *TINY, "--vary", "strokes=4,6", "--vary", "seed=1,2,3")
    done = run(*args, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    values = [one["values"] for one in found["drawings"]]
    assert values == [{"strokes": n, "seed": seed} for n in "46" for seed in "123"]
    assert (found["sheet"], found["table"]) == ("a-cat-sweep/sheet.png", "a-cat-sweep/table.csv")
    assert found["drawings"][1]["paths"][0] == "a-cat-sweep/a-cat-strokes-4-seed-2.svg"
    alone = run("clipdraw", "A Cat!", *SMALL, "--seed", "2", "--strokes", "4", "-o", "alone.svg")
    assert alone.code == 0
    path = folder / "a-cat-sweep" / "a-cat-strokes-4-seed-2.svg"
    assert path.read_bytes() == (folder / "alone.svg").read_bytes()
    rows = list(csv.DictReader((folder / "a-cat-sweep" / "table.csv").open()))
    assert [(row["strokes"], row["seed"]) for row in rows] == [(n, s) for n in "46" for s in "123"]
    assert [row["score"] for row in rows] == [f"{one['score']:.3f}" for one in found["drawings"]]
    again = run(*args)
    assert "6 of 6 are there already" in again.err
    head, *lines = again.out.splitlines()
    assert head.split() == ["strokes", "seed", "score", "seconds", "files"]
    assert len(lines) == 8
    assert lines[0].split()[:2] == ["4", "1"]
    assert lines[-2:] == ["a-cat-sweep/sheet.png", "a-cat-sweep/table.csv"]


def test_the_sheet_shows_each_where_it_belongs(run: Run, folder: Path) -> None:
    """Cells of one colour each, by the paper."""
    colors = ("red", "lime", "blue")
    vary = ("--vary", "seed=1,2", "--vary", f"background={','.join(colors)}")
    done = run("sweep", "a cat", *TINY, *vary, "-o", "here")
    assert done.code == 0, done.err
    sheet = Image.open(folder / "here" / "sheet.png").convert("RGB")
    aside = sheet.width - 3 * 200 - 8
    assert 0 < aside < 192
    for row in range(2):
        for column, color in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)]):
            corner = (aside + 8 + column * 200 + 6, 29 + row * 221 + 6)
            assert sheet.getpixel(corner) == color
    assert len(set(sheet.crop((0, 29, aside, 221)).getdata())) > 2  # the row's name
    assert len(set(sheet.crop((aside, 0, sheet.width, 29)).getdata())) > 2


def test_a_ladder_a_style_and_words_can_be_varied(run: Run, folder: Path) -> None:
    done = run("sweep", "a cat", *TINY, "--strokes", "2..8", "-o", "ladder", "--json")
    assert [one["values"]["strokes"] for one in json.loads(done.out)["drawings"]] == [2, 4, 8]
    done = run("sweep", "a cat", *TINY, "--vary", "style=none,ink", "-o", "styles", "--json")
    assert done.code == 0, done.err
    assert run("clipdraw", "a cat", *SMALL, "--style", "ink", "-o", "ink.svg").code == 0
    inked = folder / "styles" / "a-cat-style-ink.svg"
    assert inked.read_bytes() == (folder / "ink.svg").read_bytes()
    done = run("sweep", *TINY, "--vary", "prompt=a cat,'a dog, asleep'", "-o", "words", "--json")
    assert done.code == 0, done.err
    names = [one["output"] for one in json.loads(done.out)["drawings"]]
    assert names == ["prompt-a-cat", "prompt-a-dog-asleep"]
    small = ("--canvas", "pixels", "--size", "12", "--steps", "2", "--cutouts", "2")
    done = run("sweep", "a heart", *small, "--transparent", "--vary", "colors=2,3", *TINY[-2:])
    assert done.code == 0, done.err
    assert Image.open(folder / "a-heart-sweep" / "a-heart-colors-2.png").mode == "P"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "nothing is varied; say what: --vary strokes=16,64,256"),
        (("--vary", "strokes"), "--vary takes NAME=VALUE,VALUE,..., got 'strokes'"),
        (("--vary", "strkes=1,2"), "did you mean 'strokes'?"),
        (("--vary", "strokes=1,x"), "--vary: strokes.strokes takes a whole number, got 'x'"),
        (("--vary", "strokes.none=1,2"), "--vary: unknown setting 'strokes.none'"),
        (("--vary", "strokes=4..2"), "leads nowhere"),
        (("--vary", "seed=1,2", "--vary", "draw.seed=3"), "draw.seed is varied twice"),
        (("--vary", "style=ink,inkk"), "unknown style 'inkk'"),
        (("--vary", "init=a.png,b.png"), "a.png"),
        (("--vary", "seed=1,2", "--workers", "0"), "--workers is 0"),
        (("--vary", "seed=1,2", "-o", "no/such"), "there is no folder 'no'"),
        (("--vary", "prompt=a,b"), "PROMPT and --vary prompt"),
    ],
)
def test_mistakes_take_a_line(run: Run, folder: Path, args: tuple[str, ...], words: str) -> None:
    done = run("sweep", "a cat", *SMALL, *args)
    assert done.code == 2
    assert words in done.err
    assert len(done.err.splitlines()) == (2 if "init" in str(args) else 1)
    assert list(folder.iterdir()) == []


def test_the_library_has_the_same_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fakes import FakePerceptor

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    small: dict[str, Any] = {"size": 32, "steps": 2, "cutouts": 2}
    report = drawkit.sweep("a cat", vary={"strokes": "2..4", "seed": [1, 2]}, **small)
    assert report.count("drawn") == 4
    assert (folder / "a-cat-sweep" / "sheet.png").exists()
    assert [dict(one.order.values) for one in report.filled][1] == {"strokes": 2, "seed": 2}
