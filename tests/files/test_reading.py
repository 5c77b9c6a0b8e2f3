"""Files that users name are opened with care: what is no file, or no end, is said in a line."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from drawkit.errors import FileError
from drawkit.files import cache_home, read_bytes, read_text

MIB = 2**20


def test_whole_files(tmp_path: Path) -> None:
    path = tmp_path / "a"
    for size in (0, 1, MIB):
        path.write_bytes(b"x" * size)
        assert read_bytes(path) == b"x" * size
    assert read_bytes(Path("/proc/self/status"))  # says that it is empty, and is not


def refused(path: Path, words: str) -> None:
    with pytest.raises(FileError, match=words) as caught:
        read_bytes(path)
    assert "\n" not in str(caught.value)


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    place = socket.socket(socket.AF_UNIX)
    place.bind(str(tmp_path / "socket"))
    refused(tmp_path, "not a file but a folder")
    refused(tmp_path / "pipe", "not a file but a pipe")  # nobody writes to it: would wait for ever
    refused(Path("/dev/zero"), "not a file but a device")
    refused(tmp_path / "none", "there is no file '.*none'")
    refused(tmp_path / "none" / "none", "there is no file")
    refused(tmp_path / "loop", "cannot read '.*loop'")
    refused(tmp_path / "socket", "cannot read '.*socket'")
    refused(Path("a\0b"), "cannot read")
    refused(tmp_path / ("x" * 5000), "cannot read")
    place.close()


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(1 << 40)
    refused(tmp_path / "huge", "too large; allowed: 1 MiB")


def test_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfgr\xc3\xbcn")
    assert read_text(path) == "grün"
    path.write_bytes(b"gr\xfcn")
    with pytest.raises(FileError, match="not a text file in UTF-8"):
        read_text(path)


def test_the_cache_is_where_the_user_wants_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DRAWKIT_CACHE_DIR", str(tmp_path / "a"))
    assert cache_home() == tmp_path / "a"
    monkeypatch.delenv("DRAWKIT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert cache_home() == tmp_path / "b" / "drawkit"
