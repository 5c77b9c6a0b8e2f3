"""What a user changes in a drawing by hand: the SVG's own attributes, as Inkscape sets them.

A locked path is one that Inkscape would not let you touch (`sodipodi:insensitive`), a hidden one
has `display:none`; drawings that go on leave both as they are, to the last digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lxml import etree

from drawkit import InputError

__all__ = ["edited", "parts_of"]

_INKSCAPE = "http://www.inkscape.org/namespaces/inkscape"
_SODIPODI = "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
_LABEL, _MODE = f"{{{_INKSCAPE}}}label", f"{{{_INKSCAPE}}}groupmode"
_LOCK = f"{{{_SODIPODI}}}insensitive"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_DRAWN = {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"}


def edited(svg: str, edits: Iterable[Mapping[str, str]]) -> str:
    """The SVG after some edits: `what` (lock, unlock, hide, show, delete, colour) and `id`.

    Raises InputError for an id that nothing has, and for a colour that is none.
    """
    root = _parsed(svg)
    for edit in edits:
        what, name = str(edit.get("what", "")), str(edit.get("id", ""))
        element = next((e for e in root.iter("{*}*") if e.get("id") == name), None)
        if element is None or element is root:
            raise InputError(f"nothing in the drawing is called '{name[:60]}'")
        if what not in _WAYS:
            raise InputError(f"a part is changed by {', '.join(_WAYS)}, got '{what[:60]}'")
        _WAYS[what](element, str(edit.get("colour", "")))
    etree.cleanup_namespaces(root, keep_ns_prefixes=["inkscape", "sodipodi"])
    text: str = etree.tostring(root, encoding="unicode")
    return text


def parts_of(svg: str) -> list[dict[str, Any]]:
    """The layers in paint order: id, name, locked, hidden, and their paths with their colours."""
    root = _parsed(svg)
    found = []
    for layer in root.iter("{http://www.w3.org/2000/svg}g"):
        if layer.get(_MODE) != "layer":
            continue
        paths = [_part(e) for e in layer if _tag(e) in _DRAWN and e.get("id")]
        if paths:
            name, colour = layer.get(_LABEL) or layer.get("id"), _usual(paths)
            found.append({**_part(layer), "name": name, "colour": colour, "paths": paths})
    return found


def _part(element: Any) -> dict[str, Any]:
    """What the page needs to know of a layer or path."""
    fill, stroke = (element.get(name) or "none" for name in ("fill", "stroke"))
    return {
        "id": element.get("id") or "",
        "locked": element.get(_LOCK) == "true",
        "hidden": "display:none" in (element.get("style") or "").replace(" ", ""),
        "colour": fill if fill != "none" else stroke,
    }


def _usual(paths: Sequence[Mapping[str, Any]]) -> str:
    """The colour that paths have on the whole; that of the first where none is plain."""
    plain = [path["colour"] for path in paths if _COLOR.fullmatch(path["colour"])]
    if not plain:
        return str(paths[0]["colour"])
    rows = [bytes.fromhex(colour.removeprefix("#")) for colour in plain]
    mean = (round(sum(levels) / len(rows)) for levels in zip(*rows, strict=True))
    return f"#{bytes(mean).hex()}"


def _lock(element: Any, _: str) -> None:
    element.set(_LOCK, "true")


def _unlock(element: Any, _: str) -> None:
    element.attrib.pop(_LOCK, None)


def _hide(element: Any, _: str) -> None:
    element.set("style", "display:none")


def _show(element: Any, _: str) -> None:
    style = (element.get("style") or "").split(";")
    rest = [part for part in style if part and not part.strip().startswith("display")]
    if rest:
        element.set("style", ";".join(rest))
    else:
        element.attrib.pop("style", None)


def _delete(element: Any, _: str) -> None:
    element.getparent().remove(element)


def _colour(element: Any, colour: str) -> None:
    """A colour for what has one already, which is locked, so that it keeps it.

    Lines stay lines, areas areas.
    """
    if not _COLOR.fullmatch(colour):
        raise InputError(f"a colour is #rrggbb, got '{colour[:60]}'")
    for one in element.iter("{*}*"):
        if _tag(one) in _DRAWN:
            for name in ("fill", "stroke"):
                if one.get(name, "none") != "none":
                    one.set(name, colour)
    _lock(element, "")


_WAYS = {
    "lock": _lock,
    "unlock": _unlock,
    "hide": _hide,
    "show": _show,
    "delete": _delete,
    "colour": _colour,
}


def _tag(element: Any) -> str:
    """The name without its namespace; empty for comments."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _parsed(svg: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=False)
    root = etree.fromstring(svg.encode(), parser)
    if root.nsmap.get("sodipodi") == _SODIPODI:
        return root
    # A prefix cannot be added to an element that is there, so the root is made anew with it.
    names = {**root.nsmap, "inkscape": _INKSCAPE, "sodipodi": _SODIPODI}
    new = etree.Element(root.tag, attrib=dict(root.attrib), nsmap=names)
    new.text = root.text
    new.extend(list(root))
    return new
