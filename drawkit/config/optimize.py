"""The settings of the loop."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from drawkit.config.limits import Limits, check_limits

__all__ = ["OptimizeConfig", "parse_time"]

Steps = Annotated[int, Limits(1, 1_000_000)]
_UNITS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}
_TIME = re.compile(r"(?a)\s*(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})\s*([a-z]*)\s*")


def parse_time(value: Any) -> Any:
    """`"90"`, `"90s"`, `"1.5m"` or `"1h"` -> seconds; anything else is left to the type check."""
    if not isinstance(value, str) or value.strip().lower() == "none":
        return value
    found = _TIME.fullmatch(value.lower())
    if found is None or found[2] not in _UNITS:
        raise ValueError(f"takes seconds, or a time such as 90s, 2m or 1h, got '{value}'")
    return float(found[1]) * _UNITS[found[2]]


@dataclass(frozen=True)
class OptimizeConfig:
    """How long the loop runs and how often it looks at the clean drawing."""

    steps: Steps = 1000
    """Updates of the drawing."""
    score_every: Steps = 10
    """Steps between two scores of the clean drawing."""
    sketch: Annotated[float, Limits(0, 1, below=True)] = 0.0
    """Share of the run that is a sketch: none of its drawings beats a later one's score."""
    finish: Annotated[float, Limits(0, 1, above=True)] = 1.0
    """Share of the run from which words rest where what they say was imagined: the drawing follows
    that picture alone, which clears away what only a perceptor sees. 1: never. Not where a start or
    prompts with times of their own are given, without `losses.target`, or with losses of style."""

    time: Annotated[float, Limits(0, 604_800, above=True, unit="seconds")] | None = field(
        default=None, metadata={"parse": parse_time}
    )
    """In place of `steps`, as many as this time allows; they stand in the record instead."""
    patience: Steps | None = None
    """Stop when the score has not grown for so many steps."""
    last_step: Steps | None = None
    """Stop after this one of the `steps` that rates are made for; what a record says of a run
    that ended early."""

    def __post_init__(self) -> None:
        """Refuse runs that never start or never end."""
        check_limits(self, "optimize")
