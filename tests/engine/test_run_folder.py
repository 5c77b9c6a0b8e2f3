"""A run in a folder: every file whole at any moment, the same end as of one never stopped."""

from __future__ import annotations

import random
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes import FakePerceptor
from PIL import Image
from stretches import begin, check_whole, go_on, killed, steps_logged
from tables import first_of, table

from drawkit import Drawing, draw, resume
from drawkit.errors import FileError, InputError
from drawkit.files import read_json

LITTLE: dict[str, Any] = {"size": 32, "seed": 3, "settings": {"perceptor.imagine": 0}}
KINDS: dict[str, dict[str, Any]] = {
    "strokes": {"steps": 20, "strokes": 12},
    "shapes": {"steps": 20, "strokes": 2, "shapes": 4, "background": "transparent"},
    "pixels": {"steps": 20, "canvas": "pixels", "size": 12, "palette": "pico8"},
}


@pytest.fixture(autouse=True)
def _fake_perceptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())


def run(kind: str, folder: Path, **more: Any) -> Drawing:
    return draw("a cat", run_dir=folder, **{**LITTLE, **KINDS[kind], "save_every": 4, **more})


def read(folder: Path) -> dict[str, bytes]:
    """All files but the log and the state, whose names of parts and times are its own."""
    found = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    return {name: data for name, data in found.items() if name not in ("log.jsonl", "state")}


