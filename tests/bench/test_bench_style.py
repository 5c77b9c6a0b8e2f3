"""The independent measure of style: exact where it can be worked out, and blind to places."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from drawkit.bench.style import sliced_wasserstein, style_difference
from drawkit.cli import app

Save = Callable[[str, Image.Image], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(name: str, picture: Image.Image) -> Path:
        picture.save(tmp_path / f"{name}.png")
        return tmp_path / f"{name}.png"

    return write


def stripes(across: bool = True, width: int = 8) -> Image.Image:
    at = np.indices((224, 224))[1 if across else 0]
    return Image.fromarray(np.where(at // width % 2, 255, 0).astype(np.uint8))


def test_shifted_points_move_by_the_shift() -> None:
    """Seen from all directions of space, a shift of 1 is 1/2 long on average; in the plane 2/pi."""
    points = np.random.default_rng(1).normal(size=(2000, 3))
    assert sliced_wasserstein(points, points) == 0
    assert sliced_wasserstein(points, points + np.array([3, 0, 0])) == pytest.approx(1.5, rel=0.15)
    flat = points[:, :2]
    assert sliced_wasserstein(flat, flat + np.array([1, 0])) == pytest.approx(2 / np.pi, rel=0.15)


def test_the_order_of_points_plays_no_part() -> None:
    points = np.random.default_rng(1).normal(size=(500, 2))
    assert sliced_wasserstein(points, points[::-1]) == pytest.approx(0, abs=1e-12)


def test_colours_and_marks_are_told_apart(save: Save) -> None:
    upright, level = save("upright", stripes()), save("level", stripes(across=False))
    fine = save("fine", stripes(width=2))
    turned = style_difference(upright, level)
    assert turned.colors == pytest.approx(0, abs=1e-3)
    assert turned.gradients > 0.02
    assert style_difference(upright, fine).colors == pytest.approx(0, abs=1e-3)
    assert style_difference(upright, fine).gradients > 0.05
    red, blue = (save(name, Image.new("RGB", (50, 90), name)) for name in ("red", "blue"))
    assert style_difference(red, blue).colors > 0.1
    assert style_difference(red, blue).gradients == 0
    assert style_difference(upright, upright) == style_difference(red, red)


def test_the_size_of_the_file_hardly_matters(save: Save) -> None:
    small, large = save("small", stripes()), save("large", stripes().resize((896, 896), 0))
    assert style_difference(small, large).gradients < 0.01


def test_the_command_prints_it(save: Save, tmp_path: Path) -> None:
    files = [str(save("upright", stripes())), str(save("level", stripes(across=False)))]
    done = CliRunner().invoke(app, ["bench", "style", *files, "--json"])
    assert done.exit_code == 0
    assert set(json.loads(done.stdout)) == {"colors", "gradients"}
    assert "gradients" in CliRunner().invoke(app, ["bench", "style", *files]).stdout
    failed = CliRunner().invoke(app, ["bench", "style", files[0], str(tmp_path / "none.png")])
    assert failed.exit_code == 2
    assert "does not exist" in failed.stderr
