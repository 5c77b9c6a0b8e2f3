"""Several styles at once: settings of the heaviest, losses, pictures and words of all by share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from drawkit.config import (
    HERE,
    Given,
    Mix,
    Prompt,
    WordsConfig,
    resolve,
    style_prompts,
    typed,
    weighted,
)
from drawkit.errors import ConfigError
from drawkit.styles.find import Style

__all__ = ["mixed_layer", "parse_share"]

_LOSSES = "losses."
_WORDS = "words."
_PICTURES = "losses.style.images"
_HEAVIEST = 1_000_000
"""Weights add up, and their sum must be a number."""


def parse_share(text: str) -> tuple[str, float | None]:
    """`ink:0.7` -> the style and its weight; None where there is none."""
    name, colon, number = text.rpartition(":")
    try:
        weight = float(number) if colon else None
    except ValueError:  # a colon of a path
        weight = None
    if weight is None:
        return text, None
    if not 0 < weight <= _HEAVIEST:
        raise ConfigError(
            f"the style '{name}' has weight {number}; allowed: above 0, at most {_HEAVIEST}"
        )
    return name, weight


def mixed_layer(styles: Sequence[Style], weights: Sequence[float]) -> dict[str, Given]:
    """One layer of settings for styles that are used together.

    The heaviest (of two alike the first) gives the settings. Losses have the mean of the weights
    that they have under each style, style pictures count by their style's share, and each
    style's words become a prompt of that share.
    """
    total = sum(weights)
    parts = [(weight / total, style) for weight, style in zip(weights, styles, strict=True)]
    source = "mixture of " + ", ".join(f"{style.name}:{share:.2g}" for share, style in parts)
    by_weight = sorted(parts, key=lambda part: part[0])  # stable: turned around below
    layer = dict(max(parts, key=lambda part: part[0])[1].layer)
    for _, style in by_weight:
        losses = {k: v for k, v in style.layer.items() if k.startswith(_LOSSES)}
        layer = {**losses, **layer}
    for section in sorted({k.rpartition(".")[0] for k in layer if k.startswith(_LOSSES)}):
        named = tuple((share, _section(style.layer, section)) for share, style in parts)
        layer[f"{section}.weight"] = Given(Mix(named), source)
    if pictures := _pictures(parts):
        layer[_PICTURES] = Given(pictures, source)
    return {**layer, **_words(parts, source)}


def _section(layer: Mapping[str, Given], section: str) -> dict[str, Given]:
    return {key: given for key, given in layer.items() if key.rpartition(".")[0] == section}


def _pictures(parts: Sequence[tuple[float, Style]]) -> list[str]:
    """All style pictures, `PICTURE:WEIGHT`; a style's own weights share its share."""
    named = []
    for share, style in parts:
        given = style.layer.get(_PICTURES)
        images = [] if given is None else given.value
        pairs = [
            weighted(text, _PICTURES) for text in ([images] if isinstance(images, str) else images)
        ]
        whole = sum(weight or 1.0 for _, weight in pairs)
        named += [f"{path}:{share * (weight or 1.0) / whole:.6g}" for path, weight in pairs]
    return named


def _words(parts: Sequence[tuple[float, Style]], source: str) -> dict[str, Given]:
    """The forms and negatives of all styles, for perceptors that know the words of each."""
    forms: list[str] = []
    negatives: list[str] = []
    known: list[set[str]] = []
    for share, style in parts:
        config = resolve({"words": WordsConfig}, _section(style.layer, "words")).get(
            "words", WordsConfig
        )
        words = f"{config.prefix} {HERE} {config.suffix}".strip()
        plain = [Prompt(words)]
        for form in style_prompts(config.forms, "words.forms") if config.forms else plain:
            forms.append(_typed(form, share))
        for away in style_prompts(config.negatives, "words.negatives", config.negative_weight):
            negatives.append(_typed(away, share))
        if words != HERE or config.forms or config.negatives:
            known.append(set(config.perceptors))
    if not known:
        return {}
    return {
        "words.forms": Given(forms, source),
        "words.negatives": Given(negatives, source),
        "words.perceptors": Given(sorted(set.intersection(*known)), source),
    }


def _typed(prompt: Prompt, share: float) -> str:
    weight = float(f"{share * prompt.weight:.6g}")
    return typed(prompt.text, weight) if prompt.plain else str(replace(prompt, weight=weight))
