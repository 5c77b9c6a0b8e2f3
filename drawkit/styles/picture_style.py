"""A style that draws like a picture, as a settings file."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drawkit.config import weighted
from drawkit.config.toml import toml_value
from drawkit.errors import ConfigError, FileError, InputError
from drawkit.files import expanded
from drawkit.files.places import reason
from drawkit.files.writing import write_file
from drawkit.palettes.paper_and_pens import PictureStyle, measure_style

__all__ = ["style_toml", "write_style"]

_Name = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def style_toml(measured: PictureStyle, picture: Path) -> str:
    """The style as a settings file that draws like `picture`."""
    lines = [
        f"summary = {toml_value(f'after {picture.name}')}",
        "",
        "[draw]",
        f"background = {toml_value(measured.background)}",
        "",
        "[strokes]",
        f"min_width = {toml_value(measured.min_width)}",
        f"max_width = {toml_value(measured.max_width)}",
    ]
    if len(measured.colors) == 1:
        lines.append(f"ink = {toml_value(measured.colors[0])}")
    lines += [
        "",
        "[pixels]",
        f"# {', '.join((measured.background, *measured.colors))}",
        f"palette = {toml_value(f'@{picture}:{1 + len(measured.colors)}')}",
        "",
        "[losses.style]",
        f"images = {toml_value([_weighing(picture)])}",
    ]
    return "\n".join(lines) + "\n"


def _weighing(picture: Path) -> str:
    """A picture as a loss takes it; one whose own name ends like a weight gets a real one."""
    try:
        plain = weighted(str(picture), "images") == (str(picture), None)
    except ConfigError:  # `picture:0`
        plain = False
    return str(picture) if plain else f"{picture}:1"


def write_style(name: str, picture: str | Path, folder: Path) -> Path:
    """Measure `picture` and write `folder`/`name`.toml, which must not exist yet.

    It appears whole or not at all; then a folder that was made for it goes too.
    """
    if not _Name.fullmatch(name) or name.endswith(".toml"):
        raise InputError(f"'{name}' is no name for a style; allowed: letters, digits, -, _ and .")
    path = folder / f"{name}.toml"
    if os.path.lexists(path):
        raise FileError(f"there is a style {path} already; take another name or remove it")
    source = expanded(picture).absolute()
    text = style_toml(measure_style(source), source)
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"the name of the picture {str(picture)!a} is not UTF-8, as settings are; rename it"
        ) from error
    with _made(folder, path):
        write_file(path, data)
    return path


@contextmanager
def _made(folder: Path, path: Path) -> Iterator[None]:
    """The folder with those above it, for as long as the block does not fail."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise FileError(f"{error.filename} is in the way of the style {path}") from error
        except OSError as error:
            raise FileError(f"cannot make the folder '{folder}': {reason(error)}") from error
        yield
    except BaseException:
        for one in missing:
            with contextlib.suppress(OSError):  # never made, or others use it already
                one.rmdir()
        raise
