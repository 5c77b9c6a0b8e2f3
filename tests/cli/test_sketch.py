"""`drawkit sketch`: flags, files, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image, ImageDraw
from tiny_model import MODEL, save_tiny_model

Run = Callable[..., Any]
LITTLE = ("--steps", "2", "--cutouts", "2", "--tries", "2")
FOX = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
<circle cx="50" cy="50" r="30" fill="orange"/><circle cx="40" cy="45" r="5"/></svg>"""


@pytest.fixture
def photo(folder: Path) -> Path:
    picture = Image.new("RGB", (160, 120), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((30, 20, 120, 100), fill="#3a6")
    pen.rectangle((60, 40, 90, 70), fill="#123")
    picture.save(folder / "photo.png")
    return folder / "photo.png"


def strokes_of(file: Path) -> list[etree._Element]:
    return [e for e in etree.parse(file).iter() if e.get("stroke") not in (None, "none")]


def test_it_writes_an_svg_and_a_png(run: Run, photo: Path) -> None:
    done = run("sketch", photo, *LITTLE)
    assert done.code == 0, done.err
    assert [file.name for file in done.files] == ["photo-sketch.svg", "photo-sketch.png"]
    strokes = strokes_of(Path("photo-sketch.svg"))
    assert 2 <= len(strokes) <= 16
    assert all(e.get("fill") == "none" for e in strokes)
    assert "kept try" in done.err
    assert "what has the colour of its border is the ground" in done.err
    assert Image.open("photo-sketch.png").width > 100


def test_an_svg_is_a_picture_too(run: Run, folder: Path) -> None:
    (folder / "fox.svg").write_text(FOX)
    done = run("sketch", "fox.svg", *LITTLE, "-o", "out.svg", "-q")
    assert done.code == 0, done.err
    assert len(strokes_of(folder / "out.svg")) >= 2
    assert done.err == ""


def test_flags_reach_it(run: Run, photo: Path) -> None:
    flags = ("--strokes", "1", "--segments", "3", "--color", "navy", "--width", "6", "--seed", "9")
    done = run("sketch", photo, *LITTLE, *flags, "-o", "out.svg", "--json", "-q")
    assert done.code == 0, done.err
    record = json.loads(done.out)
    assert record["seed"] in (9, 10)
    assert record["config"]["sketch"]["width"] == 6
    (stroke,) = strokes_of(Path("out.svg"))
    assert stroke.get("stroke") in ("navy", "#000080")
    assert float(stroke.get("stroke-width")) == 6


@pytest.mark.parametrize(
    "more",
    [
        ("-o", "out.pdf", "--page", "A4", "--margin", "10mm"),
        ("-o", "out.svg", "--plotter", "--page", "A5"),
        ("-o", "out.svg", "--layers", "size"),
        ("-o", "out.svg", "--simplify"),
        ("-o", "out.png", "--png-size", "300", "--background", "transparent"),
        ("-o", "out.anim.svg"),
    ],
)
def test_it_is_written_as_any_drawing_is(run: Run, photo: Path, more: tuple[str, ...]) -> None:
    done = run("sketch", photo, *LITTLE, *more, "-q")
    assert done.code == 0, done.err
    assert Path(more[1]).stat().st_size > 300
    if more[1] == "out.png":
        picture = Image.open("out.png")
        assert max(picture.size) == 300
        assert picture.convert("RGBA").getpixel((1, 1)) == (0, 0, 0, 0)


def test_no_empty_lines_are_told(run: Run, folder: Path) -> None:
    (folder / "fox.svg").write_text(FOX)
    done = run("sketch", "fox.svg", *LITTLE[:4], "--tries", "1", "-o", "out.svg")
    assert done.code == 0, done.err
    assert all(line.strip() for line in done.err.splitlines())


RESNET = {"image_size": 64, "layers": [1, 1, 1, 1], "width": 16, "patch_size": None}


@pytest.mark.parametrize("vision", [None, RESNET], ids=["vit", "resnet"])
def test_any_openclip_model_judges(
    vision: dict[str, Any] | None,
    run_real: Run,
    photo: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if vision is not None:
        monkeypatch.setitem(MODEL, "vision_cfg", vision)
        monkeypatch.setitem(MODEL, "embed_dim", 24)
        text = {"context_length": 16, "vocab_size": 49408, "width": 32, "heads": 2, "layers": 1}
        monkeypatch.setitem(MODEL, "text_cfg", text)
    model = save_tiny_model(tmp_path / "model")
    done = run_real("sketch", photo, *LITTLE, "--model", model, "-o", "out.svg", "--json", "-q")
    assert done.code == 0, done.err
    assert json.loads(done.out)["ending"] == "finished"
    assert len(strokes_of(Path("out.svg"))) >= 2


def test_to_standard_output(run: Run, photo: Path) -> None:
    done = run("sketch", photo, *LITTLE, "-o", "-", "-q")
    assert done.code == 0, done.err
    assert etree.fromstring(done.out.encode()).tag.endswith("svg")
    assert [p.name for p in Path().iterdir()] == ["photo.png"]


def test_words_are_optional(run: Run, photo: Path) -> None:
    done = run("sketch", photo, "a green", "thing", *LITTLE, "--json", "-q")
    assert done.code == 0, done.err
    record = json.loads(done.out)
    assert [prompt["text"] for prompt in record["prompts"]] == ["a green thing"]
    assert record["score"] is not None


def test_resume_goes_on_with_a_sketch(run: Run, photo: Path) -> None:
    assert run("sketch", photo, *LITTLE, "-o", "one.svg", "-q").code == 0
    done = run("resume", "one.svg", "--steps", "2", "-o", "two.svg", "-q")
    assert done.code == 0, done.err
    assert len(strokes_of(Path("two.svg"))) == len(strokes_of(Path("one.svg")))
    photo.unlink()
    done = run("resume", "one.svg", "--steps", "2", "-o", "three.svg", "-q")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "--set losses.likeness.picture=FILE" in done.err


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--strokes", "0"], "--strokes: sketch.strokes is 0; allowed: 1 to 1000"),
        (["--strokes", "100000"], "sketch.strokes is 100000; allowed: 1 to 1000"),
        (["--strokes", "many"], "--strokes: sketch.strokes takes a whole number"),
        (["--segments", "1-3"], "--segments: sketch.segments takes a whole number"),
        (["--width", "nan"], "--width"),
        (["--tries", "-1"], "sketch.tries is -1"),
        (["--color", "blau"], "sketch.color: 'blau'"),
        (["--steps", "x"], "optimize.steps takes a whole number"),
        (["--set", "strokes.ink=red"], "strokes.ink is not for a sketch"),
        (["--set", "sketch.stroke=3"], "did you mean"),
        (["--page", "A99"], "A99"),
        (["-o", "out.xyz"], "out.xyz"),
        (["--size", "64"], "--size"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    run: Run, photo: Path, given: list[str], words: str
) -> None:
    done = run("sketch", photo, *given)
    assert (done.code, done.err.count("\n")) == (2, 1), done.err
    assert words in done.err
    assert [p.name for p in Path().iterdir()] == ["photo.png"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.png", "does not exist"),
        ("text.png", "it is"),
        ("empty.png", "it is"),
        ("clear.png", "wholly transparent"),
        ("white.png", "of one colour"),
        ("dot.png", "of one colour"),
        (".", "is not a file"),
    ],
)
def test_pictures_that_are_none(run: Run, folder: Path, name: str, words: str) -> None:
    (folder / "text.png").write_text("hello")
    (folder / "empty.png").write_bytes(b"")
    Image.new("RGBA", (50, 50)).save(folder / "clear.png")
    Image.new("RGB", (50, 50), "white").save(folder / "white.png")
    Image.new("RGB", (1, 1), "black").save(folder / "dot.png")
    before = sorted(folder.iterdir())
    done = run("sketch", name, *LITTLE)
    assert (done.code, done.err.count("\n")) == (2, 1), done.err
    assert words in done.err
    assert sorted(folder.iterdir()) == before


def test_the_help_shows_what_is_in_force(run: Run) -> None:
    text = " ".join(run("sketch", "--help").out.replace("│", " ").split())
    assert "(default: 16)" in text
    assert "(default: 256)" not in text
    assert "(default: 3.2)" in text
    assert "(default: 50)" in text
