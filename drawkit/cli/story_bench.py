"""`drawkit bench story`: what a story of six lines costs, and how good it is."""

from __future__ import annotations

from dataclasses import asdict

from drawkit.cli.console import tell, tell_json
from drawkit.cli.display import Display
from drawkit.cli.filling import Workers
from drawkit.cli.flags import AsJson
from drawkit.cli.stop import Stop

__all__ = ["story"]


def story(workers: Workers = None, as_json: AsJson = False) -> None:
    """Tell six lines in 30 s at 720 px: seconds, kilobytes, and scenes that are recognized.

    drawkit bench story
    """
    with Stop("stopped; nothing was measured"), Display() as display:
        from drawkit.bench.story import BOUNDS, LINES, bench_story
        from drawkit.engine.many.processes import crew_size
        from drawkit.engine.threads import processors

        count = crew_size(workers, "--workers", min(len(LINES), processors()))
        display.wait(f"telling a story of {len(LINES)} lines")
        found = bench_story(count)
    if as_json:
        tell_json({**asdict(found), "seconds": found.seconds})
        return
    tell(f"{found.scenes} scenes, {found.length_s:.3g} s, {found.frames} frames")
    tell(f"drawing        {found.drawing_s:8.0f} s")
    tell(f"film           {found.film_s:8.0f} s")
    tell(f"both           {found.seconds:8.0f} s   (bound: {BOUNDS['seconds']:g})")
    tell(f"MP4            {found.mp4_kb:8.0f} kB")
    tell(f"Lottie         {found.lottie_kb:8.0f} kB  (bound: {BOUNDS['lottie_kb']:g})")
    tell(f"recognized     {found.recognized:5} of {found.scenes}")
    tell(f"score          {found.score:8.3f}")
