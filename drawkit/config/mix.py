"""Settings that are a mean of several styles' ones; known only once the defaults are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from drawkit.config.layers import Given, Settings

__all__ = ["Mix", "settled"]


@dataclass(frozen=True)
class Mix:
    """The value that a setting has under several layers, each with its share of 1."""

    parts: tuple[tuple[float, Mapping[str, Given]], ...]


def settled(
    layer: Mapping[str, Given],
    base: Mapping[str, Given],
    resolved: Callable[[Mapping[str, Given]], Settings],
) -> dict[str, Given]:
    """`layer` with a number for every `Mix`: a part that does not name it has that of `base`.

    base: the defaults under the layer; resolved: builds and checks the settings of a layer.
    """
    done = dict(layer)
    for key, given in layer.items():
        if not isinstance(given.value, Mix):
            continue
        section, _, name = key.rpartition(".")
        below = {k: v for k, v in base.items() if k.rpartition(".")[0] == section}
        values = [
            share * getattr(resolved({**below, **part}).sections[section], name)
            for share, part in given.value.parts
        ]
        done[key] = Given(sum(values), given.source)
    return done
