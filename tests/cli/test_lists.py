"""The commands that list what there is, and the ones that measure."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from drawkit.bench.pictures import PictureMemory
from drawkit.bench.step import StepTiming
from drawkit.raster.bench import CASES, Timing

Run = Callable[..., Any]


def test_styles(run: Run, folder: Path) -> None:
    (folder / "styles").mkdir()
    (folder / "styles" / "mine.toml").write_text('summary = "my own"\n')
    done = run("styles", "list")
    assert done.code == 0
    assert any(line.split() == ["mine", "my", "own"] for line in done.out.splitlines())
    rows = json.loads(run("styles", "list", "--json").out)
    assert {"mine", "ink"} <= {row["name"] for row in rows}


def test_models(run: Run) -> None:
    done = run("models", "list")
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("builtin")
    rows = json.loads(run("models", "list", "--json").out)
    assert rows[0]["state"] == "built in"
    info = run("models", "info", "ViT-B-32/openai")
    assert "MIT" in info.out
    assert json.loads(run("models", "info", "builtin", "--json").out)["state"] == "built in"


def test_models_nearest(run: Run) -> None:
    done = run("models", "nearest", "a kitten", "--count", "3")
    assert done.code == 0
    assert len(done.out.splitlines()) == 3
    assert done.out.split()[0] == "cat"
    found = json.loads(run("models", "nearest", "Katze", "--json").out)
    assert len(found["nearest"]) == 10
    assert found["unknown"] == ["katze"]
    assert "unsure of 'katze'" in run("models", "nearest", "Katze").out
    empty = run("models", "nearest", " ")
    assert (empty.code, empty.out) == (2, "")
    assert len(empty.err.splitlines()) == 1


def test_an_unknown_model_is_one_line(run: Run) -> None:
    for command in ("info", "pull"):
        done = run("models", command, "ViT-B-33")
        assert (done.code, done.out) == (2, "")
        assert "did you mean 'ViT-B-32'" in done.err
        assert len(done.err.splitlines()) == 1


def test_pull(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run("models", "pull", "builtin", "--json")
    assert json.loads(done.out)["state"] == "built in"


def test_bench_svg(run: Run) -> None:
    rows = json.loads(run("bench", "svg", "--json").out)
    assert len(rows) == 6
    assert {row["renderer"] for row in rows} == {"resvg", "cairosvg"}
    assert all(0 < row["difference"] <= 2 for row in rows)
    table = run("bench", "svg").out.splitlines()
    assert len(table) == 1 + len(rows)


def test_bench_pictures(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    row = PictureMemory("JPEG", 390.0, 610.0, 1.0, 9.0)
    monkeypatch.setattr("drawkit.bench.pictures.bench_pictures", lambda: iter([row, row]))
    assert json.loads(run("bench", "pictures", "--json").out) == [asdict(row)] * 2
    table = run("bench", "pictures").out.splitlines()
    assert len(table) == 3
    assert table[1].split() == ["JPEG", "390", "610", "9.0"]


def test_bench_raster(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "drawkit.raster.bench.bench", lambda cases: [Timing(c.name, 1.5, 200.0) for c in cases]
    )
    rows = json.loads(run("bench", "raster", "--json").out)
    assert [row["case"] for row in rows] == [case.name for case in CASES]
    assert all(set(row) == {"case", "ms", "peak_mb"} for row in rows)
    table = run("bench", "raster").out.splitlines()
    assert len(table) == 1 + len(CASES)


def test_bench_step(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def bench_step(model: str = "ViT-B-32") -> StepTiming:
        asked.append(model)
        return StepTiming(11.0, 10.0, 1.1, model, "bf16", 4)

    monkeypatch.setattr("drawkit.bench.step.bench_step", bench_step)
    found = json.loads(run("bench", "step", "--json").out)
    assert (found["step_ms"], found["perceptor_ms"], found["ratio"]) == (11.0, 10.0, 1.1)
    assert "1.10" in run("bench", "step", "--model", "RN50").out
    assert asked == ["ViT-B-32", "RN50"]


def test_no_command_shows_the_help(run: Run) -> None:
    for args in ([], ["config"], ["bench"], ["--help"]):
        done = run(*args)
        assert "Usage: drawkit" in done.out + done.err
        assert "Traceback" not in done.err
