"""What drawkit says when it cannot do what was asked.

    DrawkitError
    ├── InputError         what the user gave is not usable (exit code 2)
    │   ├── ConfigError        a setting: unknown key, wrong type, out of range
    │   ├── UnknownNameError   a name that no registry knows
    │   └── FileError          a file that cannot be read, written or overwritten
    ├── BackendError       a part that is not installed or does not work here (exit code 2)
    └── DivergedError      the optimization went NaN; the last good drawing is kept (exit code 2)

Every message is one line: what was given, and what is allowed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "BackendError",
    "ConfigError",
    "DivergedError",
    "DrawkitError",
    "FileError",
    "InputError",
    "UnknownNameError",
    "suggestion",
]


class DrawkitError(Exception):
    """Base of every error that drawkit raises on purpose."""


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
    near = difflib.get_close_matches(given, names, n=1)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; allowed: {', '.join(names)}" if names else ""
