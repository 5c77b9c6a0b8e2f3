from __future__ import annotations

import io
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import FakePerceptor
from PIL import Image

from drawkit.engine import settings_for
from drawkit.engine.loop import Loop
from drawkit.errors import ConfigError, FileError
from drawkit.games.sets import SetConfig
from drawkit.games.sets.index import index_png
from drawkit.games.sets.pack import pack_set
from drawkit.games.sets.place import in_one_palette, placed
from drawkit.games.sets.plan import read_set
from drawkit.games.sets.store import _fingerprint, load_sprite, sprite_path, state_of
from drawkit.games.sets.work import make_sprites
from drawkit.games.sprites import Sprite
from drawkit.scene.grid import Frame, Grid

HEAD = """
size = 12
model = "fake"
steps = 2
cutouts = 2
[pixels]
side = 24
"""
TWO = '[[sprite]]\nprompt = "a knight"\n[[sprite]]\nprompt = "a door"\nmotion = "bob"\nframes = 3\n'


class Opened(FakePerceptor):
    def __init__(self, model: str, **_: Any) -> None:
        super().__init__()


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)


def written(folder: Path, text: str, name: str = "game.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_set_is_read(tmp_path: Path) -> None:
    text = (
        'palette = "pico8"\nseed = 5\n' + HEAD + "[sheet]\nbaseline = 'middle'\npadding = 2\n" + TWO
    )
    text += '[[sprite]]\nname = "rock"\nprompt = "a stone"\nvariations = 3\nsize = 8\n'
    text += "[sprite.pixels]\nside = 32\n"
    plan = read_set(written(tmp_path, text))
    assert [sprite.name for sprite in plan.sprites] == [
        "a-knight",
        "a-door",
        "rock",
        "rock-2",
        "rock-3",
    ]
    assert [sprite.layer["draw.seed"].value for sprite in plan.sprites] == [5, 5, 5, 6, 7]
    assert plan.sprites[1].animation is not None
    assert plan.sprites[1].animation.count == 3
    assert plan.sprites[2].layer["pixels.side"].value == 32
    assert (plan.size, plan.colors) == ((12, 12), None)
    assert (plan.config.baseline, plan.config.pack.padding) == ("middle", 2)
    assert read_set(written(tmp_path, HEAD + TWO)).colors == 16
    assert read_set(written(tmp_path, "colors = 5\n" + HEAD + TWO)).colors == 5


def test_a_sprites_own_style_takes_the_place_of_the_sets(tmp_path: Path) -> None:
    for name, text in (("soft", "lr_color = 0.003"), ("hard", "lr_alpha = 0.004")):
        written(tmp_path, f"[pixels]\n{text}\n", f"{name}.toml")
    soft, hard = (str(tmp_path / f"{name}.toml") for name in ("soft", "hard"))
    text = f'style = "{soft}"\n[[sprite]]\nprompt = "a cat"\n'
    text += f'[[sprite]]\nprompt = "a dog"\nstyle = "{hard}"\n'
    cat, dog = read_set(written(tmp_path, text)).sprites
    assert cat.layer["pixels.lr_color"].value == 0.003
    assert dog.layer["pixels.lr_alpha"].value == 0.004
    assert "pixels.lr_color" not in dog.layer


def test_a_character_of_a_set_has_all_its_loops_and_ramps(tmp_path: Path) -> None:
    text = HEAD + "[sheet]\ncolumns = 2\n[[sprite]]\nprompt = 'a knight'\nframes = 2\n"
    text += "motion = 'walk,breathe'\nfacings = 4\n[[sprite]]\nprompt = 'a door'\n"
    plan, folder = read_set(written(tmp_path, text)), tmp_path / "sprites"
    folder.mkdir()
    assert [made.error for made in make_sprites(plan.sprites, folder, 1, lambda: False)] == [
        None
    ] * 2
    assert [state_of(sprite, folder) for sprite in plan.sprites] == ["ready"] * 2
    packed = pack_set(plan, folder)
    assert not packed.lost
    names = [animation.name for animation in packed.sheet.animations]
    assert names[:2] == ["a-knight walk-down", "a-knight walk-left"]
    assert len(names) == 8 + 1
    assert len(packed.sheet.regions) == 16 + 1
    assert b'"ramps": {' in packed.files("game")[".json"]


def test_sprites_drawn_before_there_were_facings_stay(tmp_path: Path) -> None:
    """What a sprite was drawn with is told by a digest that new keys at their defaults leave."""
    (door,) = read_set(written(tmp_path, HEAD + TWO)).sprites[1:]
    assert door.animation is not None
    old = asdict(door.animation)
    for key in ("facings", "looks", "ramp"):
        del old[key]
    assert _fingerprint(door) == settings_for(door.layer).fingerprint(old)
    turned = replace(door, animation=replace(door.animation, facings=2))
    assert _fingerprint(turned) != _fingerprint(door)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "[[sprite]]\nprompt = 'x'\nfacings = 3\n", "facings is 3; allowed: 1, 2, 4, 8"),
        (HEAD + "[[sprite]]\nprompt = 'x'\nmotion = 'bob'\nramp = ['red']\n", "got 'red'"),
        ("size = 12\n", r"needs a \[\[sprite\]\]"),
        ("sprite = 3\n", r"needs a \[\[sprite\]\]"),
        (HEAD + "[[sprite]]\nname = 'x'\n", "sprite 1 'x': has no prompt"),
        (HEAD + "[[sprite]]\nprompt = 3\n", "prompts takes"),
        (HEAD + TWO + '[[sprite]]\nprompt = "A  Knight!"\n', "two sprites are named 'a-knight'"),
        (HEAD + TWO + "pallete = 'x'\n", "unknown key 'pallete'.*'palette'"),
        ("siz = 3\n" + HEAD + TWO, "game.toml:1: unknown key 'siz'"),
        ("palette = 'pico9'\n" + HEAD + TWO, "pico-?8"),
        ("size = 0\n[[sprite]]\nprompt = 'x'\n", "0x0"),
        ("size = 5000\n[[sprite]]\nprompt = 'x'\n", "5000x5000"),
        (HEAD + "[sheet]\nformats = ['unreal']\n" + TWO, "unknown sheet format 'unreal'"),
        (HEAD + "[sheet]\nformats = ['css', 'css']\n" + TWO, "names one twice"),
        (HEAD + "[sheet]\npading = 1\n" + TWO, "unknown key 'pading'.*'padding'"),
        (HEAD + "[sheet]\npadding = 'x'\n" + TWO, "padding takes"),
        (HEAD + "[sheet]\nbaseline = 'top'\n" + TWO, "baseline is 'top'"),
        (HEAD + "[[sprite]]\nprompt = 'x'\nsize = 20\n", "20x20 cells, more than the set's 12x12"),
        (HEAD + "[[sprite]]\nprompt = 'x'\nvariations = 0\n", "variations is 0"),
        (HEAD + "[[sprite]]\nprompt = 'x'\nmotion = 'fly'\n", "unknown motion 'fly'"),
        (HEAD + "[[sprite]]\nprompt = 'x'\ncell = 'hex'\n", "square cells"),
        (HEAD + "[[sprite]\n", "not valid TOML"),
    ],
)
def test_what_is_no_set_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        read_set(written(tmp_path, text))
    assert "game.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_drawn_once_then_kept_and_edits_stay(tmp_path: Path) -> None:
    plan = read_set(written(tmp_path, "palette = 'pico8'\n" + HEAD + TWO))
    assert [state_of(sprite, tmp_path) for sprite in plan.sprites] == ["missing", "missing"]
    made = list(make_sprites(plan.sprites, tmp_path, 1, lambda: False))
    assert [one.error for one in made] == [None, None]
    assert [state_of(sprite, tmp_path) for sprite in plan.sprites] == ["ready", "ready"]
    door = load_sprite(plan.sprites[1], tmp_path)
    assert len(door.frames) == 3
    assert Image.open(tmp_path / "a-door.png").size == (36, 12)
    other = read_set(written(tmp_path, "palette = 'pico8'\nseed = 3\n" + HEAD + TWO))
    assert state_of(other.sprites[0], tmp_path) == "stale"
    path = sprite_path(tmp_path, plan.sprites[0])
    image = Image.open(path).convert("RGBA")
    image.putpixel((0, 0), (1, 2, 3, 255))
    image.save(path)
    assert state_of(other.sprites[0], tmp_path) == "edited"
    grid = load_sprite(plan.sprites[0], tmp_path)
    assert grid.palette[grid.indices[0, 0]] == (1, 2, 3)
    image.resize((13, 12)).save(path)
    with pytest.raises(FileError, match="13 x 12 px"):
        load_sprite(plan.sprites[0], tmp_path)
    path.write_bytes(b"no picture")
    assert state_of(plan.sprites[0], tmp_path) == "edited"
    with pytest.raises(FileError, match=r"a-knight\.png"):
        load_sprite(plan.sprites[0], tmp_path)


