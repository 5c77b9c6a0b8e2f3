"""What each style does to one drawing and what it costs: `drawkit bench styles`."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from drawkit.bench.style import style_difference
from drawkit.config import Given, weighted
from drawkit.engine import Run, settings_for
from drawkit.engine.options import style_layer

__all__ = ["PLAIN", "StyleFigures", "bench_styles"]

PLAIN = "plain"
"""The drawing without any style, which comes first: what the others are compared with."""

_WARM = 3
"""Steps that are not timed: the first ones compile and allocate."""


@dataclass(frozen=True)
class StyleFigures:
    """One style's figures.

    score: how well the perceptor finds the words, -1..1. step_ms: median of a step; times: that
    over the plain drawing's. colors, gradients: how far the drawing is from the plain one
    (`drawkit bench style`; 0: alike). picture: mean of both to the style's own picture;
    plain_picture: the same for the plain drawing; None where the style has no picture.
    """

    name: str
    score: float
    step_ms: float
    times: float
    colors: float
    gradients: float
    picture: float | None
    plain_picture: float | None


def bench_styles(
    names: Sequence[str], prompt: str, *, steps: int | None = None, keep: Path | None = None
) -> Iterator[StyleFigures]:
    """Draw `prompt` plainly, then in each style; yields the figures of each as it is done.

    steps: fewer than a style's own are faster. keep: a folder for the drawings; what is there
    already is not drawn again. Raises DrawkitError where a style cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="drawkit-") as made:
        folder = Path(made) if keep is None else keep
        plain, score, plain_ms = _drawn(prompt, (), steps, folder)
        yield StyleFigures(PLAIN, score, plain_ms, 1.0, 0.0, 0.0, None, None)
        for name in names:
            path, score, step_ms = _drawn(prompt, (name,), steps, folder)
            away, pictures = style_difference(path, plain), _pictures(name)
            yield StyleFigures(
                name=name,
                score=score,
                step_ms=step_ms,
                times=step_ms / plain_ms,
                colors=away.colors,
                gradients=away.gradients,
                picture=_mean_to(path, pictures),
                plain_picture=_mean_to(plain, pictures),
            )


def _drawn(
    prompt: str, styles: Sequence[str], steps: int | None, folder: Path
) -> tuple[Path, float, float]:
    """Draw and save as PNG in `folder`; that, the score and the median of a step's milliseconds.

    Named after its settings; the figures lie beside it, and are there only when it is whole.
    """
    own = {"draw.prompts": Given([prompt], "bench")}
    if steps is not None:
        own["optimize.steps"] = Given(steps, "--steps")
    settings = settings_for({**style_layer(styles), **own})
    path = folder / f"{settings.fingerprint()[:16]}.png"
    figures = path.with_suffix(".json")
    if path.is_file() and figures.is_file():
        kept = json.loads(figures.read_text(encoding="utf-8"))
        return path, kept["score"], kept["step_ms"]
    run = Run(settings)
    took, before = [], time.perf_counter()
    for _ in run:
        now = time.perf_counter()
        took.append(1000 * (now - before))
        before = now
    drawing = run.drawing()
    drawing.save(path)
    assert drawing.score is not None  # a drawing is scored at its last step
    step_ms = statistics.median(took[_WARM:] or took)
    text = json.dumps({"styles": list(styles), "score": drawing.score, "step_ms": step_ms})
    figures.write_text(text, encoding="utf-8")
    return path, drawing.score, step_ms


def _pictures(style: str) -> list[tuple[str, float]]:
    """A style's own pictures with their weights."""
    settings = settings_for(style_layer(style)).as_dict()
    pairs = [weighted(text, "losses.style.images") for text in settings["losses.style"]["images"]]
    return [(path, 1.0 if weight is None else weight) for path, weight in pairs]


def _mean_to(drawing: Path, pictures: Sequence[tuple[str, float]]) -> float | None:
    """Mean distance in colours and gradients to pictures, by their weights."""
    if not pictures:
        return None
    far = [(style_difference(drawing, path), weight) for path, weight in pictures]
    total = sum(weight for _, weight in far)
    return sum(weight * (d.colors + d.gradients) / 2 for d, weight in far) / total
