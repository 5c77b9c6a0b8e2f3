"""Styles: TOML files of settings, found by name or path, laid over the folder's own settings."""

from drawkit.styles.find import (
    BrokenStyle,
    Style,
    all_styles,
    find_style,
    style_folders,
    style_names,
)
from drawkit.styles.layers import SETTINGS_FILE, folder_layer, refuse_style, styles_layer
from drawkit.styles.mix import mixed_layer, parse_share
from drawkit.styles.modifiers import Modifier, find_modifiers, modifiers

__all__ = [
    "SETTINGS_FILE",
    "BrokenStyle",
    "Modifier",
    "Style",
    "all_styles",
    "find_modifiers",
    "find_style",
    "folder_layer",
    "mixed_layer",
    "modifiers",
    "parse_share",
    "refuse_style",
    "style_folders",
    "style_names",
    "styles_layer",
]
