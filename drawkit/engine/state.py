"""A run's state as a file: what a stopped run needs to go on as if it had never stopped.

PyTorch's archive of tensors, numbers and words. It is read without running any code in it.
"""

from __future__ import annotations

import io
import logging
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol

import torch

from drawkit.config import Settings
from drawkit.engine.loop import LoopState, Step
from drawkit.errors import FileError, InputError
from drawkit.files import expanded, readable
from drawkit.files.places import real_place, refuse_protected, refuse_unwritable
from drawkit.files.writing import write_whole

__all__ = [
    "Keeper",
    "RunState",
    "StateFile",
    "check_same",
    "deciding",
    "go_on_from",
    "read_state",
    "refuse_other_settings",
    "unclocked",
    "write_state",
]

log = logging.getLogger("drawkit")

_FORMAT = "drawkit state 1"
_OF_NO_DRAWING = {"metadata", "save_every"}
"""Keys of `draw` that change nothing that is drawn."""
_LAST_STEP = ("optimize", "last_step")
"""It says where a run stops; as any that was stopped, it may be gone on with."""
_BROKEN = (
    pickle.UnpicklingError, zipfile.BadZipFile, EOFError, LookupError, RuntimeError, TypeError,
    ValueError, AttributeError,
)  # fmt: skip


@dataclass(frozen=True)
class RunState:
    """A loop's state, and what it belongs to.

    settings: section -> key -> value. inputs: file name -> SHA-256. versions: of what ran. learned:
    loss -> what it has learned, of those that do.
    """

    loop: LoopState
    settings: Mapping[str, Mapping[str, Any]]
    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    learned: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Stateful(Protocol):
    """A run, as far as its state goes."""

    @property
    def steps(self) -> int:
        """Those that are done."""

    def state(self) -> RunState:
        """Where it is now."""

    def restore_(self, state: RunState) -> None:
        """Go on from there."""


class Keeper(Protocol):
    """Where a run is kept on the way and at its end."""

    def save_so_far(self, run: Any, step: Step) -> None:
        """Keep what a step did, where it is time; trouble ends no drawing."""

    def save_at_last(self, run: Any) -> None:
        """Keep how the run ended; neither does trouble here."""


class StateFile:
    """Where a run's state is kept on the way and at its end; None: nowhere.

    Raises FileError, before anything is drawn, for a place that cannot be written.
    """

    def __init__(self, path: str | Path | None, every: int = 0) -> None:
        self._path = None if path is None else expanded(path)
        self._every = every
        if self._path is not None:
            refuse_unwritable(self._path.parent)
            refuse_protected(real_place(self._path), self._path)

    def timed(self, settings: Settings) -> Settings:
        """Settings without their clock where the run that is kept has its number of steps."""
        if self._path is None or not self._path.exists():
            return settings
        return unclocked(settings, read_state(self._path).settings)

    def load(self, run: Stateful) -> None:
        """Let the run go on from the file, if it is there; what differs little is logged.

        Raises InputError for a file that holds no state, or that of another run.
        """
        if self._path is not None and self._path.exists():
            go_on_from(self._path, run)

    def save_so_far(self, run: Stateful, step: Step) -> None:
        """Write it where it is time; trouble is logged once, as the drawing goes on."""
        if self._path is None or not self._every or run.steps % self._every:
            return
        try:
            write_state(self._path, run.state())
        except FileError as error:
            self._every = 0
            log.warning("%s; drawing goes on", error)

    def save_at_last(self, run: Stateful) -> None:
        """Write it at the end of the run; trouble is logged, as the drawing itself is there."""
        if self._path is None:
            return
        try:
            write_state(self._path, run.state())
        except FileError as error:
            log.warning("%s", error)


