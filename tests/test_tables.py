"""The sample that CI runs of a large table."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tables import first_of, rows

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "columns",
    [
        ("ab",),
        ("abc", [1, 2]),
        ([1, 2], "abcd", [True, False], [None]),
        ([(1,), (9, 14)], "abcde"),
        ([pytest.param(1, id="one"), pytest.param(2, id="two")], "abc"),
    ],
    ids=str,
)
def test_the_sample_has_every_value_and_the_table_every_row(columns: tuple[object, ...]) -> None:
    found = list(rows(*columns))  # type: ignore[arg-type]
    lists = [[getattr(value, "values", (value,))[0] for value in column] for column in columns]
    size = 1
    for column in lists:
        size *= len(column)
    assert len({row.values for row in found}) == len(found) == size
    sample = [row.values for row in found if not row.marks]
    assert len(sample) == max(map(len, lists))
    assert found[0].values in sample
    for at, column in enumerate(lists):
        assert {values[at] for values in sample} == set(column)
    assert all(mark.name == "long" for row in found for mark in row.marks)


def test_of_one_kind_the_first_is_taken() -> None:
    found = [(row.values, [mark.name for mark in row.marks]) for row in first_of("abc")]
    assert found == [(("a",), []), (("b",), ["long"]), (("c",), ["long"])]


def test_rows_are_called_by_their_values() -> None:
    named = pytest.param((1, 2), id="few", marks=pytest.mark.slow)
    found = list(rows(["ink", "pixels"], [named, 3]))
    assert [row.id for row in found] == ["ink-few", "ink-3", "pixels-few", "pixels-3"]
    assert [mark.name for mark in found[2].marks] == ["slow", "long"]
    assert next(rows([(1, 2)], "a")).id is None  # pytest gives it one


def test_what_check_takes() -> None:
    done = subprocess.run([ROOT / "check", "--everything"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "check: got '--everything'; allowed: nothing, --all or --long\n"
