"""`drawkit studio`: a page in the browser in which drawings grow."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from drawkit.cli.console import tell
from drawkit.errors import InputError
from drawkit.files import data_home, expanded

if TYPE_CHECKING:
    from drawkit.studio.shelf import Shelf

__all__ = ["open_studio"]

_NEEDS = "nicegui"


def open_studio(
    folder: Annotated[
        str | None,
        typer.Option(
            help="Where drawings are kept (default: a folder of your user data).", metavar="FOLDER"
        ),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
) -> None:
    """Draw in the browser: type words, watch up to four drawings grow, and steer them.

    drawkit studio

    drawkit studio --folder sketches --no-open

    It serves this machine alone, at the address that it prints; Ctrl-C ends it. What you drew
    stays in the folder, and is there the next time.
    """
    if importlib.util.find_spec(_NEEDS) is None:
        raise InputError("drawkit studio needs more packages: pip install 'drawkit[studio]'")
    import webbrowser

    from drawkit.studio.server import serve

    def ready(address: str) -> None:
        tell(f"The studio is open at {address}")
        tell("Ctrl-C ends it.")
        if open_browser:
            webbrowser.open(address)

    place = data_home() / "studio" if folder is None else expanded(folder)
    serve(Path(place), _shelf(), ready)


def _shelf() -> Shelf:
    """The styles and palettes that can be chosen; those that are broken are not."""
    from drawkit.palettes import builtin_names, builtin_palette
    from drawkit.studio.shelf import PaletteCard, Shelf, StyleCard
    from drawkit.styles import BrokenStyle, all_styles

    styles = (style for style in all_styles() if not isinstance(style, BrokenStyle))
    palettes = ((name, builtin_palette(name).swatches) for name in builtin_names())
    return Shelf(
        tuple(StyleCard(style.name, style.summary) for style in styles),
        tuple(
            PaletteCard(name, tuple("#{:02x}{:02x}{:02x}".format(*swatch) for swatch in swatches))
            for name, swatches in palettes
        ),
    )
