"""What is measured of styles: the plain drawing is like itself, a style's picture is nearer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import FakePerceptor
from PIL import Image
from typer.testing import CliRunner

from drawkit.bench.styles import bench_styles
from drawkit.cli import app
from drawkit.engine import Run
from drawkit.errors import UnknownNameError

LITTLE = (
    "[optimize]\nsteps = 12\n[cutouts]\ncount = 2\n[draw]\nsize = 48\n[strokes]\nstrokes = 12\n"
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two styles: dark paper, and a picture to imitate."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    (tmp_path / "styles").mkdir()
    Image.new("RGB", (64, 64), "#203080").save(tmp_path / "blue.png")
    dark = LITTLE.replace("[draw]\n", '[draw]\nbackground = "#101010"\n')
    (tmp_path / "styles" / "dark.toml").write_text(dark)
    blue = LITTLE.replace("[draw]\n", '[draw]\nbackground = "#203080"\n')
    (tmp_path / "styles" / "blue.toml").write_text(blue + '[losses.style]\nimages = ["blue.png"]\n')
    return tmp_path


def test_figures() -> None:
    plain, dark, blue = bench_styles(["dark", "blue"], "a cat", steps=12)
    assert (plain.name, plain.times, plain.colors, plain.gradients) == ("plain", 1.0, 0.0, 0.0)
    assert plain.picture is None
    assert dark.colors > 0.2
    assert dark.picture is None
    assert dark.step_ms > 0
    assert blue.picture is not None
    assert blue.plain_picture is not None
    assert blue.picture < blue.plain_picture / 2


def test_times_are_of_the_usual_step_of_the_plain_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock of ours; the first steps, which compile, and a slow one between do not tell."""
    clock = SimpleNamespace(now=0.0)
    usual = iter([0.010, 0.030])

    class Timed(Run):
        def __iter__(self) -> Iterator[Any]:
            seconds = next(usual)
            for at, step in enumerate(super().__iter__()):
                clock.now += 5.0 if at in (0, 1, 2, 6) else seconds
                yield step

    monkeypatch.setattr("drawkit.bench.styles.Run", Timed)
    now = SimpleNamespace(perf_counter=lambda: clock.now)
    monkeypatch.setattr("drawkit.bench.styles.time", now)
    plain, dark = bench_styles(["dark"], "a cat", steps=12)
    assert (plain.step_ms, plain.times) == (pytest.approx(10), 1.0)
    assert (dark.step_ms, dark.times) == (pytest.approx(30), pytest.approx(3))


def test_kept_drawings_are_not_drawn_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = folder / "kept"
    kept.mkdir()
    first = list(bench_styles(["dark"], "a cat", steps=2, keep=kept))
    assert len(list(kept.glob("*.png"))) == 2
    next(kept.glob("*.json")).with_suffix(".png").rename(folder / "gone.png")  # one is drawn anew

    asked = []
    monkeypatch.setattr(
        "drawkit.engine.session.open_perceptor", lambda *a, **k: asked.append(a) or FakePerceptor()
    )
    again = list(bench_styles(["dark"], "a cat", steps=2, keep=kept))
    assert len(asked) == 1
    assert [row.score for row in again] == [row.score for row in first]
    none = CliRunner().invoke(app, ["bench", "styles", "dark", "--keep", "nowhere"])
    assert none.exit_code == 2
    assert "there is no folder 'nowhere'" in none.stderr


def test_unknown_styles_are_refused() -> None:
    with pytest.raises(UnknownNameError):
        list(bench_styles(["nope"], "a cat", steps=2))


def test_the_command() -> None:
    done = CliRunner().invoke(app, ["bench", "styles", "dark", "--steps", "2"])
    head, plain, dark = done.stdout.splitlines()
    assert head.split()[:3] == ["style", "score", "step_ms"]
    assert plain.split()[0] == "plain"
    assert dark.split()[0] == "dark"
    assert dark.split()[-1] == "-"
    done = CliRunner().invoke(app, ["bench", "styles", "dark", "--steps", "2", "--json"])
    assert [row["name"] for row in json.loads(done.stdout)] == ["plain", "dark"]
    done = CliRunner().invoke(app, ["bench", "styles", "nope", "--steps", "2"])
    assert done.exit_code == 2
    assert "unknown style 'nope'" in done.stderr
