"""What a killed run left: half-written files go, a set that was half in place is finished."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from drawkit.files.hidden import is_hidden_folder, lock_leftover
from drawkit.files.journal import Entry, is_given_up, read_journal
from drawkit.files.signals import signals_held
from drawkit.files.transaction import put_all, take_back

__all__ = ["settle"]

log = logging.getLogger("drawkit")


def settle(folders: Iterable[Path]) -> None:
    """Clear `folders` of what killed runs left there; say which sets of files were finished.

    A set that was half in place has a mix of new and old files under its names: the rest of the
    new ones follow, or where that fails the old ones come back. Names that somebody changed since
    are not touched, and neither is what another run, alive, is working at.
    """
    for folder in dict.fromkeys(os.path.realpath(folder) for folder in folders):
        try:
            names = [name for name in os.listdir(folder) if name.startswith(".drawkit-")]
        except OSError:
            continue  # whoever writes there will say so
        for name in sorted(names):
            _settle_one(Path(folder, name))


def _settle_one(path: Path) -> None:
    with ExitStack() as locks:
        if not _lock(path, locks):
            return
        if not is_hidden_folder(path):
            with contextlib.suppress(OSError):
                path.unlink()
            return
        entries = read_journal(path)
        parts = {entry.folder for entry in entries} - {path}
        if all(_lock(part, locks) for part in parts if part.exists()):
            with signals_held():
                _finish(entries)
                for part in (path, *parts):
                    shutil.rmtree(part, ignore_errors=True)


def _lock(path: Path, locks: ExitStack) -> bool:
    lock = lock_leftover(path)
    if lock is None:
        return False
    locks.callback(os.close, lock)
    return True


def _finish(entries: list[Entry]) -> None:
    """Bring a set to its end, where some of it is in place."""
    done = [entry for entry in entries if entry.done]
    due = [entry for entry in entries if entry.due]
    names = ", ".join(f"'{entry.target}'" for entry in entries)
    if done and is_given_up(entries):
        take_back(done)
        log.warning("a run was killed while it took files back; they are as before: %s", names)
    elif done and due:
        try:
            put_all(due)
        except OSError:
            take_back(done)
            log.warning("a run was killed while it wrote files; they are as before: %s", names)
        else:
            log.warning("a run was killed while it wrote files; all are in place now: %s", names)
