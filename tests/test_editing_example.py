"""The round trip of examples/editing, in small, through the real Inkscape."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from fakes import FakePerceptor
from PIL import Image
from programs import needs

from drawkit import read_svg

EXAMPLE = Path(__file__).parent.parent / "examples" / "editing" / "round_trip.py"
ROW = re.compile(r"(\w+) +(\d+) of (\d+) +(\d+) of (\d+) +([\d.-]+), ([\d.-]+), ([\d.-]+)")


class Opened(FakePerceptor):
    """The fake perceptor, opened as any."""

    def __init__(self, model: str, **_: Any) -> None:
        super().__init__()
        self.name = model


@pytest.mark.slow
@needs("inkscape")
def test_what_is_locked_stays_and_the_rest_gets_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    runpy.run_path(str(EXAMPLE))["main"](tmp_path, 24, 60)
    rows = [match for line in capsys.readouterr().out.splitlines() if (match := ROW.match(line))]
    assert [row[1] for row in rows] == ["inkscape", "plain"]
    for row in rows:
        locked, of_locked, moved, of_others = map(int, row.groups()[1:5])
        assert locked == of_locked == 4
        assert moved == of_others > 10
        _, edited, gone_on = map(float, row.groups()[5:])
        assert gone_on > edited
        first = {path.id: path for path in read_svg(tmp_path / "drawn.svg").paths()}
        last = {path.id: path for path in read_svg(tmp_path / f"gone-on-{row[1]}.svg").paths()}
        assert len(first) == len(last)  # one is deleted, one is new
        assert len(set(first) - set(last)) == 1
        blue = [
            p
            for p in last.values()
            if p.stroke == pytest.approx((58 / 255, 110 / 255, 165 / 255, p.stroke[3]))
        ]
        assert len(blue) == 2
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (1080, 360)


def test_the_readme_says_what_the_program_prints() -> None:
    readme = EXAMPLE.with_name("README.md").read_text(encoding="utf-8")
    rows = [match for line in readme.splitlines() if (match := ROW.match(line))]
    assert len(rows) == 2
    for row in rows:
        assert (row[2], row[4]) == (row[3], row[5])
        assert float(row[8]) > float(row[7])
        kind = row[1]
        before, after = (
            {p.id: p for p in read_svg(EXAMPLE.with_name(f"{name}-{kind}.svg")).paths()}
            for name in ("edited", "gone-on")
        )
        same = [n for n in before if (before[n].control_points == after[n].control_points).all()]
        assert len(same) == int(row[3])
