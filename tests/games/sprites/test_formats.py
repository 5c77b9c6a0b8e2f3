"""Sheet files: what engines read gives back the frames, times and tags that were packed."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from programs import godot3, needs, shot
from scenes import METADATA, random_grid
from sprite_samples import game, knight

from drawkit.errors import ConfigError, InputError
from drawkit.games.sprites import Sheet, SheetFormat, Sprite, sheet_formats
from drawkit.games.sprites.aseprite import AsepriteArray, AsepriteJson
from drawkit.games.sprites.css import CssSprites
from drawkit.games.sprites.files import save_sheet, sheet_png
from drawkit.games.sprites.godot import Godot3Frames, Godot4Frames, GodotConfig
from drawkit.games.sprites.pack import PackConfig, pack
from drawkit.games.sprites.texturepacker import TexturePackerJson
from drawkit.games.sprites.tiled import TiledTileset
from drawkit.games.sprites.unity import UnityConfig, UnityJson
from drawkit.scene.grid import Frame, Grid, Tag

TRIMMED = PackConfig(trim=True, padding=2, extrude=1)


def sheet_of(config: PackConfig = TRIMMED) -> Sheet:
    return pack(game(), config)


def build(name: str) -> SheetFormat:
    plugin = sheet_formats.get(name)
    made = plugin.cls(plugin.config())
    assert isinstance(made, SheetFormat)
    return made


def test_the_formats_are_there_and_no_two_write_one_file() -> None:
    names = ("aseprite", "aseprite-array", "css", "godot3", "godot4")
    assert sheet_formats.names() == (*names, "texturepacker", "tiled", "unity")
    assert all(sheet_formats.get(name).summary for name in sheet_formats.names())
    assert len({build(name).suffix for name in sheet_formats.names()}) == 8


def test_all_files_of_a_sheet(tmp_path: Path) -> None:
    formats = [build(name) for name in sheet_formats.names()]
    paths = save_sheet(pack([knight()]), tmp_path / "knight.png", formats)
    assert sorted(path.name for path in paths) == sorted(os.listdir(tmp_path))
    assert len(paths) == 9
    for path in paths[1:]:
        text = path.read_text(encoding="utf-8")
        assert "knight.png" in text
        assert str(tmp_path) not in text  # names of files are relative
        if path.suffix in (".json", ".tsj"):
            json.loads(text)


@pytest.mark.parametrize("indexed", [False, True])
def test_the_picture_is_the_sheet_and_says_how_it_was_made(indexed: bool, tmp_path: Path) -> None:
    sheet = pack(game(one_palette=True), PackConfig(indexed=indexed), METADATA)
    save_sheet(sheet, tmp_path / "game.png")
    with Image.open(tmp_path / "game.png") as image:
        image.load()
        assert image.mode == ("P" if indexed else "RGBA")
        assert image.info["Title"] == "a cat"
        found = np.asarray(image.convert("RGBA")).copy()
    if indexed:
        found[found[..., 3] == 0] = 0
    assert (found == sheet.pixels).all()  # the hidden colours of RGBA included
    assert sheet_png(sheet) == (tmp_path / "game.png").read_bytes()


def frame_from(sheet: Sheet, entry: dict[str, Any]) -> np.ndarray:
    """The untrimmed frame as an engine puts it together."""
    box, source, size = entry["frame"], entry["spriteSourceSize"], entry["sourceSize"]
    frame = np.zeros((size["h"], size["w"], 4), np.uint8)
    part = sheet.pixels[box["y"] : box["y"] + box["h"], box["x"] : box["x"] + box["w"]]
    frame[source["y"] : source["y"] + source["h"], source["x"] : source["x"] + source["w"]] = part
    frame[frame[..., 3] == 0] = 0
    return frame


@pytest.mark.parametrize("form", [AsepriteJson(), AsepriteArray(), TexturePackerJson()])
@pytest.mark.parametrize("config", [PackConfig(), TRIMMED])
def test_json_sheets_give_the_frames_back(form: SheetFormat, config: PackConfig) -> None:
    sheet = sheet_of(config)
    data = json.loads(form.text(sheet, "game.png"))
    frames = data["frames"]
    entries = frames if isinstance(frames, list) else list(frames.values())
    names = [e["filename"] for e in frames] if isinstance(frames, list) else list(frames)
    assert names == ["knight 0", "knight 1", "knight 2", 'a "big" \\ door', "Trank & Öl"]
    pictures = [s.grid.rgba(f.indices) for s in game() for f in s.grid.frames]
    for entry, picture in zip(entries, pictures, strict=True):
        assert (frame_from(sheet, entry) == picture).all()
        assert entry["rotated"] is False
        assert entry["trimmed"] == (
            entry["sourceSize"] != {k: entry["frame"][k] for k in ("w", "h")}
        )
    meta = data["meta"]
    assert (meta["image"], meta["format"], meta["scale"]) == ("game.png", "RGBA8888", "1")
    assert (meta["size"]["w"], meta["size"]["h"]) == sheet.size
    if not isinstance(form, TexturePackerJson):
        assert [entry["duration"] for entry in entries] == [120, 80, 330, 100, 100]


def test_aseprite_tags() -> None:
    tags = json.loads(AsepriteJson().text(pack([knight()]), "k.png"))["meta"]["frameTags"]
    color = {"color": "#000000ff"}
    assert tags == [
        {"name": "idle", "from": 0, "to": 0, "direction": "forward"} | color,
        {"name": "walk", "from": 1, "to": 2, "direction": "pingpong"} | color,
    ]


def test_texturepacker_animations() -> None:
    data = json.loads(TexturePackerJson().text(pack([knight()]), "k.png"))
    assert data["animations"] == {"idle": ["knight 0"], "walk": ["knight 1", "knight 2"]}
    assert data["frames"]["knight 0"]["pivot"] == {"x": 0.5, "y": 0.5}


def test_indexed_sheets_say_so() -> None:
    sheet = pack([knight()], PackConfig(indexed=True))
    assert json.loads(AsepriteJson().text(sheet, "k.png"))["meta"]["format"] == "I8"


def test_unity_counts_from_below_and_keeps_the_pivot() -> None:
    sheet = sheet_of()
    data = json.loads(UnityJson(UnityConfig(pivot=(0.5, 0.0))).text(sheet, "game.png"))
    assert data["importer"]["filterMode"] == "Point"
    assert data["importer"]["spritePixelsPerUnit"] == 14
    height = sheet.size[1]
    for region, sprite in zip(sheet.regions, data["sprites"], strict=True):
        rect, pivot = sprite["rect"], sprite["pivot"]
        assert rect["x"] == region.x
        assert rect["y"] + rect["height"] == height - region.y
        # The pivot in px of the untrimmed frame, y up: the middle of its lower side.
        assert region.left + pivot["x"] * rect["width"] == region.source_width / 2
        below = region.source_height - region.top - region.height
        assert below + pivot["y"] * rect["height"] == pytest.approx(0)
    assert data["animations"][1]["durations"] == [80, 330]
    with pytest.raises(ConfigError, match="pixels_per_unit is 0; allowed: 1 to"):
        UnityConfig(pixels_per_unit=0)


def test_godot_4_field_by_field() -> None:
    sheet = sheet_of()
    text = Godot4Frames(GodotConfig(loop=False)).text(sheet, 'ga"me.png')
    head, *parts = re.split(r"\n\n(?=\[)", text)
    assert head == '[gd_resource type="SpriteFrames" load_steps=7 format=3]'
    assert parts[0] == r'[ext_resource type="Texture2D" path="ga\"me.png" id="1"]'
    for number, (region, part) in enumerate(zip(sheet.regions, parts[1:-1], strict=True)):
        more = (region.source_width - region.width, region.source_height - region.height)
        lines = [
            f'[sub_resource type="AtlasTexture" id="frame_{number}"]',
            'atlas = ExtResource("1")',
            f"region = Rect2({region.x}, {region.y}, {region.width}, {region.height})",
        ]
        if region.trimmed:
            lines.append(f"margin = Rect2({region.left}, {region.top}, {more[0]}, {more[1]})")
        assert part.splitlines() == lines
    assert any(region.trimmed for region in sheet.regions)
    # The array is JSON but for three words of Godot's own.
    array = parts[-1].removeprefix("[resource]\nanimations = ")
    array = re.sub(r'SubResource\("frame_(\d+)"\)', r"\1", array)
    found = json.loads(array.replace('"name": &"', '"name": "'))
    assert [a["name"] for a in found] == [animation.name for animation in sheet.animations]
    assert [a["loop"] for a in found] == [False] * 4
    frames = [(f["texture"], f["duration"] * 1000 / found[1]["speed"]) for f in found[1]["frames"]]
    assert frames == [(1, 80), (2, pytest.approx(330))]
    assert re.search(r'"duration": \d+\.\d,', text)
    assert re.search(r'"speed": \d+\.\d+\n', text)  # integers would be a type of their own


FRAMES_SCRIPT = """extends SceneTree
func _init():
	var frames = load("res://game.godot3.tres")
	for name in frames.get_animation_names():
		var speed = frames.get_animation_speed(name)
		print("A|", name, "|", speed, "|", frames.get_animation_loop(name))
		for i in range(frames.get_frame_count(name)):
			var t = frames.get_frame(name, i)
			print("F|", t.region, "|", t.margin, "|", t.get_size())
	quit()
