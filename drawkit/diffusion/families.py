"""Families of pipelines: how each encodes words and asks its network, in one shape for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor

__all__ = ["FAMILIES", "Predict"]

Predict = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""Noisy latents [N, ...] and times [N], 0..999, to what is predicted without words and with."""


def _stable_diffusion(pipe: Any, words: str, away: str, size: tuple[int, int]) -> Predict:
    """Stable Diffusion 1.x and 2.x."""
    told, other = pipe.encode_prompt(words, pipe.device, 1, True, negative_prompt=away)

    def predict(noisy: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        text = torch.cat([_each(other, noisy), _each(told, noisy)])
        found = pipe.unet(_twice(noisy), _twice(times), encoder_hidden_states=text).sample
        return _halves(found)

    return predict


def _stable_diffusion_xl(pipe: Any, words: str, away: str, size: tuple[int, int]) -> Predict:
    """SDXL: two encoders, and the size that the picture shall seem to have had."""
    told, other, pooled, other_pooled = pipe.encode_prompt(
        words, device=pipe.device, num_images_per_prompt=1, negative_prompt=away
    )
    width, height = size
    sizes = torch.tensor([[height, width, 0, 0, height, width]]).to(told)

    def predict(noisy: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        text = torch.cat([_each(other, noisy), _each(told, noisy)])
        more = {
            "text_embeds": torch.cat([_each(other_pooled, noisy), _each(pooled, noisy)]),
            "time_ids": _twice(_each(sizes, noisy)),
        }
        found = pipe.unet(
            _twice(noisy), _twice(times), encoder_hidden_states=text, added_cond_kwargs=more
        ).sample
        return _halves(found)

    return predict


def _stable_diffusion_3(pipe: Any, words: str, away: str, size: tuple[int, int]) -> Predict:
    """Stable Diffusion 3: a transformer that predicts a flow."""
    told, other, pooled, other_pooled = pipe.encode_prompt(
        words, None, None, device=pipe.device, num_images_per_prompt=1, negative_prompt=away
    )

    def predict(noisy: Tensor, times: Tensor) -> tuple[Tensor, Tensor]:
        found = pipe.transformer(
            hidden_states=_twice(noisy),
            timestep=_twice(times),
            encoder_hidden_states=torch.cat([_each(other, noisy), _each(told, noisy)]),
            pooled_projections=torch.cat([_each(other_pooled, noisy), _each(pooled, noisy)]),
        ).sample
        return _halves(found)

    return predict


FAMILIES: Mapping[str, Callable[[Any, str, str, tuple[int, int]], Predict]] = MappingProxyType(
    {
        "StableDiffusionPipeline": _stable_diffusion,
        "StableDiffusionXLPipeline": _stable_diffusion_xl,
        "StableDiffusion3Pipeline": _stable_diffusion_3,
    }
)
"""Pipeline class of diffusers -> what opens it: pipeline, words, words to avoid, size in px."""


def _twice(rows: Tensor) -> Tensor:
    return torch.cat([rows, rows])


def _each(row: Tensor, rows: Tensor) -> Tensor:
    """One row for each of others."""
    return row.expand(len(rows), *row.shape[1:])


def _halves(found: Tensor) -> tuple[Tensor, Tensor]:
    other, told = found.chunk(2)
    return other, told
