"""The prompts as a perceptor is told them: with a style's words and the user's modifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from drawkit.config import (
    HERE,
    DrawConfig,
    Prompt,
    Settings,
    WordsConfig,
    main_prompt,
    read_prompts,
    style_prompts,
)
from drawkit.errors import InputError
from drawkit.perceptor.config import NO_MODEL, PerceptorConfig
from drawkit.perceptor.names import ModelSpec
from drawkit.styles import find_modifiers

__all__ = ["prompts_of", "spoken", "title_of", "understood", "worded"]


def prompts_of(settings: Settings) -> list[Prompt]:
    """The prompts with their weights, the first one first; none only where nobody looks."""
    prompts = settings.get("draw", DrawConfig).prompts
    if not prompts and settings.get("perceptor", PerceptorConfig).models == NO_MODEL:
        return []
    if not prompts:
        raise InputError('there is no prompt; say in a few words what to draw, such as "a cat"')
    return read_prompts(prompts)


def title_of(settings: Settings) -> str:
    """The words that files are named after: of the first prompt that is to be drawn."""
    prompts = prompts_of(settings)
    if not prompts:
        return Path(settings.get("draw", DrawConfig).init or "drawing").stem
    main = main_prompt(prompts)
    return main.text if main.picture is None else Path(main.picture).stem


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
        if prompt.weight < 0 or prompt.picture is not None:
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
    said = (prompt.text for prompt in prompts if prompt.picture is None)
    return list(dict.fromkeys([*said, *words]))


def _modifier_words(settings: Settings) -> list[str]:
    return [m.words for m in find_modifiers(settings.get("words", WordsConfig).modifiers)]


def _forms(config: WordsConfig) -> list[tuple[str, float]]:
    if config.forms:
        return [(form.text, form.weight) for form in style_prompts(config.forms, "words.forms")]
    return [(f"{config.prefix} {HERE} {config.suffix}".strip(), 1.0)]


def _negatives(config: WordsConfig) -> list[Prompt]:
    away = style_prompts(config.negatives, "words.negatives", config.negative_weight)
    return [replace(prompt, weight=-prompt.weight) for prompt in away]