def test_one_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    start = tmp_path / "start.png"
    Image.new("RGB", (12, 12)).save(start)
    plan = read_set(written(tmp_path, HEAD + TWO + f'[[sprite]]\nprompt = "x"\ninit = "{start}"\n'))
    start.unlink()
    made = {
        one.plan.name: one.error
        for one in make_sprites(plan.sprites[::-1], tmp_path, 1, lambda: False)
    }
    assert made["a-knight"] is None
    assert made["a-door"] is None
    assert "start.png" in str(made["x"])


def test_a_bug_in_one_does_not_lose_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = read_set(written(tmp_path, HEAD + TWO))
    step, steps = Loop._step, []

    def fail_once(self: Loop) -> Any:
        steps.append(1)
        if len(steps) == 2:
            raise ZeroDivisionError("two\nlines")
        return step(self)

    monkeypatch.setattr(Loop, "_step", fail_once)
    first, second = make_sprites(plan.sprites, tmp_path, 1, lambda: False)
    assert (first.error, second.error) == ("ZeroDivisionError: two lines", None)


def test_what_a_killed_process_left_goes(tmp_path: Path) -> None:
    """Of the sprites' folder too, once the crew has left."""
    sprites = tmp_path / "sprites"
    sprites.mkdir()
    left = sprites / f".drawkit-{'a' * 16}.tmp"
    left.write_bytes(b"half")
    assert list(make_sprites([], sprites, 2, lambda: False)) == []
    assert not left.exists()


