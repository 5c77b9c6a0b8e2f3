"""Words that a style or the user adds to the prompts, and which perceptors they are for."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from drawkit.errors import ConfigError

__all__ = ["HERE", "WordsConfig", "parse_names", "weighted"]

HERE = "{}"
"""Where the prompt stands in a form."""


def parse_names(value: Any) -> Any:
    """`"oil-painting, 4k"` -> its names; anything else is left to the type check."""
    if not isinstance(value, str) or value.strip().startswith("["):
        return value
    return [name.strip() for name in value.split(",") if name.strip()]


@dataclass(frozen=True)
class WordsConfig:
    """What is said beside the prompt; used where every perceptor in use is among `perceptors`."""

    prefix: str = ""
    """Words before each prompt, such as `a woodcut of`."""
    suffix: str = ""
    """Words after each prompt, such as `in thick oil paint`."""
    negatives: tuple[str, ...] = ()
    """What to stay away from: `TEXT` or `TEXT:WEIGHT`; the weight counts as negative."""
    negative_weight: float = 0.3
    """Weight of a negative that names none: that of CLIPDraw's and StyleCLIPDraw's."""
    perceptors: tuple[str, ...] = ("others",)
    """Who understands these words: builtin, others (all but it), or models by name."""
    forms: tuple[str, ...] = ()
    """In place of prefix and suffix, `TEXT:WEIGHT` with {} for the prompt: what a mixture makes."""
    modifiers: tuple[str, ...] = field(default=(), metadata={"parse": parse_names})
    """Words by name out of the list of modifiers; for every perceptor, as they were asked for."""

    def __post_init__(self) -> None:
        """Refuse words that say nothing."""
        for form in self.forms:
            if HERE not in weighted(form, "words.forms")[0]:
                raise ConfigError(f"words.forms holds '{form}'; allowed: texts with {HERE} in them")
        for text in self.negatives:
            if not weighted(text, "words.negatives")[0]:
                raise ConfigError("words.negatives holds an empty text; allowed: TEXT:WEIGHT")
        if not 0 < self.negative_weight <= 100:
            raise ConfigError(
                f"words.negative_weight is {self.negative_weight:g}; allowed: above 0 to 100"
            )


def weighted(text: str, key: str) -> tuple[str, float | None]:
    """`TEXT:WEIGHT` -> both; None where no number stands behind a colon.

    Raises ConfigError, naming `key`, where the weight is not above 0.
    """
    words, colon, number = text.rpartition(":")
    try:
        weight = float(number) if colon else None
    except ValueError:
        weight = None
    if weight is None:
        return text.strip(), None
    if not (math.isfinite(weight) and weight > 0):
        raise ConfigError(f"{key}: the weight of '{words}' is {number}; allowed: above 0")
    return words.strip(), weight
