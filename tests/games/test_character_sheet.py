"""The sheet of a character, as Godot and Tiled read it: a row for each loop."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from programs import godot3, needs, tiled

from drawkit.errors import ConfigError
from drawkit.games.animate import animate_grid
from drawkit.games.animation import FACINGS, AnimateConfig
from drawkit.games.character_sheet import chosen_formats, row_suffixes, sheet_contents
from drawkit.scene.grid import Grid

LOOPS = [f"{motion}-{facing}" for motion in ("walk", "hop") for facing in FACINGS[4]]
FORMATS = ("aseprite", "godot3", "tiled")
SCRIPT = """extends SceneTree
func _init():
	var frames = load("res://hero.godot3.tres")
	for name in frames.get_animation_names():
		for i in range(frames.get_frame_count(name)):
			print("F|", name, "|", frames.get_frame(name, i).region)
	quit()
"""


def hero() -> Grid:
    cells = np.zeros((12, 10), np.uint8)
    cells[3:11, 2:8] = 1
    cells[5, 3], cells[5, 6] = 2, 2
    still = Grid.still(cells, [(0, 0, 0), (210, 40, 45), (20, 20, 30)], 0)
    return animate_grid(still, AnimateConfig(3, "walk,hop", facings=4, durations=(100,)))


def saved(folder: Path) -> None:
    for suffix, data in sheet_contents("hero", hero(), chosen_formats(FORMATS)).items():
        (folder / f"hero{suffix}").write_bytes(data)


@pytest.mark.slow
@needs("godot3-server")
def test_godot_finds_each_loop_in_a_row_of_its_own(tmp_path: Path) -> None:
    saved(tmp_path)
    found: dict[str, list[list[int]]] = {}
    for line in godot3(tmp_path, SCRIPT).splitlines():
        if line.startswith("F|"):
            _, name, region = line.split("|")
            found.setdefault(name, []).append([int(n) for n in re.findall(r"\d+", region)])
    assert set(found) == set(LOOPS)
    for row, name in enumerate(LOOPS):
        assert found[name] == [[10 * column, 12 * row, 10, 12] for column in range(3)]


@pytest.mark.slow
@needs("tiled")
def test_tiled_keeps_an_animation_for_each_loop(tmp_path: Path) -> None:
    saved(tmp_path)
    tiled(tmp_path, "--export-tileset", "hero.tsj", "again.tsj")
    again = json.loads((tmp_path / "again.tsj").read_text())
    runs = [[step["tileid"] for step in tile["animation"]] for tile in again["tiles"]]
    assert runs == [[3 * row, 3 * row + 1, 3 * row + 2] for row in range(len(LOOPS))]


def test_each_format_is_named_once() -> None:
    assert row_suffixes(chosen_formats(FORMATS))[0] == ".png"
    with pytest.raises(ConfigError, match="'tiled' is named twice"):
        chosen_formats(("tiled", "tiled"))
