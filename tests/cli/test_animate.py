"""`drawkit animate`: what moves, in the files that hold frames."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from drawkit.engine.loop import Loop
from drawkit.palettes import read_palette
from drawkit.pixelart.facings import FACINGS

TINY = ("--size", "12", "--steps", "2", "--cutouts", "2", "--model", "fake", "--seed", "1")
TINY += ("--set", "pixels.side=24", "--set", "optimize.score_every=1")
Run = Callable[..., Any]


def frames_of(path: Path) -> list[np.ndarray]:
    with Image.open(path) as image:
        return [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(image)]


def test_a_gif_and_an_aseprite_file(run: Run, folder: Path) -> None:
    done = run("animate", "a slime", "--motion", "bob", "--frames", "3", *TINY)
    assert done.code == 0, done.err
    assert [path.name for path in done.files] == ["a-slime.gif", "a-slime.aseprite"]
    frames = frames_of(folder / "a-slime.gif")
    assert len(frames) == 3
    assert (frames[1][:-1] == frames[0][1:]).all()
    assert (frames[2] == frames[0]).all()
    assert (frames[0][..., 3] == 0).any()


def test_words_and_durations(run: Run, folder: Path) -> None:
    frames = ("--frame", "a red thing", "--frame", "another thing")
    done = run("animate", "a face", *frames, "--duration", "50,60,70", *TINY, "-o", "f.apng")
    assert done.code == 0, done.err
    with Image.open(folder / "f.apng") as image:
        times = [round(frame.info["duration"]) for frame in ImageSequence.Iterator(image)]
    assert times == [50, 60, 70]


def test_a_finished_sprite_only_moves(run: Run, folder: Path) -> None:
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[4:14, 5:11] = (200, 30, 40, 255)
    pixels[4, 5] = (10, 20, 30, 255)
    Image.fromarray(pixels).save(folder / "hero.png")
    done = run("animate", "--init", "hero.png", "--motion", "bob", "--frames", "2", "-o", "h.gif")
    assert done.code == 0, done.err
    still, up = frames_of(folder / "h.gif")
    assert (still == pixels).all()
    assert (up[:-1] == pixels[1:]).all()
    for detail in ("none", "short"):
        given = ("--motion", "bob", "--metadata", detail, "-o", f"{detail}.apng")
        assert run("animate", "--init", "hero.png", *given).code == 0
        assert (b"drawkit" in (folder / f"{detail}.apng").read_bytes()) is (detail == "short")
    named = run("animate", "--init", "hero.png", "--motion", "hop", "--tag", "jump")
    assert [path.name for path in named.files] == ["hero-jump.gif", "hero-jump.aseprite"]


HERO = [(200, 30, 40, 255), (128, 142, 166, 255), (20, 20, 30, 255)]


def hero(folder: Path) -> None:
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[3:15, 4:12] = HERO[0]
    pixels[3:6, 4:12] = HERO[1]
    pixels[7, 6] = pixels[7, 9] = HERO[2]
    Image.fromarray(pixels).save(folder / "hero.png")


def test_a_character_in_a_sheet_with_its_data_and_palette(run: Run, folder: Path) -> None:
    hero(folder)
    args = ("--init", "hero.png", "--facings", "4", "--motion", "walk,breathe", "--frames", "3")
    done = run("animate", *args, "--sheet", "h.png", "--formats", "aseprite,tiled,godot4")
    assert done.code == 0, done.err
    assert [path.name for path in done.files] == ["h.png", "h.json", "h.tsj", "h.tres", "h.gpl"]
    with Image.open(folder / "h.png") as sheet:
        assert sheet.size == (3 * 16, 8 * 16)
    data = json.loads((folder / "h.json").read_text())
    tags = {tag["name"]: tag["from"] for tag in data["meta"]["frameTags"]}
    assert list(tags) == [f"{m}-{f}" for m in ("walk", "breathe") for f in FACINGS[4]]
    places = [frame["frame"] for frame in data["frames"].values()]
    assert [places[at]["y"] for at in tags.values()] == [16 * row for row in range(8)]
    assert data["meta"]["ramps"] == {"red": ["#c81e28"], "steel": ["#808ea6"], "black": ["#14141e"]}
    palette = read_palette(folder / "h.gpl")
    assert dict(zip(palette.swatch_names, palette.codes, strict=True)) == {
        "red 1": "#c81e28",
        "steel 1": "#808ea6",
        "black 1": "#14141e",
    }


def test_a_file_for_each_loop(run: Run, folder: Path) -> None:
    hero(folder)
    args = ("--init", "hero.png", "--facings", "2", "--motion", "bob", "--frames", "3")
    done = run("animate", *args, "-o", "h-{tag}.gif", "-o", "all.gif")
    assert done.code == 0, done.err
    names = sorted(path.name for path in done.files)
    assert names == ["all.gif", "h-bob-left.gif", "h-bob-right.gif"]
    whole = frames_of(folder / "all.gif")
    loops = [frames_of(folder / f"h-bob-{side}.gif") for side in ("left", "right")]
    for one, other in zip(whole, [*loops[0], *loops[1]], strict=True):
        assert (one == other).all()


def test_a_team_in_other_colours_differs_in_one_ramp(run: Run, folder: Path) -> None:
    hero(folder)
    args = ("--init", "hero.png", "--facings", "4", "--sheet")
    assert run("animate", *args, "red.png").code == 0
    assert run("animate", *args, "blue.png", "--ramp", "red=#3355cc").code == 0
    pictures = (Image.open(folder / f"{name}.png") for name in ("red", "blue"))
    red, blue = (np.asarray(picture.convert("RGBA")) for picture in pictures)
    changed = (red != blue).any(axis=2)
    assert (changed == (red == HERO[0]).all(axis=2)).all()
    assert (blue[changed] == (0x33, 0x55, 0xCC, 255)).all()


def test_ramps_stand_in_svg_and_aseprite_files(run: Run, folder: Path) -> None:
    hero(folder)
    args = ("--init", "hero.png", "--facings", "4", "-o", "h.svg", "-o", "h.aseprite")
    assert run("animate", *args).code == 0
    assert 'inkscape:label="red 1"' in (folder / "h.svg").read_text()
    assert b"\x07\0steel 1" in (folder / "h.aseprite").read_bytes()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("a cat", "--motion", "bob", "--facings", "5"), "allowed: 1, 2, 4, 8"),
        (("a cat", "--motion", "bob,bob"), "named twice"),
        (("a cat", "--facings", "4", "--ramp", "red"), "got 'red'"),
        (("a cat", "--facings", "4", "--ramp", "red=bleu"), "did you mean 'blue'"),
        (("a cat", "--facings", "4", "--looks", "up"), "allowed: down, left, right"),
        (("a cat", "--facings", "4", "--cell", "hex"), "square cells"),
        (("a cat", "--facings", "4", "--sheet", "a.gif"), "a.gif"),
        (("a cat", "--facings", "4", "--sheet", "a.png", "--formats", "x"), "unknown sheet format"),
        (("a cat", "--facings", "4", "--sheet", "a.png", "-o", "a.png"), "named twice"),
        (("a cat",), "needs a motion or words"),
        (("a cat", "--motion", "hup"), "did you mean 'hop'"),
        (("a cat", "--motion", "bob", "--frames", "1"), "2 to 64"),
        (("a cat", "--motion", "bob", "--duration", "fast"), "got 'fast'"),
        (("a cat", "--motion", "bob", "--duration", "1,2"), "2 durations for 4 frames"),
        (("a cat", "--motion", "bob", "-o", "cat.xyz"), "xyz"),
        (("--motion", "bob"), "there is no prompt"),
        (("--motion", "bob", "--init", "none.png"), "none.png"),
    ],
)
def test_bad_calls_are_one_line(run: Run, folder: Path, args: tuple[str, ...], words: str) -> None:
    done = run("animate", *args, *TINY)
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert words in done.err
    assert not list(folder.iterdir())


@pytest.mark.parametrize("at", [3, 9])
def test_whatever_goes_wrong_on_the_way_the_frames_are_saved(
    at: int, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, step = [], Loop._step

    def fail(self: Loop) -> Any:
        steps.append(1)
        if len(steps) == at:
            raise OSError(5, "Input/output error")
        return step(self)

    monkeypatch.setattr(Loop, "_step", fail)
    args = ("--size", "12", "--steps", "6", "--cutouts", "2", "--set", "pixels.side=24")
    done = run("animate", "a face", "--frame", "a laughing face", *args, "-q")
    assert (done.code, done.out.split()) == (2, ["a-face.gif", "a-face.aseprite"])
    assert "Input/output error" in done.err
    assert len(done.err.splitlines()) == 1
    assert Image.open(folder / "a-face.gif").size[0] > 0
