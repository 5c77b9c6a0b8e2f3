"""`--runs`, `--best` and `--strokes 4..256`: several drawings of one command, on one sheet."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from stops import signalled_at_step
from tiny_model import SMALL

import drawkit
from drawkit.errors import ConfigError

Run = Callable[..., Any]
Start = Callable[..., "subprocess.Popen[str]"]
ONE = ("--workers", "1")


def test_runs_count_seeds_up_and_put_the_best_first(run: Run, folder: Path) -> None:
    done = run("clipdraw", "A Cat!", *SMALL, "--seed", "5", "--runs", "3", *ONE, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    runs = found["runs"]
    assert sorted(one["seed"] for one in runs) == [5, 6, 7]
    scores = [one["score"] for one in runs]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3
    for one in runs:
        assert one["paths"] == [f"a-cat-seed-{one['seed']}{suffix}" for suffix in (".svg", ".png")]
        assert one["values"] == {"seed": one["seed"]}
        assert one["ending"] == "finished"
    assert (found["sheet"], found["failed"]) == ("a-cat-sheet.png", [])
    names = {path for one in runs for path in one["paths"]} | {"a-cat-sheet.png"}
    assert {path.name for path in folder.iterdir()} == names
    by_itself = run("clipdraw", "A Cat!", *SMALL, "--seed", "6", "-o", "six.svg")
    assert by_itself.code == 0
    assert (folder / "six.svg").read_bytes() == (folder / "a-cat-seed-6.svg").read_bytes()


def test_the_sheet_has_the_best_one_first(run: Run, folder: Path) -> None:
    runs = json.loads(run("clipdraw", "a cat", *SMALL, "--runs", "3", *ONE, "--json").out)["runs"]
    sheet = Image.open(folder / "a-cat-sheet.png").convert("RGB")
    first = Image.open(runs[0]["paths"][1]).convert("RGB").resize((184, 184))
    shown = sheet.crop((12, 12, 196, 196))
    pairs = zip(first.resize((8, 8)).getdata(), shown.resize((8, 8)).getdata(), strict=True)
    assert sum(abs(a - b) for x, y in pairs for a, b in zip(x, y, strict=True)) / 192 < 6
    last = Image.open(runs[-1]["paths"][1]).convert("RGB").resize((184, 184))
    pairs = zip(last.resize((8, 8)).getdata(), shown.resize((8, 8)).getdata(), strict=True)
    assert sum(abs(a - b) for x, y in pairs for a, b in zip(x, y, strict=True)) / 192 > 6


def test_a_word_as_the_seed_gets_a_number(run: Run, folder: Path) -> None:
    done = run("clipdraw", "a cat", *SMALL, "--seed", "tom", "--runs", "2", *ONE, "-o", "c.svg")
    assert {path.name for path in done.files} == {
        "c-seed-tom.svg",
        "c-seed-tom-2.svg",
        "c-sheet.png",
    }


def test_best_keeps_the_best_under_the_name_that_was_asked_for(run: Run, folder: Path) -> None:
    done = run("clipdraw", "a cat", *SMALL, "--runs", "3", "--best", *ONE, "-o", "c.svg", "--json")
    found = json.loads(done.out)
    assert {path.name for path in folder.iterdir()} == {"c.svg", "c-sheet.png"}
    best, *others = found["runs"]
    assert best["paths"] == ["c.svg"]
    assert [one["paths"] for one in others] == [[], []]
    assert all(best["score"] >= one["score"] for one in others)
    again = run("clipdraw", "a cat", *SMALL, "--seed", best["seed"], "-o", "again.svg")
    assert again.code == 0
    assert (folder / "again.svg").read_bytes() == (folder / "c.svg").read_bytes()


def test_runs_by_the_clock_say_how_many_steps_they_took(run: Run, folder: Path) -> None:
    small = [*SMALL[:4], *SMALL[6:]]
    done = run("clipdraw", "a cat", *small, "--time", "1", "--runs", "2", *ONE, "--json")
    assert done.code == 0, done.err
    for one in json.loads(done.out)["runs"]:
        assert one["config"]["optimize"]["time"] is None
        assert one["config"]["optimize"]["steps"] >= one["steps"] >= 1


def test_a_ladder_doubles_its_strokes(run: Run, folder: Path) -> None:
    done = run("clipdraw", "a cat", *SMALL, "--strokes", "2..12", *ONE, "-o", "c.png", "--json")
    found = json.loads(done.out)
    assert [one["values"]["strokes"] for one in found["runs"]] == [2, 4, 8, 12]
    assert [one["config"]["strokes"]["strokes"] for one in found["runs"]] == [2, 4, 8, 12]
    assert found["runs"][1]["paths"] == ["c-strokes-4.png"]
    both = run("clipdraw", "a cat", *SMALL, "--strokes", "2..4", "--runs", "2", *ONE, "--json")
    values = [one["values"] for one in json.loads(both.out)["runs"]]
    assert values == [{"strokes": n, "seed": seed} for n in (2, 4) for seed in (0, 1)]


def test_pixels_are_drawn_several_times_too(run: Run, folder: Path) -> None:
    small = ("--size", "12", "--steps", "2", "--cutouts", "2")
    done = run("pixeldraw", "a heart", *small, "--transparent", "--runs", "2", *ONE)
    assert done.code == 0, done.err
    assert len(done.files) == 5
    done = run("pixeldraw", "a heart", *small, "--colors", "2..4", *ONE, "-o", "h.png")
    assert [path.name for path in done.files] == ["h-colors-2.png", "h-colors-4.png", "h-sheet.png"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--runs", "0"), "--runs is 0; allowed: 1 to 1000"),
        (("--runs", "2000"), "--runs is 2000; allowed: 1 to 1000"),
        (("--runs", "two"), "'--runs'"),
        (("--best",), "--best is about several drawings; say how many: --runs 8"),
        (("--workers", "2"), "--workers 2 is about several drawings"),
        (("--runs", "2", "--workers", "65"), "--workers is 65; allowed: 1 to 64"),
        (("--runs", "2", "--state", "c.state"), "--state keeps one drawing"),
        (("--runs", "2", "--run-dir", "runs"), "--run-dir keeps one drawing"),
        (("--runs", "2", "-o", "-"), "standard output ('-') holds one drawing"),
        (("--runs", "2", "-o", "c.xyz"), "'c.xyz' ends in '.xyz'"),
        (("--runs", "2", "-o", "none/c.svg"), "none"),
        (("--runs", "2", "--save-every", "2"), "save_every is for a single drawing"),
        (("--runs", "2", "--seed", str(2**53)), "seed"),
        (("--runs", "2", "--model", "ViT-Z-99"), "ViT-Z-99"),
        (("--runs", "2", "--init", "none.png"), "none.png"),
        (("--strokes", "256..4"), "'256..4' leads nowhere; allowed: A..B from 1 on, A below B"),
        (("--strokes", "0..4"), "'0..4' leads nowhere"),
        (("--strokes", "4..999999999"), "--strokes: strokes.strokes is"),
        (("--seed", "4..8"), ""),
    ],
)
def test_mistakes_are_told_in_one_line_before_anything_is_drawn(
    args: tuple[str, ...],
    words: str,
    run: Run,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not words:  # a word as any other
        assert run("clipdraw", "a cat", *SMALL, *args).code == 0
        return
    monkeypatch.setattr("drawkit.engine.many.job.Run", None)
    done = run("clipdraw", "a cat", *SMALL, *args)
    assert done.code == 2
    assert len(done.err.splitlines()) == 1, done.err
    assert words in done.err
    assert list(folder.iterdir()) == []


def test_what_is_there_is_not_replaced(run: Run, folder: Path) -> None:
    (folder / "c-seed-1.svg").write_text("mine")
    args = ("clipdraw", "a cat", *SMALL, "--runs", "2", *ONE, "-o", "c.svg")
    done = run(*args)
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "c-seed-1.svg" in done.err
    assert (folder / "c-seed-1.svg").read_text() == "mine"
    assert run(*args, "--overwrite").code == 0
    assert (folder / "c-seed-1.svg").read_text() != "mine"
    by_prompt = ("clipdraw", "a cat", *SMALL, "--runs", "2", *ONE)
    assert run(*by_prompt).code == run(*by_prompt).code == 0
    assert (folder / "a-cat-seed-1-2.svg").exists()


def test_one_that_fails_costs_no_other(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawkit.engine.run import Run as Drawn

    real = Drawn.__init__

    def fail(self: Any, settings: Any, *args: Any, **named: Any) -> None:
        if settings.sections["draw"].seed == 1:
            raise ZeroDivisionError("two\nlines")
        real(self, settings, *args, **named)

    monkeypatch.setattr(Drawn, "__init__", fail)
    done = run("clipdraw", "a cat", *SMALL, "--runs", "3", *ONE, "--json", "-q")
    assert done.code == 2
    found = json.loads(done.out)
    assert found["failed"] == [{"values": {"seed": 1}, "error": "ZeroDivisionError: two lines"}]
    assert len(found["runs"]) == 2
    (line,) = done.err.splitlines()
    assert line == "drawkit: seed 1 could not be drawn: ZeroDivisionError: two lines"
    assert (folder / "a-cat-sheet.png").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_keeps_what_there_is(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    signalled_at_step(monkeypatch, number, 6)  # the second one's second
    done = run("clipdraw", "a cat", *SMALL, "--runs", "3", *ONE, "--json")
    assert done.code == 130
    assert "stopped; 2 of 3 drawings are there, the last ones unfinished" in done.err
    runs = {one["seed"]: one for one in json.loads(done.out)["runs"]}
    assert {seed: one["ending"] for seed, one in runs.items()} == {0: "finished", 1: "stopped"}
    assert runs[1]["steps"] == 2
    assert all((folder / path).exists() for one in runs.values() for path in one["paths"])
    assert (folder / "a-cat-sheet.png").exists()


@pytest.mark.slow
@pytest.mark.long
def test_processes_hand_over_what_they_have(start: Start, folder: Path) -> None:
    """They do not hear the signal themselves."""
    flags = ("--size", "32", "--strokes", "4", "--cutouts", "2", "--steps", "100000")
    process = start("clipdraw", "a cat", *flags, "--runs", "2", "--workers", "2", "--json")
    time.sleep(40)  # nobody says when they have begun
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=100)
    assert process.returncode == 130, err
    runs = json.loads(out)["runs"]
    assert len(runs) == 2
    for one in runs:
        assert one["ending"] == "stopped"
        assert 0 < one["steps"] < 100_000
        assert all((folder / path).exists() for path in one["paths"])


def test_the_library_draws_several_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fakes import FakePerceptor

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    small: dict[str, Any] = {"size": 32, "strokes": 6, "steps": 4, "cutouts": 2}
    drawings = drawkit.draw("a cat", runs=3, seed=4, **small)
    scores = [drawing.score for drawing in drawings]
    assert scores == sorted(scores, key=lambda score: -(score or 0))
    assert sorted(one.scene.metadata.seed or 0 for one in drawings) == [4, 5, 6]
    for one in drawings:
        assert one.svg() == drawkit.draw("a cat", seed=one.scene.metadata.seed, **small).svg()
    for runs in (0, True, 2000, "3"):
        with pytest.raises(ConfigError, match=r"runs is .*; allowed: a number 1 to 1000"):
            drawkit.draw("a cat", runs=runs, **small)  # type: ignore[call-overload]
    with pytest.raises(ConfigError, match=r"^on_step: for one drawing"):
        drawkit.draw("a cat", runs=2, on_step=print, **small)  # type: ignore[call-overload]
