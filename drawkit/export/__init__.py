"""Writers: a finished scene into a file, chosen by the suffix.

A new format is one file here: a class with `suffixes` and `write`, its own frozen config and
`@exporters.register`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, cast

from drawkit.errors import InputError
from drawkit.registry import Plugin, Registry
from drawkit.scene import Scene
from drawkit.scene.film import Film

__all__ = [
    "Exporter",
    "exporter_for",
    "exporters",
    "moving_suffixes",
    "split_suffix",
    "suffixes",
]

exporters = Registry("exporter", "drawkit.export", "drawkit.exporters")


class Exporter(ABC):
    """Writes a scene in one format; built from its own frozen config."""

    suffixes: ClassVar[tuple[str, ...]]
    """Lower-case file suffixes with the dot, the usual one first."""

    through: ClassVar[tuple[type[Any], ...]] = ()
    """Config classes of the formats it is made from, taken after its own: PNG comes from SVG."""

    sounds: ClassVar[bool] = False
    """Whether its films can have sound."""

    @classmethod  # noqa: B027 - most formats need nothing
    def require(cls) -> None:
        """Raise `BackendError` where something this format needs is missing on this machine.

        Asked before drawing starts, so that a minute's work does not end in an error.
        """

    @abstractmethod
    def write(self, scene: Scene, path: Path) -> None:
        """Write `scene` to `path` whole or not at all, replacing what is there."""

    def write_film(self, film: Film, path: Path) -> None:
        """Write a film in the same way; `InputError` where the format holds one picture alone."""
        raise InputError(f"'{path}' holds one picture; films are {', '.join(moving_suffixes())}")

    @classmethod
    def moves(cls) -> bool:
        """Whether it writes films."""
        return cls.write_film is not Exporter.write_film


def moving_suffixes() -> tuple[str, ...]:
    """Every suffix that films can be written with, sorted."""
    return tuple(sorted(s for s, plugin in _by_suffix().items() if plugin.cls.moves()))


def suffixes() -> tuple[str, ...]:
    """Every suffix that can be written, sorted."""
    return tuple(sorted(_by_suffix()))


def split_suffix(path: Path) -> tuple[str, str]:
    """The name of a file without the suffix that decides its format, and that suffix as written.

    Some have two dots: `cat.anim.svg` is `cat` and `.anim.svg`. One that cannot be written is what
    stands behind the last dot.
    """
    name = path.name
    known = [s for s in _by_suffix() if name.lower().endswith(s) and len(name) > len(s)]
    length = len(max(known, key=len)) if known and path.suffix else len(path.suffix)
    return name[: len(name) - length], name[len(name) - length :]


def exporter_for(path: Path, configs: Iterable[object] = ()) -> Exporter:
    """The exporter that the suffix of `path` names (in any case).

    Of `configs` it takes those of its own class and of the formats it is made from, else their
    defaults. Raises `InputError` for an unknown suffix, `BackendError` where what the format
    needs is missing.
    """
    plugins = _by_suffix()
    suffix = split_suffix(path)[1].lower()
    if suffix not in plugins:
        given = f"ends in '{path.suffix}'" if path.suffix else "has no suffix"
        raise InputError(f"'{path}' {given}; allowed: {', '.join(sorted(plugins))}")
    plugin = plugins[suffix]
    plugin.cls.require()
    own = {type(config): config for config in configs}
    classes = (plugin.config, *plugin.cls.through)
    return cast(Exporter, plugin.cls(*(own[c] if c in own else c() for c in classes)))


def _by_suffix() -> dict[str, Plugin]:
    plugins: dict[str, Any] = {name: exporters.get(name) for name in exporters.names()}
    return {suffix: plugin for plugin in plugins.values() for suffix in plugin.cls.suffixes}
