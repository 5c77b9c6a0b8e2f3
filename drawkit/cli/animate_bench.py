"""`drawkit bench animate`: characters, measured."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from drawkit.cli.console import tell, tell_json
from drawkit.cli.display import Display
from drawkit.cli.flags import AsJson
from drawkit.cli.stop import Stop

__all__ = ["animate"]

_HEAD = "what           frames   area  colours  foreign  ramps  named  front   side   back   clock"


def animate(
    prompts: Annotated[
        list[str] | None,
        typer.Argument(help="Characters; without any: six.", metavar="[TEXT]..."),
    ] = None,
    motion: Annotated[str, typer.Option(help="Motions, with commas between.")] = "walk,breathe",
    as_json: AsJson = False,
) -> None:
    """Measure whether characters stay themselves, seen from four sides and moving.

    area: change of the silhouette at most. named: share of frames whose words are among the first
    5 of 300 names, and of those seen from the front, side and back.
    """
    with Stop("stopped; not all characters were measured"), Display() as display:
        from drawkit import Session
        from drawkit.bench.animate import AREA_BOUND, PROMPTS, SECONDS_BOUND, bench_animate

        session, rows = Session(), []
        if not as_json:
            tell(_HEAD)
        for prompt in prompts or PROMPTS:
            display.wait(f"drawing {prompt}")
            row = bench_animate(prompt, session, motion=motion)
            display.finish()
            rows.append(row)
            if not as_json:
                shares = "".join(f"{v:>7.2f}" for v in (row.named, row.front, row.side, row.back))
                tell(
                    f"{prompt:<15}{row.frames:>6}{row.area:>7.3f}{row.colors:>9}{row.foreign:>9}"
                    f"{row.ramps:>7}{shares}{row.seconds:>6.0f} s"
                )
    if as_json:
        tell_json([asdict(row) for row in rows])
        return
    tell(f"(bounds: area {AREA_BOUND:g}, foreign 0, clock {SECONDS_BOUND:g} s)")
