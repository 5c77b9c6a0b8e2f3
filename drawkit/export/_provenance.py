"""How the drawing was made, in the forms that files hold: a title, a sentence, and JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import drawkit
from drawkit.export._text import xml_text
from drawkit.scene import Metadata

__all__ = ["describe", "run_json", "software", "title"]


def title(metadata: Metadata) -> str:
    """The title, or else the first prompt; may be empty."""
    if metadata.detail == "none":
        return ""
    first = metadata.prompts[0][0] if metadata.prompts else ""
    return xml_text(metadata.title or first)


def software(metadata: Metadata) -> str:
    """The program and its version: `drawkit 0.1.0`."""
    if metadata.detail == "none":
        return ""
    return xml_text(f"drawkit {metadata.versions.get('drawkit', drawkit.__version__)}")


def describe(metadata: Metadata) -> str:
    """One sentence for people: prompts with their weights, seed, steps, score, program."""
    if metadata.detail == "none":
        return ""
    prompts = ", ".join(
        f'"{text}"' if weight == 1 else f'"{text}" x {weight:g}'
        for text, weight in metadata.prompts
    )
    parts = [
        prompts,
        "" if metadata.seed is None else f"seed {metadata.seed}",
        "" if metadata.steps is None else f"{metadata.steps} steps",
        "" if metadata.score is None else f"score {metadata.score:.4f}",
        software(metadata),
    ]
    return xml_text("; ".join(part for part in parts if part))


def run_json(metadata: Metadata) -> str:
    """The metadata as JSON, for programs; same data, same text; nothing where none is wanted.

    Keys: title, prompts (list of {text, weight}), seed, steps, score, config, versions, inputs.
    In full it is readable; short, it lacks what is empty or said elsewhere in it.
    """
    if metadata.detail == "none":
        return ""
    record: dict[str, Any] = {
        "title": metadata.title,
        "prompts": [{"text": text, "weight": weight} for text, weight in metadata.prompts],
        "seed": metadata.seed,
        "steps": metadata.steps,
        "score": metadata.score,
        "config": metadata.config,
        "versions": metadata.versions,
    }
    if metadata.inputs:
        record["inputs"] = metadata.inputs
    if metadata.detail == "full":
        return xml_text(json.dumps(_plain(record), indent=1, ensure_ascii=False))
    if metadata.prompts and metadata.title == metadata.prompts[0][0]:
        del record["title"]
    kept = {key: value for key, value in record.items() if value not in (None, "", {}, [])}
    return xml_text(json.dumps(_plain(kept), separators=(",", ":"), ensure_ascii=False))


def _plain(value: Any) -> Any:
    """`value` as JSON holds it; what JSON has no form for (paths, NaN) as its text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return str(value)
