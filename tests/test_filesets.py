"""Files that belong together: all of them under one name, or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drawkit.errors import FileError, InputError
from drawkit.filesets import FilesPlan, plan_files, save_files

SUFFIXES = (".png", ".tsj")


def make(stem: str) -> dict[str, bytes]:
    return {".png": b"picture", ".tsj": f"{stem}.png".encode()}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_names_count_up_together(folder: Path) -> None:
    (folder / "a-moss-2.tsj").write_text("mine")
    plan = plan_files(None, "A moss!", SUFFIXES)
    assert [p.name for p in save_files(plan, make)[0]] == ["a-moss.png", "a-moss.tsj"]
    assert [p.name for p in save_files(plan, make)[0]] == ["a-moss-3.png", "a-moss-3.tsj"]
    assert (folder / "a-moss-3.tsj").read_text() == "a-moss-3.png"
    assert (folder / "a-moss-2.tsj").read_text() == "mine"


def test_a_name_taken_meanwhile_is_passed_over(folder: Path) -> None:
    plan = plan_files(Path("moss"), "x", SUFFIXES)
    (folder / "moss.tsj").write_text("mine")
    paths, notes = save_files(plan, make)
    assert [p.name for p in paths] == ["moss-2.png", "moss-2.tsj"]
    assert notes == ("saved as 'moss-2': the name 'moss' was taken meanwhile",)
    assert names(folder) == ["moss-2.png", "moss-2.tsj", "moss.tsj"]


def test_named_files_are_replaced_only_when_asked(folder: Path) -> None:
    save_files(plan_files(Path("moss.png"), "x", SUFFIXES), make)
    with pytest.raises(FileError, match=r"'moss\.png' exists"):
        plan_files(Path("moss"), "x", SUFFIXES)
    plan = plan_files(Path("moss"), "x", SUFFIXES, overwrite=True)
    save_files(plan, lambda stem: {".png": b"new", ".tsj": b"new"})
    assert (folder / "moss.tsj").read_bytes() == (folder / "moss.png").read_bytes() == b"new"
    assert names(folder) == ["moss.png", "moss.tsj"]


def test_all_or_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second file cannot be put in place, what was there before stays."""
    (folder / "moss.png").write_text("old")
    plan = FilesPlan(Path(), "moss", SUFFIXES, explicit=True, overwrite=True)
    replace = os.replace

    def refuse(source: object, target: object) -> None:
        if str(target).endswith(".tsj"):
            raise PermissionError(13, "Permission denied")
        replace(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(FileError, match=r"cannot write in '\.': Permission denied"):
        save_files(plan, make)
    assert (folder / "moss.png").read_text() == "old"
    assert names(folder) == ["moss.png"]


def test_what_fails_is_undone_and_rescued(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("rescue")))

    def refuse(source: Path, target: Path) -> None:
        if target.suffix == ".tsj":
            raise OSError(28, "No space left on device")
        source.rename(target)

    monkeypatch.setattr("drawkit.filesets.move_if_free", refuse)
    with pytest.raises(FileError, match="No space left on device; the files are in '") as told:
        save_files(plan_files(None, "moss", SUFFIXES), make)
    assert names(folder) == []
    rescued = Path(str(told.value).split("'")[-2])
    assert names(rescued) == ["moss.png", "moss.tsj"]


def test_refusals(folder: Path) -> None:
    with pytest.raises(InputError, match=r"a \.png file or a folder"):
        plan_files(Path("moss.gif"), "x", SUFFIXES)
    with pytest.raises(FileError, match="does not exist"):
        plan_files(Path("there/moss"), "x", SUFFIXES)
    assert plan_files(Path("v1.2"), "x", SUFFIXES).stem == "v1.2"
    assert plan_files(folder, "x", SUFFIXES).folder == folder
