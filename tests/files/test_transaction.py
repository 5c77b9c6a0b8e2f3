"""Sets of files, stopped at every single step of the way: old or new, never neither, never both."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
from pathlib import Path

import pytest
from kills import killed_at_each_call, refused_at_each_call

from drawkit.files.journal import JOURNAL, read_journal
from drawkit.files.leftovers import settle
from drawkit.files.transaction import Transaction
from drawkit.files.writing import write_whole

posix = pytest.mark.skipif(os.name != "posix", reason="forks")
NAMES = ("moss.png", "moss.tsj", "moss.tmj")


def put(folder: Path, names: tuple[str, ...] = NAMES, *, over: bool = True) -> None:
    with Transaction() as change:
        rooms = {folder / name: change.room_for(folder / name) for name in names}
        for place, room in rooms.items():
            write_whole(room, b"new " + place.name.encode())
        (change.replace if over else change.claim)(rooms)


def fresh(folder: Path, old: bool = True) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in NAMES if old else ():
        (folder / name).write_text(f"old {name}")
    return folder


def ages(folder: Path) -> list[str]:
    """old, new or none, for each name; a file that is not whole fails."""
    found = []
    for name in NAMES:
        path = folder / name
        words = path.read_text().split() if path.exists() else ["none", name]
        assert words in (["old", name], ["new", name], ["none", name])
        found.append(words[0])
    return found


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name not in NAMES]


@posix
@pytest.mark.parametrize("over", [True, False])
def test_killed_at_any_call_the_next_run_makes_the_set_whole(tmp_path: Path, over: bool) -> None:
    folder, before = tmp_path / "set", "old" if over else "none"
    seen = set()
    fresh(folder, old=over)
    for _ in killed_at_each_call(lambda: put(folder, over=over)):
        left = ages(folder)
        assert set(left) <= {before, "new"}
        seen.add(tuple(left))
        settle([folder])
        assert ages(folder) in ([before] * 3, ["new"] * 3)
        assert "new" not in left or ages(folder) == ["new"] * 3
        assert hidden(folder) == []
        fresh(folder, old=over)
    # Every way in which the set can be half in place was met, or this test proves nothing.
    assert {(before,) * 3, ("new", before, before), ("new", "new", before)} <= seen


@posix
def test_killed_while_it_takes_back_all_is_as_before(tmp_path: Path) -> None:
    """The last file cannot be replaced, and the process is killed while it undoes the others."""
    folder = tmp_path / "set"
    seen = set()

    def run() -> None:
        replace = os.replace

        def refuse(source: os.PathLike[str], target: os.PathLike[str]) -> None:
            if os.fspath(target) == str(folder / NAMES[2]):
                raise PermissionError
            replace(source, target)

        os.replace = refuse
        with pytest.raises(PermissionError):
            put(folder)

    fresh(folder)
    for _ in killed_at_each_call(run):
        seen.add(tuple(ages(folder)))
        settle([folder])
        assert ages(folder) in (["old"] * 3, ["new"] * 3)
        assert hidden(folder) == []
        fresh(folder)
    assert ("new", "old", "old") in seen


@pytest.mark.parametrize("over", [True, False])
def test_refused_at_any_call_all_or_none_is_new(
    tmp_path: Path, over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, before = tmp_path / "set", "old" if over else "none"
    fresh(folder, old=over)
    for _ in refused_at_each_call(lambda: put(folder, over=over), Exception, monkeypatch):
        assert ages(folder) in ([before] * 3, ["new"] * 3)
        settle([folder])
        assert hidden(folder) == []
        fresh(folder, old=over)


def test_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(source: object, destination: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    replace = os.replace

    def refuse(source: os.PathLike[str], target: os.PathLike[str]) -> None:
        if Path(target).name == NAMES[2] and Path(source).name.startswith("2"):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "link", unsupported)
    put(fresh(tmp_path / "set"))
    assert ages(tmp_path / "set") == ["new"] * 3
    put(fresh(tmp_path / "set", old=False), over=False)
    assert ages(tmp_path / "set") == ["new"] * 3
    fresh(tmp_path / "set")
    (tmp_path / "set" / NAMES[0]).unlink()
    with pytest.raises(FileExistsError):
        put(tmp_path / "set", over=False)
    assert ages(tmp_path / "set") == ["none", "old", "old"]
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        put(fresh(tmp_path / "set"))
    assert ages(tmp_path / "set") == ["old"] * 3
    assert hidden(tmp_path / "set") == []


def test_a_taken_name_keeps_all_others_free(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "set", old=False)
    (folder / NAMES[2]).write_text(f"old {NAMES[2]}")
    with pytest.raises(FileExistsError):
        put(folder, over=False)
    assert ages(folder) == ["none", "none", "old"]
    assert hidden(folder) == []


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_wait_until_the_set_is_whole(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stop between two files is heard when all of them are in place, and it is heard then."""
    folder = fresh(tmp_path / "set")
    heard: list[list[str]] = []
    number = signal.Signals[name]
    replace = os.replace

    def stopped_there(source: object, target: os.PathLike[str]) -> None:
        replace(source, target)  # type: ignore[arg-type]
        if os.fspath(target) == str(folder / NAMES[0]):
            signal.raise_signal(number)

    monkeypatch.setattr(os, "replace", stopped_there)
    before = signal.signal(number, lambda *_: heard.append(ages(folder)))
    try:
        put(folder)
    finally:
        signal.signal(number, before)
    assert heard == [["new"] * 3]
    assert hidden(folder) == []


