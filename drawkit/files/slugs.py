"""File names made from prompts."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["file_slug"]

# Names that Windows keeps for devices, whatever the suffix.
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)\d")

_SLUG_LENGTH = 60
"""Characters of a file name taken from the prompt: at most 240 bytes, under the usual 255."""


def file_slug(text: str) -> str:
    """A prompt as a file name without suffix: `A red  apple!` -> `a-red-apple`.

    Letters and digits of every script stay, all else becomes single hyphens; at most
    60 characters, cut between words where that leaves something; `drawing` where nothing stays.
    """
    folded = unicodedata.normalize("NFKC", text.lower())
    words = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in folded).split()
    slug = "-".join(words)
    if len(slug) > _SLUG_LENGTH:
        head = slug[: _SLUG_LENGTH + 1]
        slug = head.rpartition("-")[0] or head[:_SLUG_LENGTH]
    if not slug or _DEVICES.fullmatch(slug):
        slug = f"{slug}-drawing".lstrip("-")
    return slug
