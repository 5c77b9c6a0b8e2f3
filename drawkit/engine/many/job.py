"""One drawing among many: its settings, and what comes of it, both fit to be sent elsewhere."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from drawkit.config import Given, Settings
from drawkit.engine.drawing import Drawing
from drawkit.engine.dreaming import Dream
from drawkit.engine.run import Run
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.errors import DivergedError, DrawkitError
from drawkit.export import exporter_for
from drawkit.perceptor.config import PerceptorConfig

__all__ = ["Job", "Made", "draw_job", "result_record", "with_threads"]

Ending = Literal["finished", "stopped", "failed"]


@dataclass(frozen=True, eq=False)
class Job:
    """What is to be drawn, by settings in layers as one.

    suffixes: formats of the files. shown: longer side in px of a picture for a sheet, if there is
    to be one. whole: whether the drawing itself is wanted.
    """

    layer: Mapping[str, Given]
    suffixes: tuple[str, ...] = ()
    shown: int | None = None
    whole: bool = False
    then: tuple[str, Mapping[str, Given]] | None = None
    """What is made of a dream, and the settings of that, as `dream_layer` has them."""


@dataclass(frozen=True, eq=False)
class Made:
    """What came of a job. ending: stopped and failed ones have the best drawing until then.

    error: one line where it failed; without a drawing, all else is empty. files: suffix -> bytes.
    picture: a PNG for a sheet. record: what `--json` says of a drawing, but for its files.
    seconds: on its own, without the start of a process and without opening perceptors.
    """

    ending: Ending
    seconds: float
    error: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    picture: bytes | None = None
    drawing: Drawing | None = None
    record: Mapping[str, Any] = field(default_factory=dict)

    @property
    def score(self) -> float | None:
        """As of a drawing."""
        score: float | None = self.record.get("score")
        return score

    @property
    def drawn(self) -> bool:
        """Whether there is anything to keep."""
        return bool(self.record)


def with_threads(job: Job, threads: int | None) -> Job:
    """The same job on so many threads, unless its settings say how many; None: as it is."""
    given = job.layer.get("draw.threads")
    if threads is None or (given is not None and str(given.value) != "none"):
        return job
    return replace(job, layer={**job.layer, "draw.threads": Given(threads, "workers")})


def draw_job(job: Job, session: Session, stopped: Callable[[], bool]) -> Made:
    """Draw it. What goes wrong is told, not raised: the other jobs have no part in it."""
    began = time.monotonic()
    try:
        settings = settings_for(job.layer)
        session.perceptors(settings.get("perceptor", PerceptorConfig))
        return _drawn(job, settings, session, stopped)
    except DrawkitError as error:
        return Made("failed", time.monotonic() - began, str(error))
    except Exception as error:  # even a bug in one must not lose the others
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Made("failed", time.monotonic() - began, said)


def _drawn(job: Job, settings: Settings, session: Session, stopped: Callable[[], bool]) -> Made:
    began = time.monotonic()
    run: Run | Dream
    if job.then is None:
        run = Run(settings, session=session)
    else:
        run = Dream(job.layer, job.then[1], job.then[0], session=session)
    ending: Ending = "finished"
    error = None
    try:
        for _ in run:
            if stopped():
                ending = "stopped"
                break
    except DivergedError as diverged:  # the last good one is kept
        ending, error = "failed", str(diverged)
    if run.steps == 0:
        return Made(ending, time.monotonic() - began, error)
    drawing = run.drawing()
    files = _written(drawing, job.suffixes)
    seconds = time.monotonic() - began
    return Made(
        ending,
        seconds,
        error,
        files,
        None if job.shown is None else drawing.png(job.shown),
        drawing if job.whole else None,
        result_record(drawing, run.settings.as_dict(), ending, seconds),
    )


def _written(drawing: Drawing, suffixes: tuple[str, ...]) -> dict[str, bytes]:
    """The drawing as files."""
    files = {}
    with tempfile.TemporaryDirectory(prefix="drawkit-") as folder:
        for suffix in suffixes:
            path = Path(folder, f"drawing{suffix}")
            exporter_for(path, drawing.export_configs).write(drawing.scene, path)
            files[suffix] = path.read_bytes()
    return files


def result_record(
    drawing: Drawing, config: Mapping[str, Any], ending: str, seconds: float
) -> dict[str, Any]:
    """A result for scripts: how good it is, how to make it again."""
    facts = drawing.scene.metadata
    return {
        "ending": ending,
        "score": facts.score,
        "seed": facts.seed,
        "steps": facts.steps,
        "seconds": round(seconds, 3),
        "prompts": [{"text": text, "weight": weight} for text, weight in facts.prompts],
        **({"typed": list(facts.typed)} if facts.typed else {}),
        "config": config,
        "versions": dict(facts.versions),
    }
