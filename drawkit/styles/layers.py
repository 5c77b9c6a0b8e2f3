"""Styles as settings: those of a folder's `drawkit.toml`, and those that are named."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from drawkit.config import Given, read_toml
from drawkit.errors import ConfigError
from drawkit.styles.find import file_layer, find_style, refuse_top_level
from drawkit.styles.mix import mixed_layer, parse_share

__all__ = ["SETTINGS_FILE", "folder_layer", "refuse_style", "styles_layer"]

SETTINGS_FILE = "drawkit.toml"
_FOLDER_KEYS = ("style",)


def folder_layer(folder: Path = Path(), *, styled: bool = True) -> dict[str, Given]:
    """The settings of `drawkit.toml` in `folder`, over those of the styles that it names.

    styled: false leaves those styles out, for other ones in their place.
    """
    path = folder / SETTINGS_FILE
    if not os.path.lexists(path):
        return {}
    file = read_toml(path)
    refuse_top_level(file, _FOLDER_KEYS)
    layer = file_layer(file)
    if "style" in file.top:
        if "draw.style" in layer:
            raise ConfigError(f"{file.place('style')}: style is set twice; keep one")
        layer["draw.style"] = Given(file.top["style"], file.place("style"))
    if not styled:
        return {key: given for key, given in layer.items() if key != "draw.style"}
    names = layer["draw.style"].value if "draw.style" in layer else []
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return layer  # not a list of names: the check of the settings says so
    return {**styles_layer(names, folder), **layer}


def styles_layer(names: Sequence[str], folder: Path = Path()) -> dict[str, Given]:
    """The settings of several styles, by name or path.

    A later one overrides an earlier one. Where one has a weight (`ink:0.7`), all are mixed.
    """
    wanted = [parse_share(name) for name in names]
    styles = [find_style(name, folder) for name, _ in wanted]
    if any(weight is not None for _, weight in wanted):
        weights = [1.0 if weight is None else weight for _, weight in wanted]
        return mixed_layer(styles, weights)
    layer: dict[str, Given] = {}
    for style in styles:
        layer.update(style.layer)
    return layer


def refuse_style(layer: Mapping[str, Given], instead: str) -> None:
    """Refuse `draw.style` among single settings: it says which styles are used, and uses none."""
    if "draw.style" in layer:
        source = layer["draw.style"].source
        raise ConfigError(f"{source}: draw.style is no single setting; name a style with {instead}")
