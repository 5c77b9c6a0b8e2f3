"""Files written whole or not at all, one or several that belong together."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from drawkit.errors import FileError
from drawkit.files.hidden import hidden_file
from drawkit.files.leftovers import settle
from drawkit.files.places import (
    keep_mode,
    real_place,
    reason,
    refuse_existing,
    refuse_protected,
    refuse_unwritable,
)
from drawkit.files.transaction import Transaction

__all__ = ["write_file", "write_into", "write_set", "write_whole"]


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path` in one step, replacing what is there; `FileError` where it fails.

    The bytes go to a hidden file beside it and to the disk first, so that neither a full disk nor
    a power cut leaves half a drawing under the name. On failure, Ctrl-C included, the hidden file
    is removed and what stood at `path` stays. A link is followed, permissions stay, a read-only
    file is not replaced.
    """
    place = real_place(path)
    refuse_protected(place, path)
    try:
        # A new file gets the permissions that the user's umask gives.
        mode = 0o600 if place.exists() else 0o666
        with hidden_file(place.parent, data, mode) as temporary:
            keep_mode(temporary, place)
            os.replace(temporary, place)
    except OSError as error:
        raise FileError(f"cannot write '{path}': {reason(error)}") from error


def write_file(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Put `data` at `path` whole or not at all, for files that are no drawings.

    Raises `FileError` where it exists (unless `overwrite`, which follows a link) or its folder
    is missing, not writable or full.
    """
    settle([path.parent])
    refuse_existing(path, overwrite)
    refuse_unwritable(path.parent)
    if overwrite:
        write_whole(path, data)
        return
    try:
        with Transaction() as change:
            change.claim({path: write_into(change, path, path, data)})
    except OSError as error:
        raise FileError(f"cannot write '{path}': {reason(error)}") from error


def write_set(files: Mapping[Path, bytes]) -> None:
    """Put several files in place, all or none of them, as `write_whole` does with one."""
    places = {path: real_place(path) for path in files}
    for path, place in places.items():
        refuse_protected(place, path)
    settle(place.parent for place in places.values())
    with Transaction() as change:
        rooms = {}
        for path, place in places.items():
            rooms[place] = write_into(change, place, path, files[path])
        try:
            change.replace(rooms)
        except OSError as error:
            names = ", ".join(f"'{path}'" for path in files)
            raise FileError(f"cannot write {names}: {reason(error)}") from error


def write_into(change: Transaction, place: Path, path: Path, data: bytes) -> Path:
    """Write `data` where it waits for its `place`, and say where; the user calls it `path`."""
    try:
        room = change.room_for(place)
    except OSError as error:
        raise FileError(f"cannot write '{path}': {reason(error)}") from error
    try:
        write_whole(room, data)
    except FileError as error:
        raise FileError(str(error).replace(str(room), str(path))) from error
    return room
