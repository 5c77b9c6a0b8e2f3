"""One drawing several times, with seeds that count up: `draw("a cat", runs=8)`."""

from __future__ import annotations

import math
from collections.abc import Mapping

from drawkit.config import DrawConfig, Given
from drawkit.config.vary import MOST_RUNS, grid, seed_axis
from drawkit.engine.drawing import Drawing
from drawkit.engine.many.check import Checker
from drawkit.engine.many.crew import draw_all
from drawkit.engine.many.job import Job
from drawkit.engine.stopped import hand_over
from drawkit.errors import ConfigError, DrawkitError

__all__ = ["draw_runs"]


def draw_runs(layer: Mapping[str, Given], runs: int, workers: int | None) -> list[Drawing]:
    """The drawings, the best by its score first. workers: as of `draw_all`.

    An error on the way, Ctrl-C too, has those that are done as its attribute `drawings`. One that
    fails costs no other; where all do, its error is raised.
    """
    if not isinstance(runs, int) or isinstance(runs, bool) or not 1 <= runs <= MOST_RUNS:
        raise ConfigError(f"runs is {runs!r}; allowed: a number 1 to {MOST_RUNS}")
    checker = Checker()
    config = checker.settings(layer).get("draw", DrawConfig)
    points = list(grid([seed_axis(config.seed, runs)]))
    layers = [point.layer(lambda styles: layer) for point in points]
    for one in layers:
        checker.settings(one)
    jobs = [Job(one, whole=True) for one in layers]
    found: list[Drawing] = []
    errors: list[str] = []
    try:
        for done in draw_all(jobs, workers=workers, threads=config.threads):
            if done.result is not None and done.result.drawing is not None:
                found.append(done.result.drawing)
            else:
                errors.append(str(done.error if done.result is None else done.result.error))
    except BaseException as error:
        return hand_over(error, _best_first(found), "drawings")
    if not found:
        raise DrawkitError(errors[0])
    return _best_first(found)


def _best_first(drawings: list[Drawing]) -> list[Drawing]:
    """By their scores, then by their seeds."""

    def rank(drawing: Drawing) -> tuple[float, int]:
        score = drawing.score
        return (math.inf if score is None else -score, drawing.scene.metadata.seed or 0)

    return sorted(drawings, key=rank)