def go_on_from(path: Path, run: Stateful, flag: str = "--state") -> None:
    """Let a run go on from the state in a file; what differs little is logged.

    flag: what the user named the place with. Raises InputError for a file that holds no state, or
    that of another run.
    """
    kept = read_state(path)
    for line in check_same(path, kept, run.state(), flag):
        log.warning("%s", line)
    try:
        run.restore_(kept)
    except _BROKEN as error:
        raise InputError(f"'{path}' is the state of another drawing") from error
    log.info("going on after step %d, from %s", run.steps, path)


def unclocked(settings: Settings, kept: Mapping[str, Mapping[str, Any]]) -> Settings:
    """The same settings with the steps of a run that is kept in place of a clock."""
    known = kept.get("optimize", {})
    try:
        steps, last = known["steps"], known.get("last_step")
        return settings.changed("optimize", time=None, steps=steps, last_step=last)
    except (LookupError, TypeError):  # not what drawkit writes, as will be said
        return settings


def deciding(settings: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The settings that a run's course depends on: all but how it is written and saved."""
    found = {k: dict(v) for k, v in settings.items() if not k.startswith("export.")}
    for key in _OF_NO_DRAWING:
        found.get("draw", {}).pop(key, None)
    return found


def write_state(path: Path, state: RunState) -> None:
    """Put it at `path` in one step, replacing what is there; `FileError` where that fails."""
    buffer = io.BytesIO()
    loop = {name: getattr(state.loop, name) for name in ("step", "canvas", "moments", "best")}
    names = [one.name for one in fields(state) if one.name != "loop"]
    rest = {name: getattr(state, name) for name in names}
    torch.save({"format": _FORMAT, "loop": loop, **rest}, buffer)
    write_whole(path, buffer.getvalue())


def read_state(path: Path) -> RunState:
    """What `write_state` wrote. Raises InputError for anything else, FileError where it fails."""
    readable(path)
    try:
        with open(path, "rb") as file:
            with zipfile.ZipFile(file) as archive:
                if any(part.compress_type != zipfile.ZIP_STORED for part in archive.filelist):
                    raise ValueError("packed, it may grow without end")
            file.seek(0)
            found = torch.load(file, map_location="cpu", weights_only=True)
        if found.pop("format") != _FORMAT:
            raise ValueError("another format")
        state = RunState(loop=LoopState(**found.pop("loop")), **found)
        tables = state.settings, state.inputs, state.versions, state.learned
        tables += (*state.settings.values(), *state.learned.values())
        if type(state.loop.step) is not int or not all(isinstance(t, dict) for t in tables):
            raise ValueError("not what drawkit writes")
        return state
    except _BROKEN as error:
        raise InputError(f"'{path}' is no state of a drawkit run, or a broken one") from error


def refuse_other_settings(
    path: Path,
    kept: Mapping[str, Mapping[str, Any]],
    now: Mapping[str, Mapping[str, Any]],
    flag: str = "--state",
) -> None:
    """Raise InputError, naming one, where what is kept in `path` was drawn with other settings."""
    for section in {**kept, **now}:
        before, after = kept.get(section, {}), now.get(section, {})
        for key in {**before, **after}:
            if before.get(key) != after.get(key) and (section, key) != _LAST_STEP:
                raise InputError(
                    f"'{path}' is of a run with {section}.{key} = {before.get(key)}, "
                    f"not {after.get(key)}; give the same settings, or another {flag}"
                )


def check_same(path: Path, kept: RunState, now: RunState, flag: str = "--state") -> list[str]:
    """Raise InputError where a run has other settings or inputs than the state in `path`.

    Returns lines to tell where the versions differ: then it may end otherwise.
    """
    refuse_other_settings(path, kept.settings, now.settings, flag)
    for name in {**kept.inputs, **now.inputs}:
        if kept.inputs.get(name) != now.inputs.get(name):
            raise InputError(f"'{path}' is of a run with another '{name}'; give another {flag}")
    return [
        f"'{path}' was made with {name} {kept.versions.get(name)}, here it is "
        f"{now.versions.get(name)}: the drawing may end otherwise"
        for name in {**kept.versions, **now.versions}
        if kept.versions.get(name) != now.versions.get(name)
    ]
