"""What `drawkit animate` writes: all frames, a file for each loop, a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from drawkit.errors import DrawkitError, InputError
from drawkit.export.outputs import OutputPlan, Saved, plan_outputs, save
from drawkit.files.filesets import FilesPlan, plan_files, save_files
from drawkit.files.slugs import file_slug

if TYPE_CHECKING:
    from drawkit.engine.drawing import Drawing
    from drawkit.games.animation import AnimateConfig

__all__ = ["TAG", "AnimationFiles", "plan_animation"]

TAG = "{tag}"
"""In a file's name: stands for each loop's name, which then has a file of its own."""
_SUFFIXES = (".gif", ".aseprite")


@dataclass(frozen=True)
class AnimationFiles:
    """Checked names. whole: of all frames. loops: name of a loop -> its own. sheet: and data."""

    whole: OutputPlan | None
    loops: Mapping[str, OutputPlan] = field(default_factory=dict)
    sheet: FilesPlan | None = None
    formats: tuple[str, ...] = ()

    def save(self, drawing: Drawing) -> Saved:
        """Write everything; the first error comes after all that could be saved was saved."""
        from drawkit.games.character_sheet import one_loop

        plans = [(plan, one_loop(drawing.scene, name)) for name, plan in self.loops.items()]
        if self.whole is not None:
            plans.insert(0, (self.whole, drawing.scene))
        paths: list[Path] = []
        notes: list[str] = []
        errors: list[DrawkitError] = []
        for plan, scene in plans:
            try:
                saved = save(scene, plan, drawing.export_configs)
                paths, notes = [*paths, *saved.paths], [*notes, *saved.notes]
            except DrawkitError as error:
                errors.append(error)
        if self.sheet is not None:
            try:
                there, said = self._save_sheet(self.sheet, drawing)
                paths, notes = [*paths, *there], [*notes, *said]
            except DrawkitError as error:
                errors.append(error)
        if errors:
            raise errors[0]
        return Saved(tuple(paths), tuple(notes))

    def _save_sheet(
        self, plan: FilesPlan, drawing: Drawing
    ) -> tuple[tuple[Path, ...], tuple[str, ...]]:
        from drawkit.export.png import PngConfig
        from drawkit.games.character_sheet import chosen_formats, sheet_contents

        grid, facts = drawing.scene.grid, drawing.scene.metadata
        assert grid is not None  # an animation is pixel art
        png = next((c for c in drawing.export_configs if isinstance(c, PngConfig)), PngConfig())
        chosen = chosen_formats(self.formats)
        return save_files(plan, lambda stem: sheet_contents(stem, grid, chosen, png.scale, facts))


def plan_animation(
    output: Sequence[str],
    title: str,
    config: AnimateConfig,
    sheet: str | None,
    formats: str,
    *,
    overwrite: bool,
) -> AnimationFiles:
    """Decide and check, before drawing, where all goes; raises what `plan_outputs` does.

    With a sheet and no `output` there is nothing but the sheet.
    """
    each = [name for name in output if TAG in name]
    rest = [name for name in output if TAG not in name]
    whole, loops = None, {}
    if rest or (sheet is None and not each):
        whole = plan_outputs(rest, title, suffixes=_SUFFIXES, overwrite=overwrite)
    for tag in config.tags if each else ():
        own = [name.replace(TAG, file_slug(tag.name)) for name in each]
        loops[tag.name] = plan_outputs(own, title, overwrite=overwrite)
    if sheet is None:
        return AnimationFiles(whole, loops)
    from drawkit.games.character_sheet import chosen_formats, row_suffixes

    names = tuple(name.strip() for name in formats.split(","))
    place = plan_files(sheet, title, row_suffixes(chosen_formats(names)), overwrite=overwrite)
    plans = [*loops.values(), *([] if whole is None else [whole])]
    taken = {path for plan in plans for target in plan.targets for path in target.paths()}
    for path in place.paths():
        if path in taken:
            raise InputError(f"'{path}' is named twice: by -o, and by --sheet")
    return AnimationFiles(whole, loops, place, names)
