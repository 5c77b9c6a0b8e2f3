"""Files that belong together: all of them change, or none; a name always holds a whole file.

with Transaction() as change:
    rooms = {place: change.room_for(place) for place in files}    # hidden, beside their places
    for place, room in rooms.items():
        write_whole(room, files[place])
    change.replace(rooms)        # over what is there; `claim` takes new names only
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from types import TracebackType

from drawkit.files.hidden import hidden_folder
from drawkit.files.journal import JOURNAL, Entry, Mark, mark_as_given_up, mark_of, write_journal
from drawkit.files.places import keep_mode
from drawkit.files.signals import signals_held

__all__ = ["Transaction", "put_all", "take_back"]


class Transaction:
    """Hidden room for new files, each on the disk of its place, and one moment in which all move.

    What asks the program to stop waits through that moment. Where a move fails, all are taken
    back. Where the process is killed in it, `settle` of the next run goes on from the journal.
    """

    def __init__(self) -> None:
        self._folders: dict[Path, Path] = {}
        self._numbers = count()
        self._stack = ExitStack()

    def __enter__(self) -> Transaction:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def room_for(self, place: Path) -> Path:
        """Where to write the file that will be `place`: another name of the same suffix.

        place: no link, as `real_place` gives it. Raises `OSError` where its folder takes nothing.
        """
        parent = place.parent
        if parent not in self._folders:
            self._folders[parent] = self._stack.enter_context(hidden_folder(parent))
        # Not the file's own name: it may be as long as names can be.
        return self._folders[parent] / f"{next(self._numbers)}{place.suffix}"

    def replace(self, rooms: Mapping[Path, Path]) -> None:
        """Put what waits in rooms at its place, {place: room}, over what is there.

        Raises `OSError` where one cannot be; then nothing has changed.
        """
        for place, room in rooms.items():
            keep_mode(room, place)
        self._move([_entry(room, place, mark_of(place)) for place, room in rooms.items()], put_over)

    def claim(self, rooms: Mapping[Path, Path]) -> None:
        """The same for new names: `FileExistsError` where one is taken."""
        self._move([_entry(room, place, None) for place, room in rooms.items()], _put_where_free)

    def _move(self, entries: Sequence[Entry], put: Callable[[Entry], None]) -> None:
        with signals_held():
            write_journal(entries)
            try:
                put_all(entries, put)
            finally:  # from here on there is nothing to finish or to take back
                for folder in self._folders.values():
                    with contextlib.suppress(OSError):
                        (folder / JOURNAL).unlink()


def put_over(entry: Entry) -> None:
    """Put a file in its place, over what is there; that stays at hand until the set is whole."""
    with contextlib.suppress(FileNotFoundError):  # a killed run may have put it aside already
        os.unlink(entry.aside)
    with contextlib.suppress(FileNotFoundError):
        _link_or_copy(entry.target, entry.aside)
    os.replace(entry.source, entry.target)


def put_all(entries: Sequence[Entry], put: Callable[[Entry], None] = put_over) -> None:
    """Put files in place one after the other; where one cannot be, all are taken back."""
    done: list[Entry] = []
    try:
        for entry in entries:
            put(entry)
            done.append(entry)
    except BaseException:
        take_back(done)
        raise


def take_back(entries: Sequence[Entry]) -> None:
    """Undo what was put in place, the last first, as far as the system lets."""
    mark_as_given_up(entries)
    for entry in entries[::-1]:
        with contextlib.suppress(OSError):
            if entry.aside.exists():
                os.replace(entry.aside, entry.target)
            elif entry.source.exists():
                entry.target.unlink()
            else:
                os.replace(entry.target, entry.source)


def _put_where_free(entry: Entry) -> None:
    """Put a file in its place, or `FileExistsError`: one step, so that no other run cuts in."""
    try:
        os.link(entry.source, entry.target)
    except FileExistsError:
        raise
    except OSError:
        # No hard links here (FAT, some network drives): reserve the name with an empty file.
        os.close(os.open(entry.target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(entry.source, entry.target)


def _link_or_copy(source: Path, destination: Path) -> None:
    try:
        os.link(source, destination)
    except FileNotFoundError:
        raise
    except OSError:  # no hard links here, or none to files of others
        shutil.copy2(source, destination)


def _entry(room: Path, place: Path, old: Mark | None) -> Entry:
    new = mark_of(room)
    if new is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(room))
    return Entry(room.parent, room.name, place.name, new, old)
