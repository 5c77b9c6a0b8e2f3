"""What files say of how they were made: short, in full, or nothing, and never a folder."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakePerceptor
from lxml import etree
from PIL import Image

from drawkit import draw
from drawkit.config import Given
from drawkit.engine import settings_for
from drawkit.engine.drawing import Drawing
from drawkit.engine.record import base_name, settings_record
from drawkit.scene import CellLayer, PathLayer, RasterLayer, Scene
from drawkit.scene import Path as ScenePath
from drawkit.scene.grid import Grid

SMALL: dict[str, Any] = {"steps": 2, "size": 32, "strokes": 4, "threads": 1}
PIXELS: dict[str, Any] = {"steps": 2, "size": 16, "settings": {"draw.canvas": "pixels"}}


class Named(FakePerceptor):
    def __init__(self, model: str, **_rest: Any) -> None:
        super().__init__()
        self.name = model


@pytest.fixture(autouse=True)
def _fake_perceptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Named)


def record_of(svg: str) -> dict[str, Any]:
    run = etree.fromstring(svg.encode()).find(".//{*}run")
    found: dict[str, Any] = json.loads(run.text)
    return found


def test_short_is_what_differs_from_the_defaults() -> None:
    record = record_of(draw("a cat", **SMALL).svg())
    assert record["config"] == {
        "draw": {"size": [32, 32]},
        "strokes": {"strokes": 4},
        "optimize": {"steps": 2},
    }
    assert record["prompts"] == [{"text": "a cat", "weight": 1.0}]
    assert "threads" in record["versions"]


def test_what_is_said_shortly_is_enough_to_draw_it_again() -> None:
    """The settings of a record, given again, give the same record."""
    first = draw("a cat", **SMALL, ink="navy", seed="tom", settings={"strokes.lr_points": 0.5})
    record = record_of(first.svg())
    flat = {f"{s}.{key}": v for s, keys in record["config"].items() for key, v in keys.items()}
    again = draw("a cat", seed=record["seed"], threads=1, settings=flat)
    assert again.svg() == first.svg()


def test_in_full_every_setting_is_there() -> None:
    record = record_of(draw("a cat", **SMALL, metadata="full").svg())
    assert record["config"]["strokes"]["reseed"] is True
    assert {"kornia", "numpy", "python"} <= set(record["versions"])


@pytest.mark.parametrize("kind", ["paths", "cells"])
def test_none_leaves_nothing(kind: str) -> None:
    given = SMALL if kind == "paths" else PIXELS
    drawing = draw("a zebra", **given, metadata="none")
    svg = drawing.svg()
    root = etree.fromstring(svg.encode())
    assert [child.tag for child in root if "svg}" not in str(child.tag)] == []
    assert not any(word in svg for word in ("zebra", "metadata", "<title", "<desc", "drawkit "))
    with Image.open(io.BytesIO(drawing.png())) as picture:
        assert picture.text == {}
    plain = draw("a zebra", **given)
    assert Image.open(io.BytesIO(plain.png())).tobytes() == picture.tobytes()


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".apng", ".aseprite"])
def test_none_leaves_nothing_in_any_format(suffix: str, tmp_path: Path) -> None:
    for detail, there in (("none", False), ("short", True)):
        path = tmp_path / f"{detail}{suffix}"
        draw("a zebra", **PIXELS, metadata=detail).save(path)
        assert (b"zebra" in path.read_bytes()) is there
        if suffix != ".aseprite":
            Image.open(path).load()


def test_no_folder_is_ever_written(tmp_path: Path) -> None:
    secret = tmp_path / "secret folder"
    secret.mkdir()
    Image.new("RGB", (20, 20), "orange").save(secret / "start.png")
    (secret / "mine.gpl").write_text("GIMP Palette\n255 0 0 red\n0 0 0 black\n")
    drawing = draw(
        "a cat",
        **PIXELS | {"settings": {"draw.canvas": "pixels", "pixels.colors": 2}},
        init=str(secret / "start.png"),
        palette=str(secret / "mine.gpl"),
        metadata="full",
    )
    for data in (drawing.svg().encode(), drawing.png()):
        assert b"secret" not in data
    record = record_of(drawing.svg())
    assert record["config"]["draw"]["init"] == "start.png"
    assert record["config"]["pixels"]["palette"] == "mine.gpl"
    assert record["inputs"] == {
        name: hashlib.sha256((secret / name).read_bytes()).hexdigest()
        for name in ("start.png", "mine.gpl")
    }


def test_files_of_strokes_too(tmp_path: Path) -> None:
    path = tmp_path / "secret folder" / "mine.gpl"
    path.parent.mkdir()
    path.write_text("GIMP Palette\n255 0 0 red\n0 0 0 black\n")
    given = {"strokes.palette": [str(path), "navy"]}
    for detail in ("short", "full"):
        svg = draw("a cat", **SMALL, settings=given, metadata=detail).svg()
        assert "secret" not in svg
        record = record_of(svg)
        assert record["config"]["strokes"]["palette"] == ["mine.gpl", "navy"]
        assert record["inputs"] == {"mine.gpl": hashlib.sha256(path.read_bytes()).hexdigest()}


def test_a_setting_that_is_not_known_to_name_files(tmp_path: Path) -> None:
    """A plug-in of someone else's may forget to say so."""
    (tmp_path / "a.txt").touch()
    settings = settings_for({"words.prefix": Given(str(tmp_path / "a.txt"), "--set")})
    assert settings_record(settings, None)["words"]["prefix"] == "a.txt"


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("{}", "a b.png"),
        ("@{}", "@a b.png"),
        ("@{}:16", "@a b.png:16"),
        ("{}:0.5", "a b.png:0.5"),
        ("ViT-B-32:{}", "ViT-B-32:a b.png"),
        ("ViT-B-32:{}:0.5", "ViT-B-32:a b.png:0.5"),
        ("local-dir:{}", "local-dir:a b.png"),
    ],
)
def test_files_by_their_names(form: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "a b.png").touch()
    assert base_name(form.format(tmp_path / "a b.png")) == name


