"""The well-known perceptors, as far as they are known without loading a library."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["APACHE", "KNOWN"]

MIT, APACHE = "MIT", "Apache-2.0"
# Name -> size of the weights as fp32, MB, and their licence.
KNOWN: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "RN50/openai": (409, MIT),
        "RN101/openai": (479, MIT),
        "RN50x4/openai": (713, MIT),
        "ViT-B-32/openai": (605, MIT),
        "ViT-B-16/openai": (599, MIT),
        "ViT-L-14/openai": (1711, MIT),
        "ViT-B-32/laion2b_s34b_b79k": (605, MIT),
        "ViT-B-32/datacomp_xl_s13b_b90k": (605, MIT),
        "ViT-B-16/laion2b_s34b_b88k": (599, MIT),
        "ViT-L-14/laion2b_s32b_b82k": (1711, MIT),
        "ViT-B-16-SigLIP/webli": (813, APACHE),
    }
)
