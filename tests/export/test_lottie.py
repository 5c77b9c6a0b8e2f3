"""Lottie: valid by the published schema, and played by another program as we draw it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path as FilePath

import numpy as np
import pytest
import thorvg_python as thorvg
from film_samples import growing, growing_on_nothing, moved_cells, seen_by_a_camera
from jsonschema import Draft202012Validator
from scenes import random_scene, small_scene

from drawkit import morph
from drawkit.errors import ConfigError, InputError
from drawkit.export import exporter_for
from drawkit.export._frames import Pictures
from drawkit.export._motions import motion_of
from drawkit.export.lottie import LottieConfig, lottie_text
from drawkit.export.png import PngConfig
from drawkit.scene import Path, PathLayer, RasterLayer, Scene
from drawkit.scene.film import Film, FilmFrame
from drawkit.scene.motion import EASE, Key, Motion, MovingLayer, Track

SCHEMA = json.loads((FilePath(__file__).parent / "lottie-1.0.1.schema.json").read_text())
VALID = Draft202012Validator(SCHEMA)
FILMS = {
    "growing": growing(),
    "nothing": growing_on_nothing(),
    "cells": moved_cells(),
    "frames": Film((FilmFrame(random_scene(1), 200), FilmFrame(random_scene(2), 200))),
    "camera": seen_by_a_camera(),
    "still": Film.of(small_scene()),
}


def text_of(film: Film, fps: float = 24) -> str:
    return lottie_text(motion_of(film, "lottie"), LottieConfig(fps))


@pytest.mark.parametrize("name", FILMS)
def test_valid_by_the_schema_of_1_0_1(name: str) -> None:
    written = json.loads(text_of(FILMS[name]))
    assert [error.message for error in VALID.iter_errors(written)] == []
    assert written["ver"] == 10001
    assert written["op"] == pytest.approx(FILMS[name].seconds * 24, abs=1)


def test_the_schema_can_fail() -> None:
    written = json.loads(text_of(growing()))
    for layer in written["layers"]:
        layer["shapes"][0]["it"][0]["ty"] = "sh"
        layer["shapes"][0]["it"][0]["ks"] = 3
    assert not VALID.is_valid(written)


@pytest.mark.parametrize("name", ["growing", "cells", "camera", "still"])
def test_a_player_draws_the_frames_that_we_draw(tmp_path: FilePath, name: str) -> None:
    film = FILMS[name]
    path = tmp_path / "film.json"
    exporter_for(path, [LottieConfig(fps=100)]).write_film(film, path)
    drawn = Pictures(film.first, PngConfig(size=240))
    width, height = drawn.size
    engine = thorvg.Engine()
    canvas, player = thorvg.SwCanvas(engine), thorvg.Animation(engine)
    canvas.set_target(width, height)
    picture = player.get_picture()
    assert picture.load(str(path)) == thorvg.Result.SUCCESS
    picture.set_size(width, height)
    canvas.add(picture)
    worst, at = 0.0, 0.0
    for frame, duration in zip(film.frames, film.durations, strict=True):
        ours = drawn.of(frame.scene).astype(float)
        player.set_frame(at / 10)
        canvas.update()
        canvas.draw(True)
        canvas.sync()
        seen = np.asarray(canvas.get_pillow("RGBA"), float)
        clear = ours[..., 3] == 0  # pixel art on nothing stands on the paper of its scene there
        worst = max(worst, np.abs(seen - ours)[~clear][:, :3].mean())
        at += duration
    assert worst < 1


def test_one_key_that_moves_and_jumps_apart() -> None:
    written = json.loads(text_of(growing()))
    shapes = next(layer for layer in written["layers"] if layer["nm"] == "shapes")["shapes"]
    triangle, box = shapes  # the upper one first
    keys = triangle["it"][0]["ks"]["k"]
    assert [key["t"] for key in keys] == [0, 24]
    assert keys[0]["o"] == {"x": 0.42, "y": 0}
    assert "o" not in keys[-1]
    assert triangle["it"][-1]["o"]["k"][-1]["s"] == [0]
    assert box["it"][0]["ks"]["a"] == 0
    line = next(layer for layer in written["layers"] if layer["nm"] == "lines")["shapes"][0]
    assert [item["ty"] for item in line["it"]] == ["sh", "tm", "st", "tr"]


def test_what_it_cannot_hold() -> None:
    picture = RasterLayer("photo", np.zeros((2, 3, 4), np.uint8))
    film = Film.of(Scene(3, 2, (picture,)))
    with pytest.raises(
        InputError, match=r"lottie takes films of paths.*3x2 pixels in layer 'photo'"
    ):
        text_of(film)
    broken = Path(np.full((4, 2), np.nan), stroke=(0, 0, 0, 1), stroke_width=1)
    with pytest.raises(InputError, match="not finite"):
        text_of(Film.of(Scene(3, 2, (PathLayer("a", (broken,)),))))


def test_small_and_still_what_every_player_needs() -> None:
    """lottie-web, which most pages have, fails at groups whose transform has no opacity."""
    film = morph([random_scene(1, paths=30), random_scene(2, paths=30)], seconds=1).film
    text = text_of(film)
    assert len(text) < 2400 * 30
    written = json.loads(text)
    groups = [shape for layer in written["layers"] for shape in layer.get("shapes", [])]
    assert groups
    for group in groups:
        assert group["it"][-1]["ty"] == "tr"
        assert "o" in group["it"][-1]
        for shape in group["it"]:
            if shape["ty"] != "sh":
                continue
            keys = shape["ks"]["k"] if shape["ks"]["a"] else [{"s": [shape["ks"]["k"]]}]
            points = np.array([point for key in keys for point in key["s"][0]["v"]])
            assert points.dtype == np.int64
    assert max(written["w"], written["h"]) == 1024
    small = lottie_text(motion_of(film, "lottie"), LottieConfig(side=64))
    assert len(small) < len(text)
    with pytest.raises(ConfigError, match="side is 8; allowed: 64 to 16384 px"):
        LottieConfig(side=8)


def test_what_nobody_sees_is_left_out_and_what_stays_is_said_once() -> None:
    line = Path(np.array([[0, 0], [1, 1], [2, 2], [9, 9]]), stroke=(0, 0, 0, 1), stroke_width=1)
    moved = replace(line, control_points=line.control_points + 20)
    clear = replace(line, stroke=(0, 0, 0, 0))
    keys = (Key(0, line), Key(1, line), Key(2, line), Key(3, moved, ease=EASE), Key(4, moved))
    tracks = Track(keys), Track((Key(0, clear),))
    moving = Motion(64, 64, (MovingLayer("a", tracks),), 5.0)
    (layer,) = [one for one in json.loads(lottie_text(moving))["layers"] if one["nm"] == "a"]
    (group,) = layer["shapes"]
    times = [(key["t"], key.get("h")) for key in group["it"][0]["ks"]["k"]]
    assert times == [(48, None), (72, None)]
    assert group["it"][1]["c"] == {"a": 0, "k": [0, 0, 0]}