def test_files_of_ones_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").touch()
    assert base_name("~/in/a.png") == "a.png"
    assert base_name("@~/in/a.png:8") == "@a.png:8"


@pytest.mark.parametrize("text", ["builtin", "pico8", "ViT-B-32/openai", "x:3", "", "@", "a\0b/c"])
def test_names_of_nothing_stay(text: str) -> None:
    assert base_name(text) == text


def test_a_drawing_says_itself_in_a_line() -> None:
    said = repr(draw("a cat", **SMALL))
    assert "\n" not in said
    assert len(said) < 200
    assert "a cat" in said


def test_it_says_what_is_in_every_layer() -> None:
    line = ScenePath(np.zeros((4, 2)))
    paths = PathLayer("a", (line, line)), PathLayer("b", (line,))
    cells = CellLayer("cells", Grid.still([[0, 0, 0]], [(0, 0, 0)]))
    picture = RasterLayer("picture", np.zeros((5, 4, 4), np.uint8))
    for layers, made in (
        ((), "0 paths"),
        (paths, "3 paths"),
        ((cells,), "3x1 cells"),
        ((cells, *paths, picture), "3 paths, 3x1 cells, 4x5 pixels"),
    ):
        assert repr(Drawing(Scene(9, 8, layers))) == f"<Drawing '', 9x8, {made}>"


def test_a_small_sprite_is_mostly_picture() -> None:
    """Of the default record there may be no more than one needs to draw it again."""
    sprite = draw("a cat", **PIXELS)
    bare = draw("a cat", **PIXELS, metadata="none")
    assert len(sprite.png(16)) - len(bare.png(16)) < 700
