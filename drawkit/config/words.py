"""Words that a style or the user adds to the prompts, and which perceptors they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any

from drawkit.config.limits import Limits, check_limits
from drawkit.config.prompts import MOST_WEIGHT, Prompt, parse_prompts
from drawkit.errors import ConfigError, InputError, suggestion

__all__ = ["HERE", "REPELLERS", "WordsConfig", "parse_names", "style_prompts", "weighted"]

_HEAVIEST = 1_000_000
"""Weights add up, and their sum must be a number."""
REPELLERS: Mapping[str, str] = MappingProxyType(
    {
        "lettering": "letters and words",
        "scribble": "a scribble",
        "clutter": "a clutter of many small things",
    }
)
"""What is said to stay away from each."""
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
    """What to stay away from, typed as prompts are; the weight counts as negative."""
    negative_weight: Annotated[float, Limits(0, MOST_WEIGHT, above=True)] = 0.3
    """Weight of a negative that names none: that of CLIPDraw's and StyleCLIPDraw's."""
    perceptors: tuple[str, ...] = ("others",)
    """Who understands these words: builtin, others (all but it), or models by name."""
    forms: tuple[str, ...] = ()
    """In place of prefix and suffix, prompts with {} for the user's: what a mixture makes."""
    repel: tuple[str, ...] = field(default=(), metadata={"parse": parse_names})
    """What to stay away from, by name: lettering, scribble, clutter; for every perceptor."""
    repel_weight: Annotated[float, Limits(0, MOST_WEIGHT, above=True)] = 0.1
    """Weight of each of these: that of pixray's against lettering."""
    modifiers: tuple[str, ...] = field(default=(), metadata={"parse": parse_names})
    """Words by name out of the list of modifiers; for every perceptor, as they were asked for."""

    def __post_init__(self) -> None:
        """Refuse words that say nothing."""
        for form in style_prompts(self.forms, "words.forms"):
            if HERE not in form.text:
                raise ConfigError(f"words.forms holds '{form}'; allowed: texts with {HERE} in them")
            if not form.plain:
                raise ConfigError(f"words.forms holds '{form}'; allowed: {HERE} and a weight")
        style_prompts(self.negatives, "words.negatives")
        for name in self.repel:
            if name not in REPELLERS:
                hint = suggestion(name, REPELLERS)
                raise ConfigError(f"words.repel holds '{name}'{hint}")
        check_limits(self, "words")


def style_prompts(texts: Sequence[str], key: str, unsaid: float = 1.0) -> list[Prompt]:
    """The prompts of a style; unsaid: the weight where a text says none.

    Raises ConfigError, naming `key`, where one cannot be read or its weight is not above 0.
    """
    try:
        found = [prompt for text in texts for prompt in parse_prompts(text, unsaid)]
    except InputError as error:
        raise ConfigError(f"{key}: {error}") from error
    for prompt in found:
        if prompt.weight < 0:
            raise ConfigError(
                f"{key}: the weight of '{prompt.text}' is {prompt.weight:g}; allowed: above 0"
            )
    return found


def weighted(text: str, key: str) -> tuple[str, float | None]:
    """`PICTURE:WEIGHT` -> both; None where no number stands behind a colon.

    Raises ConfigError, naming `key`, where the weight is not above 0.
    """
    words, colon, number = text.rpartition(":")
    try:
        weight = float(number) if colon else None
    except ValueError:
        weight = None
    if weight is None:
        return text.strip(), None
    if not 0 < weight <= _HEAVIEST:
        limits = f"above 0, at most {_HEAVIEST}"
        raise ConfigError(f"{key}: the weight of '{words}' is {number}; allowed: {limits}")
    return words.strip(), weight
