"""`drawkit trace`: its files, its errors, and what becomes of a traced file."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

CASES = Path(__file__).parents[1] / "cases"
Run = Callable[..., Any]


@pytest.fixture
def badge(folder: Path) -> Path:
    """A red disc on a blue box, with soft edges, the rest transparent."""
    large = Image.new("RGBA", (320, 320), (0, 0, 0, 0))
    draw = ImageDraw.Draw(large)
    draw.rectangle([30, 30, 290, 290], fill="#123c8c")
    draw.ellipse([80, 80, 240, 240], fill="#e03030")
    large.resize((40, 40), Image.Resampling.BOX).save(folder / "badge.png")
    return folder / "badge.png"


def test_a_picture_becomes_an_svg_and_a_png(run: Run, folder: Path, badge: Path) -> None:
    done = run("trace", "badge.png", "--steps", "3", "--shapes", "4")
    assert done.code == 0, done.err
    assert done.out.split() == ["badge-traced.svg", "badge-traced.png"]
    text = (folder / "badge-traced.svg").read_text()
    assert text.count("<path") == 2
    assert "<title>badge</title>" in text
    assert "<rect" not in text
    assert Image.open(folder / "badge-traced.png").convert("RGBA").getpixel((0, 0))[3] == 0
    assert badge.stat().st_size > 0
    again = run("trace", "badge.png", "--steps", "3", "--shapes", "4")
    assert again.out.split() == ["badge-traced-2.svg", "badge-traced-2.png"]
    assert (folder / "badge-traced-2.svg").read_text() == text


def test_it_writes_all_that_drawings_are_written_as(run: Run, folder: Path, badge: Path) -> None:
    files = [f"a.{kind}" for kind in ("svg", "png", "pdf", "jpg", "webp")]
    flags = [part for name in files for part in ("-o", name)]
    more = ["--layers", "color", "--page", "A5", "--margin", "10mm", "--simplify", "--quiet"]
    done = run("trace", "badge.png", "--steps", "2", *flags, *more)
    assert done.code == 0, done.err
    assert all((folder / name).stat().st_size > 500 for name in files)
    svg = (folder / "a.svg").read_text()
    assert 'width="148mm"' in svg
    assert len(re.findall("inkscape:groupmode", svg)) == 2
    plot = run("trace", "badge.png", "--steps", "2", "--plotter", "--pens", "2", "-o", "p.svg")
    assert plot.code == 0, plot.err
    assert 'fill="none"' in (folder / "p.svg").read_text()


def test_the_svg_alone_on_standard_output_and_json(run: Run, badge: Path) -> None:
    piped = run("trace", "badge.png", "--steps", "2", "-o", "-", "-q")
    assert piped.out.startswith("<?xml")
    assert piped.out.rstrip().endswith("</svg>")
    told = json.loads(run("trace", "badge.png", "--steps", "2", "--json", "-q").out)
    assert told["ending"] == "finished"
    assert told["config"]["draw"]["canvas"] == "trace"
    assert told["prompts"] == []


def test_a_traced_file_goes_on_after_its_picture(run: Run, folder: Path, badge: Path) -> None:
    assert run("trace", "badge.png", "--steps", "2", "-o", "b.svg", "-q").code == 0
    done = run("resume", "b.svg", "--steps", "2", "-o", "c.svg")
    assert done.code == 0, done.err
    assert run("resume", "c.svg", "--steps", "2", "-o", "d.svg", "-q").code == 0
    assert (folder / "d.svg").read_text().count("<path") == 2
    wordy = run("resume", "b.svg", "a badge", "--steps", "2", "--cutouts", "2", "-o", "e.svg")
    assert wordy.code == 0, wordy.err
    assert '"a badge"' in (folder / "e.svg").read_text()
    Image.new("RGB", (9, 9)).save(badge)
    changed = run("resume", "b.svg", "--steps", "2")
    assert changed.code == 2
    assert changed.err.strip() == (
        "drawkit: 'b.svg' was traced from 'badge.png', which is another file by now; "
        "or say what to draw"
    )
    badge.unlink()
    assert "is not beside it" in run("resume", "b.svg", "--steps", "2").err


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["gone.png"], "the picture 'gone.png' does not exist"),
        (["note.txt"], "cannot read the picture 'note.txt'"),
        (["empty.png"], "cannot read the picture 'empty.png'"),
        (["clear.png"], "transparent all over"),
        (["badge.png", "--shapes", "0"], "--shapes: trace.shapes is 0; allowed: 1 to 10000"),
        (["badge.png", "--shapes", "100000"], "--shapes: trace.shapes is 100000; allowed: 1 to"),
        (["badge.png", "--shapes", "few"], "--shapes: trace.shapes takes a whole number"),
        (["badge.png", "--palette", "db33"], "did you mean"),
        (["badge.png", "--palette", "gone.gpl"], "gone.gpl"),
        (["badge.png", "--palette", "#f008"], "opaque"),
        (["badge.png", "--palette", "@clear.png:4"], "clear.png"),
        (["badge.png", "--size", "5000"], "1 to 4096 pixels"),
        (["badge.png", "--size", "0"], "size"),
        (["badge.png", "--size", "big"], "--size"),
        (["badge.png", "--steps", "-1"], "--steps"),
        (["badge.png", "--set", "draw.prompts=a cat"], "draw.prompts is not for tracing"),
        (["badge.png", "--set", "perceptor.models=builtin"], "perceptor.models is not for tracing"),
        (["badge.png", "--set", "trace.contrast=2"], "contrast"),
        (["badge.png", "-o", "a.xyz"], "a.xyz"),
        ([], "PICTURE"),
    ],
)
def test_mistakes_are_one_line(
    given: list[str], words: str, run: Run, folder: Path, badge: Path
) -> None:
    (folder / "note.txt").write_text("no picture")
    (folder / "empty.png").write_bytes(b"")
    Image.new("RGBA", (8, 8), (9, 9, 9, 0)).save(folder / "clear.png")
    before = sorted(folder.iterdir())
    done = run("trace", *given)
    assert done.code == 2
    assert words in done.err
    assert len(done.err.strip().splitlines()) == 1
    assert sorted(folder.iterdir()) == before


def test_pictures_of_every_kind(run: Run, folder: Path, badge: Path) -> None:
    image = Image.open(badge)
    on_white = Image.new("RGBA", image.size, "white")
    on_white.alpha_composite(image)
    on_white.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    grey = np.asarray(on_white.convert("L")).astype(np.uint16) * 257
    Image.fromarray(grey).save(folder / "deep.png")
    other = on_white.convert("RGB").rotate(90)
    on_white.convert("RGB").save(folder / "moves.gif", save_all=True, append_images=[other])
    wide = on_white.convert("RGB").crop((0, 0, 40, 20))
    wide.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.jpg", exif=_turned())
    for name in ("cmyk.jpg", "deep.png", "moves.gif", "turned.jpg"):
        done = run("trace", name, "--steps", "2", "-o", f"{name}.svg", "-o", f"{name}-t.png")
        assert done.code == 0, done.err
        size = Image.open(folder / f"{name}-t.png").size
        assert (size[0] > size[1]) is (name == "turned.jpg"), name
    assert "2 frames; the first is taken" in run("trace", "moves.gif", "--steps", "1").err


def _turned() -> Any:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_so_far(start: Run, folder: Path, badge: Path) -> None:
    process: subprocess.Popen[str] = start("trace", "badge.png", "--steps", "100000")
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("step"):
            break
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "kept the best drawing so far" in err
    assert (folder / out.split()[0]).read_text().count("<path") == 2
