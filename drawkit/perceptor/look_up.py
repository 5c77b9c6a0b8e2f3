"""What the built-in perceptor takes words for, without opening its image tower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from drawkit.perceptor.concepts import load_concepts
from drawkit.perceptor.doubt import doubt, unknown_words
from drawkit.perceptor.loading import load_model
from drawkit.perceptor.names import BUILTIN, ModelSpec

__all__ = ["Found", "look_up"]


@dataclass(frozen=True)
class Found:
    """The nearest names with their cosines, the words it does not know, and a line about them."""

    nearest: list[tuple[str, float]]
    unknown: list[str]
    doubt: str | None


def look_up(text: str, count: int) -> Found:
    """The `count` things that the built-in perceptor finds nearest to `text`."""
    concepts = load_concepts(BUILTIN / "concepts.json.gz")
    model, tokenizer = load_model(ModelSpec.parse("builtin"))

    def encode(texts: Sequence[str]) -> Tensor:
        places: Tensor = model.encode_text(tokenizer(list(texts))).detach()
        return places

    near = concepts.nearest(encode([text])[0], count)
    unknown = unknown_words(concepts, text, encode)
    return Found(near, unknown, doubt(concepts, text, unknown, encode) if unknown else None)
