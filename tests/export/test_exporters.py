"""What holds for every registered exporter; a new one is tested here the day it is added."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest
from scenes import random_scene, small_grid_scene, small_scene

from drawkit.errors import BackendError, FileError, InputError
from drawkit.export import Exporter, exporter_for, exporters, suffixes
from drawkit.export.png import PngConfig
from drawkit.export.svg import SvgConfig
from drawkit.scene import Background, Scene

EVERY = pytest.mark.parametrize("name", exporters.names())


def build(name: str) -> Exporter:
    plugin = exporters.get(name)
    try:
        plugin.cls.require()
    except BackendError as missing:  # vpype is not there for every Python
        pytest.skip(str(missing))
    return plugin.cls()


def suffix_of(name: str) -> str:
    return exporters.get(name).cls.suffixes[0]


def test_the_formats_of_the_readme_are_there() -> None:
    assert exporters.names() == (
        "anim",
        "apng",
        "aseprite",
        "gif",
        "hpgl",
        "jpg",
        "lottie",
        "pdf",
        "png",
        "svg",
        "video",
        "webp",
    )
    known = ".anim.svg .apng .aseprite .gif .hpgl .jpeg .jpg .json .mp4 .pdf .png .svg .webm .webp"
    assert suffixes() == tuple(known.split())


@EVERY
def test_contract(name: str) -> None:
    plugin = exporters.get(name)
    assert issubclass(plugin.cls, Exporter)
    assert plugin.summary
    assert dataclasses.is_dataclass(plugin.config)
    assert plugin.config.__dataclass_params__.frozen
    plugin.config()  # every setting has a default
    for suffix in plugin.cls.suffixes:
        assert suffix == suffix.lower()
        assert suffix.startswith(".")


def test_no_two_formats_share_a_suffix() -> None:
    every = [s for name in exporters.names() for s in exporters.get(name).cls.suffixes]
    assert sorted(every) == list(suffixes())


@EVERY
@pytest.mark.parametrize(
    "scene",
    [
        small_scene(),
        random_scene(5, background=Background(None)),
        Scene(1, 1),
        Scene(3000, 2),
        small_grid_scene(),
        small_grid_scene(cell="hex"),
    ],
    ids=["small", "random", "empty", "flat", "grid", "hexagons"],
)
def test_writes_every_scene_and_nothing_else(name: str, scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / f"drawing{suffix_of(name)}"
    build(name).write(scene, path)
    assert path.stat().st_size > 0
    assert os.listdir(tmp_path) == [path.name]


@EVERY
def test_replaces_what_is_there(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"drawing{suffix_of(name)}"
    path.write_bytes(b"old")
    build(name).write(small_scene(), path)
    assert path.read_bytes() != b"old"


@EVERY
def test_permissions_are_the_users(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"drawing{suffix_of(name)}"
    old = os.umask(0o027)
    try:
        build(name).write(small_scene(), path)
    finally:
        os.umask(old)
    assert path.stat().st_mode & 0o777 == 0o640


@EVERY
def test_a_failed_write_keeps_the_old_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / f"drawing{suffix_of(name)}"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left on device"):
        build(name).write(small_scene(), path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == [path.name]


@EVERY
def test_ctrl_c_while_writing_leaves_nothing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build(name).write(small_scene(), tmp_path / f"drawing{suffix_of(name)}")
    assert os.listdir(tmp_path) == []


@EVERY
def test_a_folder_that_is_none_is_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in ("missing", "file"):
        path = tmp_path / folder / f"drawing{suffix_of(name)}"
        with pytest.raises(FileError) as caught:
            build(name).write(small_scene(), path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["cat.bmp", "cat", "cat.", ".svg", "svg"])
def test_unknown_suffix_lists_the_allowed(name: str) -> None:
    with pytest.raises(
        InputError,
        match=r"allowed: \.anim\.svg, \.apng, \.aseprite, \.gif, \.hpgl, \.jpeg, \.jpg, \.json, ",
    ):
        exporter_for(Path(name))


def test_suffix_in_any_case() -> None:
    assert type(exporter_for(Path("CAT.SVG"))) is exporters.get("svg").cls


def test_configs_go_where_they_belong(tmp_path: Path) -> None:
    configs = [SvgConfig(decimals=0), PngConfig(size=32)]
    scene = random_scene(6)
    for name in ("a.svg", "a.png"):
        exporter_for(tmp_path / name, configs).write(scene, tmp_path / name)
    assert "." not in (tmp_path / "a.svg").read_text().partition(" d=")[2].partition(" fill")[0]
    assert (tmp_path / "a.png").read_bytes()[16:20] == (32).to_bytes(4, "big")
