"""Names to plug-ins: found on first use, never two of one name, misspelt ones helped along."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from drawkit.errors import UnknownNameError
from drawkit.export import exporters
from drawkit.registry import Registry


@dataclass(frozen=True)
class Config:
    """Nothing to set."""


def test_an_unknown_name_gets_the_nearest_or_all() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown exporter 'pgn'; did you mean 'png'\?"):
        exporters.get("pgn")
    with pytest.raises(UnknownNameError, match="'xyz'; allowed: anim, apng, aseprite, gif"):
        exporters.get("xyz")


def test_no_two_of_one_name() -> None:
    registry = Registry("thing", "drawkit.export")
    register = registry.register("one", config=Config)

    class First:
        """The first one.

        More about it.
        """

    class Second: ...

    assert register(First) is First
    register(First)  # a module loaded twice is no clash
    with pytest.raises(ValueError, match="two thing plug-ins are named 'one'"):
        register(Second)
    assert registry.get("one").cls is First
    assert registry.get("one").summary == "The first one."
