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
from drawkit.engine.dream_folder import DreamFolder
from drawkit.engine.dreaming import Dream, dream_layer
from drawkit.engine.options import options_layer

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
        (("--then", "trace", "--state", "s"), "--run-dir keeps both"),
        (("--then", "trace", "--runs", "2", "--film", "f.gif"), "--film films one drawing"),
        (("--then", "trace", "--runs", "2", "--picture", "p.png"), "--picture is of one dream"),
        (("--then", "trace", "--runs", "2", "--run-dir", "r"), "--run-dir keeps one drawing"),
        (("--then", "pixels", "--runs", "2", "--cells", "0"), "--cells: draw.size is 0x0"),
        (("--again", "nowhere.svg"), "nowhere.svg"),
        (("--again", "nowhere.svg", "--runs", "2"), "--again makes one drawing"),
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


@pytest.mark.parametrize(
    ("then", "flags", "suffix"),
    [
        ("trace", ("--shapes", "3", "--palette", "pico8", "--set", "trace.tolerance=1"), "svg"),
        ("strokes", ("--strokes", "5", "--ink", "navy"), "svg"),
        ("pixels", ("--cells", "9", "--palette", "pico8"), "png"),
        (None, ("--canvas", "wavelet", "--set", "wavelet.decay=1"), "png"),
    ],
)
def test_its_record_makes_the_same_bytes(
    then: str | None, flags: tuple[str, ...], suffix: str, run: Run, folder: Path
) -> None:
    """Words, weights, seed, both settings and the start picture come out of the file alone."""
    Image.new("RGB", (24, 18), "teal").save("start.png")
    own = ("--size", "24x18", "--steps", "3", "--cutouts", "2", "--init", "start.png")
    own += () if then is None else ("--then", then, "--then-steps", "2")
    first, second = f"one.{suffix}", f"two.{suffix}"
    given = ("dream", "a temple | fog:-0.5", "--seed", "7", *own, *flags)
    assert run(*given, "-o", first).code == 0
    done = run("dream", "--again", first, "-o", second)
    assert done.code == 0, done.err
    assert Path(first).read_bytes() == Path(second).read_bytes()
    assert "temple" in Path(first).read_bytes().decode("latin-1")
    other = run("dream", "a boat", "--again", first, "-o", f"other.{suffix}")
    assert other.code == 0, other.err
    assert Path(f"other.{suffix}").read_bytes() != Path(first).read_bytes()
    Path("start.png").unlink()
    done = run("dream", "--again", first)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1)
    assert "'start.png' of the record" in done.err


def test_what_was_not_dreamt_is_not_dreamt_again(run: Run, folder: Path) -> None:
    Path("plain.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    Image.new("RGB", (9, 9)).save("plain.png")
    Image.new("RGB", (9, 9)).save("plain.jpg")
    for name, words in (("svg", "dreamt"), ("png", "dreamt"), ("jpg", "no SVG and no PNG")):
        done = run("dream", "--again", f"plain.{name}")
        assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
        assert words in done.err


def test_a_folder_keeps_the_dream_and_the_drawing(run: Run, folder: Path) -> None:
    """Stopped in either of them, the same command goes on to the same bytes."""
    small = ("dream", "a temple", *SMALL, "--then", "strokes", *THEN, "--strokes", "5")
    whole = run(*small, "--run-dir", "whole", "--picture", "p.png")
    assert whole.code == 0, whole.err
    named = ["whole/drawing/drawing.svg", "whole/drawing/drawing.png", "p.png"]
    assert [str(path) for path in whole.files] == named
    options = {"canvas": "fourier", "size": "24x18", "steps": 4, "cutouts": 2, "strokes": 5}
    given = options_layer("a temple", (), None, options)
    for last in (2, 6):
        name = f"stopped{last}"
        dream = Dream(*dream_layer(given, "strokes", 3), "strokes", folder=DreamFolder(name))
        for step in dream:
            if step.index == last:
                break
        del step
        done = run(*small, "--run-dir", name)
        assert done.code == 0, done.err
        assert f"step {last + 1}/7" in done.err
        assert "step 1/7" not in done.err
        again, first = (folder / one / "drawing" / "drawing.svg" for one in (name, "whole"))
        assert again.read_bytes() == first.read_bytes()
    other = run("dream", "a boat", *SMALL, "--then", "strokes", *THEN, "--run-dir", "whole")
    assert (other.code, len(other.err.strip().splitlines())) == (2, 1), other.err
    Path("mine").mkdir()
    Path("mine/letter.txt").write_text("x")
    full = run(*small, "--run-dir", "mine")
    assert (full.code, "holds other files" in full.err) == (2, True)


def test_many_dreams_become_many_drawings(run: Run, folder: Path) -> None:
    small = ("dream", "a temple", *SMALL, "--then", "strokes", *THEN)
    done = run(*small, "--runs", "2", "--strokes", "3", "--workers", "1", "-o", "t.svg")
    assert done.code == 0, done.err
    assert run(*small, "--strokes", "3", "--seed", "1", "-o", "one.svg").code == 0
    alone = Path("one.svg").read_bytes()
    assert alone in [path.read_bytes() for path in map(Path, done.files) if path.suffix == ".svg"]
    ladder = run(*small, "--strokes", "2..3", "--workers", "1", "-o", "l.svg")
    assert ladder.code == 0, ladder.err
    counts = [
        len(etree.parse(name).getroot().findall(".//{*}path"))
        for name in map(str, ladder.files)
        if name.endswith(".svg")
    ]
    assert sorted(counts) == [2, 3]


def test_a_film_goes_from_the_dream_to_the_drawing(run: Run, folder: Path) -> None:
    how = ("--then", "strokes", *THEN, "--strokes", "5", "--film", "f.gif", "--png-size", "48")
    done = run("dream", "a temple", *SMALL, *how, "-o", "t.svg")
    assert done.code == 0, done.err
    with Image.open("f.gif") as film:
        assert film.n_frames >= 3  # type: ignore[attr-defined]
        assert film.size == (48, 36)


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
