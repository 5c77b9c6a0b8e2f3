"""Drawings that their own folder does not take: full disks, folders that are gone."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scenes import small_scene

from drawkit.errors import FileError, InputError
from drawkit.export.outputs import plan_outputs, save
from drawkit.scene import CellLayer, PathLayer, Scene
from drawkit.scene import Path as ScenePath
from drawkit.scene.grid import Frame, Grid

SCENE = small_scene()


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def test_a_folder_gone_meanwhile_sends_the_drawing_to_the_temporary_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rescue, out = tmp_path / "rescue", tmp_path / "out"
    rescue.mkdir()
    out.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(rescue))
    plan = plan_outputs([], "a cat", folder=out)
    out.rmdir()
    with pytest.raises(FileError, match="No such file or directory; the drawing is in") as caught:
        save(SCENE, plan)
    (saved,) = rescue.glob("drawkit-*/a-cat.svg")
    assert f"'{saved}'" in str(caught.value)
    assert saved.read_bytes().startswith(b"<?xml")


def test_made_read_only_meanwhile_it_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rescue").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "rescue"))
    target = tmp_path / "cat.png"
    target.write_bytes(b"mine")
    plan = plan_outputs([target], "a cat", overwrite=True)
    target.chmod(0o444)
    with pytest.raises(FileError, match=r"cat\.png' is read-only.*the drawing is in '"):
        save(SCENE, plan)
    assert target.read_bytes() == b"mine"
    assert len(list((tmp_path / "rescue").glob("drawkit-*/cat.svg"))) == 1


def test_what_moves_is_rescued_with_all_its_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rescue").mkdir()
    (tmp_path / "out").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "rescue"))
    cells = np.eye(4, dtype=np.uint8)
    grid = Grid((Frame(cells), Frame(1 - cells)), ((0, 0, 0), (255, 0, 0)))
    plan = plan_outputs([], "a cat", folder=tmp_path / "out", suffixes=[".gif"])
    (tmp_path / "out").rmdir()
    with pytest.raises(FileError, match=r"the drawing is in '.*a-cat\.gif'"):
        save(Scene(4, 4, (CellLayer("cells", grid),)), plan)
    (saved,) = (tmp_path / "rescue").glob("drawkit-*/a-cat.gif")
    with Image.open(saved) as image:
        assert image.n_frames == 2


def test_what_cannot_be_written_anywhere_is_one_error(tmp_path: Path) -> None:
    points = [[0, 0], [1, 1], [2, 2], [float("nan"), 3]]
    bad = Scene(9, 9, (PathLayer("a", (ScenePath(points, stroke=(0, 0, 0, 1)),)),))
    with pytest.raises(InputError, match=r"path 1 .* not finite$"):
        save(bad, plan_outputs([], "a cat", folder=tmp_path))
    assert names(tmp_path) == []


# A disk that is really full


def fill(file: Path) -> None:
    """Write until nothing more fits."""
    with contextlib.suppress(OSError), open(file, "wb", buffering=0) as ballast:
        while ballast.write(bytes(4096)):
            pass


def test_a_full_disk_is_seen_before_drawing(tiny_disk: Path) -> None:
    (tiny_disk / "ballast").write_bytes(bytes(400 << 10))
    with pytest.raises(FileError, match="No space left on device"):
        plan_outputs([], "a cat", folder=tiny_disk)
    assert names(tiny_disk) == ["ballast"]


def test_a_disk_filled_meanwhile_loses_nothing(
    tiny_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rescue").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "rescue"))
    (tiny_disk / "cat.svg").write_bytes(b"old")
    plan = plan_outputs([tiny_disk / "cat.svg"], "a cat", overwrite=True)
    fill(tiny_disk / "ballast")
    with pytest.raises(FileError, match=r"No space left on device; the drawing is in '.*rescue"):
        save(SCENE, plan)
    assert (tiny_disk / "cat.svg").read_bytes() == b"old"
    assert names(tiny_disk) == ["ballast", "cat.svg"]
    assert len(list((tmp_path / "rescue").glob("drawkit-*/cat.svg"))) == 1
