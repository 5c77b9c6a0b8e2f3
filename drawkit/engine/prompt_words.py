"""The prompts as a perceptor is told them: with a style's words and the user's modifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from drawkit.config import (
    HERE,
    REPELLERS,
    DrawConfig,
    Prompt,
    Settings,
    WordsConfig,
    style_prompts,
)
from drawkit.errors import InputError
from drawkit.perceptor.config import NO_MODEL, PerceptorConfig
from drawkit.perceptor.names import ModelSpec
from drawkit.styles import find_modifiers

__all__ = ["modifier_words", "prompts_of", "title_of", "understood", "worded"]


def prompts_of(settings: Settings) -> tuple[Prompt, ...]:
    """The prompts with their weights, the first one first; none only where nobody looks."""
    said = settings.prompts.read
    _refuse_none(len(said), settings.get("perceptor", PerceptorConfig).models)
    return said


def title_of(settings: Settings) -> str:
    """What files are named after: the main prompt, or the picture to start from."""
    if not settings.prompts.read:
        return Path(settings.get("draw", DrawConfig).init or "drawing").stem
    return settings.prompts.title


def worded(prompts: Sequence[Prompt], settings: Settings, models: Sequence[str]) -> list[Prompt]:
    """The prompts with what the settings add to them; the first one stays the first.

    models: the perceptors in use, as `--model` takes them. A style's words are used where all of
    them understand them; modifiers always, as the user asked for them. Raises InputError where
    there is nothing to tell a perceptor.
    """
    loss = settings.sections.get("losses.text")
    if loss is None or loss.weight:
        _refuse_none(len(prompts), models)
    config = settings.get("words", WordsConfig)
    after = ", ".join(modifier_words(settings))
    forms, negatives = [(HERE, 1.0)], []
    if understood(config, models):
        forms, negatives = _forms(config), _negatives(config)
    said = []
    for prompt in prompts:
        if prompt.weight < 0 or prompt.picture is not None:
            said.append(prompt)
            continue
        for form, weight in forms:
            text = ", ".join(part for part in (form.replace(HERE, prompt.text), after) if part)
            said.append(replace(prompt, text=text, weight=prompt.weight * weight))
    repelled = [Prompt(REPELLERS[name], -config.repel_weight) for name in config.repel]
    return said + negatives + repelled


def _refuse_none(count: int, models: Sequence[str]) -> None:
    if not count and tuple(models) != NO_MODEL:
        raise InputError('there is no prompt; say in a few words what to draw, such as "a cat"')


def understood(config: WordsConfig, models: Sequence[str]) -> bool:
    """Whether every perceptor in use is one that the words are for."""
    for model in models:
        spec = ModelSpec.parse(model)
        kind = "builtin" if spec.kind == "builtin" else "others"
        if not {kind, spec.name, str(spec)} & set(config.perceptors):
            return False
    return True


def modifier_words(settings: Settings) -> list[str]:
    """The words of each modifier that the user asked for."""
    return [m.words for m in find_modifiers(settings.get("words", WordsConfig).modifiers)]


def _forms(config: WordsConfig) -> list[tuple[str, float]]:
    if config.forms:
        return [(form.text, form.weight) for form in style_prompts(config.forms, "words.forms")]
    return [(f"{config.prefix} {HERE} {config.suffix}".strip(), 1.0)]


def _negatives(config: WordsConfig) -> list[Prompt]:
    away = style_prompts(config.negatives, "words.negatives", config.negative_weight)
    return [replace(prompt, weight=-prompt.weight) for prompt in away]