def figure(left: int, top: int, size: int = 12, color: int = 1) -> Grid:
    cells = np.zeros((size, size), np.uint8)
    cells[top : top + 4, left : left + 3] = color
    return Grid.still(cells, [(0, 0, 0), (255, 0, 0), (250, 0, 0)], 0)


def test_figures_stand_on_one_line_in_the_middle() -> None:
    for grid in (figure(0, 0), figure(8, 5), figure(2, 1, size=8)):
        cells = placed(grid, (16, 16), SetConfig(margin=2)).indices
        rows, columns = np.nonzero(cells)
        assert (rows.min(), rows.max()) == (10, 13)
        assert (columns.min(), columns.max()) == (6, 8)
    middle = placed(figure(0, 0), (16, 16), SetConfig("middle")).indices
    assert np.nonzero(middle)[0].min() == 6
    as_drawn = placed(figure(1, 1), (16, 16), SetConfig("none")).indices
    assert (np.nonzero(as_drawn)[0].min(), np.nonzero(as_drawn)[1].min()) == (3, 3)


def test_the_frames_of_a_figure_move_together() -> None:
    low, high = figure(3, 5).indices, figure(3, 3).indices
    grid = Grid((Frame(low), Frame(high)), [(0, 0, 0), (9, 9, 9), (8, 8, 8)], 0)
    both = placed(grid, (12, 12), SetConfig(margin=0))
    tops = [int(np.nonzero(frame.indices)[0].min()) for frame in both.frames]
    assert tops == [8, 6]


def test_a_figure_as_high_as_its_frame_is_not_cut() -> None:
    cells = np.ones((8, 8), np.uint8)
    cells[0] = 2  # its head
    colors = [(0, 0, 0), (9, 9, 9), (8, 8, 8)]
    full = placed(Grid.still(cells, colors, 0), (8, 8), SetConfig(margin=1))
    assert (full.indices == cells).all()


def test_one_palette_for_all() -> None:
    one, two = in_one_palette([figure(0, 0, color=1), figure(0, 0, color=2)], None)
    assert one.palette == two.palette == ((250, 0, 0), (255, 0, 0), (0, 0, 0))
    assert one.transparent == two.transparent == 2
    assert one.palette[one.indices[0, 0]] == (255, 0, 0)
    few = in_one_palette([figure(0, 0, color=1), figure(0, 0, color=2)], 1)
    assert len(few[0].palette) == 2
    first = in_one_palette([figure(0, 0)], None, [(1, 1, 1)])[0]
    assert first.palette[0] == (1, 1, 1)


def test_the_index_shows_every_sprite() -> None:
    sprites = [Sprite(f"a sprite with quite a long name {n}", figure(n, 2)) for n in range(8)]
    page = np.asarray(Image.open(io.BytesIO(index_png(sprites))))
    red = (page == (255, 0, 0)).all(axis=-1)
    assert int(red.sum()) == 8 * 12 * 10 * 10
