"""Names that a perceptor tells a picture by: what it has seen, or a list of the user's."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.perceptor import Perceptor
from drawkit.perceptor.concepts import load_concepts
from drawkit.perceptor.names import BUILTIN

__all__ = ["vocabulary_of"]

_MOST = 300
"""Names for a perceptor that does not say what it has seen; encoding them takes a while."""
_AT_ONCE = 64


def vocabulary_of(
    perceptor: Perceptor, words: Sequence[str] = ()
) -> tuple[tuple[str, ...], Tensor]:
    """Names and their places [N, D], unit vectors on the CPU.

    words: these instead. Without them what the perceptor has seen, else an even choice of what the
    built-in one has.
    """
    known = None if words else perceptor.vocabulary()
    if known is not None:
        return known
    names = tuple(words)
    if not names:
        every = load_concepts(BUILTIN / "concepts.json.gz").names
        names = every[:: -(-len(every) // _MOST)]
    parts = [names[at : at + _AT_ONCE] for at in range(0, len(names), _AT_ONCE)]
    places = torch.cat([perceptor.encode_text(part).float().cpu() for part in parts])
    return names, F.normalize(places, dim=1)
