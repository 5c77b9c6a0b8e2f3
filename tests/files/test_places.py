"""Which names may be written, and how the files behind them are treated."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drawkit.errors import FileError, InputError
from drawkit.files.places import file_or_folder, real_place, refuse_existing, rescue_folders
from drawkit.files.writing import write_whole

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and links as POSIX has them")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize(
    ("given", "path", "folder"),
    [
        ("cat.svg", "cat.svg", False),
        ("out/", "out", True),
        ("out//", "out", True),
        ("./", ".", True),
        ("../", "..", True),
        ("a/b/", "a/b", True),
        ("/tmp/", "/tmp", True),
        ("out/.hidden", "out/.hidden", False),
        ("...", "...", False),
        ("./-", "-", False),
        (Path("out/"), "out", False),  # a Path has lost its slash
    ],
)
def test_files_and_folders(given: str | Path, path: str, folder: bool) -> None:
    assert file_or_folder(given) == (Path(path), folder)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        (".", "'.' is no name for a file"),
        ("..", "'..' is no name for a file"),
        ("out/.", "'out/.' is no name for a file"),
        ("/", "'/' is no name for a file"),
        ("//", "'//' is no name for a file"),
        ("-", "standard output"),
    ],
)
def test_what_names_neither(given: str, words: str) -> None:
    with pytest.raises(InputError) as told:
        file_or_folder(given)
    assert words in str(told.value)
    assert "\n" not in str(told.value)


@posix
def test_new_files_follow_the_umask_and_old_ones_keep_their_permissions(tmp_path: Path) -> None:
    code = "import os, sys; from pathlib import Path; from drawkit.files.writing import write_whole"
    code += "\nos.umask(0o027)\nfor name in sys.argv[1:]: write_whole(Path(name), b'new')"
    files = {"new": 0o640, "private": 0o600, "shared": 0o666, "script": 0o755}
    for name, wanted in files.items():
        if name != "new":
            (tmp_path / name).write_bytes(b"old")
            (tmp_path / name).chmod(wanted)
    subprocess.run([sys.executable, "-c", code, *(tmp_path / name for name in files)], check=True)
    assert {name: mode(tmp_path / name) for name in files} == files
    assert {(tmp_path / name).read_bytes() for name in files} == {b"new"}


@posix
def test_a_private_file_is_never_open_to_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even while its new text waits in the hidden file beside it."""
    target = tmp_path / "cat.svg"
    target.write_bytes(b"old")
    target.chmod(0o600)
    fsync, seen = os.fsync, []

    def look(descriptor: int) -> None:
        seen.append(os.fstat(descriptor).st_mode & 0o777)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    write_whole(target, b"new")
    assert seen == [0o600]
    assert mode(target) == 0o600


@posix
@pytest.mark.parametrize("bits", [0o444, 0o400, 0o555])
def test_a_read_only_file_is_not_replaced(tmp_path: Path, bits: int) -> None:
    target, link = tmp_path / "cat.svg", tmp_path / "link.svg"
    target.write_bytes(b"mine")
    target.chmod(bits)
    link.symlink_to(target)
    for path in (target, link):
        with pytest.raises(FileError, match=f"'{path}' is read-only"):
            refuse_existing(path, overwrite=True)
        with pytest.raises(FileError, match=f"'{path}' is read-only"):
            write_whole(path, b"new")
    assert target.read_bytes() == b"mine"
    assert mode(target) == bits
    target.chmod(0o644)
    refuse_existing(link, overwrite=True)


@posix
def test_links_are_written_through(tmp_path: Path, other_disk: Path) -> None:
    real = other_disk / "real.svg"
    real.write_bytes(b"old")
    link, second = tmp_path / "cat.svg", tmp_path / "second.svg"
    link.symlink_to(real)
    second.symlink_to("cat.svg")
    dangling = tmp_path / "dangling.svg"
    dangling.symlink_to(other_disk / "new.svg")
    for path in (link, second, dangling):
        refuse_existing(path, overwrite=True)
        write_whole(path, path.name.encode())
        assert path.is_symlink()
        assert path.read_bytes() == path.name.encode()
    assert real_place(second) == real
    assert sorted(os.listdir(other_disk)) == ["new.svg", "real.svg"]
    assert sorted(os.listdir(tmp_path)) == ["cat.svg", "dangling.svg", "second.svg"]


@posix
def test_links_that_lead_nowhere_are_refused_at_once(tmp_path: Path) -> None:
    loop, one, two = (tmp_path / name for name in ("loop.svg", "one.svg", "two.svg"))
    loop.symlink_to(loop)
    one.symlink_to(two)
    two.symlink_to(one)
    missing = tmp_path / "missing.svg"
    missing.symlink_to(tmp_path / "no" / "such" / "folder.svg")
    under = tmp_path / "under.svg"
    under.symlink_to(loop / "cat.svg")
    for path in (loop, one, missing, under):
        with pytest.raises(FileError, match=r"symbolic links|does not exist") as told:
            refuse_existing(path, overwrite=True)
        assert "\n" not in str(told.value)
        with pytest.raises(FileError):
            write_whole(path, b"new")
        assert path.is_symlink()


@posix
def test_what_is_no_file_stays(tmp_path: Path) -> None:
    """A device or pipe under a link would be replaced by the file, for root at least."""
    null, pipe, folder = (tmp_path / name for name in ("null.svg", "pipe.svg", "folder.svg"))
    null.symlink_to("/dev/null")
    os.mkfifo(pipe)
    (tmp_path / "real").mkdir()
    folder.symlink_to("real")
    for path in (null, pipe, folder):
        with pytest.raises(FileError, match=r"is no file that can be replaced|is a folder"):
            refuse_existing(path, overwrite=True)
        with pytest.raises(FileError):
            write_whole(path, b"new")
    assert Path("/dev/null").is_char_device()
    assert pipe.is_fifo()


def test_rescue_goes_on_where_the_temporary_folder_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other_disk: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    monkeypatch.setattr("drawkit.files.places._IN_MEMORY", other_disk)
    (folder,) = rescue_folders()
    assert folder.parent == other_disk
