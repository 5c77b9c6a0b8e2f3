"""Files that belong together: all of them under one name, or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from drawkit.errors import FileError, InputError
from drawkit.files.filesets import FilesPlan, plan_files, save_files
from drawkit.files.journal import Entry

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
        if str(target).endswith("moss.tsj"):
            raise PermissionError(13, "Permission denied")
        replace(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(FileError, match=r"cannot write 'moss\.png', 'moss\.tsj': Permission den"):
        save_files(plan, make)
    assert (folder / "moss.png").read_text() == "old"
    assert names(folder) == ["moss.png"]


def test_what_fails_is_undone_and_rescued(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("rescue")))
    from drawkit.files import transaction

    put = transaction._put_where_free

    def full(entry: Entry) -> None:
        if entry.name.endswith(".tsj"):
            raise OSError(28, "No space left on device")
        put(entry)

    monkeypatch.setattr(transaction, "_put_where_free", full)
    with pytest.raises(FileError, match="No space left on device; the files are in '") as told:
        save_files(plan_files(None, "moss", SUFFIXES), make)
    assert names(folder) == []
    rescued = Path(str(told.value).split("'")[-2])
    assert names(rescued) == ["moss.png", "moss.tsj"]


def test_a_file_on_another_disk_is_replaced_with_the_others(folder: Path, other_disk: Path) -> None:
    for number, name in enumerate(("moss.png", "moss.tsj")):
        (other_disk / name).write_text("old")
        if number:
            (folder / name).symlink_to(other_disk / name)
        else:
            (folder / name).write_text("old")
    (folder / "moss.png").chmod(0o600)
    paths, _ = save_files(plan_files("moss", "x", SUFFIXES, overwrite=True), make)
    assert paths == (Path("moss.png"), Path("moss.tsj"))
    assert (folder / "moss.tsj").is_symlink()
    assert (other_disk / "moss.tsj").read_text() == "moss.png"
    assert (folder / "moss.png").stat().st_mode & 0o777 == 0o600
    assert names(folder) == ["moss.png", "moss.tsj"]
    assert names(other_disk) == ["moss.png", "moss.tsj"]


def test_what_cannot_be_replaced_is_refused_before_drawing(folder: Path) -> None:
    (folder / "moss.png").write_text("old")
    (folder / "moss.tsj").symlink_to("moss.tsj")
    with pytest.raises(FileError, match="symbolic links"):
        plan_files("moss", "x", SUFFIXES, overwrite=True)
    (folder / "moss.tsj").unlink()
    (folder / "moss.tsj").symlink_to("moss.png")
    with pytest.raises(FileError, match="links to one file"):
        plan_files("moss", "x", SUFFIXES, overwrite=True)
    (folder / "moss.tsj").unlink()
    (folder / "moss.tsj").write_text("mine")
    (folder / "moss.tsj").chmod(0o444)
    with pytest.raises(FileError, match=r"'moss\.tsj' is read-only"):
        plan_files("moss", "x", SUFFIXES, overwrite=True)


def test_made_read_only_meanwhile_none_is_replaced(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path_factory.mktemp("rescue")))
    for name in ("moss.png", "moss.tsj"):
        (folder / name).write_text("old")
    plan = plan_files("moss", "x", SUFFIXES, overwrite=True)
    (folder / "moss.tsj").chmod(0o400)
    with pytest.raises(FileError, match=r"'moss\.tsj' is read-only.*; the files are in '"):
        save_files(plan, make)
    assert (folder / "moss.png").read_text() == (folder / "moss.tsj").read_text() == "old"


def test_a_name_that_ends_in_a_slash_is_a_folder(folder: Path) -> None:
    (folder / "out").mkdir()
    plan = plan_files("out/", "A moss", SUFFIXES)
    assert save_files(plan, make)[0] == (Path("out/a-moss.png"), Path("out/a-moss.tsj"))
    with pytest.raises(FileError, match="'none' does not exist"):
        plan_files("none/", "A moss", SUFFIXES)


def test_refusals(folder: Path) -> None:
    with pytest.raises(InputError, match=r"a \.png file or a folder"):
        plan_files(Path("moss.gif"), "x", SUFFIXES)
    with pytest.raises(FileError, match="does not exist"):
        plan_files(Path("there/moss"), "x", SUFFIXES)
    assert plan_files(Path("v1.2"), "x", SUFFIXES).stem == "v1.2"
    assert plan_files(folder, "x", SUFFIXES).folder == folder
