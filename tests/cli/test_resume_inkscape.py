"""Drawn, edited and saved by Inkscape itself, drawn on: what it did stays where it was locked."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from drawkit.pictures.svg import read_svg

Run = Callable[..., Any]
LITTLE = ("--steps", "3", "--cutouts", "2")
EDITS = (
    "select-by-id:stroke-001;transform-translate:10,5;object-set-attribute:stroke,#123456;"
    "object-set-attribute:sodipodi:insensitive,true;select-clear;"
    "select-by-id:stroke-003;delete;select-by-id:stroke-004,stroke-005;selection-group"
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("inkscape") is None, reason="Inkscape is not installed"),
]


@pytest.mark.parametrize("plain", ["true", "false"])
def test_edited_in_inkscape(run: Run, folder: Path, plain: str) -> None:
    words = ("clipdraw", "a cat", "--strokes", "6", "--size", "48", "--seed", "3", *LITTLE)
    assert run(*words, "-o", "cat.svg").code == 0
    saved = f"export-filename:edited.svg;export-plain-svg:{plain};export-do"
    subprocess.run(
        ["inkscape", "cat.svg", f"--actions={EDITS};{saved}"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    frozen = () if plain == "false" else ("--freeze", "stroke-001")
    done = run("resume", "edited.svg", *LITTLE, *frozen, "-o", "out.svg")
    assert done.code == 0, done.err
    first, before, after = (
        {path.id: path for path in read_svg(name).paths()}
        for name in ("cat.svg", "edited.svg", "out.svg")
    )
    assert list(before) == list(after)
    assert "stroke-003" not in after
    eye = before["stroke-001"].control_points
    np.testing.assert_allclose(eye, np.add(first["stroke-001"].control_points, (10, 5)), atol=0.02)
    np.testing.assert_array_equal(after["stroke-001"].control_points, eye)
    assert after["stroke-001"].stroke == before["stroke-001"].stroke
    for name in set(after) - {"stroke-001"}:
        assert (after[name].control_points != before[name].control_points).any(), name
    assert read_svg("out.svg").metadata.seed == 3
