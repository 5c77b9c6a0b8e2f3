"""Adam whose rows have ages of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

__all__ = ["Adam"]


class Adam:
    """Adam (arXiv 1412.6980) that knows the age of every row, so that rows can begin anew.

    torch's own has one step count for a whole tensor: a row whose moments were cleared late in
    the run would lose its bias correction and start with steps several times too long.
    """

    BETAS = (0.9, 0.999)
    EPSILON = 1e-8

    def __init__(self, params: Sequence[Tensor]) -> None:
        self.params = list(params)
        self._first = [torch.zeros_like(p) for p in self.params]
        self._second = [torch.zeros_like(p) for p in self.params]
        self._age = [_ages(param) for param in self.params]

    @torch.no_grad()
    def step(self, gradients: Sequence[Tensor | None], rates: dict[Tensor, float]) -> None:
        """Move every parameter against its gradient, by about its rate."""
        one, two = self.BETAS
        state = zip(self.params, gradients, self._first, self._second, self._age, strict=True)
        for param, gradient, first, second, age in state:
            if gradient is None:
                continue
            age += 1
            first.lerp_(gradient, 1 - one)
            second.mul_(two).addcmul_(gradient, gradient, value=1 - two)
            spread = (second / (1 - two**age)).sqrt_().add_(self.EPSILON)
            param.addcdiv_(first / (1 - one**age), spread, value=-rates[param])

    @torch.no_grad()
    def reset(self, param: Tensor, rows: Tensor) -> None:
        """Forget what is known of `rows` [len(param)] bool; a parameter that rests has nothing."""
        for at, known in enumerate(self.params):
            if known is param:
                for state in (self._first[at], self._second[at], self._age[at]):
                    state[rows] = 0

    @torch.no_grad()
    def replace(self, param: Tensor, new: Tensor, rows: Tensor) -> None:
        """Let `new` take the place of `param`, with what is known of the rows that it was before.

        rows: [len(new)] the row of `param` that each row of `new` was, -1 for one that begins.
        """
        kept, begins = rows.clamp(min=0), rows < 0
        for at, known in enumerate(self.params):
            if known is param:
                self.params[at] = new
                for states in (self._first, self._second, self._age):
                    state = states[at][kept]
                    state[begins] = 0
                    states[at] = state

    def moments(self) -> dict[str, list[Tensor]]:
        """Copies of the running means of gradients and their squares, and the rows' ages."""
        kept = {"first": self._first, "second": self._second, "age": self._age}
        return {name: [tensor.clone() for tensor in tensors] for name, tensors in kept.items()}

    @torch.no_grad()
    def load_(self, moments: Mapping[str, Sequence[Tensor]]) -> None:
        """Take `moments` back."""
        for name, own in (("first", self._first), ("second", self._second), ("age", self._age)):
            for tensor, kept in zip(own, moments[name], strict=True):
                tensor.copy_(kept)

    def copies(self) -> list[Tensor]:
        """The parameters' values now."""
        return [param.detach().clone() for param in self.params]

    @torch.no_grad()
    def restore_(self, values: Sequence[Tensor]) -> None:
        """Give the parameters these values back."""
        for param, value in zip(self.params, values, strict=True):
            param.copy_(value)


def _ages(param: Tensor) -> Tensor:
    """A step count for each row; a scalar is one row."""
    return param.new_zeros(param.shape[:1] + (1,) * max(0, param.ndim - 1))
