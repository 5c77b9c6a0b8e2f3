"""Runs whose steps somebody else takes: what `draw`, `resume` and `trace` run, not yet begun.

    run = begin("a cat", strokes=64)
    for step in run:
        show(run.now())

Several of them may take turns, and each may be left and gone on with at any step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from drawkit.canvas.trace_config import TraceConfig
from drawkit.config import DrawOptions, TraceOptions
from drawkit.engine.options import Style, options_layer
from drawkit.engine.resuming import resume_run
from drawkit.engine.run import Run
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.engine.tracing import Palettes, trace_run
from drawkit.pictures import Picture

__all__ = ["begin", "begin_resume", "begin_trace"]


def begin(
    prompt: str | Sequence[str] = (),
    *,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[DrawOptions],
) -> Run:
    """What `draw` with the same arguments would run.

    Raises what `draw` raises before its first step.
    """
    return Run(settings_for(options_layer(prompt, style, settings, options)), session=session)


def begin_resume(
    path: str | Path,
    prompt: str | Sequence[str] = (),
    *,
    frozen: Sequence[str] = (),
    only: Sequence[str] = (),
    new_strokes: int = 0,
    inputs: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[DrawOptions],
) -> Run:
    """What `resume` with the same arguments would run."""
    how = (frozen, only, new_strokes, inputs)
    return resume_run(path, prompt, how, settings=settings, session=session, options=options)


def begin_trace(
    picture: Picture,
    shapes: int = TraceConfig.shapes,
    *,
    palette: Palettes = (),
    settings: Mapping[str, Any] | None = None,
    **options: Unpack[TraceOptions],
) -> Run:
    """What `trace` with the same arguments would run."""
    return trace_run(picture, shapes, palette, settings=settings, options=options)
