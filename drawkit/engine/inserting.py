"""Drawing words into an SVG that is there already: on its page, or where something is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Unpack

from drawkit.config import DrawOptions, Given
from drawkit.engine.call import drawn
from drawkit.engine.drawing import Drawing
from drawkit.engine.options import Style, options_layer
from drawkit.engine.run import Run, Step
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.errors import InputError
from drawkit.export.svg import SvgConfig, svg_text
from drawkit.pictures.svg.inserting import room_in
from drawkit.scene import Background, Scene, Source

__all__ = ["Inserted", "insert", "inserted"]

_SIDE = 224
"""Longer side in px of the sheet that is drawn on, whatever size it has in the file."""
_LEAST = 16
_OF_A_FILE = (
    *("draw.size", "draw.init", "draw.tile", "draw.canvas"),
    *(f"export.svg.{item.name}" for item in fields(SvgConfig) if item.name != "decimals"),
)
"""What is for a drawing that is a file of its own."""
_FOLDER = "drawkit.toml"


def insert(
    path: str | Path,
    prompt: str | Sequence[str] = (),
    *,
    at: Sequence[str] = (),
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[DrawOptions],
) -> Drawing:
    """Draw words into an SVG: `insert("card.svg", "a cat", at=["frame"]).save("card-2.svg")`.

    at: ids or labels of what gives the place; without it the whole page does. The drawing is a
    group of its own above that, on the colour of what is there if that is one plain shape; all
    else in the file stays. options: those of `draw` that are not about a sheet. Raises
    FileError for a file that is no SVG, InputError for a name that nothing has.
    """
    begun = inserted(path, options_layer(prompt, style, settings, options), at=at)
    return drawn(Run(settings_for(begun.layer), session=session, into=begun.source), on_step)


@dataclass(frozen=True, eq=False)
class Inserted:
    """What a run begins with: settings as a layer, and the document that the drawing goes into."""

    layer: dict[str, Given]
    source: Source


def inserted(path: str | Path, layer: Mapping[str, Given], *, at: Sequence[str] = ()) -> Inserted:
    """Read a file to draw into. layer: the settings; at: ids or labels of what gives the place.

    Raises InputError for settings that are about a sheet, which the file gives.
    """
    for key in _OF_A_FILE:
        given = layer.get(key)
        if given is not None and not given.source.startswith(_FOLDER):
            name = key if given.source in ("--set", "settings") else given.source
            raise InputError(f"{name} is not for a drawing that goes into a file: it has its own")
    kept = {key: given for key, given in layer.items() if key not in _OF_A_FILE}
    room = room_in(path, at)
    kept["draw.size"] = Given("{}x{}".format(*room.sides(_SIDE, _LEAST)), str(path))
    color = room.place.color
    if color is not None and "draw.background" not in layer:
        kept["draw.background"] = Given(color, str(path))
    return Inserted(kept, room.taking(_written))


def _written(scene: Scene, decimals: int) -> str:
    """The SVG of the drawing alone, its paper left to the file."""
    paper = Background(scene.background.color)
    return svg_text(replace(scene, source=None, background=paper), SvgConfig(decimals=decimals))
