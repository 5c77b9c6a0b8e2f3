"""Words into a picture of free pixels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Unpack

from drawkit.canvas.image import IMAGE_CANVASES
from drawkit.config import DrawOptions
from drawkit.engine.call import draw
from drawkit.engine.drawing import Drawing
from drawkit.engine.options import Style
from drawkit.engine.run import Step
from drawkit.engine.session import Session
from drawkit.errors import InputError

__all__ = ["dream"]


def dream(
    prompt: str | Sequence[str] = (),
    *,
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[DrawOptions],
) -> Drawing:
    """Dream words up as a picture of free pixels: `dream("a sunflower").save("sunflower.png")`.

    canvas: what the picture is made of, "fourier" if left out. All else, and errors on the way, are
    those of `draw`.
    """
    canvas = options.get("canvas")
    if canvas is None:
        canvas = IMAGE_CANVASES[0]
    if canvas not in IMAGE_CANVASES:
        raise InputError(f"canvas is '{canvas}'; allowed: {', '.join(IMAGE_CANVASES)}")
    options["canvas"] = canvas
    return draw(prompt, on_step=on_step, style=style, settings=settings, session=session, **options)
