"""A diffusion model of diffusers as a guide for drawings: its latents, its noise, its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit import InputError
from drawkit.diffusion.clock import Clock
from drawkit.diffusion.control import Control, Steered, refuse_misfit
from drawkit.diffusion.families import FAMILIES, Wanted
from drawkit.diffusion.network import Network
from drawkit.diffusion.opening import (
    Precision,
    load_lora,
    open_autoencoder,
    open_controlnet,
    open_pipeline,
)
from drawkit.diffusion.predictions import clean_from, truth_of
from drawkit.diffusion.variational import Adapter, Variational

__all__ = ["DiffusionGuide", "open_guide"]


_LEARNED = (0.02, 0.98)
"""Least and most noise through which an adapter learns a drawing: all but the ends."""


class DiffusionGuide:
    """What a diffusion model sees in drawings, in the latents of its autoencoder.

    network: with the words; clock: its schedule; vae: the encoder, its own one or a tiny one; side:
    px of the shorter side at which it sees; step: px that sides are multiples of. adapter: learns
    how the drawing looks, for variational score distillation.
    """

    def __init__(
        self,
        network: Network,
        clock: Clock,
        vae: Any,
        side: int,
        step: int,
        adapter: Adapter | None = None,
    ) -> None:
        self._network, self._clock, self._vae = network, clock, vae
        self._side, self._step, self._adapter = side, step, adapter

    def levels(self, share: Tensor) -> tuple[Tensor, Tensor]:
        """Factors of picture and noise: of its schedule at a share of its steps, or of a flow."""
        return self._clock.levels(share)

    def look(
        self,
        on_paper: Tensor,
        picture: Tensor,
        paper: Tensor,
        share: Tensor,
        *,
        guidance: float,
        generator: torch.Generator,
    ) -> tuple[Tensor, Tensor]:
        """Latents of the drawing [1, C, h, w], and of what it leads to through noise [N, C, h, w].

        Those of the drawing are differentiable through the encoder; the network is asked twice, or
        once where guidance is 1, and has no gradient: the point of score distillation. With an
        adapter it leads from the drawing as far as the picture under the noise is from the one that
        adapter sees there, which then learns of the drawing. Raises InputError for a drawing that
        is too large for the model, or for the memory.
        """
        try:
            return self._look(on_paper, share, guidance, generator)
        except (RuntimeError, ValueError) as error:  # whatever its many parts raise
            height, width = on_paper.shape[-2:]
            raise InputError(
                f"the diffusion model cannot see a drawing of {width} x {height} px with "
                f"{self._side} px at its shorter side: {' '.join(str(error).split())[:200]}"
            ) from error

    def _look(
        self, on_paper: Tensor, share: Tensor, guidance: float, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """As `look`."""
        seen = self._encoded(on_paper).float()
        here = seen.detach()
        _, noisy, levels = self._noisy(here, share, generator)
        times = self._clock.times(share).to(seen)
        with torch.no_grad():
            predicted = self._network.predict(noisy, times, guidance)
            clean = clean_from(predicted, noisy, *levels, self._clock.kind)
            if self._adapter is not None:
                with self._adapter.on():
                    own = self._network.predict(noisy, times, 1.0)
                clean = here + clean - clean_from(own, noisy, *levels, self._clock.kind)
        if self._adapter is not None:
            self._learn(self._adapter, here, len(share), generator)
        return seen, clean

    def learned(self) -> Mapping[str, Any]:
        """What was learned of the drawing; nothing where nothing learns."""
        return {} if self._adapter is None else self._adapter.learned()

    def restore_(self, learned: Mapping[str, Any]) -> None:
        """Go on with what was learned."""
        if self._adapter is not None:
            self._adapter.restore_(learned)

    def _noisy(
        self, seen: Tensor, share: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor]]:
        """Noise n, latents under it a x + s n, and a and s."""
        random = torch.randn(len(share), *seen.shape[1:], generator=generator).to(seen)
        keep, noise = (one.to(seen).view(-1, 1, 1, 1) for one in self.levels(share))
        return random, keep * seen + noise * random, (keep, noise)

    def _learn(
        self, adapter: Adapter, seen: Tensor, count: int, generator: torch.Generator
    ) -> None:
        """Let the adapter see the drawing under other noise: what it should predict is known."""
        low, high = _LEARNED
        share = low + (high - low) * torch.rand(count, generator=generator)
        random, noisy, levels = self._noisy(seen, share, generator)
        truth = truth_of(seen, random, *levels, self._clock.kind)
        with torch.enable_grad(), adapter.on():
            said = self._network.predict(noisy, self._clock.times(share).to(seen), 1.0)
            adapter.learn_((said - truth).square().mean())

    def _encoded(self, on_paper: Tensor) -> Tensor:
        """RGB [1, 3, H, W] 0..1 as latents [1, C, h, w], scaled as the network knows them."""
        height, width = on_paper.shape[-2:]
        step = self._step
        scale = self._side / min(height, width)
        size = [max(step, round(length * scale / step) * step) for length in (height, width)]
        there = next(self._vae.parameters())
        large = F.interpolate(on_paper.to(there), size=size, mode="bilinear", antialias=True)
        found = self._vae.encode(large * 2 - 1)
        if hasattr(found, "latents"):  # a tiny encoder gives them as the network knows them
            return torch.as_tensor(found.latents)
        latents = found.latent if hasattr(found, "latent") else found.latent_dist.mode()
        config = self._vae.config
        shift = config.get("shift_factor")
        scaled: Tensor = (latents - (0 if shift is None else shift)) * config.scaling_factor
        return scaled


def open_guide(
    model: str,
    words: Sequence[str],
    away: Sequence[str] = (),
    *,
    vae: str = "",
    loras: Sequence[str] = (),
    side: int = 0,
    distilled: float = 3.5,
    precision: Precision = "fp32",
    control: Steered | None = None,
    variational: Variational | None = None,
) -> DiffusionGuide:
    """The guide of a model that lies in a folder, as diffusers saves it.

    words, away: what to see, and what not. vae: a folder with another autoencoder, such as TAESD.
    loras: files of low-rank weights. side: px of the shorter side at which it sees; 0: the model's.
    distilled: the guidance that a network is told into which it was distilled. control: a
    ControlNet, and the picture that it is shown. variational: how to learn the drawing.
    Raises InputError for a folder that holds no such model, BackendError without the extra.
    """
    pipe = open_pipeline(model, precision)
    for file in loras:
        load_lora(pipe, file)
    own = pipe.vae if not vae else open_autoencoder(vae, precision).to(pipe.device)
    own.requires_grad_(False)
    family = FAMILIES[type(pipe).__name__]
    net = getattr(pipe, family.net)
    net.requires_grad_(False)
    pixels = _reduction(own)
    patch = family.patch if family.patch else int(net.config.get("patch_size", 1))
    size = side if side else _trained_side(pipe, net) * pixels
    tokens = (size // (pixels * patch)) ** 2
    wanted = Wanted(", ".join(words), ", ".join(away), (size, size), distilled)
    steer = None if control is None else _steering(pipe, control, size, precision)
    network, clock = Network(pipe, wanted, steer), Clock(pipe.scheduler, tokens)
    _let_go(pipe)
    adapter = None if variational is None else Adapter(net, variational)
    return DiffusionGuide(network, clock, own, size, pixels * patch, adapter)


def _steering(pipe: Any, control: Steered, side: int, precision: Precision) -> Control:
    """The ControlNet of a pipeline, with its picture."""
    able = [name for name, family in FAMILIES.items() if family.net == "unet"]
    name = type(pipe).__name__
    if name not in able:
        raise InputError(f"a ControlNet is not for a {name}; usable with: {', '.join(able)}")
    net = open_controlnet(control.folder, precision)
    refuse_misfit(net, pipe.unet, control.folder)
    net = net.to(pipe.device).requires_grad_(False)
    return Control(net, control.shown(side).to(pipe.device), control.scale)


def _trained_side(pipe: Any, net: Any) -> int:
    """Latents a side of the pictures that it was made for."""
    side = net.config.get("sample_size")
    return int(pipe.default_sample_size if side is None else side)


def _reduction(vae: Any) -> int:
    """Px of a latent."""
    blocks = vae.config.get("block_out_channels") or vae.config.encoder_block_out_channels
    return int(2 ** (len(blocks) - 1))


def _let_go(pipe: Any) -> None:
    """Drop what reads words, which may be larger than the network, and what nobody encodes with."""
    for name in ("text_encoder", "text_encoder_2", "text_encoder_3", "vae"):
        if getattr(pipe, name, None) is not None:
            setattr(pipe, name, None)
