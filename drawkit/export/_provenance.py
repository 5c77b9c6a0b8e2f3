"""How the drawing was made, in the forms that files hold: a title, a sentence, and JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import drawkit
from drawkit.export._text import xml_text
from drawkit.scene import Metadata

__all__ = ["Provenance", "told"]


@dataclass(frozen=True)
class Provenance:
    """What a file says of its drawing; each text may be empty, and XML can hold them all.

    title: the drawing's, or else the first prompt. description: one sentence for people: prompts
    with their weights, seed, steps, score, program. software: the program and its version. run: the
    metadata as JSON, for programs: title, prompts (list of {text, weight}), seed, steps, score,
    config, versions, inputs. In full it is readable; short, it lacks what is empty or said
    elsewhere in it. Same metadata, same texts.
    """

    title: str = ""
    description: str = ""
    software: str = ""
    run: str = ""


def told(metadata: Metadata) -> Provenance:
    """The metadata in words; nothing where none is wanted."""
    if metadata.detail == "none":
        return Provenance()
    first = metadata.prompts[0][0] if metadata.prompts else ""
    said = (
        f'"{text}"' if weight == 1 else f'"{text}" x {weight:g}'
        for text, weight in metadata.prompts
    )
    software = f"drawkit {metadata.versions.get('drawkit', drawkit.__version__)}"
    parts = [
        ", ".join(said),
        "" if metadata.seed is None else f"seed {metadata.seed}",
        "" if metadata.steps is None else f"{metadata.steps} steps",
        "" if metadata.score is None else f"score {metadata.score:.4f}",
        software,
    ]
    record: dict[str, Any] = {
        "title": metadata.title,
        "prompts": [{"text": text, "weight": _plain(weight)} for text, weight in metadata.prompts],
        "seed": metadata.seed,
        "steps": metadata.steps,
        "score": _plain(metadata.score),
        "config": _plain(metadata.config),
        "versions": _plain(metadata.versions),
    }
    if metadata.typed:
        record["typed"] = list(metadata.typed)
    if metadata.inputs:
        record["inputs"] = metadata.inputs
    if metadata.after:
        record["after"] = list(metadata.after)
    form: dict[str, Any] = {"indent": 1}
    if metadata.detail != "full":
        form = {"separators": (",", ":")}
        if metadata.title == first:
            del record["title"]
        record = {key: value for key, value in record.items() if value not in (None, "", {}, [])}
    texts = metadata.title or first, "; ".join(part for part in parts if part), software
    return Provenance(*map(xml_text, (*texts, json.dumps(record, ensure_ascii=False, **form))))


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
