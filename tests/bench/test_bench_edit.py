"""Figures of editability against files whose truth is plain to see."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from programs import needs

from drawkit.bench.edit import bench_edit
from drawkit.errors import FileError

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" viewBox="0 0 100 100">'  # noqa: E501
Measure = Callable[..., Any]


@pytest.fixture
def measure(tmp_path: Path) -> Measure:
    def of(body: str, inkscape: bool = False) -> Any:
        file = tmp_path / "it.svg"
        file.write_text(f"{HEAD}{body}</svg>")
        return bench_edit(file, inkscape=inkscape)

    return of


COVER = '<rect x="20" y="20" width="60" height="60" fill="red"/>'
BELOW = '<path d="M30,30 C40,30 50,30 60,30 L60,60 Z" fill="blue"/>'


def test_counts(measure: Measure) -> None:
    found = measure(
        f'<defs><path id="p" d="M0 0H9V9Z"/></defs><g id="eyes">{COVER}</g><g id="g12">{BELOW}</g>'
        '<circle cx="50" cy="50" r="9"/><g id="empty"/>'
    )
    assert (found.paths, found.groups, found.named) == (3, 2, 1)
    assert found.primitives == pytest.approx(2 / 3)
    assert found.segments == 4 + 3 + 4
    assert found.nodes == 4 + 3 + 4
    assert found.bytes > 200


@pytest.mark.parametrize(
    ("attributes", "named"),
    [
        ('id="left-eye"', 1),
        ('id="layer1"', 0),
        ('id="g4"', 0),
        ('id="SVGID_1_"', 0),
        ("", 0),
        ('id="g4" inkscape:label="Eye"', 1),
    ],
)
def test_names(measure: Measure, attributes: str, named: int) -> None:
    assert measure(f"<g {attributes}>{COVER}</g>").named == named


def test_hidden_in_its_own_group_but_not_under_another(measure: Measure) -> None:
    assert measure(f"<g>{BELOW}{COVER}</g>").hidden == 0.5
    assert measure(f"<g>{BELOW}</g><g>{COVER}</g>").hidden == 0.0
    assert measure(f"<g>{COVER}{BELOW}</g>").hidden == 0.0
    assert measure(f"{BELOW}{COVER}").hidden == 0.5


def test_crossings(measure: Measure) -> None:
    points = [
        (50 + 40 * math.sin(4 * math.pi * k / 5), 50 - 40 * math.cos(4 * math.pi * k / 5))
        for k in range(5)
    ]
    star = " ".join(f"{x},{y}" for x, y in points)
    assert measure(f'<polygon points="{star}"/>').crossings == 5
    assert measure(COVER).crossings == 0
    assert measure('<path d="M10,10 C120,120 120,-20 10,90" stroke="red"/>').crossings == 1


def test_holes(measure: Measure) -> None:
    whole = '<g><rect width="90" height="90" fill="red"/></g>'
    ring = '<g><path d="M0 0H90V90H0Z M30 30V60H60V30Z" fill="red"/></g>'
    piece = '<g><rect x="30" y="30" width="30" height="30" fill="blue"/></g>'
    assert measure(ring + piece).holes == 0.5  # as on a map: cut out below
    assert measure(whole + piece).holes == 0.0
    assert measure(f"<g>{ring}{piece}</g>").holes == 0.5  # a group around all is none
    beside = '<g><rect x="92" y="0" width="8" height="8"/></g>'
    assert measure(whole + beside).holes == 0.0


def test_round_trip_and_renderers(measure: Measure) -> None:
    found = measure(f"<g>{BELOW}</g><g>{COVER}</g>")
    assert found.drawkit is not None
    assert found.drawkit < 0.2
    assert found.renderers is not None
    assert found.renderers < 1
    assert found.inkscape is None
    blended = COVER + BELOW.replace("<path", '<path style="mix-blend-mode:difference"')
    apart = measure(blended)  # which cairosvg does not know, nor drawkit
    assert apart.renderers > 2
    assert apart.drawkit > 2


@needs("inkscape")
@pytest.mark.slow
def test_through_inkscape(measure: Measure) -> None:
    found = measure(f'<g inkscape:label="Eye">{BELOW}</g><g>{COVER}</g>', inkscape=True)
    assert found.inkscape is not None
    assert found.inkscape < 0.2


def test_files_are_left_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "a.svg"
    file.write_text(f"{HEAD}<g>{BELOW} {COVER}</g></svg>")
    before = file.read_bytes()
    assert bench_edit(file, inkscape=False) == bench_edit(file, inkscape=False)
    assert file.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.svg"]


def test_what_is_no_svg_is_one_line(tmp_path: Path) -> None:
    for text in ("", "<svg", f"{HEAD}</svg>"):
        (tmp_path / "a.svg").write_text(text)
        with pytest.raises(FileError) as caught:
            bench_edit(tmp_path / "a.svg")
        assert "\n" not in str(caught.value)
    with pytest.raises(FileError):
        bench_edit(tmp_path / "none.svg")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from typer.testing import CliRunner

    from drawkit.cli import app

    for name in ("a.svg", "b.svg"):
        (tmp_path / name).write_text(f"{HEAD}<g>{BELOW}</g></svg>")
    files = [str(tmp_path / name) for name in ("a.svg", "b.svg")]
    done = CliRunner().invoke(app, ["bench", "edit", *files, "--no-inkscape", "--json"])
    rows = json.loads(done.stdout)
    assert [row["file"] for row in rows] == ["a.svg", "b.svg"]
    assert rows[0]["paths"] == 1
    done = CliRunner().invoke(app, ["bench", "edit", *files, "--no-inkscape"])
    head, *lines = done.stdout.splitlines()
    assert head.split()[:3] == ["file", "bytes", "paths"]
    assert len(lines) == 2
    done = CliRunner().invoke(app, ["bench", "edit", str(tmp_path / "none.svg")])
    assert done.exit_code == 2