def logged(folder: Path) -> list[dict[str, Any]]:
    lines = [read_json(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    seconds = [line.pop("seconds") for line in lines]
    assert seconds == sorted(seconds)
    return lines


@table("kind, metadata", KINDS, ["short", "none", "full"])
def test_it_goes_on_to_the_same_bytes(kind: str, metadata: str, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    first = run(kind, whole, metadata=metadata)
    run(kind, parts, metadata=metadata, on_step=lambda step: step.index < 3)
    resume(parts, on_step=lambda step: step.index < 14)
    ended = run(kind, parts, metadata=metadata)  # the same call goes on as well
    assert read(parts) == read(whole)
    assert logged(parts) == logged(whole)
    assert ended.svg() == first.svg() == (parts / "drawing.svg").read_text()
    names = sorted(path.name for path in (whole / "pictures").iterdir())
    assert names == ["00004.png", "00008.png", "00012.png", "00016.png", "00020.png"]
    assert resume(parts, on_step=lambda _: pytest.fail("drew")).svg() == first.svg()


def test_the_log_has_what_each_step_said(tmp_path: Path) -> None:
    steps: list[Any] = []
    run("strokes", tmp_path / "r", on_step=lambda step: steps.append(step) and None)
    for line, step in zip(logged(tmp_path / "r"), steps, strict=True):
        said = {name: getattr(step, name) for name in ("loss", "losses", "score")}
        assert line == {"step": step.index, **said}
    assert [step.score for step in steps].count(None) == 18


def test_half_a_line_and_lines_of_lost_steps_go(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run("strokes", folder, on_step=lambda step: step.index < 6)
    log = folder / "log.jsonl"
    before = log.read_bytes()
    log.write_bytes(before + b'{"step": 7, "seconds": 9}\n{"step": 8, "lo')
    resume(folder, on_step=lambda step: step.index < 7)
    assert log.read_bytes().startswith(before)
    assert steps_logged(folder) == [1, 2, 3, 4, 5, 6, 7]


def test_its_settings_name_files_wherever_they_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start, a picture prompt with a mask, a palette named by a bare name."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    Image.new("RGB", (24, 24), "teal").save("my start.png")
    Image.new("L", (24, 24), 255).save("mask.png")
    (work / "pico8").mkdir()
    prompts = ["a cat", '@"my start.png":0.5', "a dog@mask.png"]
    named = {**LITTLE, **KINDS["pixels"], "init": "my start.png", "save_every": 4}
    first = draw(prompts, run_dir="r", on_step=lambda step: step.index < 6, **named)
    monkeypatch.chdir(tmp_path)
    assert resume("work/r").svg() != first.svg()
    whole = read(work / "r")
    monkeypatch.chdir(work)
    draw(prompts, run_dir="whole", **named)
    assert read(work / "whole") == whole


def test_what_is_no_place_for_it_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    run("strokes", folder, steps=3)
    before = read(folder)
    for more, words in (
        ({"strokes": 13}, "strokes.strokes = 12, not 13"),
        ({"seed": 4}, "draw.seed = 3, not 4"),
        ({"canvas": "pixels"}, "draw.canvas = strokes, not pixels"),
    ):
        with pytest.raises(InputError, match=words):
            run("strokes", folder, **{"steps": 3, **more})
    with pytest.raises(InputError, match=r"optimize\.steps = 3, not 4"):
        resume(folder, steps=4)
    with pytest.raises(InputError, match=r"draw\.prompts = \['a cat'\], not \['a dog'\]"):
        resume(folder, "a dog")
    with pytest.raises(InputError, match="are for an SVG"):
        resume(folder, new_strokes=3)
    with pytest.raises(InputError, match="not both"):
        run("strokes", folder, steps=3, state=tmp_path / "s")
    assert read(folder) == before
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    with pytest.raises(InputError, match="holds other files"):
        run("strokes", other)
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    with pytest.raises(InputError, match="is a file; --run-dir takes a folder"):
        run("strokes", other / "letter.txt")
    with pytest.raises(FileError, match="does not exist"):
        run("strokes", tmp_path / "none" / "r")
    with pytest.raises(InputError, match="holds no run"):
        resume(other)
    (folder / "state").write_bytes(b"hello")
    with pytest.raises(InputError, match="is no state of a drawkit run"):
        resume(folder)


def test_another_input_by_now_is_refused(tmp_path: Path) -> None:
    start, folder = tmp_path / "start.png", tmp_path / "r"
    Image.new("RGB", (32, 32), "teal").save(start)
    run("strokes", folder, init=start, on_step=lambda step: step.index < 5)
    Image.new("RGB", (32, 32), "red").save(start)
    with pytest.raises(InputError, match=r"another 'start\.png'; give another --run-dir"):
        resume(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")
def test_two_runs_in_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "r"

    def another(step: Any) -> bool:
        with pytest.raises(InputError, match="another run is at work in"):
            resume(folder)
        return False

    run("strokes", folder, on_step=another)
    assert resume(folder).scene.metadata.steps == 20


def test_trouble_on_the_way_ends_no_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise FileError("cannot write 'state': No space left on device")

    monkeypatch.setattr("drawkit.engine.run_folder.write_state", full)
    drawing = run("strokes", tmp_path / "r")
    assert drawing.scene.metadata.steps == 20
    said = [record.getMessage() for record in caplog.records]
    assert sum("drawing goes on" in line for line in said) == 1
    assert (tmp_path / "r" / "drawing.svg").read_text() == drawing.svg()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("kills", first_of([3, 20]))
def test_killed_at_any_moment_nothing_is_lost_beyond_the_last_interval(
    kills: int, tmp_path: Path
) -> None:
    """Each time within 12 steps, of which every fourth is kept."""
    options = {**LITTLE, "strokes": 12, "steps": 8 * kills + 10, "save_every": 4}
    folder, dice, kept, ended = tmp_path / "r", random.Random(kills), 0, 0
    for number in range(kills):
        ended += killed(begin if number == 0 else go_on, folder, options, dice, 12)
        now = check_whole(folder, 4)
        assert now >= kept
        kept = now
    assert ended >= kills - 1
    go_on(str(folder), options)
    begin(str(tmp_path / "whole"), options)
    assert read(folder) == read(tmp_path / "whole")
    assert logged(folder) == logged(tmp_path / "whole")
    assert not [path for path in folder.rglob(".*")]
