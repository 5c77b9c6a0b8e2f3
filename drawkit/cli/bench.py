"""`drawkit bench`: how fast drawkit is on this machine."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from drawkit.cli.completion import values_for
from drawkit.cli.console import tell, tell_json
from drawkit.cli.display import Display
from drawkit.cli.stop import Stop
from drawkit.errors import InputError

__all__ = [
    "AsJson",
    "each_style",
    "film",
    "importing",
    "pictures",
    "pixels",
    "raster",
    "start",
    "step",
    "style",
    "svg",
]

_HEAD = ("style", "score", "step_ms", "times", "colors", "gradients", "picture", "plain")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def raster(as_json: AsJson = False) -> None:
    """Time the rasterizer, forward plus backward, on five cases."""
    with Stop("stopped; nothing was timed"), Display() as display:
        from drawkit.raster.bench import CASES, bench

        timings = []
        for case in CASES:
            display.wait(f"timing {case.name}")
            timings += bench((case,))
    if as_json:
        tell_json([asdict(timing) for timing in timings])
        return
    tell(f"{'case':<34}{'ms':>10}{'peak MB':>10}")
    for timing in timings:
        tell(f"{timing.case:<34}{timing.ms:>10.2f}{timing.peak_mb:>10.0f}")


def step(
    model: Annotated[
        str | None,
        typer.Option(
            help="Perceptor; weights that need a download are random.",
            autocompletion=values_for("model"),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Time a step of the default drawing against the perceptor's own part of it."""
    with Stop("stopped; nothing was timed"), Display() as display:
        from drawkit.bench.step import bench_step

        display.wait("timing steps, about half a minute")
        timing = bench_step() if model is None else bench_step(model)
    if as_json:
        tell_json(asdict(timing))
        return
    tell(f"{timing.model}, {timing.precision}, {timing.cutouts} cutouts")
    for name in ("step_ms", "perceptor_ms", "ratio"):
        tell(f"{name:<14}{getattr(timing, name):>9.2f}")


def start(as_json: AsJson = False) -> None:
    """Measure what goes before the first step: imports, perceptor, imagination."""
    with Stop("stopped; nothing was measured"), Display() as display:
        from drawkit.bench.start import bench_start

        display.wait("starting three times, about half a minute")
        timing = bench_start()
    if as_json:
        tell_json(asdict(timing))
        return
    for name, value in asdict(timing).items():
        tell(f"{name:<14}{value:>9.2f} s of the processor")


def svg(as_json: AsJson = False) -> None:
    """Measure how far SVGs are from the pictures that were optimized, in two renderers."""
    from drawkit.bench.svg import BOUND, bench_svg

    found = bench_svg()
    if as_json:
        tell_json([asdict(row) for row in found])
        return
    tell(f"{'case':<34}{'renderer':<12}levels of 255 (bound {BOUND:g})")
    for row in found:
        tell(f"{row.case:<34}{row.renderer:<12}{row.difference:.3f}")


