"""Names to plug-ins: a new canvas, loss or exporter is one file with one `@register`."""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any, TypeVar

from drawkit.errors import UnknownNameError, suggestion

__all__ = ["Plugin", "Registry"]

T = TypeVar("T")
log = logging.getLogger("drawkit")


@dataclass(frozen=True)
class Plugin:
    """One registered class: its name, its own frozen config and the first line of its docs."""

    name: str
    cls: type[Any]
    config: type[Any]

    @property
    def summary(self) -> str:
        """The first docstring line, for lists and `--help`."""
        return (self.cls.__doc__ or "").strip().split("\n", 1)[0]


class Registry:
    """The plug-ins of one kind: those of a package of ours, and those of other packages.

    `@registry.register("name", config=Config)` above a class adds it. Ours are found by importing
    the modules of `package`, in folders too, on first use, others by the entry points of `group`,
    which name a module that registers (https://packaging.python.org/specifications/entry-points).
    One that cannot be loaded is left out with a warning. Looking up a name that is not there
    raises `UnknownNameError` with the nearest one.
    """

    def __init__(self, kind: str, package: str | None, group: str = "") -> None:
        self.kind = kind
        self._package = package
        self._group = group
        self._plugins: dict[str, Plugin] = {}
        self._loaded = False

    def register(self, name: str, *, config: type[Any] = object) -> Callable[[type[T]], type[T]]:
        """Class decorator: file `cls` under `name`, with the dataclass that configures it."""

        def add(cls: type[T]) -> type[T]:
            if name in self._plugins and self._plugins[name].cls is not cls:
                raise ValueError(f"two {self.kind} plug-ins are named '{name}'")
            self._plugins[name] = Plugin(name, cls, config)
            return cls

        return add

    def get(self, name: str) -> Plugin:
        """The plug-in of that name, or `UnknownNameError`."""
        self._load()
        if name not in self._plugins:
            raise UnknownNameError(f"unknown {self.kind} '{name}'{suggestion(name, self._plugins)}")
        return self._plugins[name]

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        self._load()
        return tuple(sorted(self._plugins))

    def _load(self) -> None:
        if self._loaded:
            return
        if self._package is not None:
            package = importlib.import_module(self._package)
            for module in pkgutil.walk_packages(package.__path__, f"{self._package}."):
                if "._" not in module.name:
                    importlib.import_module(module.name)
        self._loaded = True
        for entry in metadata.entry_points(group=self._group) if self._group else ():
            try:
                entry.load()
            except Exception as error:  # whatever a stranger's module does wrong
                line = " ".join(str(error).split())
                log.warning(
                    "the %s plug-in '%s' (%s) is left out: %s: %s",
                    self.kind, entry.name, entry.value, type(error).__name__, line,
                )  # fmt: skip
