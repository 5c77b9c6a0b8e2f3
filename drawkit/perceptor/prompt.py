"""The user's words with their weight: `"a cat"`, `"a cat:2"`, `"a dog:-0.5"`."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from drawkit.errors import InputError

__all__ = ["Prompt"]


@dataclass(frozen=True)
class Prompt:
    """Words to draw, or with a negative weight to stay away from."""

    text: str
    weight: float = 1.0

    def __post_init__(self) -> None:
        """Refuse words that cannot be read and weights that are no number."""
        if not self.text.strip():
            raise InputError("the prompt is empty; say in a few words what to draw")
        for character in self.text:
            if unicodedata.category(character) in ("Cc", "Cs"):
                code = f"U+{ord(character):04X}"
                raise InputError(f"the prompt holds the control character {code}; use plain text")
        if not math.isfinite(self.weight) or self.weight == 0:
            raise InputError(
                f"prompt weight {self.weight:g} of '{self.text}'; allowed: any number but 0"
            )

    @classmethod
    def parse(cls, given: str) -> Prompt:
        """Read `text` or `text:weight`; a colon that no number follows belongs to the text."""
        text, colon, number = given.rpartition(":")
        if colon:
            try:
                weight = float(number)
            except ValueError:
                return cls(given.strip(" "))
            return cls(text.strip(" "), weight)
        return cls(given.strip(" "))
