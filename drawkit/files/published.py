"""Weights of generators and diffusion models that others published: where, under what licence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from drawkit.files import cache_home

__all__ = ["PUBLISHED", "Published", "pulled"]


@dataclass(frozen=True)
class Published:
    """One file: its address, its page, megabytes (0 unknown), licence, SHA-256 ("" unpublished).

    canvas: whose weights they are; "": those of a model that --target generate samples.
    """

    canvas: str
    url: str
    page: str
    suffix: str
    size_mb: int
    licence: str
    sha256: str = ""


_TAMING = "https://github.com/CompVis/taming-transformers"
_HEIBOX = "https://heibox.uni-heidelberg.de/d/{}/files/?p=%2Fckpts%2Flast.ckpt&dl=1"
_S3 = "https://s3.amazonaws.com/models.huggingface.co/biggan/biggan-deep-{}-pytorch_model.bin"
_NGC = "https://api.ngc.nvidia.com/v2/models/nvidia/research/{kind}/versions/1/files/{name}.pkl"
_STYLEGANS = (
    ("stylegan2", "ffhq", 1024),
    ("stylegan2", "ffhq", 256),
    ("stylegan2", "metfaces", 1024),
    ("stylegan2", "afhqcat", 512),
    ("stylegan2", "afhqdog", 512),
    ("stylegan3-t", "ffhq", 1024),
    ("stylegan3-t", "ffhqu", 256),
    ("stylegan3-t", "metfaces", 1024),
    ("stylegan3-t", "afhqv2", 512),
    ("stylegan3-r", "ffhq", 1024),
    ("stylegan3-r", "ffhqu", 256),
    ("stylegan3-r", "afhqv2", 512),
)
"""Faces, paintings of faces, animals; what ends in u was not brought into one place."""
_MIT = "MIT (its code)"
_OPENAI = "https://github.com/openai/guided-diffusion"
_UNCONDITIONAL = (
    "https://openaipublic.blob.core.windows.net/diffusion/jul-2021/256x256_diffusion_uncond.pt"
)
_FINETUNED = "https://huggingface.co/lowlevelware/512x512_diffusion_unconditional_ImageNet"


def _vqgan(folder: str, size_mb: int) -> Published:
    return Published("vqgan", _HEIBOX.format(folder), _TAMING, ".ckpt", size_mb, _MIT)


def _stylegan(kind: str, name: str, side: int) -> Published:
    return Published(
        canvas="stylegan",
        url=_NGC.format(kind=kind.partition("-")[0], name=f"{kind}-{name}-{side}x{side}"),
        page="https://github.com/NVlabs/stylegan3",
        suffix=".pkl",
        size_mb=0,
        licence="NVIDIA, non-commercial only",
    )


def _biggan(side: int) -> Published:
    return Published(
        canvas="biggan",
        url=_S3.format(side),
        page="https://github.com/huggingface/pytorch-pretrained-BigGAN",
        suffix=".bin",
        size_mb=0,
        licence="see its page",
    )


PUBLISHED: Mapping[str, Published] = MappingProxyType(
    {
        "vqgan-imagenet-f16-1024": _vqgan("8088892a516d4e3baf92", 958),
        "vqgan-imagenet-f16-16384": _vqgan("a7530b09fed84f80a887", 980),
        "vqgan-openimages-f8-8192": _vqgan("2e5662443a6b4307b470", 376),
        "dvae-dall-e": Published(
            canvas="dvae",
            url="https://cdn.openai.com/dall-e/decoder.pkl",
            page="https://github.com/openai/DALL-E",
            suffix=".pkl",
            size_mb=0,
            licence="modified MIT",
        ),
        "guided-diffusion-256": Published(
            canvas="",
            url=_UNCONDITIONAL,
            page=_OPENAI,
            suffix=".pt",
            size_mb=2211,
            licence=_MIT,
            sha256="a37c32fffd316cd494cf3f35b339936debdc1576dad13fe57c42399a5dbc78b1",
        ),
        "guided-diffusion-512": Published(  # fine-tuned by Katherine Crowson, as Disco has it
            canvas="",
            url=f"{_FINETUNED}/resolve/main/512x512_diffusion_uncond_finetune_008100.pt",
            page=_FINETUNED,
            suffix=".pt",
            size_mb=0,
            licence="see its page",
            sha256="9c111ab89e214862b76e1fa6a1b3f1d329b1a88281885943d2cdbe357ad57648",
        ),
        **{f"biggan-deep-{side}": _biggan(side) for side in (128, 256, 512)},
        **{f"{kind}-{name}-{side}": _stylegan(kind, name, side) for kind, name, side in _STYLEGANS},
    }
)
"""By the name that --weights, --target-weights and `drawkit models pull` take."""


def pulled(name: str) -> Path | None:
    """Where the weights of that name are on this machine; None where they are not."""
    folder = cache_home() / "generators"
    for suffix in (".safetensors", PUBLISHED[name].suffix):
        if (folder / f"{name}{suffix}").is_file():
            return folder / f"{name}{suffix}"
    return None
