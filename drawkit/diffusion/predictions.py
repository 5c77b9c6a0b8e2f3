"""What diffusion models predict, as the clean picture that it leads to."""

from __future__ import annotations

from torch import Tensor

__all__ = ["PREDICTIONS", "clean_from", "truth_of"]

PREDICTIONS = ("epsilon", "v_prediction", "sample", "flow")
"""The noise, a mixture of noise and picture, the picture, the way from picture to noise."""


def clean_from(predicted: Tensor, noisy: Tensor, keep: Tensor, noise: Tensor, kind: str) -> Tensor:
    """The picture x in `noisy` = a x + s n, of what a model predicts.

    keep, noise: a and s, as large as `noisy` or to be spread over it. epsilon: n; v_prediction:
    a n - s x (Salimans & Ho, arXiv 2202.00512), where a^2 + s^2 = 1; sample: x; flow: n - x, where
    a + s = 1 (Lipman et al., arXiv 2210.02747).
    """
    if kind == "epsilon":
        return (noisy - noise * predicted) / keep
    if kind == "v_prediction":
        return keep * noisy - noise * predicted
    return noisy - noise * predicted if kind == "flow" else predicted


def truth_of(clean: Tensor, random: Tensor, keep: Tensor, noise: Tensor, kind: str) -> Tensor:
    """What a model should predict for a x + s n, where it knew the picture x and the noise n."""
    if kind == "epsilon":
        return random
    if kind == "v_prediction":
        return keep * random - noise * clean
    return random - clean if kind == "flow" else clean
