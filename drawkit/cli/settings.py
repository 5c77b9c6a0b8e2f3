"""`drawkit config show`: what would run, and where each setting came from."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from drawkit.cli.console import tell, tell_json
from drawkit.cli.flags import DRAW_FLAGS, STROKE_FLAGS, Words, gather, with_flags

__all__ = ["show"]


@with_flags([*STROKE_FLAGS, *DRAW_FLAGS])
def show(
    words: Words = None,
    assign: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other setting.", metavar="SECTION.KEY=VALUE"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    **flags: Any,
) -> None:
    """Print every setting that a drawing with these flags would use, as a drawkit.toml.

    Saved as drawkit.toml in a folder, the output gives the same drawing there without the flags.
    """
    from drawkit.engine import settings_for

    settings = settings_for(gather(words, flags, assign or []))
    if not as_json:
        for line in settings.to_toml().rstrip("\n").split("\n"):
            tell(line)
        return
    sources = {f"{section}.{key}": source for section, key, _, source in settings.rows()}
    tell_json({"config": settings.as_dict(), "sources": sources})