"""


@pytest.mark.slow
@needs("godot3-server")
def test_godot_3_loads_frames_regions_and_speeds(tmp_path: Path) -> None:
    """All but the pixels: without a screen Godot puts an 8 x 8 stand-in for every picture."""
    sheet = sheet_of()
    save_sheet(sheet, tmp_path / "game.png", [Godot3Frames()])
    printed = godot3(tmp_path, FRAMES_SCRIPT)
    found: dict[str, tuple[float, list[list[float]]]] = {}
    for line in printed.splitlines():
        if line.startswith("A|"):
            _, name, speed, loop = line.split("|")
            frames: list[list[float]] = []
            found[name] = (float(speed), frames)
            assert loop == "True"
        elif line.startswith("F|"):
            frames.append([float(n) for n in re.findall(r"-?\d+", line)])
    assert set(found) == {animation.name for animation in sheet.animations}
    for animation in sheet.animations:
        speed, frames = found[animation.name]
        expected = []
        for number in animation.played():
            r = sheet.regions[number]
            more = (r.source_width - r.width, r.source_height - r.height)
            margin = (r.left, r.top, *more) if r.trimmed else (0, 0, 0, 0)
            entry = [r.x, r.y, r.width, r.height, *margin, r.source_width, r.source_height]
            expected += [entry] * round(r.duration_ms * speed / 1000)
        assert frames == expected
    assert len(found["knight walk"][1]) == 8 + 33


def test_godot_3_does_not_repeat_frames_for_ever() -> None:
    frames = (Frame([[0]], 101), Frame([[0]], 257))
    sheet = pack([Sprite("x", Grid(frames, ((0, 0, 0),)))])
    text = Godot3Frames().text(sheet, "x.png")
    assert text.count("SubResource( 1 )") == 10
    assert text.count("SubResource( 2 )") == 26
    assert '"speed": 100.0\n' in text


def test_tiled_tiles_and_animations() -> None:
    sheet = pack([knight()], PackConfig(extrude=1, padding=0, power_of_two=True))
    data = json.loads(TiledTileset().text(sheet, "k.png"))
    columns, pitch = data["columns"], (5 + data["spacing"], 6 + data["spacing"])
    assert (data["margin"], data["spacing"], data["tilecount"]) == (1, 2, columns * 2)
    tiles = data["tiles"]
    assert len(tiles) == 1
    run = tiles[0]["animation"]
    assert [step["duration"] for step in run] == [80, 330]
    for step, region in zip(run, sheet.regions[1:], strict=True):
        place = (step["tileid"] % columns, step["tileid"] // columns)
        assert (1 + place[0] * pitch[0], 1 + place[1] * pitch[1]) == (region.x, region.y)
    with pytest.raises(InputError, match="tiles have one size"):
        TiledTileset().text(sheet_of(), "game.png")


def test_css_classes_are_unique_and_safe() -> None:
    sprites = [Sprite(name, random_grid(1)) for name in ("Öl", "ol", "!", "??", "1 x")]
    text = CssSprites().text(pack(sprites), 'sheet "a" (1)\\.png')
    classes = re.findall(r"^\.([^ ]+) \{", text, re.M)
    assert len(classes) == len(set(classes)) == 6
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in classes)
    assert 'url("sheet%20%22a%22%20%281%29%5C.png")' in text


@pytest.mark.slow
@needs("chromium")
def test_a_browser_shows_every_frame(tmp_path: Path) -> None:
    sheet = sheet_of()
    save_sheet(sheet, tmp_path / "game.png", [CssSprites()])
    names = ["game-knight-0", "game-knight-1", "game-knight-2", "game-a-big-door", "game-trank-ol"]
    marks = "".join(
        f'<div style="position:absolute;left:{20 * i}px;top:0"><i class="game {name}"></i></div>'
        for i, name in enumerate(names)
    )
    style = '<link rel="stylesheet" href="game.css">'
    seen = shot(tmp_path, marks, (500, 100), style)
    drawn = np.asarray(Image.open(seen).convert("RGBA")).copy()
    drawn[drawn[..., 3] == 0] = 0
    pictures = [s.grid.rgba(f.indices) for s in game() for f in s.grid.frames]
    for i, picture in enumerate(pictures):
        height, width = picture.shape[:2]
        # The line of text puts the block somewhere below: find it by its own rows.
        column = drawn[:100, 20 * i : 20 * i + width]
        tops = [y for y in range(80) if (column[y : y + height] == picture).all()]
        assert tops, names[i]


def test_css_moves_animations() -> None:
    text = CssSprites().text(pack([knight()]), "knight.png")
    assert "animation: knight-walk 410ms step-end infinite;" in text
    assert re.findall(r"  (\d+\.\d+)%", text) == ["0.0000", "19.5122"]


def test_two_formats_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="give each format once"):
        save_sheet(sheet_of(), tmp_path / "a.png", [AsepriteJson(), AsepriteJson()])
    assert os.listdir(tmp_path) == []


def test_tag_directions_are_expanded_for_godot() -> None:
    grid = Grid(
        tuple(Frame([[i]]) for i in range(3)),
        ((0, 0, 0), (1, 1, 1), (2, 2, 2)),
        tags=(Tag("back", 0, 2, "reverse"), Tag("swing", 0, 2, "pingpong")),
    )
    text = Godot4Frames().text(pack([Sprite("x", grid)]), "x.png")
    order = re.findall(r'SubResource\("frame_(\d)"\)', text)
    assert order == ["2", "1", "0", "0", "1", "2", "1"]