# What a killed run left


def half_in_place(folder: Path, kept: int = 1) -> Path:
    """A folder in which a run was killed when `kept` of its files were in place; its hidden one."""

    def run() -> None:
        calls = iter(range(kept))
        replace = os.replace

        def counted(source: object, target: os.PathLike[str]) -> None:
            if Path(target).parent == folder and next(calls, None) is None:
                os._exit(0)
            replace(source, target)  # type: ignore[arg-type]

        os.replace = counted
        put(folder)

    child = os.fork()
    if child == 0:
        run()
        os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    (left,) = (path for path in folder.iterdir() if path.name.startswith(".drawkit-"))
    return left


@posix
def test_the_next_run_says_what_it_finished(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = fresh(tmp_path / "set")
    half_in_place(folder)
    with caplog.at_level(logging.WARNING, "drawkit"):
        settle([folder, folder])
        settle([folder])
    (line,) = (record.getMessage() for record in caplog.records)
    assert "a run was killed" in line
    assert all(name in line for name in NAMES)


@posix
def test_what_somebody_changed_meanwhile_is_not_touched(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "set")
    half_in_place(folder)
    (folder / NAMES[1]).write_text("mine")
    settle([folder])
    assert (folder / NAMES[1]).read_text() == "mine"
    assert (folder / NAMES[0]).read_text().startswith("new")
    assert (folder / NAMES[2]).read_text().startswith("new")
    assert hidden(folder) == []


@posix
def test_a_run_that_lives_is_left_alone(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "set")
    with Transaction() as change:
        room = change.room_for(folder / NAMES[0])
        write_whole(room, b"new")
        settle([folder])
        assert room.read_bytes() == b"new"
    assert hidden(folder) == []


@posix
def test_a_file_half_written_by_a_killed_run_goes(tmp_path: Path) -> None:
    target = tmp_path / "cat.svg"
    for _ in killed_at_each_call(lambda: write_whole(target, b"new")):
        assert not target.exists() or target.read_bytes() == b"new"
        settle([tmp_path])
        assert [path.name for path in tmp_path.iterdir()] in ([], ["cat.svg"])


@posix
def test_other_hidden_files_stay(tmp_path: Path) -> None:
    mine = tmp_path / ".drawkit-notes"
    mine.write_text("mine")
    older = tmp_path / ".drawkit-x1y2z3ab"
    older.mkdir()
    (older / "old-0").write_text("mine")
    link = tmp_path / f".drawkit-{'0' * 16}.tmp"
    link.symlink_to(mine)
    settle([tmp_path, tmp_path / "no such folder"])
    assert mine.read_text() == (older / "old-0").read_text() == link.read_text() == "mine"


@posix
def test_a_journal_reaches_no_further_than_its_folder(tmp_path: Path) -> None:
    """A folder from elsewhere, unpacked here, moves nothing to where it does not lie."""
    folder = fresh(tmp_path / "set")
    left = half_in_place(folder)
    rows = json.loads((left / JOURNAL).read_text())
    for name, value in (
        ("name", "../stolen"),
        ("name", str(tmp_path / "stolen")),
        ("name", ".."),
        ("waiting", "../moss.png"),
        ("folder", str(tmp_path)),
        ("new", "x"),
        ("new", None),
        ("old", [1, 2]),
    ):
        (left / JOURNAL).write_text(json.dumps([{**rows[0], name: value}, *rows[1:]]))
        assert read_journal(left) == []
    for text in ("[", "3", "[3]", '{"a": 1}', "[" * 100_000):
        (left / JOURNAL).write_text(text)
        assert read_journal(left) == []
    (left / JOURNAL).write_text(json.dumps(rows))
    assert len(read_journal(left)) == 3


@posix
def test_what_another_user_left_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fresh(tmp_path / "set")
    half_in_place(folder)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    settle([folder])
    assert ages(folder) == ["new", "old", "old"]


# Other disks


@posix
def test_a_set_that_lies_on_two_disks(tmp_path: Path, other_disk: Path) -> None:
    def run() -> None:
        with Transaction() as change:
            places = (tmp_path / "a", other_disk / "b", tmp_path / "c")
            rooms = {place: change.room_for(place) for place in places}
            for room in rooms.values():
                write_whole(room, b"new")
            change.replace(rooms)

    seen = set()
    places = (tmp_path / "a", other_disk / "b", tmp_path / "c")
    for found in (tmp_path, other_disk):  # the next run may write in either
        for place in places:
            place.write_bytes(b"old")
        for _ in killed_at_each_call(run):
            seen.add(tuple(place.read_bytes() for place in places))
            settle([found])
            now = {place.read_bytes() for place in places}
            assert len(now) == 1
            settle([tmp_path, other_disk])
            assert sorted(p.name for p in (*tmp_path.iterdir(), *other_disk.iterdir())) == [
                "a",
                "b",
                "c",
            ]
            for place in places:
                place.write_bytes(b"old")
    assert {(b"new", b"old", b"old"), (b"new", b"new", b"old")} <= seen
