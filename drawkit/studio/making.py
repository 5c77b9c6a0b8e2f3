"""From wishes to runs, by the public library alone; and what else is made of drawings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from drawkit import Drawing, Run, Session, begin, begin_resume, begin_trace, film, read_svg
from drawkit.studio.messages import Begin, Export, GoOn, Paint
from drawkit.studio.wish import Wish, prompt_of

__all__ = ["cells_png", "exported", "painted", "run_of"]

_FILM_SECONDS, _FILM_HOLD, _FILM_RATE, _FILM_SIDE = 4.0, 1.5, 15.0, 480
"""Of a film in which a drawing is drawn by hand; px of its longer side."""


def run_of(job: Begin | GoOn, session: Session) -> Run:
    """The run of a job, not begun. Raises what the library raises, in one line."""
    if isinstance(job, GoOn):
        return _cells_again(job, session) if job.wish.kind == "pixels" else _again(job, session)
    wish = job.wish
    if wish.traced:
        options: dict[str, Any] = dict(wish.flags())
        return begin_trace(wish.picture, wish.shapes, palette=wish.palette or (), **options)
    return _first(wish, session)


def _first(wish: Wish, session: Session) -> Run:
    options: dict[str, Any] = dict(wish.flags())
    if wish.kind == "pixels":
        options["canvas"] = "pixels"
    if wish.wordless:
        options["model"] = "none"
    prompt = () if wish.wordless else prompt_of(wish)
    return begin(prompt, settings=wish.settings(), session=session, **options)


def _again(job: GoOn, session: Session) -> Run:
    """On from paths: the file's record says the rest."""
    words: Any = () if job.wish.traced else prompt_of(job.wish)
    flags = dict(job.wish.flags())
    options: dict[str, Any] = {name: flags[name] for name in ("steps", "seed") if name in flags}
    inputs = Path(job.wish.picture).parent if job.wish.picture else None
    return begin_resume(job.path, words, inputs=inputs, session=session, **options)


def _cells_again(job: GoOn, session: Session) -> Run:
    """On from cells: they become the start picture, those that are held a mask."""
    drawing = Drawing(read_svg(job.path))
    Path(job.wish.begun).write_bytes(cells_png(drawing))
    if job.wish.freeze:
        mask = drawing.image(max(_size(drawing))).convert("L").point([0] * 256)
        for place in job.held:
            mask.putpixel(place, 255)
        mask.save(job.wish.freeze)
    return _first(job.wish, session)


def _size(drawing: Drawing) -> tuple[int, int]:
    """Columns and rows of pixel art; none of other drawings."""
    grid = drawing.scene.grid
    return (0, 0) if grid is None else grid.size


def cells_png(drawing: Drawing) -> bytes:
    """Pixel art as a PNG, a pixel a cell; empty for other drawings."""
    longer = max(_size(drawing))
    return drawing.png(longer) if longer else b""


def exported(job: Export) -> None:
    """Write the drawing of an SVG to another file."""
    drawing = Drawing(read_svg(job.source))
    if job.form == "sprite":
        Path(job.target).write_bytes(cells_png(drawing))
    elif job.form == "film":
        made = film(drawing, seconds=_FILM_SECONDS, order="part", fps=_FILM_RATE, hold=_FILM_HOLD)
        made.save(job.target, size=_FILM_SIDE)
    else:
        drawing.save(job.target)


def painted(job: Paint) -> Drawing:
    """The pixel art of an SVG with cells in other colours, written back into it."""
    scene = read_svg(job.path)
    layers = [
        replace(layer, grid=_with_cells(layer.grid, job.cells)) if hasattr(layer, "grid") else layer
        for layer in scene.layers
    ]
    drawing = Drawing(replace(scene, layers=tuple(layers)))
    drawing.save(job.path)
    return drawing


def _with_cells(grid: Any, cells: Iterable[tuple[int, int, str]]) -> Any:
    """A grid with cells in those colours, `#rrggbb`; what lies outside is left out."""
    palette = list(grid.palette)
    frame = grid.frames[0]
    indices = frame.indices.copy()
    rows, columns = indices.shape
    for x, y, color in cells:
        rgb = tuple(bytes.fromhex(color.removeprefix("#")))
        if not (0 <= x < columns and 0 <= y < rows):
            continue
        if rgb not in palette:
            palette.append(rgb)
        indices[y, x] = palette.index(rgb)
    frames = (replace(frame, indices=indices),)
    return replace(grid, palette=tuple(palette), frames=frames, swatch_names=())
