"""The image tower of the built-in perceptor: a small smooth residual net for 64 x 64 pictures.

Smooth on purpose: no max-pooling and no ReLU, because drawing follows its gradients.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

__all__ = ["DrawkitResNet"]

_GROUPS = 8


class ResidualBlock(nn.Module):
    """`x + conv(gelu(norm(conv(x))))`: one norm and one bend, so it is cheap and smooth."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = nn.GroupNorm(_GROUPS, width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:  # [N, C, H, W] -> same
        bent: Tensor = self.conv2(F.gelu(self.norm(self.conv1(x))))
        return x + bent


def _stage(width_in: int, width: int, depth: int, halve: bool) -> nn.Sequential:
    """Halve the side (not in the first stage), then `depth` blocks."""
    layers: list[nn.Module] = []
    if halve:
        layers += [nn.GroupNorm(_GROUPS, width_in), nn.Conv2d(width_in, width, 2, stride=2)]
    layers += [ResidualBlock(width) for _ in range(depth)]
    return nn.Sequential(*layers)


class DrawkitResNet(nn.Module):
    """Stem, four stages, flatten, linear: [N, 3, S, S] -> [N, num_classes].

    Flattening instead of pooling keeps where things are, so `num_classes > 0` ties the net to
    `image_size`; the stages alone take any size.
    """

    def __init__(
        self,
        num_classes: int,
        global_pool: str = "",
        widths: Sequence[int] = (32, 64, 128, 256),
        depths: Sequence[int] = (1, 2, 2, 2),
        image_size: int = 64,
    ) -> None:
        super().__init__()
        if global_pool not in ("", "avg"):
            raise ValueError(f"global_pool is '' (flatten) or 'avg', not {global_pool!r}")
        self.num_classes = num_classes
        self.global_pool = global_pool
        self.num_features = self.head_hidden_size = widths[-1]
        self.stem = nn.Conv2d(3, widths[0], 4, stride=2, padding=1)
        before = (widths[0], *widths[:-1])
        self.stages = nn.ModuleList(
            _stage(a, b, depth, halve=i > 0)
            for i, (a, b, depth) in enumerate(zip(before, widths, depths, strict=True))
        )
        self.norm = nn.GroupNorm(_GROUPS, widths[-1])
        self._cells = (image_size // 2 ** len(widths)) ** 2
        self.reset_classifier(num_classes)

    def reset_classifier(self, num_classes: int, global_pool: str | None = None) -> None:
        """Replace the last linear layer; 0 gives features instead."""
        self.num_classes = num_classes
        if global_pool is not None:
            self.global_pool = global_pool
        inputs = self.num_features * (1 if self.global_pool == "avg" else self._cells)
        self.head = nn.Linear(inputs, num_classes) if num_classes else nn.Identity()

    def get_classifier(self) -> nn.Module:
        """Return the last linear layer, as timm asks for it."""
        return self.head

    def forward_features(self, x: Tensor) -> Tensor:  # [N, 3, S, S] -> [N, C, S/16, S/16]
        """Run stem and stages."""
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return F.gelu(self.norm(x))

    def forward_head(self, x: Tensor, pre_logits: bool = False) -> Tensor:
        """Flatten (or average) the features; then the linear layer, unless `pre_logits`."""
        x = x.mean(dim=(2, 3)) if self.global_pool == "avg" else x.flatten(1)
        return x if pre_logits else self.head(x)

    def forward(self, x: Tensor) -> Tensor:  # [N, 3, S, S] -> [N, num_classes]
        """Pictures to joint features, not normalized."""
        return self.forward_head(self.forward_features(x))

    def forward_intermediates(
        self,
        x: Tensor,
        indices: int | Sequence[int] | None = None,
        norm: bool = False,
        stop_early: bool = False,
        output_fmt: str = "NCHW",
        intermediates_only: bool = False,
        **_: Any,
    ) -> Any:
        """Return what each stage sees (fine to coarse), and the final features beside it."""
        if output_fmt != "NCHW":
            raise ValueError(f"output_fmt is 'NCHW', not {output_fmt!r}")
        count = len(self.stages)
        if indices is None:
            wanted = list(range(count))
        elif isinstance(indices, int):
            wanted = list(range(count - indices, count))
        else:
            wanted = [i % count for i in indices]
        found = []
        x = self.stem(x)
        for i, stage in enumerate(self.stages):
            if stop_early and intermediates_only and i > max(wanted):
                break
            x = stage(x)
            if i in wanted:
                found.append(self.norm(x) if norm and i == count - 1 else x)
        if intermediates_only:
            return found
        return F.gelu(self.norm(x)), found
