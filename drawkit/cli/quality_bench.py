"""`drawkit bench quality`: the levels of `--quality`, measured."""

from __future__ import annotations

from dataclasses import asdict

from drawkit.cli.console import tell, tell_json
from drawkit.cli.display import Display
from drawkit.cli.flags import AsJson
from drawkit.cli.stop import Stop

__all__ = ["quality"]


def quality(as_json: AsJson = False) -> None:
    """Measure what each level of --quality takes and gives, as strokes, shapes and cells."""
    with Stop("stopped; not all levels were measured"), Display() as display:
        from drawkit.bench.quality import QualityRow, bench_quality

        def told(row: QualityRow) -> None:
            if not as_json:
                tell(
                    f"{row.kind:<14}{row.quality:<9}{row.steps:>6}{row.seconds:>9.1f} s"
                    f"{row.processor:>12.1f} s{row.score:>10.3f}"
                )

        display.wait("drawing nine times, some minutes")
        if not as_json:
            tell("what          quality   steps    clock     processor     score")
        rows = bench_quality(told)
    if as_json:
        tell_json([asdict(row) for row in rows])
