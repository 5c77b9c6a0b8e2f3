"""Diffusion pipelines of diffusers with real classes, tiny configs and random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderDC,
    AutoencoderKL,
    AutoencoderTiny,
    ControlNetModel,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    SanaPipeline,
    SanaTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from diffusers.utils import convert_state_dict_to_diffusers
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    Gemma2Config,
    Gemma2Model,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
)

__all__ = ["controlnet", "flux", "lora", "sana", "sd", "sd3", "sdxl", "tiny_vae"]

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


def _letters() -> PreTrainedTokenizerFast:
    """Each letter is a token, as T5 and Gemma would read one that they do not know."""
    names = ["<pad>", "</s>", "<unk>", "<bos>", *_LETTERS]
    found = Tokenizer(models.WordLevel({name: at for at, name in enumerate(names)}, "<unk>"))
    found.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    return PreTrainedTokenizerFast(
        tokenizer_object=found, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
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


def controlnet(folder: Path, of: str) -> Path:
    """A ControlNet for the pipeline in a folder, as if it were trained: nothing in it is zero."""
    torch.manual_seed(0)
    unet = UNet2DConditionModel.from_pretrained(of, subfolder="unet")
    net = ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(8, 16))
    with torch.no_grad():
        for weights in net.parameters():
            if not weights.any():
                weights.normal_(std=0.1)
    net.save_pretrained(folder)
    return folder


def lora(folder: Path, of: str) -> Path:
    """A file of low-rank weights for the pipeline in a folder."""
    pipe = StableDiffusionPipeline.from_pretrained(of)
    torch.manual_seed(1)
    pipe.unet.add_adapter(LoraConfig(r=2, init_lora_weights=False, target_modules=["to_q", "to_v"]))
    state = convert_state_dict_to_diffusers(get_peft_model_state_dict(pipe.unet))
    StableDiffusionPipeline.save_lora_weights(
        folder, unet_lora_layers=state, weight_name="l.safetensors"
    )
    return folder / "l.safetensors"


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
            pos_embed_max_size=16,
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


def flux(folder: Path, distilled: str = "dev") -> Path:
    """FLUX.1: [dev], into which guidance was distilled, or [schnell]."""
    dev = distilled == "dev"
    text = _text()
    torch.manual_seed(0)
    FluxPipeline(
        transformer=FluxTransformer2DModel(
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=8,
            num_attention_heads=2,
            joint_attention_dim=16,
            pooled_projection_dim=16,
            axes_dims_rope=(2, 2, 4),
            guidance_embeds=dev,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(
            use_dynamic_shifting=dev, shift=3.0 if dev else 1.0
        ),
        vae=_vae(shift=0.1),
        text_encoder=text,
        tokenizer=_tokenizer(folder / "own"),
        text_encoder_2=T5EncoderModel(
            T5Config(vocab_size=64, d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
        ),
        tokenizer_2=_letters(),
    ).save_pretrained(folder)
    return folder


def sana(folder: Path) -> Path:
    """SANA, with an autoencoder of its own kind, and its instruction to Gemma."""
    torch.manual_seed(0)
    blocks = ("ResBlock", "EfficientViTBlock")
    SanaPipeline(
        transformer=SanaTransformer2DModel(
            sample_size=8,
            patch_size=1,
            in_channels=4,
            out_channels=4,
            num_layers=1,
            num_attention_heads=2,
            attention_head_dim=4,
            num_cross_attention_heads=2,
            cross_attention_head_dim=4,
            cross_attention_dim=8,
            caption_channels=8,
        ),
        scheduler=DPMSolverMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
        vae=AutoencoderDC(
            latent_channels=4,
            attention_head_dim=2,
            encoder_block_types=blocks,
            decoder_block_types=blocks,
            encoder_block_out_channels=(8, 8),
            decoder_block_out_channels=(8, 8),
            encoder_layers_per_block=(1, 1),
            decoder_layers_per_block=(1, 1),
            encoder_qkv_multiscales=((), (5,)),
            decoder_qkv_multiscales=((), (5,)),
            downsample_block_type="conv",
            upsample_block_type="interpolate",
            scaling_factor=0.4,
        ),
        text_encoder=Gemma2Model(
            Gemma2Config(
                vocab_size=64,
                hidden_size=8,
                intermediate_size=16,
                num_hidden_layers=1,
                num_attention_heads=2,
                num_key_value_heads=1,
                head_dim=4,
            )
        ),
        tokenizer=_letters(),
    ).save_pretrained(folder)
    return folder
