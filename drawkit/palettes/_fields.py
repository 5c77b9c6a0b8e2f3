"""Big-endian numbers and text out of a byte string, never past its end."""

from __future__ import annotations

import struct

from drawkit.errors import InputError

__all__ = ["Fields"]


class Fields:
    """Reads one field after the other; what a file announces and does not hold is refused."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        """How many bytes were not read yet."""
        return len(self._data) - self._at

    @property
    def rest(self) -> bytes:
        """What was not read yet; it stays unread."""
        return self._data[self._at :]

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count > self.left:
            raise InputError(f"it is cut off: {count} bytes should follow, {self.left} do")
        self._at += count
        return self._data[self._at - count : self._at]

    def u16(self) -> int:
        """A whole number of 2 bytes."""
        return int.from_bytes(self.take(2), "big")

    def i16(self) -> int:
        """A whole number of 2 bytes that may be negative."""
        return int.from_bytes(self.take(2), "big", signed=True)

    def u32(self) -> int:
        """A whole number of 4 bytes."""
        return int.from_bytes(self.take(4), "big")

    def f32(self) -> float:
        """A floating-point number of 4 bytes."""
        value: float = struct.unpack(">f", self.take(4))[0]
        return value

    def text(self, units: int) -> str:
        """UTF-16 of so many units of 2 bytes, up to its closing zero."""
        return self.take(2 * units).decode("utf-16-be", "replace").split("\0", 1)[0]
