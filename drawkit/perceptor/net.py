"""Makes the built-in image tower known to timm, for programs that open it with OpenCLIP.

An open_clip config names it (`timm_model_name`), and once this module is imported
`open_clip.create_model_and_transforms("local-dir:...")` builds it.
"""

from __future__ import annotations

from typing import Any

from timm.models import register_model

from drawkit.perceptor.resnet import DrawkitResNet

__all__ = ["drawkit_resnet_64"]


@register_model  # type: ignore[untyped-decorator]
def drawkit_resnet_64(
    pretrained: bool = False, num_classes: int = 256, global_pool: str = "", **_: Any
) -> DrawkitResNet:
    """Build the 64 x 64 net. Weights come from the open_clip folder, never through timm."""
    if pretrained:
        raise ValueError("drawkit_resnet_64 has no timm weights; load it through open_clip")
    return DrawkitResNet(num_classes, global_pool)
