"""Extensions > drawkit in the real Inkscape, with a window: drawings come back into the page."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from programs import inkscape, inkscape_window, needs

from drawkit import read_svg

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
PAGE = """<svg xmlns="http://www.w3.org/2000/svg" width="100mm" height="80mm" viewBox="0 0 100 80">
  <g id="layer1" transform="translate(4 2)">
    <rect id="frame" x="10" y="8" width="36" height="36" fill="#ffe8cf"/>
    <text id="hello" x="60" y="40" font-size="8">Hello</text>
    <path id="line" d="M60.123456 60.5h20" stroke="red"/>
  </g>
</svg>
"""
FIELDS = {
    "draw": {"words": "a cat", "count": 5, "steps": 3, "seed": 4},
    "resume": {"words": "", "steps": 3, "more": 0},
}

pytestmark = [pytest.mark.slow, needs("inkscape"), needs("xvfb-run"), needs("xauth")]


def profile_with(folder: Path, run: Run, model: Path) -> Path:
    """A folder of settings in which the extension is installed and its dialogs are filled in."""
    program = folder / "drawkit"
    more = f"--model '{model}' --cutouts 2"
    lines = (
        "#!/bin/sh",
        f"export PYTHONPATH='{ROOT}' XDG_CONFIG_HOME='{folder}/config'",
        f"command=$1; shift; exec '{sys.executable}' -m drawkit $command {more} \"$@\"",
    )
    program.write_text("\n".join(lines) + "\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    profile = folder / "profile"
    to = ("--to", profile / "extensions", "--program", program)
    assert run("inkscape", "install", *to).code == 0
    (folder / "blank.svg").write_text(PAGE)
    inkscape_window(folder, profile, "blank.svg", "--actions=select-clear")
    settings = profile / "preferences.xml"  # a few alone make Inkscape 1.2 fall over
    filled = " ".join(
        f'org.drawkit.{end}.{name}="{value}"'
        for end, fields in FIELDS.items()
        for name, value in fields.items()
    )
    text = settings.read_text(encoding="utf-8")
    assert text.count('id="extensions"') == 1
    settings.write_text(text.replace('id="extensions"', f'id="extensions" {filled}'))
    return profile


def test_drawn_and_gone_on_with_in_inkscape(
    run: Run, folder: Path, tiny_model: Path, compiled: None
) -> None:
    profile = profile_with(folder, run, tiny_model)
    (folder / "page.svg").write_text(PAGE)
    for number, (chosen, entry) in enumerate([("frame", "draw"), ("drawing", "resume")]):
        source, result = ("page.svg", "one.svg", "two.svg")[number : number + 2]
        actions = f"select-by-id:{chosen};org.drawkit.{entry}.noprefs"
        saved = f"export-filename:{result};export-do"
        inkscape_window(folder, profile, source, f"--actions={actions};{saved}")
    one, two = ({p.id: p for p in read_svg(name).paths()} for name in ("one.svg", "two.svg"))
    drawn = [name for name in one if name.startswith("stroke-")]
    assert len(drawn) == 5
    assert list(one) == list(two)
    for name in drawn:
        assert (one[name].control_points != two[name].control_points).any(), name
    for name in ("frame", "line"):
        np.testing.assert_array_equal(one[name].control_points, two[name].control_points)
    middle = np.concatenate([two[name].control_points for name in drawn]).mean(axis=0)
    assert (np.abs(middle - (32, 28)) < 20).all()
    tree = etree.parse("two.svg")
    (record,) = tree.getroot().iter("{urn:drawkit:run:1}run")
    assert '"seed":4' in record.text
    assert 'd="M60.123456 60.5h20"' in re.sub(r"\s+", " ", Path("two.svg").read_text())
    inkscape(folder, "two.svg", "--export-filename=two.png")
    assert os.path.getsize("two.png") > 0
