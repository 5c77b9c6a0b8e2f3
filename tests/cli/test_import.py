"""`drawkit import`: what was understood of an SVG is written, and one line says what was not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hostile import NO_FILES, lay
from svg_oracle import by_resvg, svg

Run = Callable[..., Any]
BODY = (
    '<style>.a{fill:#0a0}</style><defs><path id="p" d="M0 0 h20 l-10 20z"/></defs>'
    '<g transform="translate(10 10)"><use href="#p" class="a" x="5"/></g>'
    '<g opacity=".5"><circle cx="50" cy="40" r="20" stroke="red"/>'
    '<rect width="40" height="30"/></g>'
)


def test_what_is_written_looks_the_same_and_is_plain(run: Run, folder: Path) -> None:
    text = svg(BODY)
    (folder / "fox.svg").write_text(text)
    done = run("import", "fox.svg", "-o", "clean.svg")
    assert (done.code, done.out.strip(), done.err) == (0, "clean.svg", "")
    clean = (folder / "clean.svg").read_text()
    assert not [word for word in ("<use", "<style", "transform", "class=") if word in clean]
    assert np.abs(by_resvg(clean, 2) - by_resvg(text, 2)).mean() * 255 < 0.5
    assert run("import", "clean.svg", "-o", "again.svg").code == 0
    assert (folder / "again.svg").read_text() == clean


def test_one_line_says_what_is_left_out(run: Run, folder: Path) -> None:
    (folder / "fox.svg").write_text(svg(BODY + "<text>words</text><text>more</text>"))
    done = run("import", "fox.svg", "-o", "clean.svg")
    assert done.code == 0
    (line,) = done.err.splitlines()
    assert line.endswith("the SVG 'fox.svg': left out: 2 texts")


def test_packed_and_without_a_name(run: Run, folder: Path) -> None:
    (folder / "fox.svgz").write_bytes(gzip.compress(svg(BODY).encode()))
    done = run("import", "fox.svgz")
    assert done.out.split() == ["fox-clean.svg", "fox-clean.png"]


def test_nothing_is_replaced_unasked(run: Run, folder: Path) -> None:
    (folder / "fox.svg").write_text(svg(BODY))
    before = (folder / "fox.svg").read_text()
    assert run("import", "fox.svg", "-o", "fox.svg").code == 2
    assert (folder / "fox.svg").read_text() == before


@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file(run: Run, folder: Path, kind: str) -> None:
    lay(kind, folder / "it.svg")
    done = run("import", "it.svg", "-o", "clean.svg")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert not (folder / "clean.svg").exists()


def test_the_bench_prints_the_share(run: Run, folder: Path) -> None:
    (folder / "good.svg").write_text(svg(BODY))
    (folder / "text.svg").write_text(svg(BODY + "<text>words</text>"))
    (folder / "bad.svg").write_text("<svg")
    done = run("bench", "import", ".", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["summary"] == {
        "files": 3,
        "refused": 1,
        "compared": 2,
        "within": 1.0,
        "claimed": 1,
        "claimed_within": 1.0,
    }
    lines = run("bench", "import", "good.svg").out.splitlines()
    assert lines[0].split() == ["files", "1"]
    assert lines[-1].endswith("good.svg")
