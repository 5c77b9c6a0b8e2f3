"""The prompts as a perceptor is told them: with a style's words and the user's modifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from drawkit.config import HERE, Settings, WordsConfig, weighted
from drawkit.perceptor.names import ModelSpec
from drawkit.perceptor.prompt import Prompt
from drawkit.styles import find_modifiers

__all__ = ["spoken", "understood", "worded"]


def worded(prompts: Sequence[Prompt], settings: Settings, models: Sequence[str]) -> list[Prompt]:
    """The prompts with what the settings add to them; the first one stays the first.

    models: the perceptors in use, as `--model` takes them. A style's words are used where all of
    them understand them; modifiers always, as the user asked for them.
    """
    config = settings.get("words", WordsConfig)
    after = ", ".join(_modifier_words(settings))
    forms, negatives = [(HERE, 1.0)], []
    if understood(config, models):
        forms, negatives = _forms(config), _negatives(config)
    said = []
    for prompt in prompts:
        if prompt.weight < 0:
            said.append(prompt)
            continue
        for form, weight in forms:
            text = ", ".join(part for part in (form.replace(HERE, prompt.text), after) if part)
            said.append(replace(prompt, text=text, weight=prompt.weight * weight))
    return said + negatives


def understood(config: WordsConfig, models: Sequence[str]) -> bool:
    """Whether every perceptor in use is one that the words are for."""
    for model in models:
        spec = ModelSpec.parse(model)
        kind = "builtin" if spec.kind == "builtin" else "others"
        if not {kind, spec.name, str(spec)} & set(config.perceptors):
            return False
    return True


def spoken(prompts: Sequence[Prompt], settings: Settings) -> list[str]:
    """What to ask a perceptor whether it knows it: the user's prompts, each modifier's words.

    A modifier's words one by one: beside known ones a strange one would hide.
    """
    words = " ".join(_modifier_words(settings)).split()
    return list(dict.fromkeys([*(prompt.text for prompt in prompts), *words]))


def _modifier_words(settings: Settings) -> list[str]:
    return [m.words for m in find_modifiers(settings.get("words", WordsConfig).modifiers)]


def _forms(config: WordsConfig) -> list[tuple[str, float]]:
    if config.forms:
        pairs = [weighted(form, "words.forms") for form in config.forms]
        return [(form, 1.0 if weight is None else weight) for form, weight in pairs]
    return [(f"{config.prefix} {HERE} {config.suffix}".strip(), 1.0)]


def _negatives(config: WordsConfig) -> list[Prompt]:
    pairs = [weighted(text, "words.negatives") for text in config.negatives]
    return [
        Prompt(text, -(config.negative_weight if weight is None else weight))
        for text, weight in pairs
    ]
