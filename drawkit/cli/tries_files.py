"""Where the files of several drawings go: every refusal comes before the first one is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from drawkit.cli.display import Display
from drawkit.config.vary import Point, file_names
from drawkit.export.outputs import Target, plan_outputs
from drawkit.files.filesets import FilesPlan, save_files
from drawkit.files.places import refuse_existing

if TYPE_CHECKING:
    from drawkit.engine.many.job import Made

__all__ = ["TriesFiles"]


class TriesFiles:
    """Names by what they differ in, `cat-seed-3.svg`; of the best alone, as they were asked for."""

    def __init__(
        self,
        outputs: Sequence[str],
        title: str,
        points: Sequence[Point],
        *,
        overwrite: bool,
        best: bool,
    ) -> None:
        plan = plan_outputs(outputs, title, overwrite=True)
        names = [None] * len(points) if best else file_names(points, "")
        self._overwrite = overwrite
        self._plans = [[self._plan(target, name) for target in plan.targets] for name in names]
        self._sheet = replace(self._plan(plan.targets[0], "sheet"), suffixes=(".png",))
        wanted = {
            path
            for own in (*self._plans, [self._sheet])
            for one in own
            if one.explicit
            for path in one.paths()
        }
        for path in sorted(wanted):
            refuse_existing(path, overwrite)
        self.suffixes = tuple(dict.fromkeys(s for t in plan.targets for s in t.suffixes))

    def _plan(self, target: Target, name: str | None) -> FilesPlan:
        stem = target.stem if name is None else f"{target.stem}-{name}"
        overwrite = self._overwrite and target.explicit
        return FilesPlan(target.folder, stem, target.suffixes, target.explicit, overwrite)

    def save(self, at: int, made: Made, display: Display) -> tuple[Path, ...]:
        """Write the files of one."""
        paths: list[Path] = []
        for plan in self._plans[at]:
            own = {suffix: made.files[suffix] for suffix in plan.suffixes}
            paths += self._saved(plan, own, display)
        return tuple(paths)

    def save_sheet(self, data: bytes, display: Display) -> tuple[Path, ...]:
        """Write the sheet."""
        return self._saved(self._sheet, {".png": data}, display)

    def _saved(
        self, plan: FilesPlan, files: Mapping[str, bytes], display: Display
    ) -> tuple[Path, ...]:
        paths, notes = save_files(plan, lambda stem: files)
        for note in notes:
            display.warn(note)
        return paths
