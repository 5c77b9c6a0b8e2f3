"""Writers: a finished scene into a file, chosen by the suffix.

A new format is one file here: a class with `suffixes` and `write`, its own frozen config and
`@exporters.register`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from drawkit.registry import Registry
from drawkit.scene import Scene

__all__ = ["Exporter", "exporters"]

exporters = Registry("exporter", "drawkit.export")


class Exporter(ABC):
    """Writes a scene in one format; built from its own frozen config."""

    suffixes: ClassVar[tuple[str, ...]]
    """Lower-case file suffixes with the dot, the usual one first."""

    @abstractmethod
    def write(self, scene: Scene, path: Path) -> None:
        """Write `scene` to `path` whole or not at all, replacing what is there."""
