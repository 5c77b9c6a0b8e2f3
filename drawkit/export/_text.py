"""Text that files can hold: XML-safe text, SVG ids and numbers."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["ascii_slug", "plain_number", "xml_text"]

# What XML 1.0 cannot hold even when escaped: control characters other than tab and the line
# ends, lone surrogates, U+FFFE and U+FFFF (https://www.w3.org/TR/xml/#charsets). A carriage
# return is legal, but every parser turns it into a newline, so it goes the same way here.
_NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """`text` with every character that XML 1.0 cannot hold replaced by U+FFFD.

    Prompts with control characters are refused long before; this is for all else that ends up
    in a file, since a finished drawing must never be lost to a stray character.
    """
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def ascii_slug(text: str) -> str:
    """A label as the safe part of an id: lower-case ASCII letters, digits and hyphens.

    Accents are dropped; what has no ASCII form goes. Empty where nothing stays.
    """
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def plain_number(value: float, decimals: int) -> str:
    """Plain decimal, rounded, without trailing zeros, exponent or `-0`."""
    text = f"{value:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
