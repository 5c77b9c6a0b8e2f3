"""Inkscape itself opens the file: sees the layers, shows the same picture, keeps the facts."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from lxml import etree
from PIL import Image
from scenes import random_scene, small_scene

from drawkit.export.png import PngConfig, png_bytes
from drawkit.export.svg import RUN_NAMESPACE, SvgExporter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("inkscape") is None, reason="Inkscape is not installed"),
]


def inkscape(*arguments: str) -> str:
    done = subprocess.run(
        ["inkscape", *arguments], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def test_layers_are_layers(tmp_path: Path) -> None:
    file = tmp_path / "small.svg"
    SvgExporter().write(small_scene(), file)
    listed = inkscape(str(file), "--actions=select-all:layers;select-list")
    assert [line.split()[0] for line in listed.splitlines()] == ["background", "shapes", "strokes"]


def test_saving_again_keeps_layers_paths_and_facts(tmp_path: Path) -> None:
    file, again = tmp_path / "small.svg", tmp_path / "again.svg"
    SvgExporter().write(small_scene(), file)
    inkscape(str(file), f"--export-filename={again}")
    before, after = (etree.parse(f).getroot() for f in (file, again))
    for query in ("//@inkscape:label", "//svg:path/@d", "//svg:path/@id", "//dc:title/text()"):
        assert before.xpath(query, namespaces=NAMES) == after.xpath(query, namespaces=NAMES)
    run = after.findtext(f".//{{{RUN_NAMESPACE}}}run")
    assert json.loads(run)["seed"] == 7


def test_picture_is_the_same(tmp_path: Path) -> None:
    scene = random_scene(8)
    file, shown = tmp_path / "random.svg", tmp_path / "shown.png"
    SvgExporter().write(scene, file)
    inkscape(
        str(file),
        f"--export-filename={shown}",
        "--export-width=192",
        "--export-background=#ffffff",
        "--export-background-opacity=1",
    )
    ours = np.asarray(Image.open(io.BytesIO(png_bytes(scene, PngConfig(192)))).convert("RGB"))
    theirs = np.asarray(Image.open(shown).convert("RGB"))
    difference = np.abs(ours.astype(float) - theirs).mean()
    assert difference <= 4
    assert np.abs(ours.astype(float) - theirs[::-1]).mean() > 4  # and it could tell


NAMES = {
    "svg": "http://www.w3.org/2000/svg",
    "inkscape": "http://www.inkscape.org/namespaces/inkscape",
    "dc": "http://purl.org/dc/elements/1.1/",
}
