"""An SVG file as a tree of elements, read so that nothing in it can do harm.

Nothing is fetched or run: no entity from outside, no DTD, no link is followed. Bytes, elements and
depth are bounded before anything is built of them.
"""

from __future__ import annotations

import zlib
from typing import Any

from lxml import etree

from drawkit.errors import InputError

__all__ = ["HREFS", "MAX_BYTES", "NAMESPACE", "local_name", "parsed"]

MAX_BYTES = 50 << 20
"""Of a file, and of what a packed one holds."""
_MAX_ELEMENTS = 500_000
_GZIP = b"\x1f\x8b"
NAMESPACE = "http://www.w3.org/2000/svg"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")


def parsed(data: bytes) -> Any:
    """The `<svg>` element of what is in a file. Raises InputError."""
    if len(data) > MAX_BYTES:
        raise InputError(f"it is larger than {MAX_BYTES >> 20} MiB")
    if data.startswith(_GZIP):
        data = _unpacked(data)
    if data.count(b"<") > 2 * _MAX_ELEMENTS:
        raise InputError(f"it has more than {_MAX_ELEMENTS} elements")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"it is broken: {error.msg or 'there is nothing in it'}") from error
    except (ValueError, LookupError) as error:
        raise InputError(f"it is broken: {error}") from error
    if local_name(root) != "svg":
        raise InputError(f"it is no SVG; its first element is <{etree.QName(root).localname}>")
    return root


def local_name(element: Any) -> str:
    """The name of an element of SVG; empty for comments and for elements of others."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if tag[0] != "{":
        return tag
    space, _, name = tag[1:].partition("}")
    return name if space == NAMESPACE else ""


def _unpacked(data: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        found = stream.decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise InputError("it is broken: it cannot be unpacked") from error
    if len(found) > MAX_BYTES:
        raise InputError(f"it unpacks to more than {MAX_BYTES >> 20} MiB")
    if not stream.eof:
        raise InputError("it is broken: its end is missing")
    return found
