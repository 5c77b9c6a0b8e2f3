"""Retrieval between pictures and names, clean and under attack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.objective import attack

if TYPE_CHECKING:
    from training.dataset import Validation


def recall(image: Tensor, text: Tensor, at: int, rows: Tensor | None = None) -> tuple[float, float]:
    """R@at of row i against row i, image -> text and text -> image; unit rows [N, D].

    The right answer's rank counts the others that score strictly higher. `rows` limits which
    pictures and names are asked for, never which ones they compete with.
    """
    rows = torch.arange(len(image)) if rows is None else rows
    own = (image[rows] * text[rows]).sum(1, keepdim=True)
    margin = 1e-6  # the same product, summed in another order
    to_text = (image[rows] @ text.T > own + margin).sum(1) < at
    to_image = (text[rows] @ image.T > own + margin).sum(1) < at
    return float(to_text.float().mean()), float(to_image.float().mean())


def encode(tower: nn.Module, pictures: Tensor, batch: int = 128) -> Tensor:
    """Unit image features of [N, 3, 64, 64] pictures."""
    with torch.no_grad():
        parts = [F.normalize(tower(p).float(), dim=-1) for p in pictures.split(batch)]
    return torch.cat(parts)


def attacked(
    tower: nn.Module,
    pictures: Tensor,
    text: Tensor,
    radius: float,
    steps: int,
    scale: float,
    rows: Tensor,
) -> Tensor:
    """The pictures of `rows`, pushed away from their names: cross-entropy over all the names."""
    moved = []
    for part in rows.split(128):

        def loss_of(x: Tensor, part: Tensor = part) -> Tensor:
            return F.cross_entropy(scale * F.normalize(tower(x).float(), dim=-1) @ text.T, part)

        moved.append(attack(pictures[part], loss_of, radius, steps))
    return torch.cat(moved)


def retrieval_line(tower: nn.Module, validation: Validation) -> str:
    """Sum up a checkpoint in one line: R@1 and R@10 both ways, and R@10 of some under attack."""
    with torch.no_grad():
        text = tower.bridge(validation.sentences)
        scale = float(tower.bridge.scale())
    image = encode(tower, validation.pictures)
    first, tenth = recall(image, text, 1), recall(image, text, 10)
    rows = torch.arange(0, len(text), max(1, len(text) // 128))
    moved = attacked(tower, validation.pictures, text, 1.0, 10, scale, rows)
    hard = image.clone()
    hard[rows] = encode(tower, moved)
    line = (
        f"   held out: R@1 {first[0]:.3f} / {first[1]:.3f}  R@10 {tenth[0]:.3f} / {tenth[1]:.3f}"
        f"  image -> text R@10 under L2 1.0: {recall(hard, text, 10, rows)[0]:.3f}"
    )
    if validation.redrawn is None:
        return line
    again = recall(encode(tower, validation.redrawn), text, 10)
    return line + f"  in strokes: R@10 {again[0]:.3f} / {again[1]:.3f}"
