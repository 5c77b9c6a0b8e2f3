"""`--init any.svg`: its own paths are what is drawn on; where a picture is wanted, it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scenes import small_grid_scene
from svg_oracle import svg

from drawkit.export.svg import svg_text
from drawkit.pictures import read_picture
from drawkit.pictures.svg import read_svg

Run = Callable[..., Any]
BODY = (
    '<g id="body" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
    ' inkscape:label="the body"><path id="back" d="M10 60 L50 10 L90 60" fill="none"'
    ' stroke="#800" stroke-width="9"/><circle id="belly" cx="50" cy="50" r="20" fill="#fc0"/>'
    '<path id="ring" d="M10 10 H30 V30 H10z M15 15 V25 H25 V15z" fill-rule="evenodd"/></g>'
)
LITTLE = ("--model", "none", "--steps", "2", "--set", "losses.target.weight=1")


@pytest.fixture
def fox(folder: Path) -> str:
    (folder / "fox.svg").write_text(svg(BODY))
    return "fox.svg"


def test_it_starts_from_the_paths_of_the_file(run: Run, folder: Path, fox: str) -> None:
    done = run("clipdraw", *LITTLE, "--size", "100x80", "--init", fox, "-o", "out.svg")
    assert done.code == 0, done.err
    before, after = read_svg("fox.svg"), read_svg("out.svg")
    assert [path.id for path in after.paths()] == ["back", "belly", "ring"]
    assert [layer.name for layer in after.layers] == ["the body"]
    moved = 0.0
    for path, again in zip(before.paths(), after.paths(), strict=True):
        assert (path.linecap, path.fill_rule, len(path.more)) == (
            again.linecap, again.fill_rule, len(again.more),
        )  # fmt: skip
        apart = np.abs(again.control_points - path.control_points).max()
        assert apart < 4
        moved = max(moved, float(apart))
    assert moved > 0.01


def test_it_is_fitted_to_the_size(run: Run, folder: Path, fox: str) -> None:
    done = run("clipdraw", *LITTLE, "--size", "200", "--init", fox, "-o", "out.svg")
    assert done.code == 0, done.err
    first, *_ = read_svg("out.svg").paths()
    np.testing.assert_allclose(first.control_points[0], [20, 140], atol=4)
    assert first.stroke_width == pytest.approx(18, abs=2)


@pytest.mark.parametrize(
    ("flag", "value"), [("--strokes", "64"), ("--ink", "red"), ("--tile", "x"), ("--shapes", "3")]
)
def test_settings_of_new_paths_are_refused(
    run: Run, folder: Path, fox: str, flag: str, value: str
) -> None:
    done = run("clipdraw", *LITTLE, "--init", fox, flag, value, "-o", "out.svg")
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith(f"drawkit: {flag} is for new paths; a start from an SVG keeps those")


def test_broken_ones_are_refused_in_one_line(run: Run, folder: Path) -> None:
    (folder / "bad.svg").write_text("<svg><g></svg>")
    done = run("clipdraw", *LITTLE, "--init", "bad.svg", "-o", "out.svg")
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert "'bad.svg': it is broken" in line


def test_cells_are_a_picture_to_start_strokes_from(run: Run, folder: Path) -> None:
    (folder / "cells.svg").write_text(svg_text(small_grid_scene()))
    done = run("clipdraw", *LITTLE, "--strokes", "3", "--init", "cells.svg", "-o", "out.svg")
    assert done.code == 0, done.err
    assert 1 <= len(list(read_svg("out.svg").paths())) <= 3


def test_where_a_picture_is_wanted_it_is_drawn(run: Run, folder: Path, fox: str) -> None:
    done = run("pixelate", fox, "--size", "16", "--scale", "1", "-o", "out.png")
    assert done.code == 0, done.err
    cells = read_picture("out.png")
    assert cells.shape == (13, 16, 4)
    assert np.abs(cells[8, 8, :3].astype(int) - [255, 204, 0]).max() < 30
    done = run("pixeldraw", *LITTLE, "--size", "16", "--init", fox, "-o", "draw.png")
    assert done.code == 0, done.err
