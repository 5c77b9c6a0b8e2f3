"""Styles: TOML files of settings, found by name or path, laid over the folder's own settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drawkit.config import Given, TomlFile, read_toml
from drawkit.errors import ConfigError, FileError, UnknownNameError, suggestion

__all__ = [
    "SETTINGS_FILE",
    "BrokenStyle",
    "Style",
    "all_styles",
    "find_style",
    "folder_layer",
    "style_folders",
    "style_names",
    "styles_layer",
]

SETTINGS_FILE = "drawkit.toml"
_STYLE_KEYS = ("summary",)
_FOLDER_KEYS = ("style",)


@dataclass(frozen=True)
class Style:
    """A named bundle of settings; it overrides only what it names."""

    name: str
    path: Path
    summary: str
    layer: Mapping[str, Given]


@dataclass(frozen=True)
class BrokenStyle:
    """A style file that cannot be used, and the line and reason."""

    name: str
    path: Path
    error: str


def all_styles(
    folder: Path = Path(), check: Callable[[Mapping[str, Given]], object] | None = None
) -> Iterator[Style | BrokenStyle]:
    """Every style that `find_style` finds by name, sorted; a broken file hides no other one.

    check: raises ConfigError where settings are not sound; asked about styles that are not
    drawkit's own.
    """
    *own, _ = style_folders(folder)
    for name in style_names(folder):
        try:
            style = find_style(name, folder)
            if check is not None and style.path.parent in own:
                check(style.layer)
            yield style
        except (ConfigError, FileError) as error:
            yield BrokenStyle(name, _path_of(name, folder), str(error))


def find_style(name: str, folder: Path = Path()) -> Style:
    """Read a style by path, or by name from `folder`/styles, the user's styles or the shipped."""
    if name.endswith(".toml") or "/" in name or os.sep in name:
        path = folder / Path(name).expanduser()
        if not path.is_file():
            raise UnknownNameError(f"there is no style file {path}")
        return _read_style(path.stem, path)
    return _read_style(name, _path_of(name, folder))


def style_names(folder: Path = Path()) -> tuple[str, ...]:
    """The names of all styles that `find_style` finds by name, sorted."""
    return tuple(
        sorted(
            {
                path.stem
                for place in style_folders(folder)
                for path in place.glob("*.toml")
                if path.is_file()
            }
        )
    )


def folder_layer(folder: Path = Path()) -> dict[str, Given]:
    """The settings of `drawkit.toml` in `folder`, over those of the styles that it names."""
    path = folder / SETTINGS_FILE
    if not path.exists():
        return {}
    file = read_toml(path)
    _refuse_top_level(file, _FOLDER_KEYS)
    layer = _layer(file)
    if "style" in file.top:
        if "draw.style" in layer:
            raise ConfigError(f"{file.place('style')}: style is set twice; keep one")
        layer["draw.style"] = Given(file.top["style"], file.place("style"))
    names = layer["draw.style"].value if "draw.style" in layer else []
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return layer  # not a list of names: the check of the settings says so
    return {**styles_layer(names, folder), **layer}


def styles_layer(names: Sequence[str], folder: Path = Path()) -> dict[str, Given]:
    """The settings of several styles; a later one overrides an earlier one."""
    layer: dict[str, Given] = {}
    for name in names:
        layer.update(find_style(name, folder).layer)
    return layer


def style_folders(folder: Path = Path()) -> list[Path]:
    """Where styles lie by name: this folder's, the user's own, drawkit's."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    package = Path(__file__).parent
    shipped = package / "_styles"  # in the wheel; a checkout has them beside the package
    if not shipped.is_dir():
        shipped = package.parent / "styles"
    return [folder / "styles", home / "drawkit" / "styles", shipped]


def _path_of(name: str, folder: Path) -> Path:
    """The nearest file of a style's name."""
    paths = [place / f"{name}.toml" for place in style_folders(folder)]
    for path in paths:
        if name and path.is_file():
            return path
    raise UnknownNameError(f"unknown style '{name}'{suggestion(name, style_names(folder))}")


def _read_style(name: str, path: Path) -> Style:
    file = read_toml(path)
    _refuse_top_level(file, _STYLE_KEYS)
    if "draw.style" in file.values:
        raise ConfigError(f"{file.place('draw.style')}: a style cannot name another style")
    summary: Any = file.top.get("summary", "")
    if not isinstance(summary, str):
        raise ConfigError(f"{file.place('summary')}: summary takes text")
    return Style(name, path, summary, _layer(file))


def _layer(file: TomlFile) -> dict[str, Given]:
    return {key: Given(value, file.place(key)) for key, value in file.values.items()}


def _refuse_top_level(file: TomlFile, allowed: Sequence[str]) -> None:
    """Settings stand in sections; a lone key at the top is a slip that must not go unseen."""
    for key in file.top:
        if key not in allowed:
            hint = "settings stand in sections such as [draw] or [strokes]"
            raise ConfigError(f"{file.place(key)}: unknown key '{key}' above the sections; {hint}")
