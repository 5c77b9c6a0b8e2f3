"""How a drawing was made, as its SVG or PNG says it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from drawkit.errors import FileError, InputError
from drawkit.files import expanded, read_bytes, readable
from drawkit.pictures.svg.document import MAX_BYTES, parsed
from drawkit.pictures.svg.own import metadata_in, metadata_of
from drawkit.pictures.vector import is_svg_file
from drawkit.scene import Metadata

__all__ = ["read_record"]


def read_record(path: str | Path) -> Metadata:
    """The record in an SVG or a PNG; empty where there is none. Raises FileError."""
    path = expanded(path)
    readable(path)
    if is_svg_file(path):
        try:
            return metadata_of(parsed(read_bytes(path, MAX_BYTES)))
        except InputError as error:
            raise FileError(f"cannot read the SVG '{path}': {error}") from error
    try:
        with Image.open(path, formats=["PNG"]) as picture:
            picture.load()
            text = picture.info.get("drawkit")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FileError(f"'{path}' is no SVG and no PNG, which hold records") from error
    return metadata_in(text, "") if isinstance(text, str) else Metadata()
