"""What a call of the library says, as a layer of settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from drawkit.config import Given, named_layer
from drawkit.config.renamed import with_new_names
from drawkit.styles import refuse_style, styles_layer

__all__ = ["Style", "options_layer", "style_layer"]

Style = str | PathLike[str] | Sequence[str | PathLike[str]]
"""One style or several, by name or path."""


def options_layer(
    prompt: str | Sequence[str],
    style: Style,
    settings: Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> dict[str, Given]:
    """The styles' settings, then the short names', then those under their full names.

    Raises `ConfigError` for a name that does not exist.
    """
    styles = _paths(style)
    own = named_layer({"prompt": prompt, "style": styles, **options})
    extra = {key: Given(value, "settings") for key, value in (settings or {}).items()}
    extra = with_new_names(extra, lambda key: "settings")
    refuse_style(extra, "style=")
    return {**styles_layer(styles), **own, **extra}


def style_layer(style: Style) -> dict[str, Given]:
    """The settings of one style or several mixed. Raises `ConfigError` for a name without one."""
    return styles_layer(_paths(style))


def _paths(style: Style) -> tuple[str, ...]:
    several = (style,) if isinstance(style, str | PathLike) else style
    return tuple(fspath(one) for one in several)
