"""Variational score distillation: beside the model, low-rank weights that learn the drawing (VSD).

Wang et al., arXiv 2305.16213 (ProlificDreamer). The second score is that of drawings as they are
now; what goes into the drawing is where both differ, so it need not go to a mean of all pictures.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from drawkit import BackendError

__all__ = ["Adapter", "Variational"]

_NAME = "drawing"
_LAYERS = ("to_q", "to_k", "to_v", "to_out.0")
"""Of attention, as all networks of diffusers name them."""


@dataclass(frozen=True)
class Variational:
    """rank of the weights that learn the drawing; rate at which they do; seed of their start."""

    rank: int
    rate: float
    seed: int


class Adapter:
    """Low-rank weights in a network of diffusers, off except within `on` (Hu, arXiv 2106.09685).

    At first they change nothing. Other low-rank weights that the network has count all the while.
    Raises BackendError without peft.
    """

    def __init__(self, net: Any, how: Variational) -> None:
        try:
            from peft import LoraConfig
        except ImportError as error:
            raise BackendError("VSD needs peft: pip install 'drawkit[diffusion]'") from error
        self._net = net
        self._others = net.active_adapters() if getattr(net, "peft_config", None) else []
        config = LoraConfig(
            r=how.rank,
            lora_alpha=how.rank,
            init_lora_weights="gaussian",
            target_modules=list(_LAYERS),
        )
        with torch.random.fork_rng(), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that there are others, as is meant
            torch.manual_seed(how.seed)
            net.add_adapter(config, adapter_name=_NAME)
        self._weights = {
            name: weight for name, weight in net.named_parameters() if f".{_NAME}." in name
        }
        for weight in self._weights.values():
            weight.data = weight.data.float()
        self._adam = torch.optim.AdamW(self._weights.values(), lr=how.rate)
        self._off()

    @contextmanager
    def on(self) -> Iterator[None]:
        """With them, the network predicts what it knows of the drawing."""
        if self._others:
            self._net.set_adapter([*self._others, _NAME])
        else:
            self._net.enable_adapters()
        try:
            yield
        finally:
            self._off()

    def _off(self) -> None:
        if self._others:
            self._net.set_adapter(self._others)
        else:
            self._net.disable_adapters()

    def learn_(self, loss: Tensor) -> None:
        """One step down a loss that was made while they were on."""
        weights = list(self._weights.values())
        for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
            weight.grad = gradient
        self._adam.step()
        self._adam.zero_grad()

    def learned(self) -> Mapping[str, Any]:
        """The weights and the state of their optimizer, which change no more."""
        weights = {name: weight.detach() for name, weight in self._weights.items()}
        return copy.deepcopy({"weights": weights, "optimizer": self._adam.state_dict()})

    def restore_(self, learned: Mapping[str, Any]) -> None:
        """Go on from `learned`. Raises LookupError, ValueError or RuntimeError for another's."""
        with torch.no_grad():
            for name, weight in self._weights.items():
                weight.copy_(learned["weights"][name])
        self._adam.load_state_dict(copy.deepcopy(dict(learned["optimizer"])))
