"""Diffusion models without words: which picture they see through noise, at each of their times."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from drawkit import InputError
from drawkit.diffusion.opening import open_part
from drawkit.diffusion.predictions import PREDICTIONS, clean_from
from drawkit.generators.guided_unet import load_guided_unet

__all__ = ["Denoiser", "is_wordless", "linear_schedule", "open_denoiser"]

_UNET = "UNet2DModel"
_SIDE = 256
"""Px of a side of the pictures that most published checkpoints were trained on."""


class Denoiser:
    """What a model sees through noise.

    predict: pictures [N, 3, H, W] with noise and times [N] to what it predicts, of which the first
    channels count. kept: [T] the share of a picture in the variance at each time, falling. kind:
    what is predicted, one of PREDICTIONS. side: px that it was trained on; factor: sides are
    multiples of it.
    """

    def __init__(
        self,
        predict: Callable[[Tensor, Tensor], Tensor],
        kept: Tensor,
        *,
        kind: str = "epsilon",
        side: int = _SIDE,
        factor: int = 1,
        device: torch.device | None = None,
    ) -> None:
        if kind not in PREDICTIONS:
            raise InputError(
                f"the diffusion model predicts '{kind}'; usable: {', '.join(PREDICTIONS)}"
            )
        self._predict, self._kind = predict, kind
        self.kept = kept.double().cpu()
        self.side, self.factor = side, factor
        self.device = torch.device("cpu") if device is None else device

    def clean(self, noisy: Tensor, time: int) -> Tensor:
        """The picture [1, 3, H, W], -1..1, that it sees in one with the noise of that time."""
        predicted = self._predict(noisy, torch.full((len(noisy),), time, device=noisy.device))
        keep, noise = (one.to(noisy) for one in (self.kept[time].sqrt(), self.away(time).sqrt()))
        return clean_from(predicted[:, : noisy.shape[1]], noisy, keep, noise, self._kind)

    def away(self, time: int) -> Tensor:
        """The share of noise in the variance."""
        return 1 - self.kept[time]


def linear_schedule(first: float = 1e-4, last: float = 0.02, times: int = 1000) -> Tensor:
    """[T] what is kept of a picture's variance, where ever more noise comes (Ho 2020)."""
    return (1 - torch.linspace(first, last, times, dtype=torch.float64)).cumprod(0)


def is_wordless(given: str) -> bool:
    """Whether it is a model that reads no words: a checkpoint, or a UNet2DModel of diffusers."""
    path = Path(given).expanduser()
    return not path.is_dir() or _unet_folder(path) is not None


def open_denoiser(given: str, device: torch.device, *, heads: int = 0) -> Denoiser:
    """The model in a checkpoint of guided-diffusion, or in a folder as diffusers saves it.

    heads: of attention, where a checkpoint has others than one for 64 channels. Raises InputError
    for what is no such model, BackendError without diffusers for a folder.
    """
    path = Path(given).expanduser()
    folder = _unet_folder(path) if path.is_dir() else None
    if folder is None:
        net = load_guided_unet(given, heads).to(device)
        return Denoiser(net.noise, linear_schedule(), factor=net.factor, device=device)
    unet: Any = open_part("a diffusion model", folder, "UNet2DModel").to(device)
    unet.requires_grad_(False)
    kept, kind = linear_schedule(), "epsilon"
    if (path / "scheduler").is_dir():
        scheduler = open_part("a schedule of noise", path / "scheduler", "DDPMScheduler")
        kept, kind = scheduler.alphas_cumprod, scheduler.config.prediction_type
    if unet.config.in_channels != 3:
        raise InputError(f"'{given}' is a model of {unet.config.in_channels} channels; usable: 3")

    def predict(noisy: Tensor, times: Tensor) -> Tensor:
        found: Tensor = unet(noisy, times).sample
        return found

    side = unet.config.sample_size
    factor = 2 ** (len(unet.config.block_out_channels) - 1)
    return Denoiser(
        predict,
        kept,
        kind=kind,
        side=side if isinstance(side, int) else _SIDE,
        factor=factor,
        device=device,
    )


def _unet_folder(path: Path) -> Path | None:
    """Where in a folder a UNet2DModel lies, if there is one."""
    for folder in (path, path / "unet"):
        file = folder / "config.json"
        try:
            found = json.loads(file.read_text("utf-8")) if file.is_file() else None
        except ValueError:  # no JSON
            continue
        if isinstance(found, dict) and found.get("_class_name") == _UNET:
            return folder
    return None
