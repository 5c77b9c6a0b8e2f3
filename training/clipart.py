"""Reader of the Open Clip Art Library: which of its drawings show a thing, and what to call it.

Debian's `openclipart-svg` has them under /usr/share/openclipart/svg, all in the public domain.
Titles are in many languages and manners ("2_dead_frogs", "Clipart by N.N. - pear", "Orso"), so a
drawing counts only where its title, or else one of its subjects, uses words that emoji and icons
are called by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from pathlib import Path

from training.names import plain_caption, words

__all__ = ["clipart"]

FOLDERS = (
    "animals",
    "buildings",
    "education",
    "electronics",
    "food",
    "office",
    "people",
    "plants",
    "recreation",
    "tools",
    "transportation",
)
_LEFT_OUT = re.compile(r"roadsigns|aiga-symbols|games/cards|stickmen|smilies|creation|_bw[_.]")
_CREDIT = re.compile(r"^(clip ?art|drawing|image) (by|of) .*? - ", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|\d+")
_AUTHOR = re.compile(r"_+[a-z.]+_+[a-z.]*_*(\d\d|r)?_?$")
_LONGEST = 4  # words of a caption
_LARGEST = 2_000_000  # bytes of a file


def _caption(text: str) -> str:
    """A title or file name as somebody would type it: no numbers, no words about the drawing."""
    spaced = _CAMEL.sub(" ", _CREDIT.sub("", text.strip()))
    kept = [w for w in plain_caption(spaced).split() if len(w) > 1 and w not in words("clipart")]
    return " ".join(kept)


def _known(caption: str, vocabulary: Set[str]) -> list[str]:
    """The words of a caption that name things, plurals by their singular too."""
    return [w for w in caption.split() if w in vocabulary or w.removesuffix("s") in vocabulary]


def _read(path: Path) -> tuple[str, str, list[str]] | None:
    """(SVG text, title, subjects); None where the file is no SVG of a sensible size."""
    from lxml import etree

    if path.stat().st_size > _LARGEST:
        return None
    svg = path.read_bytes()
    root = etree.fromstring(svg, etree.XMLParser(recover=True, resolve_entities=False))
    if root is None:
        return None
    title = root.findtext(".//{http://purl.org/dc/elements/1.1/}title") or ""
    items = root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li")
    subjects = [item.text for item in items if item.text and "hash(" not in item.text]
    return etree.tostring(root, encoding="unicode"), title, subjects


def clipart(folder: Path, vocabulary: Set[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield (SVG, name, other words for it), each name with a word of `vocabulary` in it."""
    for top in FOLDERS:
        for path in sorted((folder / top).rglob("*.svg")):
            where = str(path.relative_to(folder))
            found = None if _LEFT_OUT.search(where) else _read(path)
            if found is None:
                continue
            svg, title, subjects = found
            others = [s for s in map(_caption, subjects) if _known(s, vocabulary)]
            for text in (title, _AUTHOR.sub("", path.stem), min(others, key=len, default="")):
                caption = _caption(text)
                if len(caption.split()) <= _LONGEST and _known(caption, vocabulary):
                    same = tuple(s for s in others if s in caption.split() and s != caption)
                    yield svg, caption, same
                    break
