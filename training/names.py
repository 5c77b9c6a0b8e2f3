"""Turns file and icon names into captions, and says which pictures teach nothing drawable."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_SKIN = re.compile(r"[-_: ]*(medium[- ])?(light|dark|medium)[- ]skin[- ]tone,?")


@cache
def words(kind: str) -> frozenset[str]:
    """One list of words.toml: `interface`, `state` or `style`."""
    lists = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return frozenset(lists[kind].split())


def squash(name: str) -> str:
    """Keep lower-case letters and digits only, so that spellings of one name meet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def has_skin_tone(name: str) -> bool:
    """True for a skin-tone variant of an emoji: the same drawing in another tint."""
    return bool(_SKIN.search(name))


def plain_caption(name: str) -> str:
    """Write an emoji or file name the way a user would type it."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    text = re.sub(r"[-_]+", " ", text.replace("&", " and "))
    text = re.sub(r"[^a-z0-9 :,']", " ", text)
    return re.sub(r"\s+", " ", text).strip()


def icon_caption(name: str) -> str | None:
    """Caption of an interface icon, or None where it shows nothing drawable."""
    parts = [w for w in re.split(r"[-_ ]+", name.lower()) if w]
    if words("interface").intersection(parts) or {"negative", "24px"}.intersection(parts):
        return None
    if words("state").intersection(parts[1:]):
        return None
    kept = [w for w in parts if not w.isdigit() and w not in words("style")]
    kept = [re.sub(r"\d+$", "", w) for w in kept]
    kept = [w for w in kept if len(w) > 1]
    text = " ".join(kept)
    return text if len(text) > 2 else None


def useful_keywords(keywords: list[str], counts: dict[str, int], at_most: int = 25) -> list[str]:
    """Keep the keywords that single a picture out; `face` or `comic` name hundreds."""
    kept = []
    for word in keywords:
        text = plain_caption(word)
        if len(text) > 2 and text[0].isalpha() and word.islower() and counts[word] <= at_most:
            kept.append(text)
    return kept


def with_article(caption: str) -> str:
    """Say `a cat` for `cat`, as prompts do."""
    return f"{'an' if caption[0] in 'aeiou' else 'a'} {caption}"


def family(caption: str) -> str:
    """Key under which near-copies are counted (`man running` and `woman running` are one)."""
    text = re.sub(r"\b(man|woman|men|women|person|people|boy|girl)\b", "", caption)
    text = re.sub(r"^flag(:| for ).*", "flag", text)
    text = re.sub(r"\b(\w+) (thirty|o clock|oclock)\b", "clock", text)
    return re.sub(r"[^a-z]+", " ", text).strip() or "person"
