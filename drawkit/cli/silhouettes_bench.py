"""`drawkit bench silhouettes`: how near outlines come to those of what a drawing follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Annotated

import typer

from drawkit.cli.bench import AsJson
from drawkit.cli.console import tell, tell_json
from drawkit.cli.display import Display
from drawkit.cli.stop import Stop
from drawkit.errors import InputError

__all__ = ["silhouettes"]


def silhouettes(
    prompts: Annotated[
        list[str] | None,
        typer.Argument(help="What to draw; without any: ten things.", metavar="[PROMPT]..."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="strokes, 64 shapes or 16 shapes; again for more; without any: all."),
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Updates; fewer are faster.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure outlines, small parts and slivers of drawings beside the picture they follow.

    length: of the silhouette by that of the picture. away, back, far: px from its border to the
    picture's, the other way, and of nine tenths at most. details: small parts such as eyes; shown,
    early: share that the drawing shows, and its first 16 paths. slivers: closed paths of no use.
    """
    with Stop("stopped; not all drawings were measured"), Display() as display:
        from drawkit.bench.silhouettes import KINDS, THINGS, Silhouette, bench_silhouettes

        kinds = list(KINDS) if kind is None else kind
        for name in kinds:
            if name not in KINDS:
                raise InputError(f"there is no kind '{name}'; allowed: {', '.join(KINDS)}")
        names = [item.name for item in fields(Silhouette)]
        settings = {} if steps is None else {"optimize.steps": steps}
        rows: list[dict[str, str | float]] = []
        display.wait("drawing, up to half a minute each")
        for row in bench_silhouettes(prompts or THINGS, kinds=kinds, settings=settings):
            display.finish()
            if not rows and not as_json:
                tell(_line(names))  # not before the settings are known to be good
            rows.append(asdict(row))
            if not as_json:
                tell(_line(asdict(row).values()))
            display.wait("drawing")
    if as_json:
        tell_json(rows)


def _line(values: Iterable[str | float]) -> str:
    """One row of the table: two names, then numbers."""
    prompt, kind, *others = (f"{v:.2f}" if isinstance(v, float) else str(v) for v in values)
    return f"{prompt:<20}{kind:<11}" + "".join(f"{cell:>8}" for cell in others)
