"""`drawkit.animate`, `tileset` and `sheet`: the commands in one call each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakePerceptor
from PIL import Image

from drawkit import (
    ConfigError,
    Drawing,
    DrawkitError,
    InputError,
    Session,
    animate,
    pixelate,
    sheet,
    tileset,
)
from drawkit.games.sets.work import Made

SMALL: dict[str, Any] = {
    "size": 12,
    "steps": 2,
    "cutouts": 2,
    "model": "fake",
    "settings": {"pixels.side": 24},
}


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", lambda *a, **k: FakePerceptor())
    monkeypatch.chdir(tmp_path)


def frames(drawing: Drawing) -> list[Any]:
    assert drawing.scene.grid is not None
    return [frame.indices for frame in drawing.scene.grid.frames]


def test_words_move(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def watch(step: Any) -> None:
        seen.append((step.index, step.total))

    drawing = animate(
        "a knight", motion="bob", frames=3, duration=90, tag="wait", on_step=watch, **SMALL
    )
    grid = drawing.scene.grid
    assert grid is not None
    assert [frame.duration_ms for frame in grid.frames] == [90, 90, 90]
    assert (grid.tags[0].name, drawing.scene.background.color) == ("wait", None)
    assert (frames(drawing)[0] != frames(drawing)[1]).any()
    assert seen == [(1, 2), (2, 2)]
    with Image.open(drawing.save(tmp_path / "a.gif")) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]
    solid = animate("a knight", motion="bob", opaque=True, **SMALL)
    assert solid.scene.background.color == (1, 1, 1)
    assert len(frames(solid)) == 4


def test_a_session_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def opening(model: str, **_: Any) -> FakePerceptor:
        opened.append(model)
        return FakePerceptor()

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", opening)
    alone = animate("a knight", motion="bob", **SMALL)
    opened.clear()
    session = Session()
    moved = animate("a knight", motion="bob", session=session, **SMALL)
    tiles = tileset("moss", ground="sea", session=session, **SMALL)
    small = {key: value for key, value in SMALL.items() if key != "size"}
    picture = np.full((12, 12, 3), 200, np.uint8)
    polished = pixelate(picture, 12, prompt="a knight", session=session, **small)
    assert opened == ["fake"]
    assert len(tiles.drawings) == 2
    assert polished.score is not None
    assert all((a == b).all() for a, b in zip(frames(alone), frames(moved), strict=True))


def test_words_of_frames_and_a_stop() -> None:
    seen: list[int] = []

    def watch(step: Any) -> bool:
        seen.append(step.index)
        return step.index < 3

    drawing = animate("a knight", frame=["a dragon", "a tower"], on_step=watch, **SMALL)
    assert len(frames(drawing)) == 3
    assert seen == [1, 2, 3]  # two of the first frame, one of the second, none of the third


def test_a_sprite_in_a_file_moves_as_it_is(tmp_path: Path) -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[2:7, 2:6] = (200, 30, 30, 255)
    Image.fromarray(pixels).save(tmp_path / "knight.png")
    drawing = animate(init=tmp_path / "knight.png", motion="hop", frames=4, scale=2)
    assert drawing.scene.metadata.title == "knight"
    assert drawing.scene.grid is not None
    assert {tuple(c) for c in drawing.scene.grid.rgba().reshape(-1, 4) if c[3]} == {
        (200, 30, 30, 255)
    }
    assert len(frames(drawing)) == 4
    with Image.open(drawing.save(tmp_path / "still.png")) as image:
        assert image.size[0] % 16 == 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "needs a motion or words"),
        ({"motion": "hopp"}, "did you mean 'hop'"),
        ({"motion": 3}, "motion takes text, got 3"),
        ({"motion": "hop", "frames": "4"}, "frames takes a whole number, got '4'"),
        ({"motion": "hop", "frames": 1}, "2"),
        ({"motion": "hop", "duration": (1, 2)}, "2 durations for 4 frames"),
        ({"motion": "hop", "opaque": "yes"}, "opaque takes true or false"),
        ({"motion": "hop", "canvas": "strokes"}, "an animation is pixel art"),
        ({"motion": "hop", "strokess": 3}, "did you mean 'strokes'"),
        ({"motion": "hop", "freeze": "mask.png"}, "^freeze needs init"),
    ],
)
def test_what_cannot_be_animated(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        animate("a knight", **given)


def test_a_tileset_is_drawn_shown_and_saved(tmp_path: Path) -> None:
    seen: list[int] = []
    made = tileset("moss", ground="water", seed=3, on_step=lambda s: seen.append(s.index), **SMALL)
    assert seen == [1, 2, 1, 2]
    assert [d.scene.metadata.title for d in made.drawings] == ["moss", "water"]
    assert made._repr_png_().startswith(b"\x89PNG")
    assert made.image().mode == "RGBA"
    saved = made.save(tmp_path / "moss")
    assert {p.name for p in saved} >= {"moss.png", "moss.tsj", "moss.tmj"}
    assert all(p.exists() for p in saved)
    assert made.save(tmp_path / "moss") == saved  # over its own
    stopped = tileset("moss", ground="water", on_step=lambda step: False, **SMALL)
    assert [d.scene.metadata.steps for d in stopped.drawings] == [1, 0]


def test_a_tileset_of_ones_own_material(tmp_path: Path) -> None:
    Image.new("RGB", (16, 16), "teal").save(tmp_path / "brick.png")
    made = tileset(material=tmp_path / "brick.png", terrain="edge16")
    assert (made.tiles.name, len(made.tiles.tiles), made.drawings) == ("brick", 16, ())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "there is no prompt"),
        ({"prompt": "moss", "terrain": "blob48"}, "blob47"),
        ({"prompt": "moss", "ground": 3}, "ground takes text"),
        ({"prompt": "moss", "size": 7}, "at least 8 cells"),
        ({"prompt": "moss", "terain": "x"}, "unknown setting 'terain'"),
    ],
)
def test_what_is_no_tileset(given: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        tileset(**given)


SET = """
size = 12
steps = 2
model = "fake"
cutouts = 2
pixels.side = 24
palette = "pico8"
[[sprite]]
prompt = "a knight"
[[sprite]]
prompt = "a dragon"
motion = "bob"
"""


def test_a_sheet_is_drawn_once_shown_and_saved(tmp_path: Path) -> None:
    (tmp_path / "game.toml").write_text(SET, encoding="utf-8")
    seen: list[Made] = []
    packed = sheet("game.toml", on_sprite=seen.append)
    assert [made.plan.name for made in seen] == ["a-knight", "a-dragon"]
    assert packed.lost == {}
    assert {p.name for p in (tmp_path / "game-sprites").iterdir()} == {
        "a-knight.png",
        "a-dragon.png",
    }
    assert packed.image().mode == "RGBA"
    saved = packed.save(tmp_path / "game.png")
    assert saved[0] == tmp_path / "game.png"
    with Image.open(saved[0]) as image:
        assert (np.asarray(image.convert("RGBA")) == np.asarray(packed.image())).all()
    again = sheet(tmp_path / "game.toml", on_sprite=seen.append)
    assert len(seen) == 2  # nothing was left to draw
    assert again._repr_png_() == packed._repr_png_()


def test_a_stopped_sheet_says_what_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "game.toml").write_text(SET, encoding="utf-8")
    packed = sheet("game.toml", sprites=tmp_path / "mine", on_sprite=lambda made: False)
    assert packed.lost == {"a-dragon": "it was not drawn"}
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["a-knight.png"]


def test_what_is_no_sheet(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        sheet("missing.toml")
    (tmp_path / "game.toml").write_text(SET, encoding="utf-8")
    with pytest.raises(InputError, match="workers is 0; allowed: 1 to 64"):
        sheet("game.toml", workers=0)
    with pytest.raises(ConfigError, match="workers takes a whole number"):
        sheet("game.toml", workers="two")  # type: ignore[arg-type]
    assert not (tmp_path / "game-sprites").exists()
    (tmp_path / "bad.toml").write_text("size = 12\n", encoding="utf-8")
    with pytest.raises(DrawkitError, match=r"needs a \[\[sprite\]\]"):
        sheet("bad.toml")
