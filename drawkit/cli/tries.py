"""The flags that ask for several drawings in one command: `--runs 8`, `--strokes 4..256`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from drawkit.config.vary import MOST_RUNS, Axis, axis, ladder
from drawkit.errors import InputError

__all__ = ["Best", "Runs", "Tries", "Workers", "ladders_of"]

LADDERS = ("strokes", "shapes", "colors", "cutouts", "steps", "size")
"""Flags that take A..B, each a drawing."""

Runs = Annotated[
    int | None,
    typer.Option(
        help="Draw so many times, with seeds that count up; all on one sheet.",
        metavar="N",
        rich_help_panel="Many tries",
    ),
]
Best = Annotated[
    bool,
    typer.Option(
        "--best", help="Of --runs, keep the best by its score.", rich_help_panel="Many tries"
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        help="Of --runs, so many at a time (default: a processor each).",
        metavar="N",
        rich_help_panel="Many tries",
    ),
]


@dataclass(frozen=True)
class Tries:
    """What was asked for. runs: how often, if said; ladders: of flags that have several values."""

    runs: int | None
    best: bool
    workers: int | None
    ladders: tuple[Axis, ...] = ()

    @classmethod
    def read(
        cls, runs: int | None, best: bool, workers: int | None, flags: Mapping[str, Any]
    ) -> Tries | None:
        """What the flags ask for; None where they ask for one drawing.

        Raises `InputError` for what is about several where there is one.
        """
        found = cls(runs, best, workers, ladders_of(flags))
        if runs is not None and not 1 <= runs <= MOST_RUNS:
            raise InputError(f"--runs is {runs}; allowed: 1 to {MOST_RUNS}")
        if runs is not None or found.ladders:
            return found
        for name, given in (("--best", best), (f"--workers {workers}", workers is not None)):
            if given:
                raise InputError(f"{name} is about several drawings; say how many: --runs 8")
        return None


def ladders_of(flags: Mapping[str, Any]) -> tuple[Axis, ...]:
    """The flags that were given as A..B."""
    axes = []
    for name in LADDERS:
        given = flags.get(name)
        rungs = ladder(given) if isinstance(given, str) else None
        if rungs is not None:
            axes.append(axis(name, rungs, f"--{name}"))
    return tuple(axes)
