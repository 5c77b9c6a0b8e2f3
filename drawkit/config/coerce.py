"""Values as they were typed -> values of a field's type, or one line that says why not."""

from __future__ import annotations

import math
import types
from typing import Any, Literal, Union, get_args, get_origin

from drawkit.config.toml import parse_toml
from drawkit.errors import shown, suggestion

__all__ = ["Raw", "coerce", "describe"]


class Raw(str):
    """A value typed on the command line: TOML where it reads as TOML, else plain text."""

    __slots__ = ()


_PLAIN: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    type(None): '"none"',
}


def coerce(value: Any, hint: Any) -> Any:
    """`value` as the type `hint`; raises ValueError with what is allowed and what was given."""
    for reading in _readings(value):
        ok, result = _fit(reading, hint)
        if ok:
            return result
    raise ValueError(f"takes {describe(hint)}, got {_given(value)}{_near(value, hint)}")


def describe(hint: Any) -> str:
    """What a field of this type takes, in words."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _one_of([str(choice) for choice in args])
    if origin in (Union, types.UnionType):
        return _one_of([describe(arg) for arg in args])
    if origin is tuple and args[-1:] == (Ellipsis,):
        return f"a list (each {describe(args[0])})"
    if origin is tuple:
        return f"a list of {len(args)} (each {' / '.join(dict.fromkeys(map(describe, args)))})"
    return _PLAIN.get(hint, str(hint))


def _readings(value: Any) -> list[Any]:
    """How a value can be meant: text typed on the command line is TOML first, then itself."""
    if not isinstance(value, Raw):
        return [value]
    try:
        parsed = parse_toml(f"value = {value}\n")
    except ValueError:
        return [str(value)]
    return [parsed["value"], str(value)] if len(parsed) == 1 else [str(value)]


def _fit(value: Any, hint: Any) -> tuple[bool, Any]:
    """(True, the value as `hint`), or (False, None)."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return True, value
    if origin is Literal:
        return value in args, value
    if origin in (Union, types.UnionType):
        return _fit_union(value, args)
    if origin is tuple:
        return _fit_tuple(value, args)
    if hint is type(None):
        return value is None or value == "none", None
    if hint is bool:
        return isinstance(value, bool), value
    if hint is int:
        return _fit_int(value)
    if hint is float:
        return _fit_float(value)
    return isinstance(value, hint), value


def _fit_float(value: Any) -> tuple[bool, Any]:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False, None
    try:
        number = float(value)
    except OverflowError:  # a whole number beyond all floats
        return False, None
    return math.isfinite(number), number


def _fit_int(value: Any) -> tuple[bool, Any]:
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        return True, int(value)
    return isinstance(value, int) and not isinstance(value, bool), value


def _fit_union(value: Any, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """The first member that fits; `none` before text, so that "none" can unset a text field."""
    for arg in sorted(args, key=lambda arg: arg is not type(None)):
        ok, result = _fit(value, arg)
        if ok:
            return ok, result
    return False, None


def _fit_tuple(value: Any, args: tuple[Any, ...]) -> tuple[bool, Any]:
    """Lists item by item; a lone item is a list of one where any length is allowed."""
    open_ended = args[-1:] == (Ellipsis,)
    if not isinstance(value, list | tuple):
        if not open_ended:
            return False, None
        value = [value]
    hints = [args[0]] * len(value) if open_ended else list(args)
    if len(hints) != len(value):
        return False, None
    fitted = [_fit(item, hint) for item, hint in zip(value, hints, strict=True)]
    return all(ok for ok, _ in fitted), tuple(item for _, item in fitted)


def _one_of(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _given(value: Any) -> str:
    """What was typed, or what stands in a file."""
    return shown(str(value) if isinstance(value, str) else value)


def _near(value: Any, hint: Any) -> str:
    """A suggestion where the field takes one of a few words."""
    members = [hint, *get_args(hint)] if get_origin(hint) is not Literal else [hint]
    words = [w for m in members if get_origin(m) is Literal for w in get_args(m)]
    if not words or not isinstance(value, str):
        return ""
    text = suggestion(value, [str(word) for word in words])
    return text if "did you mean" in text else ""
