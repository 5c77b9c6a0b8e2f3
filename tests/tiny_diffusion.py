"""Diffusion pipelines of diffusers with real classes, tiny configs and random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DDIMScheduler,
    FlowMatchEulerDiscreteScheduler,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
)

__all__ = ["sd", "sd3", "sdxl", "tiny_vae"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz,"


def _tokenizer(folder: Path) -> CLIPTokenizer:
    """Knows letters alone."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [*_LETTERS, *(f"{letter}</w>" for letter in _LETTERS)]
    names += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {name: at for at, name in enumerate(names)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    return CLIPTokenizer(
        str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=16
    )


def _text(*, projected: bool = False) -> Any:
    torch.manual_seed(0)
    config = CLIPTextConfig(
        vocab_size=64,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=16,
        projection_dim=16,
        eos_token_id=55,
        bos_token_id=54,
        pad_token_id=55,
    )
    return CLIPTextModelWithProjection(config) if projected else CLIPTextModel(config)


def _vae(channels: int = 4, shift: float | None = None) -> AutoencoderKL:
    torch.manual_seed(0)
    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        block_out_channels=(8, 8),
        norm_num_groups=4,
        latent_channels=channels,
        shift_factor=shift,
        use_quant_conv=shift is None,
        use_post_quant_conv=shift is None,
    )


def _unet(**more: Any) -> UNet2DConditionModel:
    torch.manual_seed(0)
    return UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        attention_head_dim=2,
        **more,
    )


def tiny_vae(folder: Path) -> Path:
    """An AutoencoderTiny, as TAESD is."""
    torch.manual_seed(0)
    AutoencoderTiny(
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1),
    ).save_pretrained(folder)
    return folder


def sd(folder: Path, prediction: str = "epsilon") -> Path:
    """Stable Diffusion 1 or 2."""
    StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=_text(),
        tokenizer=_tokenizer(folder / "own"),
        unet=_unet(cross_attention_dim=16),
        scheduler=DDIMScheduler(
            prediction_type=prediction,
            beta_schedule="scaled_linear",
            clip_sample=False,
            steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def sdxl(folder: Path) -> Path:
    """SDXL."""
    unet = _unet(
        cross_attention_dim=32,
        addition_embed_type="text_time",
        addition_time_embed_dim=4,
        projection_class_embeddings_input_dim=6 * 4 + 16,
    )
    StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=_text(),
        text_encoder_2=_text(projected=True),
        tokenizer=_tokenizer(folder / "own"),
        tokenizer_2=_tokenizer(folder / "own"),
        unet=unet,
        scheduler=DDIMScheduler(beta_schedule="scaled_linear", clip_sample=False, steps_offset=1),
    ).save_pretrained(folder)
    return folder


def sd3(folder: Path) -> Path:
    """Stable Diffusion 3 without its third encoder."""
    torch.manual_seed(0)
    StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=8,
            patch_size=1,
            in_channels=4,
            num_layers=1,
            attention_head_dim=8,
            num_attention_heads=4,
            caption_projection_dim=32,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            out_channels=4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_vae(shift=0.1),
        text_encoder=_text(projected=True),
        text_encoder_2=_text(projected=True),
        text_encoder_3=None,
        tokenizer=_tokenizer(folder / "own"),
        tokenizer_2=_tokenizer(folder / "own"),
        tokenizer_3=None,
    ).save_pretrained(folder)
    return folder
