"""What `drawkit sweep` and `drawkit batch` do, in one call each and with the same names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any, Unpack

from drawkit.config import DrawOptions, Given, coerce
from drawkit.config.layers import PROMPTS
from drawkit.config.vary import Axis, Base, axis, file_names, grid, ladder
from drawkit.engine.many.batch import MOST_RETRIES, Batch, Filled, Report
from drawkit.engine.many.crew import Crew
from drawkit.engine.many.lines import order_lines, read_lines
from drawkit.engine.many.orders import BadLines, Order, Orders
from drawkit.engine.many.sweeping import save_sweep
from drawkit.engine.options import Style, options_layer
from drawkit.engine.stopped import hand_over, says_stop
from drawkit.errors import ConfigError, DrawkitError
from drawkit.files.slugs import file_slug

__all__ = ["batch", "checked_retries", "sweep", "sweep_folder", "sweep_orders"]


def batch(
    file: str | PathLike[str],
    folder: str | PathLike[str],
    *,
    retries: int = 1,
    workers: int = 1,
    crew: Crew | None = None,
    overwrite: bool = False,
    on_job: Callable[[Filled], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    **options: Unpack[DrawOptions],
) -> Report:
    """Draw each line of a file into a folder: `batch("jobs.jsonl", "out").count("drawn")`.

    file: JSON lines, or CSV with names in its first row: `prompt`, any short name or `section.key`,
    `style`, and `output`, the name of its files. options and settings hold for all, under those of
    a line. What is in the folder with the same settings stays, so that the same call goes on where
    one was stopped. retries: how often what fails is tried again. workers: drawings at a time, in
    processes if several, for which a program guards its start by `if __name__ == "__main__"`.
    crew: who draws, if not this machine (`drawkit.engine.many.cluster.Cluster`). on_job: called
    after each drawing; where it returns False, the rest is left.

    Raises `InputError` before anything is drawn where lines are wrong; its `lines` has a line for
    each. Ctrl-C leaves with what is done as the error's `report`.
    """
    base = _base_of((), style, settings, options)
    orders, all_of = order_lines(read_lines(Path(file)), base)
    return _filled(orders, all_of, Path(folder), retries, workers, crew, overwrite, on_job)


def sweep(
    prompt: str | Sequence[str] = (),
    *,
    vary: Mapping[str, Sequence[Any] | str],
    folder: str | PathLike[str] | None = None,
    retries: int = 1,
    workers: int = 1,
    crew: Crew | None = None,
    overwrite: bool = False,
    on_job: Callable[[Filled], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    **options: Unpack[DrawOptions],
) -> Report:
    """Draw with all combinations of some settings: `sweep("a cat", vary={"strokes": "4..256"})`.

    vary: short name or `section.key` -> its values, or `A..B` for A, 2 A, 4 A up to B. folder: for
    the drawings, `a-cat-sweep` here if left out, with `sheet.png` and `table.csv`; as of `batch`,
    which has all else.
    """
    base = _base_of(prompt, style, settings, options)
    axes = [_axis(name, values) for name, values in vary.items()]
    orders, all_of = sweep_orders(axes, base)
    place = Path(sweep_folder(orders) if folder is None else folder)
    report = _filled(orders, all_of, place, retries, workers, crew, overwrite, on_job)
    save_sweep(report, axes)
    return report


def sweep_folder(orders: Sequence[Order]) -> str:
    """The name of a folder for a sweep: `a-cat-sweep`."""
    return f"{file_slug(orders[0].title)}-sweep"


def sweep_orders(axes: Sequence[Axis], base: Base) -> tuple[list[Order], Orders]:
    """An order for each point of a grid. Raises BadLines for those that cannot be drawn."""
    if not axes:
        raise ConfigError("nothing is varied; say what: --vary strokes=16,64,256")
    points = list(grid(axes))
    all_of = Orders()
    found: list[Order] = []
    bad: dict[str, str] = {}
    for point in points:
        try:
            layer = point.layer(base)
            found.append(all_of.order(point.label, layer, values=point.named))
        except DrawkitError as error:
            bad.setdefault(str(error), point.label)
    if bad:
        several = len(points) > 1 and len(bad) > 1
        raise BadLines([f"{where}: {said}" if several else said for said, where in bad.items()])
    worded = any(one.key == PROMPTS for one in axes)
    names = file_names(points, "" if worded else file_slug(found[0].title))
    named = [replace(one, name=name) for one, name in zip(found, names, strict=True)]
    return named, all_of


def checked_retries(given: int, source: str) -> int:
    """How often what fails is tried again. Raises ConfigError."""
    if not 0 <= given <= MOST_RETRIES:
        raise ConfigError(f"{source} is {given}; allowed: 0 to {MOST_RETRIES}")
    return given


def _filled(
    orders: Sequence[Order],
    all_of: Orders,
    folder: Path,
    retries: int,
    workers: int,
    crew: Crew | None,
    overwrite: bool,
    on_job: Callable[[Filled], object] | None,
) -> Report:
    again = checked_retries(_typed("retries", retries), "retries")
    with Batch(orders, folder, overwrite=overwrite) as one:
        jobs = one.fill(
            retries=again,
            workers=None if crew is not None and workers == 1 else _typed("workers", workers),
            threads=all_of.threads,
            crew=crew,
        )
        try:
            for filled in jobs:
                if on_job is not None and says_stop(on_job(filled)):
                    break
        except BaseException as error:
            return hand_over(error, one.report(), "report")
        return one.report()


def _base_of(
    prompt: str | Sequence[str],
    style: Style,
    settings: Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> Base:
    """What holds for all drawings, given the styles of one; None: those of the call."""

    @lru_cache  # thousands of lines name few styles
    def layer(styles: tuple[str, ...] | None) -> dict[str, Given]:
        found = options_layer(prompt, style if styles is None else styles, settings, options)
        return {key: given for key, given in found.items() if given.value != ()}

    return lambda styles: layer(None if styles is None else tuple(styles))


def _typed(name: str, value: object) -> int:
    try:
        found: int = coerce(value, int)
    except ValueError as error:
        raise ConfigError(f"{name} {error}") from error
    return found


def _axis(name: str, values: Sequence[Any] | str) -> Axis:
    if isinstance(values, str):
        rungs = ladder(values)
        return axis(name, (values,) if rungs is None else rungs, "vary")
    return axis(name, tuple(values), "vary")
