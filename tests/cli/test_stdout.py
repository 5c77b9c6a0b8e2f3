"""`-o -`: the SVG on standard output, nothing else there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from tiny_model import SMALL

Run = Callable[..., Any]


def test_the_svg_goes_to_standard_output_alone(run: Run, folder: Path) -> None:
    plain = run("clipdraw", "a cat", *SMALL, "-o", "cat.svg")
    assert plain.code == 0, plain.err
    written = (folder / "cat.svg").read_text(encoding="utf-8")
    before = sorted(folder.iterdir())
    done = run("clipdraw", "a cat", *SMALL, "-o", "-")
    assert done.code == 0, done.err
    assert done.out == written
    assert sorted(folder.iterdir()) == before


def test_with_settings_and_files_beside_it(run: Run, folder: Path) -> None:
    done = run("clipdraw", "a cat", *SMALL, "-o", "-", "-o", "cat.png", "--page", "A5")
    assert done.code == 0, done.err
    assert etree.fromstring(done.out.encode()).get("width") == "148mm"
    assert "written: 'cat.png'" in done.err
    assert (folder / "cat.png").exists()


def test_pixel_art_too(run: Run, folder: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(folder / "in.png")
    done = run("pixelate", "in.png", "--size", "8", "-o", "-", "--set", "export.svg.page=A4")
    assert done.code == 0, done.err
    root = etree.fromstring(done.out.encode())
    assert root.get("width") == "210mm"
    assert [p.get("fill") for p in root.iter("{*}path")] == ["#ff0000"]


@pytest.mark.parametrize("more", [["--json"], ["-o", "-"]])
def test_it_holds_one_thing(run: Run, folder: Path, more: list[str]) -> None:
    done = run("clipdraw", "a cat", *SMALL, "-o", "-", *more)
    assert done.code == 2
    assert "standard output ('-') holds one SVG" in done.err
    assert done.out == ""


@pytest.mark.parametrize("command", [["animate", "a cat", "--motion", "hop"], ["sheet", "g.toml"]])
def test_other_commands_say_so(run: Run, folder: Path, command: list[str]) -> None:
    (folder / "g.toml").write_text('[[sprite]]\nprompt = "a cat"\n')
    done = run(*command, "-o", "-")
    assert done.code == 2
    assert "does not write to standard output" in done.err


def test_a_full_disk_loses_nothing(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("drawkit.cli.results.pour", full)
    done = run("clipdraw", "a cat", *SMALL, "-o", "-")
    assert done.code == 2
    assert "No space left on device; the drawing is in 'a-cat.svg'" in done.err
    assert etree.parse(folder / "a-cat.svg").getroot().tag.endswith("svg")