def importing(
    paths: Annotated[
        list[Path], typer.Argument(help="SVG files, or folders of them.", metavar="PATH...")
    ],
    worst: Annotated[int, typer.Option(min=0, help="How many of the worst to name.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Measure how SVGs are read, each against resvg's picture; claimed: nothing was left out."""
    from drawkit.bench.reading import BOUND, bench_reading, summary, svgs_in

    with Stop("stopped; not all files were read"), Display() as display:
        files, rows = svgs_in(paths), []
        display.wait(f"reading {len(files)} files")
        for row in bench_reading(files):
            rows.append(row)
    if as_json:
        tell_json({"summary": summary(rows), "files": [asdict(row) for row in rows]})
        return
    for name, value in summary(rows).items():
        tell(f"{name:<16}{value:>9.4g}")
    tell(f"the worst that are claimed, in levels of 255 (bound {BOUND:g})")
    claimed = [row for row in rows if row.claimed and row.difference is not None]
    for row in sorted(claimed, key=lambda row: -(row.difference or 0))[:worst]:
        tell(f"{row.difference:>9.3f}  {row.path}")


def pixels(
    prompt: Annotated[str | None, typer.Option(help="What to draw.")] = None,
    size: Annotated[int, typer.Option(help="Cells a side.")] = 32,
    steps: Annotated[int | None, typer.Option(help="Updates; fewer are faster.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure pixel art: exact colours, symmetry, seams, orphans, jaggies, banding and time."""
    with Stop("stopped; nothing was measured"), Display() as display:
        from drawkit.bench.pixels import PROMPT, bench_pixels

        display.wait("drawing four sprites, about a minute")
        figures = bench_pixels(PROMPT if prompt is None else prompt, size=size, steps=steps)
    if as_json:
        tell_json(asdict(figures))
        return
    for name, value in asdict(figures).items():
        tell(f"{name:<14}{value:>9.4f}")


def pictures(as_json: AsJson = False) -> None:
    """Measure the memory that pictures of 50 million pixels take, kind by kind."""
    with Stop("stopped; not all kinds were measured"), Display() as display:
        from drawkit.bench.pictures import BOUND_MB, bench_pictures

        rows = []
        if not as_json:
            tell(f"{'kind':<18}{'read MB':>9}{'pixelate MB':>13}{'s':>7}  (bound {BOUND_MB} MB)")
        display.wait("writing and reading large pictures, a few minutes")
        for row in bench_pictures():
            display.finish()
            rows.append(asdict(row))
            if not as_json:
                tell(
                    f"{row.kind:<18}{row.read_mb:>9.0f}{row.pixelate_mb:>13.0f}"
                    f"{row.pixelate_seconds:>7.1f}"
                )
    if as_json:
        tell_json(rows)


def film(as_json: AsJson = False) -> None:
    """Draw and film in each of three ways: what the film takes from drawing, and after it."""
    with Stop("stopped; nothing was timed"), Display() as display:
        from drawkit.bench.film import BOUND, bench_film

        rows = []
        for canvas in ("strokes", "shapes", "pixels"):
            display.wait(f"drawing {canvas}")
            rows.append(bench_film(canvas))
    if as_json:
        tell_json([asdict(row) for row in rows])
        return
    tell(f"{'canvas':<10}{'steps s':>9}{'film s':>9}{'slower':>9}{'frames':>9}{'after s':>9}")
    for row in rows:
        tell(
            f"{row.canvas:<10}{row.steps_s:>9.1f}{row.film_s:>9.2f}{row.slower:>9.3f}"
            f"{row.frames:>9}{row.after_s:>9.1f}"
        )
    tell(f"(bound of slower: {BOUND:g})")


def style(
    drawing: Annotated[Path, typer.Argument(help="A drawing, as PNG.", metavar="DRAWING")],
    picture: Annotated[Path, typer.Argument(help="A style picture.", metavar="PICTURE")],
    as_json: AsJson = False,
) -> None:
    """Measure how far a drawing is from a style picture in colours and marks; 0: alike."""
    from drawkit.bench.style import style_difference

    with Display():
        found = asdict(style_difference(drawing, picture))
    if as_json:
        tell_json(found)
        return
    for name, value in found.items():
        tell(f"{name:<14}{value:>9.4f}")


def each_style(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Styles; without any: all.",
            metavar="[NAME]...",
            autocompletion=values_for("style"),
        ),
    ] = None,
    prompt: Annotated[str, typer.Option(help="What to draw.")] = "a cat",
    steps: Annotated[int | None, typer.Option(help="Updates; fewer are faster.")] = None,
    keep: Annotated[
        Path | None,
        typer.Option(help="Keep each drawing there; what is there already is not drawn again."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure each style on one drawing: words still found, cost of a step, how far it goes.

    colors and gradients are distances from the plain drawing, picture and plain those of the
    styled and the plain drawing from the style's picture, if it has one. With --keep, a stopped
    run goes on where it was, and two processes may draw half of the styles each.
    """
    if keep is not None and not keep.is_dir():
        raise InputError(f"there is no folder '{keep}' to keep drawings in")
    with Stop("stopped; not all styles were measured"), Display() as display:
        from drawkit.bench.styles import bench_styles
        from drawkit.styles import style_names

        wanted = names or style_names()
        rows = []
        if not as_json:
            tell(
                _line(
                    "style", "score", "step_ms", "times", "colors", "gradients", "picture", "plain"
                )
            )
        display.wait("drawing without a style")
        for row in bench_styles(wanted, prompt, steps=steps, keep=keep):
            display.finish()
            rows.append(asdict(row))
            if not as_json:
                tell(_line(*asdict(row).values()))
            if len(rows) <= len(wanted):
                display.wait(f"drawing in the style {wanted[len(rows) - 1]}")
    if as_json:
        tell_json(rows)


def _line(name: str, *values: str | float | None) -> str:
    """One row of the table: a name, then words or numbers; a dash where there is none."""
    cells = ("-" if v is None else v if isinstance(v, str) else f"{v:.3f}" for v in values)
    return f"{name:<16}" + "".join(f"{cell:>11}" for cell in cells)
