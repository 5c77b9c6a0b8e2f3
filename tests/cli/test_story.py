"""`drawkit story`: lines become scenes, mistakes are told before, what is stopped goes on."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from stops import signalled_at_step
from tiny_model import SMALL

from drawkit import StoryMovie
from drawkit.files import streaming

Run = Callable[..., Any]
TINY = (*SMALL, "--workers", "1", "--fps", "5", "--png-size", "48")
TEXT = "# a comment\na cat\n\nan owl\na fish\n"


@pytest.fixture
def told(folder: Path) -> Path:
    path = folder / "story.txt"
    path.write_text(TEXT)
    return path


def frames(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def test_a_line_is_a_scene(run: Run, told: Path, folder: Path) -> None:
    files = ["-o", "s.mp4", "-o", "s.json", "-o", "s.anim.svg", "--storyboard", "scenes.png"]
    done = run("story", "story.txt", *TINY, *files)
    assert done.code == 0, done.err
    assert sorted(done.out.split()) == ["s.anim.svg", "s.json", "s.mp4", "scenes.png"]
    assert "3 scenes, 15 s" in done.err
    assert frames(folder / "s.mp4") == 75
    assert json.loads((folder / "s.json").read_text())["nm"] == "a cat to an owl to a fish"
    with Image.open(folder / "scenes.png") as image:
        assert image.width > 3 * 256
    before = (folder / "s.mp4").read_bytes()
    assert run("story", "story.txt", *TINY, "-o", "t.mp4").code == 0
    assert (folder / "t.mp4").read_bytes() == before


def test_only_the_sheet(run: Run, told: Path, folder: Path) -> None:
    done = run("story", "story.txt", *TINY, "--only-storyboard", "--storyboard", "s.png")
    assert done.out.split() == ["s.png"]
    assert sorted(path.name for path in folder.iterdir()) == ["s.png", "story.txt"]


def test_what_is_in_the_folder_stays(run: Run, told: Path, folder: Path) -> None:
    command = ("story", "story.txt", *TINY, "--run-dir", "kept", "-o", "s.json")
    assert run(*command).code == 0
    film = (folder / "s.json").read_bytes()
    times = {path.name: path.stat().st_mtime_ns for path in (folder / "kept").glob("*.svg")}
    assert set(times) == {"a-cat.svg", "an-owl.svg", "a-fish.svg"}
    again = run(*command)  # over its own film, which nobody has changed
    assert again.code == 0, again.err
    assert "3 are there already" in again.err
    assert (folder / "s.json").read_bytes() == film
    other = run(*command[:-1], "t.json", "--png-size", "99", "--set", "export.video.fps=9")
    assert "3 are there already" in other.err  # another film of the same scenes
    told.write_text(TEXT.replace("an owl", "a mouse"))
    assert run(*command).code == 0
    for name in ("a-cat.svg", "a-fish.svg"):
        assert (folder / "kept" / name).stat().st_mtime_ns == times[name]
    assert (folder / "s.json").read_bytes() != film
    (folder / "s.json").write_text("mine")
    refused = run(*command)
    assert refused.code == 2
    assert "'s.json' exists" in refused.err
    assert (folder / "s.json").read_text() == "mine"


def test_ctrl_c_leaves_the_scenes_so_far(
    run: Run, told: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("story", "story.txt", *TINY, "--run-dir", "kept", "-o", "s.mp4")
    with monkeypatch.context() as patch:
        signalled_at_step(patch, signal.SIGINT, 10)  # in the third scene of four steps each
        stopped = run(*command)
    assert stopped.code == 130
    assert "stopped after 2 of 3 scenes; the same command goes on" in stopped.err
    assert frames(folder / "s.mp4") == 50
    done = run(*command)
    assert done.code == 0, done.err
    assert "2 are there already" in done.err
    whole = (folder / "s.mp4").read_bytes()
    assert run("story", "story.txt", *TINY, "-o", "t.mp4").code == 0
    assert (folder / "t.mp4").read_bytes() == whole


def test_ctrl_c_before_the_first_scene(
    run: Run, told: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signalled_at_step(monkeypatch, signal.SIGINT, 2)
    done = run("story", "story.txt", *TINY, "-o", "s.mp4")
    assert done.code == 130
    assert "stopped after 0 of 3 scenes" in done.err
    assert [path.name for path in folder.iterdir()] == ["story.txt"]


BAD = {
    "": "'story.txt' has no scenes; allowed: 1 to 100, a line each",
    "a cat\n" * 10_000: "'story.txt' has 10000 scenes; allowed: 1 to 100",
    "a cat\na dog@150%-200%\n": "story.txt:2: ",
    "+++\nseconds = 3\na cat": "story.txt:1: the settings after +++ have no end",
    "+++\nseconds = \n+++\na cat": "(at line 2, column 11)",
    "\n+++\n\nsecnds = 3\n+++\na cat": "story.txt:4: unknown key 'secnds'; did you mean 'seconds'?",
    "+++\n[strokes]\nmax_width = -1\n+++\na cat\nan owl": "story.txt:3: strokes.max_width",
    "+++\nhold = 'x'\n+++\na cat": "story.txt:2: hold takes a number, got 'x'",
    "+++\nloop = 1\n+++\na cat": "story.txt:2: loop takes true or false, got 1",
    "+++\nstyle = 'inkk'\n+++\na cat": "unknown style 'inkk'",
    "+++\nprompt = 'a cat'\n+++\na cat": "story.txt:2: the words of a story stand in its scenes",
}


@pytest.mark.parametrize("text", BAD, ids=[str(at) for at in range(len(BAD))])
def test_mistakes_of_a_text_are_one_line(run: Run, told: Path, folder: Path, text: str) -> None:
    told.write_text(text)
    done = run("story", "story.txt", "-o", "s.mp4")
    assert done.code == 2
    assert BAD[text] in done.err
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert [path.name for path in folder.iterdir()] == ["story.txt"]


BAD_TOML = {
    "seconds = 20": "'story.toml' has no scenes",
    "scene = 3": "story.toml: scenes are tables, [[scene]], got 3",
    '[[scene]]\nseconds = 2\n\n[[scene]]\ntext = "a cat"': "story.toml:1: has no prompt",
    '[[scene]]\ntext = "a cat"\ncolour = "red"': "story.toml:1: unknown key 'colour'",
    '[[scene]]\ntext = "a cat"\n[[scene]]\ntext = "a"\nseed = "x y"\nsteps = -4': "story.toml:3: ",
    '[[scene]]\ntext = "a cat"\nseconds = -3': "story.toml:1: seconds is -3; allowed: 0.1 to 3600",
    '[[scene]]\ntext = "a cat"\nhold = 2\nfade = 1\nseconds = 9': "story.toml:1: 9 s are not hold",
    '[[scene]]\ntext = "a cat"\nprompt = "x"': "story.toml:1: a scene has text or prompt, not both",
    'window = 3\n[[scene]]\ntext = "a cat"\nseconds = 2': "a window slides over a text",
    '[[scene]]\ntext = "a cat"\ncamera = "fly"': "story.toml:1: ",
    '[[scene]]\ntext = "a cat"\ntitle = " "': "story.toml:1: the title is empty",
    '[[scene]]\ntext = "a cat"\ntitle = 3': "story.toml:1: title takes text, got 3",
    'camera = 3\n[[scene]]\ntext = "a cat"': "story.toml:1: camera takes text, got 3",
    "blend = 9\n" + '[[scene]]\ntext = "a cat"\n' * 20: "with blend 9 there are 191 scenes",
    'seconds = 3\n[[scene]]\ntext = "a cat"\nseconds = 4\n[[scene]]\ntext = "a dog"': "0 each",
}


@pytest.mark.parametrize("text", BAD_TOML, ids=[str(at) for at in range(len(BAD_TOML))])
def test_mistakes_of_toml_are_one_line(run: Run, folder: Path, text: str) -> None:
    (folder / "story.toml").write_text(text)
    done = run("story", "story.toml", "-o", "s.mp4")
    assert done.code == 2
    assert BAD_TOML[text] in done.err
    assert len(done.err.strip().splitlines()) == 1, done.err


def test_each_mistake_of_several_scenes_has_its_line(run: Run, folder: Path) -> None:
    scenes = ["seed = 1", 'init = "none.png"', "steps = -3"]
    text = "".join(f'[[scene]]\ntext = "a cat"\n{scene}\n\n' for scene in scenes)
    (folder / "story.toml").write_text(text)
    done = run("story", "story.toml")
    assert done.code == 2
    lines = done.err.strip().splitlines()
    assert [line.split(": ")[1] for line in lines] == ["story.toml:5", "story.toml:9"]


FLAGS = {
    "--seconds x": "--seconds takes a number, got 'x'",
    "--seconds 0": "seconds is 0.0; allowed: 0.1 to 3600",
    "--seconds 9 --hold 1 --fade 1": "seconds, hold and fade do not go together",
    "--fade 0": "fade is 0.0; allowed: 0.1 to 3600",
    "--seconds 3 --hold 2": "story.txt:2: hold 2 leaves no time of its 1 s",
    "--window 0": "window is 0.0; allowed: 1 to 1000",
    "--fps nan": "fps is nan; allowed: 1 to 120",
    "--title-place up": "title_place and title_font are of titles",
    "--titles --title-place up": "unknown title place 'up'; allowed: bottom, middle, top",
    "--title Hi --titles": "a title is of the whole story or of its scenes, not of both",
    "--titles --title-font none.ttf": "none.ttf",
    "--sound none.wav -o s.mp4": "'none.wav' is no file",
    "--sound story.txt": "sound goes into .mp4 and .webm alone",
    "--blend 1.5": "blend takes a whole number, got 1.5",
    "--parallax 0.5": "parallax is what a camera sees",
    "--camera fly": "fly",
    "--workers 0": "--workers is 0",
    "-o s.png": "'s.png' holds one picture",
    "-o nowhere/s.mp4": "does not exist; make it first",
    "--storyboard s.gif": "--storyboard writes a PNG, got 's.gif'",
    "--storyboard no/s.png": "does not exist; make it first",
    "--only-storyboard": "--only-storyboard takes --storyboard FILE.png",
    "--run-dir no/where": "there is no folder 'no'",
    "--run-dir story.txt": "'story.txt' is a file",
    "--steps 0": "--steps",
    "--set strokes.nothing=3": "unknown setting",
}


@pytest.mark.parametrize("given", FLAGS)
def test_bad_flags_are_one_line(run: Run, told: Path, folder: Path, given: str) -> None:
    done = run("story", "story.txt", *given.split())
    assert done.code == 2
    assert FLAGS[given] in done.err
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert [path.name for path in folder.iterdir()] == ["story.txt"]


def test_no_story(run: Run, folder: Path) -> None:
    (folder / "latin.txt").write_bytes("a cat\ncafé".encode("latin-1"))
    (folder / "nul.txt").write_bytes(b"a cat\0")
    for name, told in (
        ("none.txt", "there is no file"),
        (".", "is not a file but a folder"),
        ("latin.txt", "no text in UTF-8 or UTF-16 (line 2); save it as UTF-8"),
        ("nul.txt", "holds NUL characters"),
    ):
        done = run("story", name)
        assert done.code == 2
        assert told in done.err
        assert len(done.err.strip().splitlines()) == 1


def test_a_scene_that_fails_costs_not_the_others(
    run: Run, told: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawkit.engine.many import job

    real = job.Run

    def failing(settings: Any, **more: Any) -> Any:
        if "an owl" in settings.prompts.texts:
            raise RuntimeError("no owls here")
        return real(settings, **more)

    monkeypatch.setattr(job, "Run", failing)
    done = run("story", "story.txt", *TINY, "-o", "s.mp4")
    assert done.code == 2
    assert "story.txt:4: RuntimeError: no owls here" in done.err
    assert frames(folder / "s.mp4") == 50


def test_a_full_disk_leaves_a_film_that_plays(
    run: Run, told: Path, tiny_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "RESERVE", 64 * 1024)
    real = StoryMovie.told

    def told_late(*given: Any) -> StoryMovie:
        (tiny_disk / "other").write_bytes(bytes(420_000))  # while the scenes were drawn
        return real(*given)

    monkeypatch.setattr(StoryMovie, "told", told_late)
    flags = [*TINY[:-1], "300", "--fps", "12", "--set", "export.video.quality=100"]
    done = run("story", "story.txt", *flags, "-o", str(tiny_disk / "s.mp4"))
    assert done.code == 0, done.err
    assert "the disk is full" in done.err
    assert 10 < frames(tiny_disk / "s.mp4") <= 180


DREAMT = ("--canvas", "fourier", "--size", "24x18", "--steps", "2", "--cutouts", "2")


def test_dreams_dissolve_into_each_other(run: Run, told: Path, folder: Path) -> None:
    how = (*DREAMT, "--workers", "1", "--fps", "4", "--png-size", "24", "--run-dir", "kept")
    times = ("--hold", "0.5", "--fade", "1")
    done = run("story", "story.txt", *how, *times, "-o", "s.apng", "--storyboard", "b.png")
    assert done.code == 0, done.err
    pictures = []
    with Image.open("s.apng") as film:
        for at in range(film.n_frames):  # type: ignore[attr-defined]
            film.seek(at)
            pictures.append(np.asarray(film.convert("RGB")).astype(float))
    scenes = [
        np.asarray(Image.open(path).convert("RGB")).astype(float)
        for path in sorted(Path("kept").glob("*.png"))
    ]
    assert len(scenes) == 3
    shown = [min(np.abs(picture - one).max() for one in scenes) for picture in pictures]
    assert shown[0] <= 1  # a scene as it is
    assert shown[-1] <= 1
    assert max(shown) > 2  # on the way
    middle = [np.abs(p - (a + b) / 2).max() for p in pictures for a in scenes for b in scenes]
    assert min(m for m, s in zip(middle, np.repeat(shown, 9), strict=True) if s > 2) < 3


def test_a_camera_and_titles_over_dreams(run: Run, told: Path, folder: Path) -> None:
    how = (*DREAMT, "--workers", "1", "--fps", "2", "--png-size", "48", "--hold", "0.5")
    how += ("--fade", "0.5", "--run-dir", "kept")
    for name, more in (("plain", ()), ("camera", ("--camera", "zoom-in 3")), ("t", ("--titles",))):
        done = run("story", "story.txt", *how, *more, "-o", f"{name}.gif")
        assert done.code == 0, done.err
    first, zoomed, titled = (Image.open(f"{n}.gif") for n in ("plain", "camera", "t"))
    assert first.n_frames == zoomed.n_frames == titled.n_frames  # type: ignore[attr-defined]
    assert first.convert("RGB").tobytes() != titled.convert("RGB").tobytes()
    last = first.n_frames - 1  # type: ignore[attr-defined]
    first.seek(last)
    zoomed.seek(last)
    assert first.convert("RGB").tobytes() != zoomed.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--camera", "zoom-in 2", "--parallax", "0.5"), "a picture is flat"),
        (("-o", "s.anim.svg"), "-o 's.anim.svg' moves paths"),
        (("-o", "s.json"), "-o 's.json' moves paths"),
    ],
)
def test_what_dreams_do_not_take(
    flags: tuple[str, ...], words: str, run: Run, told: Path, folder: Path
) -> None:
    flags = flags if "-o" in flags else (*flags, "-o", "s.gif")
    done = run("story", "story.txt", *DREAMT, *flags)
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
    assert words in done.err


def test_pictures_and_paths_are_not_mixed(run: Run, folder: Path) -> None:
    text = '[[scene]]\ntext = "a cat"\n[[scene]]\ntext = "an owl"\n"draw.canvas" = "fourier"\n'
    Path("mixed.toml").write_text(text)
    done = run("story", "mixed.toml", *SMALL, "-o", "s.gif")
    assert (done.code, len(done.err.strip().splitlines())) == (2, 1), done.err
    assert "is a picture on canvas 'fourier', which does not become strokes" in done.err
