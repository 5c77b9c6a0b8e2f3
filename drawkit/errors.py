"""What drawkit says when it cannot do what was asked.

    DrawkitError
    ├── InputError         what the user gave is not usable (exit code 2)
    │   ├── ConfigError        a setting: unknown key, wrong type, out of range
    │   ├── UnknownNameError   a name that no registry knows
    │   └── FileError          a file that cannot be read, written or overwritten
    ├── BackendError       a part that is not installed or does not work here (exit code 2)
    └── DivergedError      the optimization went NaN; the last good drawing is kept (exit code 2)

Every message is one line: what was given, and what is allowed. What was given may be anything:
here it is cut to a line, and nothing in it is left that a terminal would obey.
"""

from __future__ import annotations

import difflib
import math
import re
import reprlib
import unicodedata
from collections.abc import Iterable

__all__ = [
    "BackendError",
    "ConfigError",
    "DivergedError",
    "DrawkitError",
    "FileError",
    "InputError",
    "UnknownNameError",
    "brief",
    "one_line",
    "printable",
    "shown",
    "suggestion",
]

_LONGEST = 480
"""Characters of a message at most, about half a screen."""
_LONGEST_PART = 120
"""Characters of one quoted text or word in it at most: about a line."""
_LONGEST_PATH = 240
"""Characters of a path at most: people look for the file."""
_BRIEF = 60
"""Characters of what was typed where a message has more to say."""
_LONGEST_LIST = 240
"""Characters of a list of allowed names at most."""
_LONG_PARTS = re.compile(
    rf"'[^']{{{_LONGEST_PART},}}'|\"[^\"]{{{_LONGEST_PART},}}\"|\S{{{_LONGEST_PART + 1},}}"
)
_BREAKS = re.compile(r" *[\t-\r]+[\t-\r ]*")
_OBEYED = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories of what terminals obey or hide: controls, directions, halves, separators."""
_JOINERS = "\u200c\u200d"
"""These belong to written words and to emoji."""


class DrawkitError(Exception):
    """Base of every error that drawkit raises on purpose; its message becomes `one_line`."""

    def __init__(self, message: str = "") -> None:
        super().__init__(one_line(message))


class InputError(DrawkitError, ValueError):
    """What the user gave is not usable."""


class ConfigError(InputError):
    """A setting is unknown, of the wrong type or out of range."""


class UnknownNameError(InputError):
    """A name that no registry knows; the message suggests the nearest one."""


class FileError(InputError):
    """A file cannot be read, written or overwritten."""


class BackendError(DrawkitError, RuntimeError):
    """A part is not installed, or does not work on this machine."""


class DivergedError(DrawkitError, ArithmeticError):
    """The optimization went NaN; the last good drawing is kept."""


def suggestion(given: str, allowed: Iterable[str]) -> str:
    """`; did you mean 'x'?` where a near name exists, else the allowed names."""
    names = sorted(allowed)
    near = difflib.get_close_matches(given[:_LONGEST_PART], names, n=1)
    if near:
        return f"; did you mean '{near[0]}'?"
    text = ""
    for count, name in enumerate(names):
        if len(text) > _LONGEST_LIST:
            return f"{text}, and {len(names) - count} more"
        text += f", {name}" if text else f"; allowed: {name}"
    return text


def printable(text: str) -> str:
    r"""`text` with escapes, `\x1b`, for all that a terminal would obey or hide."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char
        if unicodedata.category(char) not in _OBEYED or char in _JOINERS
        else char.encode("unicode_escape").decode()
        for char in text
    )


def one_line(text: str) -> str:
    """A message on one line that is safe to print; what is too long loses its middle."""
    text = printable(_BREAKS.sub(" ", _middle_out(text.strip(), 4 * _LONGEST)))
    text = _LONG_PARTS.sub(_shortened, text)
    return _middle_out(text, _LONGEST)


def brief(text: str) -> str:
    """The beginning of what was typed, for messages that repeat it."""
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}..."


def shown(value: object) -> str:
    """A value that was given, in a few words: long texts, lists and numbers are cut."""
    return _SHORT.repr(value)


class _Short(reprlib.Repr):
    """`repr` that takes no longer for a long value than for a short one."""

    def __init__(self) -> None:
        super().__init__()
        self.maxstring = self.maxother = _BRIEF
        self.maxdict = self.maxlist = self.maxtuple = 8
        self.maxlevel = 4

    def repr_int(self, x: int, level: int) -> str:
        """Whole numbers of more digits than anybody reads, as `1.2e+400`."""
        if abs(x) < 10**20:
            return repr(x)
        power = math.log10(abs(x))  # of any length; a float holds up to 1e308
        return f"{'-' * (x < 0)}{10 ** (power % 1):.3g}e+{int(power)}"

    def repr_instance(self, x: object, level: int) -> str:
        """Dates, say, as they were written."""
        return _middle_out(str(x), self.maxother)

    def repr_float(self, x: float, level: int) -> str:
        """As people write them."""
        return f"{x:g}"


_SHORT = _Short()


def _shortened(part: re.Match[str]) -> str:
    return _middle_out(part[0], _LONGEST_PATH if "/" in part[0] else _LONGEST_PART)


def _middle_out(text: str, most: int) -> str:
    """`text` cut to `most` characters; its beginning and its end stay."""
    if len(text) <= most:
        return text
    end = most // 3
    return f"{text[: most - end - 1]}…{text[-end:]}"
