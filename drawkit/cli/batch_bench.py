"""`drawkit bench batch`: how many small drawings a second this machine makes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from drawkit.cli.console import tell_json, tell_table
from drawkit.cli.filling import Workers
from drawkit.cli.flags import AsJson
from drawkit.cli.stop import Stop

__all__ = ["batch"]


def batch(
    jobs: Annotated[int, typer.Option(help="How many drawings.", metavar="N")] = 200,
    ray: Annotated[bool, typer.Option("--ray", help="By a Ray cluster too.")] = False,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Measure a batch of drawings of 16 strokes, 64 px and 5 steps: its pace, and its memory.

    drawkit bench batch --ray
    """
    with Stop("stopped; nothing was measured"):
        from drawkit.bench.batch import measure_batch
        from drawkit.engine.many.processes import crew_size

        crew_size(workers, "--workers")
        found = [measure_batch(jobs, ray=False, workers=workers)]
        if ray:
            found.append(measure_batch(jobs, ray=True, workers=workers))
    if as_json:
        tell_json([{**asdict(one), "rate": one.rate} for one in found])
        return
    rows = [("by", "drawings", "seconds", "until the first", "a second", "memory", "processes")]
    rows += [
        (
            one.name,
            str(one.jobs),
            f"{one.seconds:.0f}",
            f"{one.first:.1f}",
            f"{one.rate:.2f}",
            "unknown" if one.memory is None else f"{one.memory:.0f} MB",
            str(one.processes),
        )
        for one in found
    ]
    tell_table(rows)
