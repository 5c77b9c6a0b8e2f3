"""A diffusion model of diffusers as a guide for drawings: its latents, its noise, its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit import BackendError, InputError
from drawkit.diffusion.families import FAMILIES, Predict
from drawkit.diffusion.predictions import PREDICTIONS, clean_from

__all__ = ["DiffusionGuide", "open_guide", "open_pipeline"]


_TIMES = 1000


class DiffusionGuide:
    """What a diffusion model sees in drawings, in the latents of its autoencoder.

    pipe: a pipeline of diffusers; predict: its network with the words; side: px of the shorter side
    at which it sees; vae: the encoder, its own one or a tiny one.
    """

    def __init__(self, pipe: Any, predict: Predict, side: int, vae: Any) -> None:
        self._pipe, self._predict, self._side, self._vae = pipe, predict, side, vae
        config = pipe.scheduler.config
        kind = config.get("prediction_type", "flow")
        self._kind = "flow" if not hasattr(pipe.scheduler, "alphas_cumprod") else kind
        if self._kind not in PREDICTIONS:
            allowed = ", ".join(PREDICTIONS)
            raise InputError(f"the diffusion model predicts '{self._kind}'; usable: {allowed}")

    def levels(self, share: Tensor) -> tuple[Tensor, Tensor]:
        """Factors of picture and noise: of its schedule at a share of its steps, or of a flow."""
        if self._kind == "flow":
            return 1 - share, share
        kept = self._pipe.scheduler.alphas_cumprod.cpu()[self._times(share).long()]
        return kept.sqrt(), (1 - kept).sqrt()

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

        Those of the drawing are differentiable through the encoder; the network is asked twice, and
        has no gradient: the point of score distillation.
        """
        seen = self._encoded(on_paper)
        with torch.no_grad():
            random = torch.randn(len(share), *seen.shape[1:], generator=generator).to(seen)
            keep, noise = (one.to(seen).view(-1, 1, 1, 1) for one in self.levels(share))
            noisy = keep * seen + noise * random
            other, told = self._predict(noisy, self._times(share).to(seen))
            predicted = other + guidance * (told - other)
            clean = clean_from(predicted, noisy, keep, noise, self._kind)
        return seen.float(), clean.float()

    def _times(self, share: Tensor) -> Tensor:
        """[N] steps of the model's own clock: whole ones of a schedule, any of a flow."""
        if self._kind == "flow":
            return share * _TIMES
        last = len(self._pipe.scheduler.alphas_cumprod) - 1
        return (share * last).round()

    def _encoded(self, on_paper: Tensor) -> Tensor:
        """RGB [1, 3, H, W] 0..1 as latents [1, C, h, w], scaled as the network knows them."""
        height, width = on_paper.shape[-2:]
        step = _reduction(self._vae)
        scale = self._side / min(height, width)
        size = [max(step, round(length * scale / step) * step) for length in (height, width)]
        there = next(self._vae.parameters())
        large = F.interpolate(on_paper.to(there), size=size, mode="bilinear", antialias=True)
        found = self._vae.encode(large * 2 - 1)
        latents = found.latents if hasattr(found, "latents") else found.latent_dist.mode()
        config = self._vae.config
        if hasattr(found, "latents"):  # a tiny encoder gives them as the network knows them
            return torch.as_tensor(latents)
        shift = config.get("shift_factor")
        scaled: Tensor = (latents - (0 if shift is None else shift)) * config.scaling_factor
        return scaled


def _reduction(vae: Any) -> int:
    """Px of a latent."""
    blocks = vae.config.get("block_out_channels") or vae.config.encoder_block_out_channels
    return int(2 ** (len(blocks) - 1))


def open_guide(
    model: str,
    words: Sequence[str],
    away: Sequence[str] = (),
    *,
    vae: str = "",
    loras: Sequence[str] = (),
    side: int = 0,
) -> DiffusionGuide:
    """The guide of a model that lies in a folder, as diffusers saves it.

    words, away: what to see, and what not. vae: a folder with another autoencoder, such as TAESD.
    loras: files of low-rank weights. side: px of the shorter side at which it sees; 0: the model's.
    Raises InputError for a folder that holds no such model, BackendError without the extra.
    """
    pipe = open_pipeline(model)
    for file in loras:
        _load_lora(pipe, file)
    own = pipe.vae if not vae else _opened("an autoencoder", vae, _autoencoder(vae))
    own.requires_grad_(False)
    net = pipe.unet if hasattr(pipe, "unet") else pipe.transformer
    net.requires_grad_(False)
    size = side if side else int(net.config.sample_size) * _reduction(own)
    with torch.no_grad():
        said = ", ".join(words), ", ".join(away)
        predict = FAMILIES[type(pipe).__name__](pipe, *said, (size, size))
    return DiffusionGuide(pipe, predict, size, own.to(pipe.device))


def open_pipeline(model: str) -> Any:
    """A pipeline of diffusers from a local folder, on the fastest device that is there."""
    diffusers = _diffusers()
    pipe = _opened("a diffusion model", model, diffusers.DiffusionPipeline)
    name = type(pipe).__name__
    if name not in FAMILIES:
        raise InputError(f"'{model}' is a {name}; usable: {', '.join(FAMILIES)}")
    pipe.set_progress_bar_config(disable=True)
    return pipe.to("cuda" if torch.cuda.is_available() else "cpu")


def _diffusers() -> Any:
    try:
        import diffusers
    except ImportError as error:
        raise BackendError(
            "a diffusion model needs diffusers: pip install 'drawkit[diffusion]'"
        ) from error
    diffusers.utils.logging.set_verbosity_error()
    diffusers.utils.logging.disable_progress_bar()
    return diffusers


def _opened(what: str, folder: str, kind: Any) -> Any:
    """What lies in a folder, read without the network; one line where it cannot be."""
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise InputError(f"'{folder}' is no folder with {what}, as diffusers saves it")
    try:
        missing = dict.fromkeys(_left_out(path))
        return kind.from_pretrained(str(path), local_files_only=True, **missing)
    except Exception as error:  # whatever its many parts raise
        said = " ".join(str(error).split())[:200]
        raise InputError(f"'{folder}' does not hold {what} that can be read: {said}") from error


def _left_out(folder: Path) -> list[str]:
    """Parts that a pipeline was saved without, such as the third encoder of Stable Diffusion 3."""
    file = folder / "model_index.json"
    parts = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return [name for name, part in parts.items() if part == [None, None]]


def _autoencoder(folder: str) -> Any:
    """The class of an autoencoder, by its config; AutoencoderKL where that does not say."""
    diffusers = _diffusers()
    file = Path(folder).expanduser() / "config.json"
    name = "AutoencoderKL"
    if file.is_file():
        try:
            name = json.loads(file.read_text("utf-8")).get("_class_name", name)
        except ValueError as error:
            raise InputError(f"'{file}' is no JSON") from error
    return getattr(diffusers, name if name.startswith("Autoencoder") else "AutoencoderKL")


def _load_lora(pipe: Any, file: str) -> None:
    path = Path(file).expanduser()
    if not path.is_file():
        raise InputError(f"the LoRA file '{file}' does not exist")
    try:
        pipe.load_lora_weights(str(path.parent), weight_name=path.name, local_files_only=True)
    except ValueError as error:
        if "PEFT" in str(error):
            raise BackendError("LoRA files need peft: pip install 'drawkit[diffusion]'") from error
        raise InputError(f"'{file}' holds no LoRA for this model: {_line(error)}") from error
    except Exception as error:
        raise InputError(f"'{file}' holds no LoRA for this model: {_line(error)}") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
