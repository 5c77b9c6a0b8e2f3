"""Layers over a table of weights: each takes the name that its tensors begin with."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["Weights", "conv", "count", "count_after", "doubled", "group_norm", "linear"]


class Weights(nn.Module, Mapping[str, Tensor]):
    """Name -> tensor: weights that go along to a device, and are neither trained nor kept."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        self._tensors = dict(tensors)

    def __getitem__(self, name: str) -> Tensor:
        return self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def __hash__(self) -> int:
        return id(self)

    def on_meta(self) -> Self:
        """The same with shapes alone: what is made of it takes no time."""
        return self.with_tensors({name: tensor.to("meta") for name, tensor in self.items()})

    def with_tensors(self, others: Mapping[str, Tensor]) -> Self:
        """The same network with others in the place of some tensors."""
        found = copy.copy(self)
        found._tensors = {**self._tensors, **others}
        return found

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Any:
        self._tensors = {name: fn(tensor) for name, tensor in self._tensors.items()}
        return super()._apply(fn, recurse)  # type: ignore[no-untyped-call]


def conv(weights: Mapping[str, Tensor], name: str, x: Tensor, step: int = 1) -> Tensor:
    """A convolution of `name.weight` and, where there is one, `name.bias`; the size stays."""
    weight = weights[f"{name}.weight"]
    around = (weight.shape[-1] - 1) // 2 if step == 1 else 0
    return F.conv2d(x, weight, weights.get(f"{name}.bias"), stride=step, padding=around)


def linear(weights: Mapping[str, Tensor], name: str, x: Tensor) -> Tensor:
    """A linear layer [..., I] -> [..., O]."""
    return F.linear(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"))


def group_norm(weights: Mapping[str, Tensor], name: str, x: Tensor, groups: int) -> Tensor:
    """Channels set to mean 0 and deviation 1, some at a time, then scaled and shifted."""
    return F.group_norm(x, groups, weights[f"{name}.weight"], weights[f"{name}.bias"], eps=1e-6)


def doubled(x: Tensor) -> Tensor:
    """Each pixel twice across and twice down."""
    return F.interpolate(x, scale_factor=2.0, mode="nearest")


def count(weights: Mapping[str, Tensor], prefix: str) -> int:
    """How many parts there are: `prefix.0.`, `prefix.1.` and so on."""
    found = {name[len(prefix) + 1 :].partition(".")[0] for name in weights if _is(name, prefix)}
    return len({part for part in found if part.isdigit()})


def count_after(weights: Mapping[str, Tensor], prefix: str, first: int = 1) -> int:
    """The same of parts that are numbered from 1, or so, without a dot: `prefix1.`, `prefix2.`."""
    at = 0
    while any(name.startswith(f"{prefix}{first + at}.") for name in weights):
        at += 1
    return at


def _is(name: str, prefix: str) -> bool:
    return name.startswith(f"{prefix}.")
