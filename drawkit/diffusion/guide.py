"""A diffusion model of diffusers as a guide for drawings: its latents, its noise, its words."""

from __future__ import annotations

from collections.abc import Sequence
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
from drawkit.diffusion.predictions import clean_from

__all__ = ["DiffusionGuide", "open_guide"]


class DiffusionGuide:
    """What a diffusion model sees in drawings, in the latents of its autoencoder.

    network: with the words; clock: its schedule; vae: the encoder, its own one or a tiny one; side:
    px of the shorter side at which it sees; step: px that sides are multiples of.
    """

    def __init__(self, network: Network, clock: Clock, vae: Any, side: int, step: int) -> None:
        self._network, self._clock, self._vae = network, clock, vae
        self._side, self._step = side, step

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
        once where guidance is 1, and has no gradient: the point of score distillation.
        """
        seen = self._encoded(on_paper).float()
        with torch.no_grad():
            random = torch.randn(len(share), *seen.shape[1:], generator=generator).to(seen)
            keep, noise = (one.to(seen).view(-1, 1, 1, 1) for one in self.levels(share))
            noisy = keep * seen + noise * random
            times = self._clock.times(share).to(seen)
            predicted = self._network.predict(noisy, times, guidance)
            clean = clean_from(predicted, noisy, keep, noise, self._clock.kind)
        return seen, clean

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
) -> DiffusionGuide:
    """The guide of a model that lies in a folder, as diffusers saves it.

    words, away: what to see, and what not. vae: a folder with another autoencoder, such as TAESD.
    loras: files of low-rank weights. side: px of the shorter side at which it sees; 0: the model's.
    distilled: the guidance that a network is told into which it was distilled. control: a
    ControlNet, and the picture that it is shown.
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
    _drop_encoders(pipe)
    return DiffusionGuide(network, clock, own, size, pixels * patch)


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


def _drop_encoders(pipe: Any) -> None:
    """Let go of what reads words, which may be larger than the network itself."""
    for name in ("text_encoder", "text_encoder_2", "text_encoder_3"):
        if getattr(pipe, name, None) is not None:
            setattr(pipe, name, None)
