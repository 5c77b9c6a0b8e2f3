"""Scenes between two others, of the words of both: old ones fade, new ones come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from drawkit.config import Prompt, read_prompts
from drawkit.engine.many.lines import Line

__all__ = ["blended"]


def blended(first: Line, second: Line, count: int) -> list[Line]:
    """So many scenes on the way, with the settings of the first; both can be read."""
    old, new = _prompts(first.values["prompt"]), _prompts(second.values["prompt"])
    found = []
    for at in range(1, count + 1):
        share = at / (count + 1)
        words = [*_weighted(old, 1 - share), *_weighted(new, share)]
        found.append(Line(first.place, {**first.values, "prompt": words}))
    return found


def _prompts(said: Any) -> Sequence[Prompt]:
    return read_prompts([said] if isinstance(said, str) else said).read


def _weighted(prompts: Sequence[Prompt], share: float) -> list[str]:
    return [str(replace(one, weight=round(one.weight * share, 4))) for one in prompts]
