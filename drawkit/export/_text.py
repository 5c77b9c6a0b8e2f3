"""Text that files can hold: XML-safe text, and names for files and for SVG ids."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["ascii_slug", "file_slug", "xml_text"]

# What XML 1.0 cannot hold even when escaped: control characters other than tab and the line
# ends, lone surrogates, U+FFFE and U+FFFF (https://www.w3.org/TR/xml/#charsets). A carriage
# return is legal, but every parser turns it into a newline, so it goes the same way here.
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Names that Windows keeps for devices, whatever the suffix.
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)\d")

_SLUG_LENGTH = 60
"""Characters of a file name taken from the prompt: at most 240 bytes, under the usual 255."""


def xml_text(text: str) -> str:
    """`text` with every character that XML 1.0 cannot hold replaced by U+FFFD.

    Prompts with control characters are refused long before; this is for all else that ends up
    in a file, since a finished drawing must never be lost to a stray character.
    """
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


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


def ascii_slug(text: str) -> str:
    """A label as the safe part of an id: lower-case ASCII letters, digits and hyphens.

    Accents are dropped; what has no ASCII form goes. Empty where nothing stays.
    """
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
