"""A run that goes on from a file ends with the bytes of one that was never stopped."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from tables import table

from drawkit import draw
from drawkit.engine.drawing import Drawing
from drawkit.engine.state import read_state
from drawkit.errors import FileError, InputError

LITTLE: dict[str, Any] = {"size": 32, "seed": 3, "settings": {"perceptor.imagine": 2}}
KINDS: dict[str, dict[str, Any]] = {
    "strokes": {"steps": 45, "strokes": 12},
    "shapes": {"steps": 24, "strokes": 4, "shapes": 4, "background": "transparent"},
    "ink": {"steps": 24, "strokes": 12, "ink": "black"},
    "pixels": {"steps": 20, "canvas": "pixels", "size": 12},
    "pixels in a palette": {"steps": 20, "canvas": "pixels", "size": 12, "palette": "pico8"},
}


def run(kind: str, **more: Any) -> Drawing:
    named = {**LITTLE, **KINDS[kind], **more}
    settings = {**named.pop("settings")}
    if canvas := named.pop("canvas", None):
        settings["draw.canvas"] = canvas
    if palette := named.pop("palette", None):
        settings["pixels.palette"] = palette
    return draw("a cat", settings=settings, **named)


def stop_at(step: int) -> Any:
    return lambda done: done.index < step


@table("kind, stops", KINDS, [(1,), (9, 14)])
def test_the_same_bytes_as_in_one_go(kind: str, stops: tuple[int, ...], tmp_path: Path) -> None:
    whole = run(kind)
    for stop in stops:
        part = run(kind, state=tmp_path / "cat.state", on_step=stop_at(stop))
        assert part.scene.metadata.steps == stop
        assert part.svg() != whole.svg()
    rest: list[int] = []
    ended = run(kind, state=tmp_path / "cat.state", on_step=lambda step: rest.append(step.index))
    assert rest == list(range(stops[-1] + 1, KINDS[kind]["steps"] + 1))
    assert ended.svg() == whole.svg()
    assert ended.png() == whole.png()


def test_it_is_written_on_the_way_and_when_something_fails(tmp_path: Path) -> None:
    path = tmp_path / "cat.state"
    seen = []

    def fail(step: Any) -> None:
        seen.append(read_state(path).loop.step if path.exists() else 0)
        if step.index == 8:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run("strokes", state=path, save_every=3, on_step=fail)
    assert seen == [0, 0, 3, 3, 3, 6, 6, 6]
    assert read_state(path).loop.step == 8


def test_a_finished_run_gives_its_drawing_again(tmp_path: Path) -> None:
    whole = run("strokes", state=tmp_path / "s", steps=5)
    again = run("strokes", state=tmp_path / "s", steps=5, on_step=lambda _: pytest.fail("drew"))
    assert again.svg() == whole.svg()


def test_other_settings_are_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "s"
    run("strokes", state=path, steps=3)
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"strokes\.strokes = 12, not 13"):
        run("strokes", state=path, steps=3, strokes=13)
    with pytest.raises(InputError, match=r"draw\.seed = 3, not 4"):
        run("strokes", state=path, steps=3, seed=4)
    assert path.read_bytes() == before
    run("strokes", state=path, steps=3, settings={**LITTLE["settings"], "draw.metadata": "none"})


class Bomb:
    def __reduce__(self) -> Any:
        return (print, ("ran",))


def test_what_is_no_state_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "s"
    run("strokes", state=path, steps=2)
    whole = path.read_bytes()
    packed = tmp_path / "packed"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("s/data.pkl", b"0" * 9999)
    coded = tmp_path / "coded"
    with zipfile.ZipFile(coded, "w") as archive:
        archive.writestr("s/data.pkl", pickle.dumps(Bomb()))
        archive.writestr("s/version", b"3")
    parts = torch.load(path, weights_only=True)
    wrong = []
    for name, value in (("settings", 3), ("versions", [1]), ("loop", {"step": "two"})):
        torch.save({**parts, name: value}, tmp_path / name)
        wrong.append((tmp_path / name).read_bytes())
    broken = [b"", b"hello", whole[:-200], whole[:99], packed.read_bytes(), coded.read_bytes()]
    broken += wrong
    for data in broken:
        path.write_bytes(data)
        with pytest.raises(InputError, match="is no state of a drawkit run") as caught:
            run("strokes", state=path, steps=2)
        assert "\n" not in str(caught.value)
        assert path.read_bytes() == data
    assert capsys.readouterr().out == ""


def test_a_place_that_cannot_be_written_is_refused_first(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        run("strokes", state=tmp_path / "none" / "s", on_step=lambda _: pytest.fail("drew"))
