"""A dream out of the record in its file: the same words, settings and seed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drawkit.canvas.image import DREAM_CANVASES
from drawkit.config import Given, from_sections
from drawkit.config.layers import PROMPTS, PROMPTS_FILE
from drawkit.engine.drawing import Drawing
from drawkit.engine.resuming import find_input, prompts_of
from drawkit.errors import InputError
from drawkit.files import expanded
from drawkit.pictures.records import read_record

__all__ = ["Recorded", "recorded", "with_dream"]

_DREAM = "dream"
"""Section of a drawing's record that says of what dream it was made; `dream.draw` and the like have
the settings of that."""
_LATER = ("optimize.steps", "draw.size")


@dataclass(frozen=True)
class Recorded:
    """Settings of a dream, and those of what was made of it, `then`, if anything was."""

    dream: dict[str, Given]
    after: dict[str, Given]
    then: str | None


def with_dream(drawn: Drawing, dreamt: Drawing, then: str) -> Drawing:
    """A drawing made of a dream, with the dream's own settings, words and inputs in its record."""
    facts, dream = drawn.scene.metadata, dreamt.scene.metadata
    own = {f"{_DREAM}.{section}": keys for section, keys in dream.config.items()}
    facts = replace(
        facts,
        prompts=dream.prompts,
        typed=dream.typed,
        config={**facts.config, _DREAM: {"then": then}, **own},
        inputs={**dream.inputs, **facts.inputs},
    )
    return replace(drawn, scene=replace(drawn.scene, metadata=facts))


def recorded(path: str | Path, given: Mapping[str, Given], inputs: Path | None = None) -> Recorded:
    """What an SVG or a PNG says of the dream in it. given: what is said anew, and so not needed.

    inputs: the folder of the files that it was made with, if not its own. Raises InputError for a
    file that tells of no dream, and for inputs that are not there.
    """
    path = expanded(path)
    facts, source = read_record(path), f"the record of '{path.name}'"
    tables = {name: keys for name, keys in facts.config.items() if isinstance(keys, dict)}
    made, then = tables.pop(_DREAM, None), None
    own: dict[str, Any] = tables
    after: dict[str, Any] = {}
    if made is not None:
        then = made.get("then")
        start = f"{_DREAM}."
        own = {
            name.removeprefix(start): of for name, of in tables.items() if name.startswith(start)
        }
        after = {name: of for name, of in tables.items() if not name.startswith(start)}
    canvas = own.get("draw", {}).get("canvas", DREAM_CANVASES[0] if made is not None else None)
    if canvas not in DREAM_CANVASES or then not in (None, "trace", "strokes", "pixels"):
        raise InputError(f"'{path}' does not say that it was dreamt; say words, without --again")
    folder = path.parent if inputs is None else inputs
    layer = {"draw.canvas": Given(canvas, source), **from_sections(own, source)}
    if PROMPTS not in given and PROMPTS_FILE not in given:
        layer[PROMPTS] = Given(prompts_of(facts, folder), source)
        layer.pop(PROMPTS_FILE, None)
    if facts.seed is not None:
        layer["draw.seed"] = Given(facts.seed, source)
    later = from_sections(after, source)
    for found in (layer, later):
        for key in [key for key in found if key.startswith("words.")]:
            del found[key]  # they stand in the prompts already
        for name, digest in facts.inputs.items():
            find_input(folder, name, digest, found, given)
    return Recorded(layer, later, then)
