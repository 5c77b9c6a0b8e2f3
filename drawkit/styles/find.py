"""Where styles lie, and what stands in their files."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from drawkit.config import Given, TomlFile, read_toml
from drawkit.errors import ConfigError, DrawkitError, UnknownNameError, suggestion
from drawkit.files import config_home, expanded
from drawkit.styles.beside import beside

__all__ = [
    "BrokenStyle",
    "Style",
    "all_styles",
    "file_layer",
    "find_style",
    "refuse_top_level",
    "style_folders",
    "style_names",
]

_STYLE_KEYS = ("summary",)
_SUFFIX = ".toml"


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
    for place in own:
        if error := _unreadable(place):
            yield BrokenStyle(place.name, place, error)
    for name in style_names(folder):
        try:
            style = find_style(name, folder)
            if check is not None and style.path.parent in own:
                check(style.layer)
            yield style
        except DrawkitError as error:
            yield BrokenStyle(name, _path_of(name, folder), str(error))


def find_style(name: str, folder: Path = Path()) -> Style:
    """Read a style by path, or by name from `folder`/styles, the user's styles or the shipped."""
    if name.endswith(".toml") or "/" in name or os.sep in name:
        path = folder / expanded(name)
        if not os.path.lexists(path):
            raise UnknownNameError(f"there is no style file {path}")
        return _read_style(path.stem, path)
    return _read_style(name, _path_of(name, folder))


def style_names(folder: Path = Path()) -> tuple[str, ...]:
    """The names of all styles that `find_style` finds by name, sorted."""
    names: set[str] = set()
    for place in style_folders(folder):
        with contextlib.suppress(OSError):  # the other folders have styles too
            found = [place / name for name in os.listdir(place) if not name.startswith(".")]
            names.update(p.stem for p in found if p.suffix == _SUFFIX and _is_there(p))
    return tuple(sorted(names))


def style_folders(folder: Path = Path()) -> list[Path]:
    """Where styles lie by name: this folder's, the user's own, drawkit's."""
    package = Path(__file__).parents[1]
    shipped = package / "_styles"  # in the wheel; a checkout has them beside the package
    if not shipped.is_dir():
        shipped = package.parent / "styles"
    return [folder / "styles", config_home() / "styles", shipped]


def _path_of(name: str, folder: Path) -> Path:
    """The nearest file of a style's name."""
    paths = [place / f"{name}{_SUFFIX}" for place in style_folders(folder)]
    for path in paths:
        if name and _is_there(path):
            return path
    raise UnknownNameError(f"unknown style '{name}'{suggestion(name, style_names(folder))}")


def _is_there(path: Path) -> bool:
    """Whether something lies there; a pipe, say, is a broken style, but a folder is none."""
    return os.path.lexists(path) and not os.path.isdir(path)


def _unreadable(place: Path) -> str:
    """Why a folder cannot be looked through; empty where it can, or is not there."""
    try:
        os.listdir(place)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"cannot read the folder '{place}': {error.strerror}"
    return ""


def _read_style(name: str, path: Path) -> Style:
    file = read_toml(path)
    refuse_top_level(file, _STYLE_KEYS)
    if "draw.style" in file.values:
        raise ConfigError(f"{file.place('draw.style')}: a style cannot name another style")
    summary: Any = file.top.get("summary", "")
    if not isinstance(summary, str):
        raise ConfigError(f"{file.place('summary')}: summary takes text")
    layer = {
        key: replace(given, value=beside(given.value, path.parent))
        for key, given in file_layer(file).items()
    }
    return Style(name, path, summary, layer)


def file_layer(file: TomlFile) -> dict[str, Given]:
    """What a settings file sets, each with its line."""
    return {key: Given(value, file.place(key)) for key, value in file.values.items()}


def refuse_top_level(file: TomlFile, allowed: Sequence[str]) -> None:
    """Settings stand in sections; a lone key at the top is a slip that must not go unseen."""
    for key in file.top:
        if key not in allowed:
            hint = "settings stand in sections such as [draw] or [strokes]"
            raise ConfigError(f"{file.place(key)}: unknown key '{key}' above the sections; {hint}")
