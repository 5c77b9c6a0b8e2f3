"""What `drawkit bench trace` measures, on pictures whose figures can be foreseen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from drawkit.bench import trace as module
from drawkit.bench.trace import bench_trace, psnr
from drawkit.cli import app

NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


@pytest.fixture
def flag(tmp_path: Path) -> Path:
    image = Image.new("RGB", (48, 32), "#ffffff")
    image.paste("#c02020", (0, 0, 16, 32))
    image.paste("#203080", (32, 0, 48, 32))
    image.save(tmp_path / "flag.png")
    return tmp_path / "flag.png"


def test_decibels_are_those_of_the_mean_square() -> None:
    svg = f'<svg {NAMESPACE} width="8" height="4"><rect width="8" height="4"/></svg>'
    grey = np.full((4, 8, 4), 255, np.uint8)
    assert psnr(svg, grey) == pytest.approx(0, abs=1e-6)
    grey[..., :3] = 26  # 0.102
    assert psnr(svg, grey) == pytest.approx(19.83, abs=0.01)
    grey[..., 3] = 0  # white, then
    assert psnr(svg, grey) == pytest.approx(0, abs=1e-6)
    assert psnr(svg.replace("<rect", '<rect fill="white"'), grey) == pytest.approx(90)


def test_each_way_is_measured(flag: Path) -> None:
    rows = {row.way: row for row in bench_trace(flag, shapes=4, steps=4)}
    assert list(rows)[:2] == ["drawkit", "random start"]
    own, other = rows["drawkit"], rows["random start"]
    assert (own.file, own.shapes, own.nodes) == ("flag.png", 3, 12)
    assert own.psnr > 40 > 20 > other.psnr
    assert other.shapes <= 4
    assert 1000 < own.bytes < 4000
    if "vtracer" in rows:
        assert rows["vtracer"].shapes >= 2
        assert rows["vtracer"].psnr > 10


def test_vtracers_file_is_its_best_of_about_that_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of three sizes, the better the larger their precision."""
    start = f'<svg {NAMESPACE} width="4" height="4">'

    def tracer(colors: list[Any], size: tuple[int, int], **settings: Any) -> str:
        near = {4: "#000", 5: "#888", 6: "#eee", 8: "#fff"}[settings["color_precision"]]
        blank = " " * (5000 if near == "#fff" else 900)
        return f'{start}{blank}<rect width="4" height="4" fill="{near}"/></svg>'

    white = np.full((4, 4, 4), 255, np.uint8)
    assert "#eee" in module._of_size(tracer, white, 1040)
    assert "#fff" in module._of_size(tracer, white, 9000)
    monkeypatch.setattr(module, "_vtracer", lambda: None)


def test_without_vtracer_two_ways_are_left(
    flag: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "_vtracer", lambda: None)
    done = CliRunner().invoke(
        app, ["bench", "trace", str(flag), "--shapes", "3", "--steps", "2", "--json"]
    )
    assert done.exit_code == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [row["way"] for row in rows] == ["drawkit", "random start"]
    shown = CliRunner().invoke(app, ["bench", "trace", str(flag), "--shapes", "3", "--steps", "2"])
    assert shown.stdout.split()[:3] == ["file", "way", "shapes"]
    gone = CliRunner().invoke(app, ["bench", "trace", str(tmp_path / "gone.png")])
    assert gone.exit_code == 2
    assert "does not exist" in gone.stderr
    assert len(gone.stderr.strip().splitlines()) == 1
