"""What a command prints in the end: where its files are, or for scripts all about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drawkit.cli.console import complain, pour, tell, tell_json
from drawkit.errors import FileError, InputError
from drawkit.export.outputs import DEFAULT_SUFFIXES, OutputPlan, plan_outputs, save
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.files.places import reason

if TYPE_CHECKING:
    from drawkit.engine.drawing import Drawing

__all__ = ["Destination", "print_result"]

STDOUT = "-"


class Destination:
    """Where `-o` sends a drawing: files, and its SVG to standard output where one is `-`."""

    def __init__(
        self,
        outputs: Sequence[str],
        title: str,
        *,
        overwrite: bool,
        as_json: bool = False,
        nowhere: bool = False,
        suffixes: Sequence[str] = DEFAULT_SUFFIXES,
    ) -> None:
        """Check all before drawing, as `plan_outputs` does. nowhere: not to files of its own.

        suffixes: of the files that are written where none is named.

        `InputError` where standard output is asked for twice, or has to hold JSON too.
        """
        files = [name for name in outputs if name != STDOUT]
        asked = len(outputs) - len(files)
        if asked > 1 or (asked and as_json):
            raise InputError(
                f"standard output ('{STDOUT}') holds one SVG, without --json; give file names"
            )
        self.piped = bool(asked)
        self._title = title
        unwritten = nowhere or (self.piped and not files)
        self.plan = OutputPlan(())
        if not unwritten:
            self.plan = plan_outputs(files, title, suffixes=suffixes, overwrite=overwrite)

    def hand_out(
        self,
        drawing: Drawing,
        paths: Sequence[Path],
    ) -> None:
        """The SVG on standard output, where it is `piped`.

        Where it cannot be written there, it goes to a file of the prompt's name, and a
        `FileError` says so.
        """
        for path in paths:
            complain(f"written: '{path}'")
        scene, configs = drawing.scene, drawing.export_configs
        config = next((c for c in configs if isinstance(c, SvgConfig)), SvgConfig())
        try:
            pour(svg_text(scene, config, say=True).encode("utf-8"))
        except OSError as error:
            kept = save(scene, plan_outputs([], self._title, suffixes=(".svg",)), configs)
            raise FileError(
                f"cannot write to standard output: {reason(error)};"
                f" the drawing is in '{kept.paths[0]}'"
            ) from error


def print_result(paths: Sequence[Path], record: Mapping[str, Any] | None = None) -> None:
    """Print the paths, one a line, or `record` as JSON.

    In escapes where the output's encoding has no other way. Raises `FileError` where standard
    output takes nothing, such as a full disk; its line says where the files are all the same.
    """
    try:
        if record is not None:
            tell_json(record)
        for path in paths if record is None else ():
            tell(str(path))
    except OSError as error:
        files = ", ".join(f"'{path}'" for path in paths)
        raise FileError(
            f"cannot write to standard output: {reason(error)}; the result is in {files}"
        ) from error
