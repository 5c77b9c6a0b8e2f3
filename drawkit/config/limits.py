"""What numbers a setting takes: written where its field is declared, checked in one place.

    @dataclass(frozen=True)
    class PensConfig:
        count: Annotated[int, Limits(1, 64)] = 3
        width: Annotated[float, Limits(0, 100, above=True)] | None = None

        def __post_init__(self) -> None:
            check_limits(self, "pens")

Every number of every dataclass of settings has its limits; a test walks over them all.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from drawkit.errors import ConfigError, shown

__all__ = ["Factor", "Limits", "Place", "Rate", "Share", "Weight", "check_limits", "limits_in"]


@dataclass(frozen=True)
class Limits:
    """The lowest and the highest number that is taken.

    above: the lowest itself is not; below: nor is the highest. unit: behind them in messages.
    """

    low: float
    high: float
    above: bool = False
    below: bool = False
    unit: str = ""

    def __contains__(self, value: float) -> bool:
        """Whether a number lies within; nan never does."""
        over = self.low < value if self.above else self.low <= value
        under = value < self.high if self.below else value <= self.high
        return over and under

    def __str__(self) -> str:
        """`0 to 100000`, `above 0 to 1`, `0 to below 1`."""
        low, high = shown(self.low), shown(self.high)
        return (
            f"{'above ' * self.above}{low} to {'below ' * self.below}{high}"
            f"{' ' * bool(self.unit)}{self.unit}"
        )


Factor = Annotated[float, Limits(0, 1000)]
"""How much something counts beside others."""
Place = Annotated[float, Limits(-10, 10)]
"""A point of a picture, in fractions of its side; it may lie outside."""
Rate = Annotated[float, Limits(0, 10)]
"""A learning rate of what lies between 0 and 1."""
Share = Annotated[float, Limits(0, 1)]
"""A part of a whole."""
Weight = Annotated[float, Limits(0, 10_000)]
"""What a loss is multiplied by. Below 0 it would draw away from what the loss wants."""


def check_limits(config: Any, section: str = "") -> None:
    """Raise ConfigError where a number of a dataclass lies outside the limits of its field.

    section: what the fields are set by, `strokes` for `strokes.max_width`.
    """
    kind: type = type(config)
    hints = _hints(kind)
    for field in fields(config):
        value = getattr(config, field.name)
        for limits, number in limits_in(hints[field.name], value):
            if limits is not None and number not in limits:
                name = f"{section}.{field.name}" if section else field.name
                given = shown(list(value) if isinstance(value, tuple) else value)
                raise ConfigError(f"{name} is {given}; allowed: {limits}")


@cache  # reading them anew took a third of what all settings of a drawing take
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)


def limits_in(hint: Any, value: Any, limits: Limits | None = None) -> Iterator[tuple[Any, Any]]:
    """(limits, number) for every number in the value of a field with this type.

    None stands for the limits where the type says none.
    """
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        own = [extra for extra in args[1:] if isinstance(extra, Limits)]
        yield from limits_in(args[0], value, own[0] if own else limits)
    elif origin in (Union, types.UnionType):
        for arg in args:
            yield from limits_in(arg, value, limits)
    elif origin is tuple and isinstance(value, tuple | list):
        hints = [args[0]] * len(value) if args[-1:] == (Ellipsis,) else args
        for inner, item in zip(hints, value, strict=False):
            yield from limits_in(inner, item, limits)
    elif hint in (int, float) and isinstance(value, int | float) and not isinstance(value, bool):
        yield limits, value
