"""`drawkit dream`: pictures of free pixels."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from lxml import etree
from PIL import Image

import drawkit
from drawkit.canvas.image import IMAGE_CANVASES

Run = Callable[..., Any]
SMALL = ("--size", "24x18", "--steps", "4", "--cutouts", "2")


def pixels(file: Path | io.BytesIO) -> Any:
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGBA")).astype(int)


@pytest.mark.parametrize("canvas", IMAGE_CANVASES)
def test_it_is_a_picture_with_its_record(canvas: str, run: Run, folder: Path) -> None:
    done = run("dream", "a temple", "--canvas", canvas, *SMALL, "--seed", "3")
    assert (done.code, [str(path) for path in done.files]) == (0, ["a-temple.png"])
    with Image.open("a-temple.png") as picture:
        assert (picture.size, picture.mode) == ((24, 18), "RGBA")
        told = json.dumps(picture.text)  # type: ignore[attr-defined]
    assert "a temple" in told
    assert canvas in told
    again = run("dream", "a temple", "--canvas", canvas, *SMALL, "--seed", "3")
    first, second = (Path(name).read_bytes() for name in ("a-temple.png", str(again.files[0])))
    assert first == second
    run("dream", "a temple", "--canvas", canvas, *SMALL, "--seed", "4", "-o", "other.png")
    assert first != Path("other.png").read_bytes()


def test_other_formats_hold_the_same_picture(run: Run, folder: Path) -> None:
    run("dream", "a temple", *SMALL, "-o", "t.png", "-o", "t.svg", "-o", "t.webp")
    (image,) = etree.parse("t.svg").getroot().iterfind(".//{*}image")
    data = image.get("{http://www.w3.org/1999/xlink}href").partition(",")[2]
    import base64

    assert np.array_equal(pixels(io.BytesIO(base64.b64decode(data))), pixels(folder / "t.png"))


def test_an_init_picture_comes_back(run: Run, folder: Path) -> None:
    generator = np.random.default_rng(1)
    start = generator.integers(0, 256, (18, 24, 3), np.uint8)
    Image.fromarray(start).save("start.png")
    still = ("--set", "fourier.lr=0", "--init", "start.png", "-o", "same.png")
    assert run("dream", "a temple", *SMALL, *still).code == 0
    assert np.array_equal(pixels(folder / "same.png")[..., :3], start)
    moved = run("dream", "a temple", *SMALL, "--init", "start.png", "-o", "moved.png")
    assert moved.code == 0
    assert not np.array_equal(pixels(folder / "moved.png")[..., :3], start)


def test_a_run_folder_goes_on_to_the_same_bytes(run: Run, folder: Path) -> None:
    small = ("dream", "a temple", *SMALL, "--run-dir")
    assert run(*small, "r", "--set", "optimize.last_step=2").code == 0
    assert run(*small, "whole").code == 0
    toml = folder / "r" / "drawkit.toml"
    toml.write_text(toml.read_text().replace("last_step = 2", "last_step = 4"))
    assert run("resume", "r").code == 0
    first, second = (folder / name / "drawing.png" for name in ("r", "whole"))
    assert np.array_equal(pixels(first), pixels(second))


def test_a_film_holds_pictures(run: Run, folder: Path) -> None:
    done = run("dream", "a temple", *SMALL, "--film", "f.gif", "--png-size", "48")
    assert done.code == 0, done.err
    with Image.open("f.gif") as film:
        assert film.n_frames >= 2  # type: ignore[attr-defined]
        assert film.size == (48, 36)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--canvas", "oil"), "--canvas is 'oil'; allowed: fourier, wavelet, siren, rgb"),
        (("--size", "8"), "--size: draw.size is 8x8; allowed: 16 to 4096 pixels a side"),
        (("--set", "fourier.decay=-1"), "fourier.decay"),
        (("--init", "none.png"), "none.png"),
        (("--runs", "2", "--film", "f.gif"), "--film films one drawing"),
        (("--film", "f.anim.svg"), "--film 'f.anim.svg' moves paths, and a dream has none"),
        (("--film", "f.JSON"), "moves paths, and a dream has none"),
        ((), "no prompt"),
    ],
)
def test_bad_input_gets_one_line(
    flags: tuple[str, ...], words: str, run: Run, folder: Path
) -> None:
    said = ["a temple"] if flags else []
    done = run("dream", *said, *SMALL, *flags)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
    assert words in done.err


def test_no_pen_draws_it(run: Run, folder: Path) -> None:
    done = run("dream", "a temple", *SMALL, "-q", "--plotter", "-o", "x.svg", "-o", "x.png")
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
    assert "holds pixels, which no pen draws" in done.err


def test_the_library_dreams_the_same(run: Run, folder: Path) -> None:
    run("dream", "a temple", *SMALL, "-o", "t.png")
    drawing = drawkit.dream("a temple", size="24x18", steps=4, cutouts=2)
    assert np.array_equal(np.asarray(drawing.image()).astype(int), pixels(folder / "t.png"))
    with pytest.raises(drawkit.InputError, match=r"^canvas is 'strokes'; allowed: fourier"):
        drawkit.dream("a temple", canvas="strokes")


THEN = ("--then-steps", "3")


@pytest.mark.parametrize(
    ("then", "flags"),
    [
        ("strokes", ("--strokes", "7", "--ink", "navy")),
        ("pixels", ("--cells", "9", "--palette", "pico8")),
    ],
)
def test_the_picture_becomes_a_drawing(
    then: str, flags: tuple[str, ...], run: Run, folder: Path
) -> None:
    given = ("dream", "a temple", *SMALL, "--then", then, *THEN, *flags, "--seed", "5")
    done = run(*given, "-o", "one.svg", "--picture", "one.png")
    assert (done.code, [str(path) for path in done.files]) == (0, ["one.svg", "one.png"]), done.err
    assert "step 1/7" in done.err
    assert "step 7/7" in done.err
    run("dream", "a temple", *SMALL, "--seed", "5", "-o", "alone.png")
    assert np.array_equal(pixels(folder / "one.png"), pixels(folder / "alone.png"))
    run(*given, "-o", "two.svg")
    assert (folder / "one.svg").read_bytes() == (folder / "two.svg").read_bytes()
    root = etree.parse("one.svg").getroot()
    assert root.find(".//{*}image") is None
    paints = {p.get("fill") for p in root.iterfind(".//{*}path")}
    paints |= {p.get("stroke") for p in root.iterfind(".//{*}path")}
    if then == "strokes":
        assert len(root.findall(".//{*}path")) == 7
        assert "#000080" in paints
    else:
        pico = {"#000000", "#1d2b53", "#7e2553", "#008751", "#ab5236", "#5f574f", "#c2c3c7"}
        pico |= {"#fff1e8", "#ff004d", "#ffa300", "#ffec27", "#00e436", "#29adff", "#83769c"}
        pico |= {"#ff77a8", "#ffccaa"}
        assert {p for p in paints if p and p.startswith("#") and len(p) == 7} <= pico
    if then == "pixels":
        assert root.get("viewBox") == "0 0 12 9"


def test_a_trace_is_that_of_the_picture(run: Run, folder: Path) -> None:
    """One command is what two would be."""
    how = ("--shapes", "3", "--palette", "pico8")
    beside = ("-o", "one.svg", "--picture", "p.png")
    assert run("dream", "a temple", *SMALL, "--then", "trace", *THEN, *how, *beside).code == 0
    round_ = ("--set", "trace.tolerance=2")
    assert run("trace", "p.png", "--steps", "3", *round_, *how, "-o", "two.svg").code == 0
    trees = [etree.parse(name) for name in ("one.svg", "two.svg")]
    first, second = ([(p.get("d"), p.get("fill")) for p in t.iterfind(".//{*}path")] for t in trees)
    assert first == second != []


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--then", "oil"), "--then is 'oil'; allowed: trace, strokes, pixels"),
        (("--strokes", "9"), "--strokes needs --then strokes"),
        (("--then", "trace", "--strokes", "9"), "--strokes needs --then strokes"),
        (("--then", "strokes", "--palette", "pico8"), "--palette needs --then pixels"),
        (("--then", "strokes", "--cells", "9"), "--cells needs --then pixels"),
        (("--then-steps", "9"), "--then-steps needs --then"),
        (("--picture", "p.png"), "--picture needs --then"),
        (("--then", "pixels", "--cells", "0"), "--cells: draw.size is 0x0"),
        (("--then", "pixels", "--cells", "x"), "--cells"),
        (("--then", "pixels", "--palette", "nowhere"), "nowhere"),
        (("--then", "trace", "--shapes", "0"), "--shapes"),
        (("--then", "trace", "--then-steps", "-1"), "--then-steps"),
        (("--then", "trace", "--run-dir", "r"), "--run-dir is about one drawing"),
        (("--then", "trace", "--film", "f.gif"), "--film is about one drawing"),
        (("--then", "trace", "--runs", "2"), "--runs or A..B is about one drawing"),
        (("--then", "trace", "--picture", "no/p.png"), "'no'"),
        (("--set", "trace.shapes=3"), "trace.shapes needs --then trace"),
    ],
)
def test_bad_input_about_the_drawing_gets_one_line(
    flags: tuple[str, ...], words: str, run: Run, folder: Path
) -> None:
    done = run("dream", "a temple", *SMALL, *flags)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
    assert words in done.err
    assert list(folder.iterdir()) == []


def test_the_library_draws_the_same(run: Run, folder: Path) -> None:
    run("dream", "a temple", *SMALL, "--then", "pixels", *THEN, "--cells", "8x6", "-o", "one.png")
    seen: list[int] = []
    drawing = drawkit.dream(
        "a temple", size="24x18", steps=4, cutouts=2, then="pixels", then_steps=3, cells=(8, 6),
        on_step=lambda step: seen.append(step.index),
    )  # fmt: skip
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    drawing.save("two.png")
    assert np.array_equal(pixels(folder / "one.png"), pixels(folder / "two.png"))
    assert pixels(folder / "two.png").shape == (6, 8, 4)


def test_what_is_stopped_gives_what_there_is(run: Run, folder: Path) -> None:
    """The picture while it dreams, the drawing after that."""
    for last, kind in ((2, "RasterLayer"), (6, "PathLayer")):
        drawing = drawkit.dream(
            "a temple", size="24x18", steps=4, cutouts=2, then="strokes", then_steps=9, strokes=3,
            on_step=lambda step, last=last: step.index < last,
        )  # fmt: skip
        assert [type(layer).__name__ for layer in drawing.scene.layers] == [kind]

    def ctrl_c(step: drawkit.Step) -> None:
        if step.index == 6:
            raise KeyboardInterrupt

    with pytest.raises(drawkit.DrawingInterrupted) as caught:
        drawkit.dream(
            "a temple", size="24x18", steps=4, cutouts=2, then="strokes", then_steps=9, strokes=3,
            on_step=ctrl_c,
        )  # fmt: skip
    assert len(list(caught.value.drawing.scene.paths())) == 3
