"""Files that grow: written under a hidden name, moved when whole, closed well on a full disk.

with streamed(Path("cat.mp4")) as file:
    ... file.write(...)          # seekable; `file.full` says that no more should come
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from drawkit.errors import FileError
from drawkit.files.hidden import hidden_growing
from drawkit.files.places import keep_mode, real_place, reason, refuse_protected

__all__ = ["Growing", "streamed"]

RESERVE = 2**20
"""Bytes held back, for what closes a file whose disk is full."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Growing:
    """A file to write and seek in; once the disk is full it says so, and uses its reserve.

    The reserve is a part of the disk taken before the first byte, beside the file.
    """

    def __init__(self, file: BinaryIO, reserve: Path) -> None:
        self._file = file
        self._reserve = reserve
        self.full = False
        with contextlib.suppress(OSError), reserve.open("wb") as room:  # less room is no error yet
            room.write(bytes(RESERVE))

    def write(self, data: bytes) -> int:
        """Write all of it; `OSError` where even the reserve is not enough."""
        rest = memoryview(data)
        while len(rest):
            try:
                rest = rest[self._file.write(rest) :]
            except OSError as error:
                if error.errno not in _FULL or self.full:
                    raise
                self.full = True
                self.release()
        return len(data)

    def release(self) -> None:
        """Give the reserve back."""
        with contextlib.suppress(OSError):  # its lock is held on, so the name stays
            os.truncate(self._reserve, 0)

    def seek(self, place: int, whence: int = 0) -> int:
        """As every file does."""
        return self._file.seek(place, whence)

    def tell(self) -> int:
        """As every file does."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Always."""
        return True

    def flush(self) -> None:
        """Nothing is held back."""


@contextmanager
def streamed(path: Path) -> Iterator[Growing]:
    """A file that appears under `path` when the block ends, over what is there.

    Where it ends with an error nothing appears, and what stood there stays. Raises `FileError`
    where it cannot be written.
    """
    place = real_place(path)
    refuse_protected(place, path)
    try:
        mode = 0o600 if place.exists() else 0o666
        with hidden_growing(place.parent, mode) as (temporary, file, reserve):
            growing = Growing(file, reserve)
            yield growing
            growing.release()
            os.fsync(file.fileno())
            keep_mode(temporary, place)
            if os.name == "nt":  # Windows moves no file that is open
                file.close()
            os.replace(temporary, place)
    except OSError as error:
        raise FileError(f"cannot write '{path}': {reason(error)}") from error
