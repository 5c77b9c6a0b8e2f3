"""The film of a drawing in the making: its frames, its end, its share of the time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from scenes import random_scene, small_grid_scene

from drawkit import Drawing, FileError, InputError, Recorder, draw
from drawkit.bench.film import bench_film
from drawkit.films import process
from drawkit.films.process import change, thinned
from drawkit.scene.film import Film, FilmFrame

FAST = {"model": "none", "strokes": 12, "size": 64, "steps": 20, "seed": 1}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Something to draw without words."""
    path = tmp_path / "start.png"
    pixels = np.full((64, 64, 3), 255, np.uint8)
    pixels[16:48, 16:48] = 200, 30, 30
    Image.fromarray(pixels).save(path)
    return path


def frames_of(path: Path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_every_format_and_the_end_is_the_drawing(picture: Path, tmp_path: Path) -> None:
    names = ["a.mp4", "a.webm", "a.gif", "a.webp", "a.anim.svg", "a.json", "f-%02d.png"]
    with Recorder([tmp_path / name for name in names], hold=0.5, fps=10, size=64) as film:
        drawing = draw(init=str(picture), on_step=film, **FAST)
    assert film.frames >= 5
    shown = frames_of(tmp_path / "a.mp4")
    assert len(shown) == len(frames_of(tmp_path / "a.webm")) == film.frames + 5
    wanted = np.asarray(drawing.image(64).convert("RGB"), float)
    assert np.abs(shown[-1] - wanted).mean() < 6
    assert np.abs(shown[0].astype(float) - shown[-1]).mean() > 1
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == film.frames + 1
        image.seek(film.frames)
        assert image.info["duration"] == 500
    assert len(list(tmp_path.glob("f-*.png"))) == film.frames + 1
    assert json.loads((tmp_path / "a.json").read_text())["layers"]
    assert "<animate " in (tmp_path / "a.anim.svg").read_text()


def test_the_same_drawing_gives_the_same_film(picture: Path, tmp_path: Path) -> None:
    files = []
    for name, share in (("a.mp4", 0.0), ("b.mp4", 1e9)):  # all at the end, and all at once
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(process, "_SHARE", share)
            with Recorder(tmp_path / name, size=64) as film:
                draw(init=str(picture), on_step=film, **FAST)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


def test_filming_changes_no_drawing(picture: Path, tmp_path: Path) -> None:
    with Recorder(tmp_path / "a.gif", size=64) as film:
        filmed = draw(init=str(picture), on_step=film, **FAST)
    assert filmed.svg() == draw(init=str(picture), **FAST).svg()


def test_a_drawing_that_is_stopped_leaves_a_film(picture: Path, tmp_path: Path) -> None:
    def stop(step):  # type: ignore
        film(step)
        if step.index == 6:
            raise KeyboardInterrupt

    film = Recorder(tmp_path / "a.mp4", size=64, hold=0.1)
    with pytest.raises(KeyboardInterrupt), film:
        draw(init=str(picture), on_step=stop, **FAST)
    assert len(frames_of(tmp_path / "a.mp4")) >= 3


def test_what_goes_wrong_with_a_film_costs_no_drawing(picture: Path, tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    film = Recorder(room / "a.mp4", size=64)
    room.rmdir()
    drawing = draw(init=str(picture), on_step=film, **FAST)
    assert isinstance(drawing, Drawing)
    with pytest.raises(FileError, match="cannot write"):
        film.close(drawing)


def test_how_much_a_drawing_has_changed() -> None:
    scene = random_scene(1)
    assert change(scene, scene) == 0
    assert change(scene, random_scene(2)) == 1
    layer = scene.layers[0]
    moved = [replace(p, control_points=p.control_points + 2) for p in layer.paths]  # type: ignore
    nearer = replace(scene, layers=(replace(layer, paths=tuple(moved)), *scene.layers[1:]))
    counts = [sum(len(p.control_points) for p in some) for some in (moved, list(scene.paths()))]
    share, side = counts[0] / counts[1], max(scene.width, scene.height)
    assert change(scene, nearer) == pytest.approx(2 / side * share)
    cells = [frame.scene for frame in Film.of(small_grid_scene()).frames]
    assert change(cells[1], cells[2]) == 0
    assert 0.05 < change(cells[0], cells[1]) < 1
    assert change(cells[0], scene) == 1


def test_fewer_frames_last_as_long() -> None:
    film = Film(tuple(FilmFrame(random_scene(at), 10 + at) for at in range(20)))
    few = thinned(film, 6)
    assert len(few.frames) == 6
    assert few.seconds == pytest.approx(film.seconds)
    assert few.frames[-1] is not film.frames[-2]
    assert few.frames[-1].scene is film.frames[-1].scene
    assert thinned(film, 20) is film


def test_what_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.gif").write_text("mine")
    for outputs, told in (
        ([tmp_path / "a.png"], "holds one picture; films are"),
        ([tmp_path / "old.gif"], "exists"),
        ([tmp_path / "no" / "a.gif"], "does not exist"),
    ):
        with pytest.raises(InputError, match=told):
            Recorder(outputs)
    with pytest.raises(InputError, match="fps is 0; allowed: 1 to 120"):
        Recorder(tmp_path / "a.gif", fps=0)


@pytest.mark.slow
def test_it_takes_little_of_the_time() -> None:
    found = bench_film("strokes", steps=40, size=128, strokes=64)
    assert found.frames > 10
    assert found.slower < 0.2  # 0.1 and what is looked at, in steps that are quick as these


def test_the_settings_of_a_drawing_are_those_of_its_film(picture: Path, tmp_path: Path) -> None:
    settings = {"export.video.fps": 12, "export.png.size": 80, "export.lottie.fps": 50}
    names = [tmp_path / "a.mp4", tmp_path / "a.json", tmp_path / "a.gif"]
    with Recorder(names, hold=0.5) as film:
        draw(init=str(picture), on_step=film, settings=settings, **FAST)
    with av.open(str(names[0])) as container:
        stream = container.streams.video[0]
        assert (stream.average_rate, stream.width) == (12, 80)
    assert json.loads(names[1].read_text())["fr"] == 50
    with Image.open(names[2]) as image:
        assert image.size == (80, 80)
