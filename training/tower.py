"""The image tower as it is trained: with the bridge from sentence space to joint space."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from drawkit.perceptor.resnet import DrawkitResNet
from training.objective import Bridge
from training.precision import cast


class Tower(nn.Module):
    """Image tower and bridge, trained together; pictures come in 0..1."""

    def __init__(self, precision: str = "auto") -> None:
        super().__init__()
        self.precision = precision
        self.net = DrawkitResNet(256)
        self.bridge = Bridge()

    def forward(self, pictures: Tensor) -> Tensor:  # [N, 3, 64, 64] 0..1 -> [N, 256]
        """Image features, not normalized."""
        x = ((pictures - 0.5) / 0.5).contiguous(memory_format=torch.channels_last)
        with cast(self.precision, pictures.device):
            return self.net(x).float()
