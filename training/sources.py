"""Readers of the art folders: each yields pictures with their names, in upstream layout."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from training.clipart import clipart
from training.names import (
    has_skin_tone,
    icon_caption,
    plain_caption,
    squash,
    useful_keywords,
)

COLOUR_SETS = [
    "streamline-kameleon-color",
    "streamline-ultimate-color",
    "streamline-freehand-color",
    "streamline-plump-color",
    "streamline-flex-color",
    "streamline-stickies-color",
    "streamline-cyber-color",
    "streamline-pixel",
    "icon-park",
    "flat-color-icons",
    "fluent-color",
    "glyphs-poly",
    "meteocons",
]
MONO_SETS = [
    "mdi",
    "mingcute",
    "fa6-solid",
    "emojione-monotone",
    "tabler",
    "healthicons",
    "medical-icon",
    "lucide",
    "maki",
    "temaki",
]
EMOJI_SETS = ["emojione", "streamline-emojis", "noto-v1", "fluent-emoji", "fluent-emoji-flat"]
_FLUENT_TONE = re.compile(r"-(?:light|medium(?:-light|-dark)?|dark)$")
"""How Fluent's names end for skin tones; no other emoji's does."""
VALIDATION_SET = "fxemoji"  # never trained on


@dataclass(frozen=True)
class Picture:
    """One drawing before rendering: SVG text or a PNG path, its name and other words for it."""

    source: str
    kind: str  # emoji | clipart | colour | mono | tile | validation
    art: str | Path
    name: str
    keywords: tuple[str, ...] = field(default=())


class Cldr:
    """English names and keywords of emoji, found by code points or by name."""

    def __init__(self, folder: Path) -> None:
        table: dict[str, dict[str, list[str]]] = {}
        for stem, key in (("annotations", "annotations"), ("annotationsDerived", None)):
            loaded = json.loads((folder / f"{stem}.json").read_text())
            table |= loaded[key or "annotationsDerived"]["annotations"]
        counts = Counter(w for entry in table.values() for w in entry.get("default", []))
        self._by_points: dict[tuple[int, ...], tuple[str, tuple[str, ...]]] = {}
        self._by_name: dict[str, tuple[str, tuple[str, ...]]] = {}
        for text, entry in table.items():
            if "tts" not in entry:
                continue
            words = tuple(useful_keywords(entry.get("default", []), counts))
            found = (plain_caption(entry["tts"][0]), words)
            points = tuple(ord(c) for c in text if ord(c) not in (0xFE0F, 0x200D))
            self._by_points[points] = found
            self._by_name[squash(entry["tts"][0])] = found
            if len(points) == 1:
                self._by_name.setdefault(squash(unicodedata.name(text[0], "")), found)

    @property
    def vocabulary(self) -> frozenset[str]:
        """The words that emoji are called by, in names and keywords."""
        words: set[str] = set()
        for name, others in self._by_points.values():
            words.update(word for phrase in (name, *others) for word in phrase.split())
        return frozenset(word for word in words if len(word) > 2)

    def of_points(self, stem: str) -> tuple[str, tuple[str, ...]] | None:
        """Look up a file stem such as `emoji_u1f469_200d_1f680` or `1F469-200D-1F680`."""
        parts = stem.lower().removeprefix("emoji_u").replace("_", "-").split("-")
        points = tuple(int(p, 16) for p in parts if p not in ("fe0f", "200d"))
        return self._by_points.get(points)

    def of_name(self, name: str) -> tuple[str, tuple[str, ...]] | None:
        """Look up a spelled-out name such as `birthday-cake` or `banknotewithyensign`."""
        return self._by_name.get(squash(name))


def _iconify(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (icon name, standalone SVG) of an Iconify JSON set."""
    icons = json.loads(path.read_text())
    for name, icon in icons["icons"].items():
        if icon.get("hidden"):
            continue
        width = icon.get("width", icons.get("width", 16))
        height = icon.get("height", icons.get("height", 16))
        left, top = icon.get("left", 0), icon.get("top", 0)
        yield (
            name,
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
            f'viewBox="{left} {top} {width} {height}" color="#000">{icon["body"]}</svg>',
        )


def _emoji(art: Path, cldr: Cldr) -> Iterator[Picture]:
    for source, folder, suffix in (
        ("noto-emoji", "noto-emoji/png/128", ".png"),
        ("blobmoji", "blobmoji/png/128", ".png"),
        ("twemoji", "twemoji/svg", ".svg"),
    ):
        for path in sorted((art / folder).glob(f"*{suffix}")):
            found = cldr.of_points(path.stem)
            if found is None or has_skin_tone(found[0]):
                continue
            drawing = path if suffix == ".png" else path.read_text()
            yield Picture(source, "emoji", drawing, *found)
    for source in EMOJI_SETS:
        for name, svg in _iconify(art / "iconify" / f"{source}.json"):
            if not (has_skin_tone(name) or _FLUENT_TONE.search(name)):
                stem = name.rstrip("-0123456789") or name
                found = cldr.of_name(name) or cldr.of_name(stem) or (plain_caption(stem), ())
                yield Picture(source, "emoji", svg, *found)


def _icons(art: Path, cldr: Cldr) -> Iterator[Picture]:
    for kind, sets in (("colour", COLOUR_SETS), ("mono", MONO_SETS)):
        for source in sets:
            for name, svg in _iconify(art / "iconify" / f"{source}.json"):
                caption = plain_caption(name) if source.startswith("emojione") else None
                caption = caption or icon_caption(name)
                if caption and not has_skin_tone(name):
                    known = cldr.of_name(caption)
                    yield Picture(source, kind, svg, caption, known[1] if known else ())
    for path in sorted((art / "game-icons").rglob("*.svg")):
        # White on a black square: without the square the drawing is a stencil like the others.
        svg = path.read_text().replace('<path d="M0 0h512v512H0z"/>', "")
        yield Picture("game-icons", "mono", svg, plain_caption(path.stem))


def _tiles(art: Path) -> Iterator[Picture]:
    for path in sorted((art / "crawl-tiles").rglob("*.png")):
        name = plain_caption(path.stem).rstrip(" 0123456789")
        if len(name) > 2:
            yield Picture("crawl-tiles", "tile", path, name)


def _clipart(art: Path, cldr: Cldr) -> Iterator[Picture]:
    icons = {p.name for p in _icons(art, cldr) if " " not in p.name}
    for svg, name, keywords in clipart(art / "openclipart", cldr.vocabulary | icons):
        yield Picture("openclipart", "clipart", svg, name, keywords)


def training_pictures(art: Path) -> Iterator[Picture]:
    """Every picture that may be trained on."""
    cldr = Cldr(art / "cldr")
    yield from _emoji(art, cldr)
    yield from _clipart(art, cldr)
    yield from _icons(art, cldr)
    yield from _tiles(art)


def validation_pictures(art: Path) -> Iterator[Picture]:
    """The held-out vendor, one picture per name, with the names CLDR gives."""
    cldr = Cldr(art / "cldr")
    seen: set[str] = set()
    for name, svg in _iconify(art / "iconify" / f"{VALIDATION_SET}.json"):
        found = cldr.of_name(name)
        if found and found[0] not in seen:
            seen.add(found[0])
            yield Picture(VALIDATION_SET, "validation", svg, *found)
