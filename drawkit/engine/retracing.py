"""Going on with a traced drawing: after the picture that it was made of, or after new words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from drawkit.canvas.trace_config import TraceConfig
from drawkit.config import Given, from_sections
from drawkit.engine.record import file_hash
from drawkit.engine.tracing import tracing
from drawkit.errors import InputError
from drawkit.perceptor.defaults import defaults_for
from drawkit.pictures import as_pixels
from drawkit.scene import Metadata

__all__ = ["Retraced", "retraced"]

_SOURCE = "trace"


@dataclass(frozen=True, eq=False)
class Retraced:
    """Whether a file was traced; then settings to go on with, and the picture to follow.

    pixels: straight RGBA [H, W, 4]; None where there are words to follow.
    """

    was: bool
    layer: Mapping[str, Given] = field(default_factory=dict)
    pixels: npt.NDArray[np.uint8] | None = None


def retraced(
    path: Path, facts: Metadata, folder: Path, size: tuple[int, int], *, words: bool
) -> Retraced:
    """What a file with this record goes on after. folder: where its picture is looked for.

    size: width and height in px. words: whether it is told anew what to draw. Raises InputError
    for a traced one without words whose picture is not there.
    """
    own = facts.config.get("draw", {})
    like = facts.config.get("losses.fidelity", {})  # of one that was gone on with already
    if own.get("canvas") != "trace" and not like.get("weight"):
        return Retraced(False)
    ground = {"draw.background": Given("transparent", _SOURCE)}
    if words:
        return Retraced(True, ground)
    name = own.get("init")
    if not isinstance(name, str):
        raise InputError(f"'{path}' was traced from a picture that has no name; say what to draw")
    beside = folder / Path(name).name
    if not beside.is_file() or file_hash(beside) != facts.inputs.get(name):
        what = "is another file by now" if beside.is_file() else "is not beside it"
        raise InputError(f"'{path}' was traced from '{name}', which {what}; or say what to draw")
    moves = {"lr_points": TraceConfig.lr_points, "lr_color": TraceConfig.lr_color}
    kept = {name: of for name, of in defaults_for("none", "trace").items() if name[:6] != "export"}
    layer = from_sections({**kept, "strokes": {**moves, "schedule": "cosine"}}, _SOURCE) | ground
    layer["perceptor.models"] = Given(["none"], _SOURCE)
    layer["draw.init"] = Given(str(beside), _SOURCE)
    said = {"draw.size": Given("{}x{}".format(*size), str(path))}
    return Retraced(True, layer, tracing(as_pixels(beside), said, None).start)
