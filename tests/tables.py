"""Tables of tests that are large and slow: CI runs a sample with every value in it.

`@table("kind, stop", KINDS, STOPS)` is `parametrize` over all combinations. Those of a diagonal,
in which each value of each column stands once at least, run everywhere; the others are marked
`long`, and `./check --long` runs them. `first_of(values)` is for values that are no kinds of their
own: more words, more delays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

import pytest

__all__ = ["first_of", "rows", "table"]


def table(names: str, *columns: Iterable[Any]) -> pytest.MarkDecorator:
    """`parametrize` the arguments `names`, split by commas, over all rows of `columns`.

    A value may be a `pytest.param` with an id.
    """
    found = list(rows(*columns))
    assert len(names.split(",")) == len(columns)
    return pytest.mark.parametrize(names.replace(" ", "").split(","), found)


def first_of(values: Iterable[Any]) -> list[Any]:
    """For `parametrize`: values that are all of one kind, of which CI takes the first."""
    first, *others = values
    return [pytest.param(first), *(pytest.param(o, marks=pytest.mark.long) for o in others)]


def rows(*columns: Iterable[Any]) -> Iterator[Any]:
    """All combinations, those that only `./check --long` needs marked; the first one never is."""
    lists = [[_param(value) for value in column] for column in columns]
    most = max(map(len, lists))
    sample = {tuple(at % len(column) for column in lists) for at in range(most)}
    for places in product(*(range(len(column)) for column in lists)):
        cells = [column[at] for column, at in zip(lists, places, strict=True)]
        marks = [mark for cell in cells for mark in cell.marks]
        if places not in sample:
            marks.append(pytest.mark.long)
        ids = [cell.id for cell in cells]
        named = "-".join(map(str, ids)) if all(id is not None for id in ids) else None
        yield pytest.param(*(cell.values[0] for cell in cells), marks=marks, id=named)


def _param(value: Any) -> Any:
    """As a `pytest.param` with an id where one can be read off it."""
    if isinstance(value, type(pytest.param(0))):
        return value
    plain = isinstance(value, str | int | float | bool | None)
    return pytest.param(value, id=str(value) if plain else None)
