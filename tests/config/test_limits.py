"""Every number that can be set has a lowest and a highest value, and nothing beyond is taken."""

from __future__ import annotations

import dataclasses
import importlib
import math
import pkgutil
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

import drawkit
from drawkit import draw
from drawkit.config import Given, coerce
from drawkit.config.limits import Limits, Share, check_limits, limits_in
from drawkit.engine import sections, settings_for
from drawkit.errors import ConfigError, InputError, shown

ENDLESS = (math.nan, math.inf, -math.inf, 1e308, -1e308, 10**400, -(10**400), 10**5000)


def configs() -> list[type[Any]]:
    """Every dataclass of settings in the package, by the name that they all have."""
    found = set(sections().values())
    for module in pkgutil.walk_packages(drawkit.__path__, "drawkit."):
        if not module.name.endswith("__main__") and "diffvg" not in module.name:
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, type) and value.__name__.endswith("Config"):
                    found.add(value)
    return sorted((c for c in found if dataclasses.is_dataclass(c)), key=lambda c: c.__name__)


def numbers(hint: Any, at: tuple[int, ...] = ()) -> Iterator[tuple[Limits | None, Any, Any]]:
    """(limits, type, a function from a number to a value of the field) for each number in it."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        for _, kind, make in numbers(args[0]):
            yield next((a for a in args[1:] if isinstance(a, Limits)), None), kind, make
    elif origin is tuple:
        inner = args[:1] if args[-1:] == (Ellipsis,) else args
        for place, arg in enumerate(inner):
            for limits, kind, make in numbers(arg):
                others = [make_lowest(a) for a in inner]
                yield (
                    limits,
                    kind,
                    lambda x, o=others, p=place, m=make: (*o[:p], m(x), *o[p + 1 :]),
                )
    elif args and origin is not None and hint not in (int, float):
        for arg in args:
            yield from numbers(arg) if not isinstance(arg, str) else ()
    elif hint in (int, float):
        yield None, hint, lambda number: number


def make_lowest(hint: Any) -> Any:
    limits = next((a for a in get_args(hint)[1:] if isinstance(a, Limits)), None)
    return 0 if limits is None else limits.high


def fields() -> list[Any]:
    found = []
    for config in configs():
        hints = get_type_hints(config, include_extras=True)
        for field in dataclasses.fields(config):
            for number, (limits, kind, make) in enumerate(numbers(hints[field.name])):
                name = f"{config.__module__}.{config.__name__}.{field.name}-{number}"
                found.append(pytest.param(config, field.name, limits, kind, make, id=name))
    return found


FIELDS = fields()


def test_they_are_many() -> None:
    assert len(configs()) > 30
    assert len(FIELDS) > 80


@pytest.mark.parametrize(("config", "name", "limits", "kind", "make"), FIELDS)
def test_every_number_has_limits(
    config: Any, name: str, limits: Limits | None, kind: type, make: Any
) -> None:
    assert limits is not None, f"{config.__name__}.{name} takes any number; declare its Limits"
    assert math.isfinite(limits.low)
    assert math.isfinite(limits.high)
    assert limits.low < limits.high <= 2**53
    for beyond in (*ENDLESS, limits.low - 1, limits.high + 1):
        with pytest.raises(ConfigError, match="allowed: ") as caught:
            config(**{name: make(beyond)})
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize("section", sections())
def test_no_settings_take_them(section: str) -> None:
    for field in dataclasses.fields(sections()[section]):
        if any(numbers(get_type_hints(sections()[section], include_extras=True)[field.name])):
            for value in ENDLESS:
                with pytest.raises(ConfigError):
                    settings_for({f"{section}.{field.name}": Given(value, "here")})


@pytest.mark.parametrize("value", ENDLESS, ids=shown)
@pytest.mark.parametrize("name", ["strokes", "max_width", "size", "steps", "seed", "threads"])
def test_python_gets_the_same_error(name: str, value: float) -> None:
    with pytest.raises(InputError, match=f"^{name}: "):
        draw("a cat", **{name: value})


@dataclasses.dataclass(frozen=True)
class Pens:
    count: Annotated[int, Limits(1, 64)] | str = 3
    width: Annotated[float, Limits(0, 1, above=True, below=True)] | None = None
    span: tuple[Share, Share] = (0, 1)
    steps: tuple[Annotated[int, Limits(2, 3, unit="px")], ...] = ()
    free: float = 0
    on: bool = True

    def __post_init__(self) -> None:
        check_limits(self, "pens")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"count": 0}, "pens.count is 0; allowed: 1 to 64"),
        ({"count": 65}, "pens.count is 65; allowed: 1 to 64"),
        ({"width": 0.0}, "pens.width is 0; allowed: above 0 to below 1"),
        ({"width": 1.0}, "pens.width is 1; allowed: above 0 to below 1"),
        ({"width": -0.0}, "pens.width is -0; allowed: above 0 to below 1"),
        ({"span": (0, 1.5)}, r"pens.span is \[0, 1.5\]; allowed: 0 to 1"),
        ({"steps": (2, 4)}, r"pens.steps is \[2, 4\]; allowed: 2 to 3 px"),
        ({"count": 10**5000}, r"pens.count is 1e\+5000; allowed"),
    ],
    ids=lambda value: value if isinstance(value, str) else next(iter(value)),
)
def test_what_is_said(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=f"^{words}"):
        Pens(**given)


def test_within_is_taken() -> None:
    assert Pens(count="many", width=0.5, span=(0, -0.0), steps=(2, 3, 2), free=1e308)
    assert [limits for limits, _ in limits_in(float, 3)] == [None]
    assert not list(limits_in(bool, True))


def test_a_whole_number_beyond_all_floats_is_none() -> None:
    with pytest.raises(ValueError, match=r"takes a number, got 1e\+400"):
        coerce(10**400, float)
