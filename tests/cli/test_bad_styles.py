"""What can be wrong about styles and style pictures: one line, exit code 2, no file touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tiny_model import SMALL

Run = Callable[..., Any]
MASK = ("--style-image", "s.png", "--set")


@pytest.fixture
def shelf(folder: Path) -> Path:
    """Broken styles, pictures that are none, and one of each that is sound."""
    (folder / "styles" / "words").mkdir(parents=True)
    for name, text in {
        "open": "[strokes\n",
        "summed": "summary = 5\n",
        "images": "[losses.style]\nimages = 5\n",
        "gone": "[losses.style]\nimages = ['gone.png']\n",
        "masked": "[losses.style]\nmask = 'm.png'\n",
        "lone": "strokes = 5\n",
        "words": "[words]\nprefix = 3\n",
        "section": "[nope]\nx = 1\n",
        "colour": "[draw]\nbackground = 'grenn'\n",
        "nested": "[draw]\nstyle = ['mine']\n",
        "mine": "[strokes]\nstrokes = 9\n",
    }.items():
        (folder / "styles" / f"{name}.toml").write_text(text)
    (folder / "styles" / "bytes.toml").write_bytes(b"\xff\xfe\x00summary")
    Image.radial_gradient("L").convert("RGB").resize((64, 40)).save(folder / "s.png")
    Image.new("L", (30, 30)).save(folder / "black.png")
    Image.new("RGBA", (9, 9)).save(folder / "clear.png")
    (folder / "text.png").write_text("hello")
    (folder / "half.png").write_bytes((folder / "s.png").read_bytes()[:200])
    (folder / "dir.png").mkdir()
    return folder


def refused(run: Run, folder: Path, *args: object) -> str:
    """The one line that `drawkit ARGS` answers with."""
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    done = run(*args)
    assert (done.code, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith("drawkit: ")
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    return str(line)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--style", "ink:"], "did you mean 'ink'?"),
        (["--style", "ink:nan"], "'ink' has weight nan; allowed: above 0"),
        (["--style", "ink:-1"], "'ink' has weight -1; allowed: above 0"),
        (["--style", "ink:0", "--style", "neon:0"], "'ink' has weight 0; allowed: above 0"),
        (["--style", "ink:1e308", "--style", "neon:1e308"], "at most 1000000"),
        (["--style", "inkk"], "unknown style 'inkk'; did you mean 'ink'?"),
        (["--style", "ink:0.7", "--style", "nope:0.3"], "unknown style 'nope'"),
        (["--style", ""], "unknown style ''"),
        (["--set", "draw.style=ink"], "--set: draw.style is no single setting; name a style with"),
        (["--style", "styles/none.toml"], "there is no style file"),
        (["--style", "open"], "styles/open.toml"),
        (["--style", "summed"], "summary takes text"),
        (["--style", "images"], "styles/images.toml:2"),
        (["--style", "gone"], "'gone.png' does not exist"),
        (["--style", "masked"], "a style picture"),
        (["--style", "lone"], "unknown key 'strokes' above the sections"),
        (["--style", "words"], "styles/words.toml:2"),
        (["--style", "section"], "unknown section 'nope'"),
        (["--style", "colour"], "grenn"),
        (["--style", "nested"], "a style cannot name another style"),
        (["--style", "bytes"], "styles/bytes.toml"),
        (["--style-image", "text.png"], "text.png"),
        (["--style-image", "none.png"], "'none.png' does not exist"),
        (["--style-image", "clear.png"], "wholly transparent"),
        (["--style-image", "half.png"], "half.png"),
        (["--style-image", "dir.png"], "is not a file"),
        (["--style-image", "s.png:0"], "weight 0; allowed: above 0"),
        (["--style-image", "s.png:nan"], "weight nan; allowed: above 0"),
        (["--style-image", ""], "has no name"),
        ([*MASK, "losses.style.mask=black.png"], "no light part"),
        ([*MASK, "losses.style.mask=text.png"], "text.png"),
        ([*MASK, "losses.style.mask=none.png"], "does not exist"),
        (["--set", "losses.style.mask=s.png"], "for a style picture"),
        (["--set", "losses.strokes_like.weight=1"], "name one in images, or give --style-image"),
    ],
)
def test_drawing(run: Run, shelf: Path, args: list[str], words: str) -> None:
    assert words in refused(run, shelf, "clipdraw", "a cat", *SMALL, *args)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["new", "mine", "--from", "s.png"], "there is a style styles/mine.toml already"),
        (["new", "x/y", "--from", "s.png"], "no name for a style"),
        (["new", "fresh", "--from", "text.png"], "text.png"),
        (["new", "fresh", "--from", "clear.png"], "wholly transparent"),
        (["show", "nope"], "unknown style 'nope'"),
        (["explore", "a cat", "--styles", "nope"], "unknown style 'nope'"),
        (["explore", "a cat", "--modifiers", "mosaick"], "did you mean 'mosaic'?"),
        (["preview", "open"], "styles/open.toml"),
    ],
)
def test_the_shelf(run: Run, shelf: Path, args: list[str], words: str) -> None:
    assert words in refused(run, shelf, "styles", *args)


@pytest.mark.parametrize("text", ["[x\n", "x = 5\n", "[a]\nwords = 3\n", "[a]\npurpose = 'x'\n"])
def test_broken_modifiers(run: Run, shelf: Path, text: str) -> None:
    (shelf / "styles" / "words" / "modifiers.toml").write_text(text)
    line = refused(run, shelf, "clipdraw", "a cat", *SMALL, "--modifiers", "a")
    assert "modifiers.toml" in line
