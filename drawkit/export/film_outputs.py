"""Films into files: names checked before anything is made, whole files or none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from drawkit.errors import InputError
from drawkit.export import exporter_for, moving_suffixes, split_suffix
from drawkit.export._frames import FILM_SIDE
from drawkit.export._sound import Sound, checked_sound
from drawkit.export.outputs import OutputPlan, Saved, plan_outputs, save
from drawkit.export.png import MAX_SIZE, PngConfig
from drawkit.scene.film import Film

__all__ = ["FilmPlan", "plan_films", "side_of", "sound_of", "write_film", "write_films"]

_NUMBER = re.compile(r"%(0?\d{0,3})d")


class FilmPlan:
    """Where films go: files, and rows of files of which each is a frame."""

    def __init__(self, files: OutputPlan, rows: tuple[Path, ...], overwrite: bool) -> None:
        self.files, self.rows, self.overwrite = files, rows, overwrite

    @property
    def any(self) -> bool:
        """Whether there is a file to write at all."""
        return bool(self.files.targets or self.rows)

    def only(self, suffixes: Collection[str]) -> FilmPlan:
        """The files of some formats; without any the rows alone."""
        targets = (
            replace(target, suffixes=tuple(s for s in target.suffixes if s.lower() in suffixes))
            for target in self.files.targets
        )
        kept = OutputPlan(tuple(t for t in targets if t.suffixes), self.files.overwrite)
        return FilmPlan(kept, () if suffixes else self.rows, self.overwrite)


def plan_films(outputs: Sequence[str | Path], *, overwrite: bool = False) -> FilmPlan:
    """Check the names of files, as `plan_outputs` does; `InputError` for what holds no film."""
    rows = tuple(Path(name) for name in outputs if _numbered(Path(name)))
    files = [name for name in outputs if Path(name) not in rows]
    for path in map(Path, files):
        if path.name and not exporter_for(path).moves():
            suffix = split_suffix(path)[1]
            raise InputError(
                f"'{path}' holds one picture; films are {', '.join(moving_suffixes())},"
                f" or name-%03d{suffix} for a file a frame"
            )
    if rows:  # the first of each tells whether they can be
        plan_outputs([next(iter(_names(row, 1))) for row in rows], "", overwrite=overwrite)
    plan = plan_outputs(files, "", overwrite=overwrite) if files else OutputPlan(())
    return FilmPlan(plan, rows, overwrite)


def sound_of(plan: FilmPlan, sound: str | Path) -> tuple[Sound, tuple[str, ...]]:
    """The sound of films, tried before anything is drawn, and a line about files without one.

    Raises `InputError` where no file of the plan takes it, and as `checked_sound` does.
    """
    files = [path for target in plan.files.targets for path in target.paths()]
    silent = [str(path) for path in files if not exporter_for(path).sounds]
    silent += [str(row) for row in plan.rows]
    if len(silent) == len(files) + len(plan.rows):
        raise InputError(f"sound goes into .mp4 and .webm alone, got {', '.join(silent)}")
    found = checked_sound(Path(sound))
    notes = (f"without sound: {', '.join(silent)}; it goes into .mp4 and .webm",)
    return found, notes if silent else ()


def side_of(size: float) -> int:
    """The longer side of a film in px; `InputError` for what is none."""
    if not (1 <= size <= MAX_SIZE and size == int(size)):
        raise InputError(f"size is {size}; allowed: whole numbers, 1 to {MAX_SIZE}")
    return int(size)


def write_films(film: Film, plan: FilmPlan, configs: Sequence[object] = ()) -> Saved:
    """Write a film to every file of a plan; raises as `save` does. configs: of the formats."""
    saved = save(film, plan.files, configs) if plan.files.targets else Saved(())
    paths = list(saved.paths)
    for row in plan.rows:
        plan_outputs(list(_names(row, len(film.frames))), "", overwrite=plan.overwrite)
        paths += _write_row(film, row, configs)
    return replace(saved, paths=tuple(paths))


def write_film(
    film: Film, path: Path, side: int | None = None, sound: str | Path | None = None
) -> None:
    """Write a film to one file, or to a row of them; what is there is replaced."""
    configs: tuple[object, ...] = () if side is None else (PngConfig(size=side),)
    if sound is not None:
        configs += sound_of(plan_films([path], overwrite=True), sound)[:1]
    if _numbered(path):
        _write_row(film, path, configs)
    else:
        exporter_for(path, configs).write_film(film, path)


def _write_row(film: Film, row: Path, configs: Sequence[object]) -> list[Path]:
    """A file a frame, each whole; pictures of one size, whatever is in them."""
    png = next((c for c in configs if isinstance(c, PngConfig)), PngConfig())
    if png.size is None and png.scale is None:
        png = PngConfig(size=FILM_SIDE)
    configs = [*(c for c in configs if not isinstance(c, PngConfig)), png]
    written = []
    for file, frame in zip(_names(row, len(film.frames)), film.frames, strict=False):
        exporter_for(file, configs).write(frame.scene, file)
        written.append(file)
    return written


def _numbered(path: Path) -> bool:
    """Whether a name stands for a file a frame, `cat-%03d.png`."""
    return _NUMBER.search(split_suffix(path)[0]) is not None


def _names(path: Path, count: int) -> Iterator[Path]:
    """The files of a numbered name: 1 is the first."""
    stem, suffix = split_suffix(path)
    found = _NUMBER.search(stem)
    assert found is not None
    before, after = stem[: found.start()], stem[found.end() :]
    for number in range(1, count + 1):
        yield path.with_name(f"{before}{number:{found[1]}d}{after}{suffix}")
