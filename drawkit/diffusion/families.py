"""Families of pipelines: how each encodes words and asks its network, in one shape for all."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

__all__ = ["FAMILIES", "Family", "Wanted", "Words", "unet_words"]

Words = Mapping[str, Tensor]
"""What a network is told beside the noisy latents, as it names it: [1, ...] each."""


@dataclass(frozen=True)
class Wanted:
    """What to see and what not; size: width and height in px; distilled: see `Family`."""

    words: str
    away: str
    size: tuple[int, int]
    distilled: float


@dataclass(frozen=True)
class Family:
    """How a class of pipelines is used.

    encode: pipeline, what is wanted -> words to keep away from, and words. ask: pipeline, noisy
    latents [N, C, h, w], times [N] (0..1000), words [N, ...], more for its network -> what that
    predicts [N, C, h, w]. net: the network's name in the pipeline. patch: latents' width and height
    are multiples of it; 0: as its network says. A network into which guidance was distilled takes
    how much of it there shall be as a word: `Wanted.distilled`.
    """

    encode: Callable[[Any, Wanted], tuple[Words, Words]]
    ask: Callable[[Any, Tensor, Tensor, Words, Mapping[str, Any]], Tensor]
    net: str = "transformer"
    patch: int = 0


def _encode_sd(pipe: Any, wanted: Wanted) -> tuple[Words, Words]:
    """Stable Diffusion 1.x and 2.x."""
    told, other = pipe.encode_prompt(
        wanted.words, pipe.device, 1, True, negative_prompt=wanted.away
    )
    return {"encoder_hidden_states": other}, {"encoder_hidden_states": told}


def _encode_sdxl(pipe: Any, wanted: Wanted) -> tuple[Words, Words]:
    """SDXL: two encoders, and the size that the picture shall seem to have had."""
    told, other, pooled, other_pooled = pipe.encode_prompt(
        wanted.words, device=pipe.device, num_images_per_prompt=1, negative_prompt=wanted.away
    )
    width, height = wanted.size
    sizes = torch.tensor([[height, width, 0, 0, height, width]]).to(told)
    names = ("encoder_hidden_states", "text_embeds", "time_ids")
    return _named(names, (other, other_pooled, sizes), (told, pooled, sizes))


def unet_words(words: Words) -> dict[str, Any]:
    """Words as a UNet, or a ControlNet for it, takes them."""
    added = {name: words[name] for name in ("text_embeds", "time_ids") if name in words}
    return {
        "encoder_hidden_states": words["encoder_hidden_states"],
        "added_cond_kwargs": added if added else None,
    }


def _ask_unet(
    pipe: Any, noisy: Tensor, times: Tensor, words: Words, more: Mapping[str, Any]
) -> Tensor:
    found: Tensor = pipe.unet(noisy, times, **unet_words(words), **more).sample
    return found


def _encode_sd3(pipe: Any, wanted: Wanted) -> tuple[Words, Words]:
    """Stable Diffusion 3, with or without its third encoder."""
    told, other, pooled, other_pooled = pipe.encode_prompt(
        wanted.words,
        None,
        None,
        device=pipe.device,
        num_images_per_prompt=1,
        negative_prompt=wanted.away,
    )
    names = ("encoder_hidden_states", "pooled_projections")
    return _named(names, (other, other_pooled), (told, pooled))


def _ask_sd3(
    pipe: Any, noisy: Tensor, times: Tensor, words: Words, more: Mapping[str, Any]
) -> Tensor:
    found: Tensor = pipe.transformer(hidden_states=noisy, timestep=times, **words, **more).sample
    return found


def _encode_flux(pipe: Any, wanted: Wanted) -> tuple[Words, Words]:
    """FLUX.1: what CLIP and T5 say; [dev] is told its guidance, [schnell] reads less."""
    distilled = bool(pipe.transformer.config.guidance_embeds)
    found = []
    for words in (wanted.away, wanted.words):
        told, pooled, _ = pipe.encode_prompt(
            words, words, device=pipe.device, max_sequence_length=512 if distilled else 256
        )
        one = {"encoder_hidden_states": told, "pooled_projections": pooled}
        if distilled:
            one["guidance"] = torch.tensor([wanted.distilled], device=told.device)
        found.append(one)
    return found[0], found[1]


def _ask_flux(
    pipe: Any, noisy: Tensor, times: Tensor, words: Words, more: Mapping[str, Any]
) -> Tensor:
    """Two by two latents are a token, which knows its row and column."""
    high, wide = noisy.shape[-2] // 2, noisy.shape[-1] // 2
    places = torch.zeros(high, wide, 3)
    places[..., 1] = torch.arange(high)[:, None]
    places[..., 2] = torch.arange(wide)
    found = pipe.transformer(
        hidden_states=F.pixel_unshuffle(noisy, 2).flatten(2).transpose(1, 2),
        timestep=times / 1000,
        txt_ids=torch.zeros(words["encoder_hidden_states"].shape[1], 3, device=noisy.device),
        img_ids=places.flatten(0, 1).to(noisy.device),
        **words,
        **more,
    ).sample
    return F.pixel_shuffle(found.transpose(1, 2).unflatten(2, (high, wide)), 2)


def _encode_sana(pipe: Any, wanted: Wanted) -> tuple[Words, Words]:
    """SANA: Gemma reads the words behind the instruction that the model was trained with."""
    call = inspect.signature(pipe.__call__).parameters
    instruction = call["complex_human_instruction"].default
    told, mask, other, other_mask = pipe.encode_prompt(
        wanted.words,
        True,
        negative_prompt=wanted.away,
        device=pipe.device,
        complex_human_instruction=instruction,
    )
    names = ("encoder_hidden_states", "encoder_attention_mask")
    return _named(names, (other, other_mask), (told, mask))


def _ask_sana(
    pipe: Any, noisy: Tensor, times: Tensor, words: Words, more: Mapping[str, Any]
) -> Tensor:
    scaled = times * pipe.transformer.config.timestep_scale
    found: Tensor = pipe.transformer(noisy, timestep=scaled, **words, **more).sample
    return found[:, : noisy.shape[1]]  # some say behind it how sure they are


def _named(
    names: Sequence[str], away: Sequence[Tensor], wanted: Sequence[Tensor]
) -> tuple[Words, Words]:
    """What a network takes by these names: of what to go away from, and of what is wanted."""
    return dict(zip(names, away, strict=True)), dict(zip(names, wanted, strict=True))


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "StableDiffusionPipeline": Family(_encode_sd, _ask_unet, net="unet"),
        "StableDiffusionXLPipeline": Family(_encode_sdxl, _ask_unet, net="unet"),
        "StableDiffusion3Pipeline": Family(_encode_sd3, _ask_sd3),
        "FluxPipeline": Family(_encode_flux, _ask_flux, patch=2),
        "SanaPipeline": Family(_encode_sana, _ask_sana),
    }
)
"""Class of pipelines in diffusers -> how they are used."""
