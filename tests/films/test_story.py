"""Stories: what a text says, when its scenes come, what is drawn."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image
from scenes import random_scene

from drawkit import InputError, StoryMovie, story
from drawkit.bench.story import bench_story
from drawkit.engine.many.orders import BadLines
from drawkit.engine.stories.plan import Pace, plan_story
from drawkit.engine.stories.reading import read_story, windows
from drawkit.export._frames import Pictures
from drawkit.export.png import PngConfig
from drawkit.films.morphing import Turn, morphed
from drawkit.films.story_camera import camera_of
from drawkit.films.story_titles import titles_of

FAST: dict[str, Any] = {"strokes": 4, "size": 32, "steps": 2, "cutouts": 2, "imagine": 0}


def places(path: Path) -> list[tuple[str, Any]]:
    return [(line.place, line.values["prompt"]) for line in read_story(path).scenes]


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_texts_of_several_encodings(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.txt"
    text = "# Geschichte\r\n\r\n  eine Möwe \r\n#x\r\n猫\r\n"
    mark = b"\xff\xfe" if kind == "utf-16-le" else b""
    path.write_bytes(mark + text.encode(kind))
    assert places(path) == [("a.txt:3", "eine Möwe"), ("a.txt:5", "猫")]


def test_settings_before_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n+++\nseconds = 12\n[strokes]\nmax_width = 3\n+++\na cat\n+ b\n")
    found = read_story(path)
    assert {key: (of.value, of.source) for key, of in found.whole.items()} == {
        "seconds": (12, "a.txt:3"),
        "strokes.max_width": (3, "a.txt:5"),
    }
    assert places(path) == [("a.txt:7", "a cat"), ("a.txt:8", "+ b")]


def test_tables_of_scenes(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        'style = "ink"\n\n[[scene]]\ntext = "a cat"\nseed = 4\n'
        "[scene.strokes]\nmax_width = 2\n\n  [[ scene ]]\n"
        'text = "a dog"\n"losses.text.weight" = 2\n'
    )
    found = read_story(path)
    assert found.whole["style"].value == "ink"
    assert [line.place for line in found.scenes] == ["a.toml:3", "a.toml:9"]
    assert found.scenes[0].values == {"prompt": "a cat", "seed": 4, "strokes.max_width": 2}
    assert found.scenes[1].values == {"prompt": "a dog", "losses.text.weight": 2}


@pytest.mark.parametrize(
    ("width", "wanted"),
    [
        (2, ["a b", "b c", "c d", "d e"]),
        (4, ["a b c d", "b c d e"]),
        (9, ["a b c d e"]),
        (1, ["a", "b", "c", "d", "e"]),
    ],
)
def test_windows(tmp_path: Path, width: int, wanted: list[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a b c\n\nd e")
    found = windows(read_story(path).scenes, width)
    assert [line.values["prompt"] for line in found] == wanted
    assert found[-1].place == ("a.txt:3" if wanted[-1].startswith("d") else found[-1].place)


def test_each_scene_has_its_times() -> None:
    scenes = [random_scene(seed) for seed in (1, 2, 3)]
    motion = morphed(scenes, [Turn(1.0, 0.5), Turn(2.0, 0.0), Turn(9.0, 4.0)])
    assert motion.seconds == 7.5
    for at, scene in ((0.0, 0), (0.49, 0), (1.5, 1), (3.5, 2), (7.4, 2)):
        ours = next(motion.at(at).paths()).control_points
        theirs = next(scenes[scene].paths()).control_points
        assert ours.shape != theirs.shape or np.abs(ours - theirs).max() < 1e-6


def drawn(text: Any, **more: Any) -> StoryMovie:
    return story(text, **{**FAST, **more})


def test_the_same_words_are_drawn_once_and_come_twice() -> None:
    seen: list[Any] = []
    found = drawn(["a cat", "an owl", "a cat"], on_scene=seen.append, fps=4)
    assert [one.words for one in found.scenes] == ["a cat", "an owl", "a cat"]
    assert len(seen) == 2
    assert found.seconds == pytest.approx(15)
    assert found.storyboard().startswith(b"\x89PNG")
    again = drawn(["a cat", "an owl", "a cat"], fps=4)
    assert again._repr_svg_() == found._repr_svg_()


def test_scenes_have_settings_and_times_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        'seconds = 12\nshapes = 3\n[[scene]]\ntext = "a cat"\nseconds = 2\nhold = 1.5\n'
        '[[scene]]\ntext = "an owl"\nstrokes = 2\nshapes = 0\n[[scene]]\ntext = "a fish"\n'
    )
    found = story(path, **{**FAST, "strokes": 0})
    assert found.seconds == pytest.approx(12)
    first, second, third = (list(one.scene.paths()) for one in found.scenes)
    assert all(path.stroke is not None for path in second)
    assert all(path.fill is not None for path in first + third)
    starts = sorted({t.keys[0].at for layer in found.film.motion.layers for t in layer.tracks})  # type: ignore[union-attr]
    assert {0.0, 1.5, 2.0, 5.0, 7.0} <= {round(at, 6) for at in starts}


def test_words_cross_fade_on_the_way() -> None:
    found = drawn(["a cat:2", "an owl"], blend=1, fps=2)
    assert [one.words for one in found.scenes] == ["a cat", "a cat", "an owl"]
    said = [one.scene.metadata.prompts for one in found.scenes]
    assert said[1] == (("a cat", 1.0), ("an owl", 0.5))
    assert found.seconds == pytest.approx(10)


def test_a_scene_has_a_camera_while_it_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[[scene]]\ntext = "a cat"\n[[scene]]\ntext = "an owl"\ncamera = "zoom-in 2"\n')
    found = story(path, **FAST)
    plan = plan_story(read_story(path), Pace(), lambda names, front: front)
    camera = camera_of(plan, [0, 1])
    assert camera is not None
    zooms = camera.seen(np.array([0.0, 3.0, 5.0, 10.0]))[:, 2]
    assert zooms == pytest.approx([1, 1, 1, 2])
    assert any(t.poses for layer in found.film.motion.layers for t in layer.tracks)  # type: ignore[union-attr]


def test_titles_stand_over_their_scenes(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text(
        'title_place = "top"\n[[scene]]\ntext = "a cat"\n[[scene]]\ntext = "an owl"\n'
        'title = "Night"\n[[scene]]\ntext = "a fish"\nhold = 0\nseconds = 2\ntitle = "Sea"\n'
    )
    plan = plan_story(read_story(path), Pace(), lambda names, front: front)
    said = [(one.text, one.time, one.place) for one in titles_of(plan, range(3))]
    assert said == [("Night", (5.0, 8.0), "top"), ("Sea", (10.0, 12.0), "top")]
    found = drawn(["a cat", "an owl"], titles=True)
    layers = {layer.name: layer for layer in found.film.motion.layers}  # type: ignore[union-attr]
    starts = sorted({track.keys[0].at for track in layers["titles"].tracks})
    assert starts[0] == 0
    assert 5 in starts
    assert "titles" not in {layer.name for layer in drawn(["a cat"]).film.motion.layers}  # type: ignore[union-attr]


def test_a_story_is_heard(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(8000))
    (tmp_path / "a.toml").write_text('sound = "tone.wav"\nseconds = 1\n[[scene]]\ntext = "a cat"\n')
    found = story(tmp_path / "a.toml", **FAST)
    with av.open(str(found.save(tmp_path / "a.mp4", 32))) as container:
        assert len(container.streams.audio) == 1
    assert found.save(tmp_path / "a.gif", 32).is_file()


def test_a_stop_ends_the_film_there() -> None:
    found = drawn(["a cat", "an owl"], on_scene=lambda one: False)
    assert [one.words for one in found.scenes] == ["a cat"]
    assert found.seconds == pytest.approx(5)


def test_what_is_refused() -> None:
    for call, told in (
        (lambda: drawn([]), "'story' has no scenes; allowed: 1 to 100"),
        (lambda: drawn(["a cat"], seconds=0), "seconds is 0"),
        (lambda: drawn(["a cat"], nothing=1), "unknown setting 'nothing'"),
        (lambda: drawn(["a cat"], style="inkk"), "unknown style 'inkk'"),
    ):
        with pytest.raises(InputError, match=told):
            call()
    with pytest.raises(BadLines) as caught:
        drawn(["a cat", "", 3])
    assert [line.partition(": ")[0] for line in caught.value.lines] == ["scene 2", "scene 3"]


def test_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.bench.story.LINES", ("a cat", "an owl"))
    found = bench_story(1, side=32, fps=2, **FAST)
    assert (found.scenes, found.frames, found.length_s) == (2, 20, pytest.approx(10))
    assert found.seconds > found.film_s > 0
    assert 0 < found.lottie_kb < 100
    assert 0 <= found.recognized <= 2


def test_pixel_art_moves_in_blocks_and_stays_exact(tmp_path: Path) -> None:
    found = story(
        ["a cat", "an owl"], canvas="pixels", size=12, steps=3, cutouts=2, run_dir=tmp_path / "kept"
    )
    motion = found.film.motion
    assert motion is not None
    for scene in found.scenes:
        blocks = list(scene.moving.paths())
        assert len(blocks) > 3
        for block in blocks:
            left, top, right, bottom = (*block.control_points.min(0), *block.control_points.max(0))
            assert left == int(left)
            assert top == int(top)
            assert bottom - top == pytest.approx(1.12)
            assert round(right - left - 0.12, 6) % 1 == 0
    first = found.scenes[0]
    shown = Pictures(first.scene, PngConfig(size=96)).of(motion.at(1.0)).astype(int)
    with Image.open(tmp_path / "kept" / "a-cat.png") as image:
        wanted = np.asarray(image.convert("RGBA").resize((96, 96), Image.Resampling.NEAREST))
    assert np.abs(shown[4::8, 4::8] - wanted[4::8, 4::8]).max() <= 1
    moved = Pictures(first.moving, PngConfig(size=96)).of(first.moving).astype(int)
    assert np.abs(moved[4::8, 4::8] - wanted[4::8, 4::8]).max() <= 1
    half = motion.at(4.0)
    assert {len(path.control_points) for path in half.paths()} == {12}
