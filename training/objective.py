"""What is minimised: pictures meet their names, also after a small adversarial change."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SOFTNESS = 0.06  # of the targets: names with a near meaning share the credit


class Bridge(nn.Module):
    """One linear layer from sentence embeddings to the joint space, and the temperature."""

    def __init__(self, sentence_dim: int = 384, joint_dim: int = 256) -> None:
        super().__init__()
        self.linear = nn.Linear(sentence_dim, joint_dim, bias=False)
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def forward(self, sentences: Tensor) -> Tensor:  # [P, 384] -> unit [P, D]
        """Names in the joint space."""
        return F.normalize(self.linear(sentences), dim=-1)

    def scale(self) -> Tensor:
        """Inverse temperature, at most 100."""
        return self.log_scale.clamp(max=math.log(100)).exp()


def soft_contrast(image: Tensor, bridge: Bridge, sentences: Tensor, bank: Tensor) -> Tensor:
    """Symmetric InfoNCE whose targets are soft in the meaning of the captions.

    `image` [B+M, D] and `sentences` [B, 384] in the same order; the last M pictures show nothing
    and must fit every name equally little; `bank` [K, 384] are further wrong (or half right)
    answers for image -> text.
    """
    count = len(sentences)
    every = torch.cat([sentences, bank])
    image = F.normalize(image.float(), dim=-1)
    text = bridge(every)
    to_texts = bridge.scale() * image @ text.T  # [B+M, B+K]
    to_images = bridge.scale() * text[:count] @ image.T  # [B, B+M]
    alike = sentences @ every.T
    no_name = torch.full_like(to_texts[count:].detach(), 1 / len(every))
    to_text = torch.cat([F.softmax((alike - 1) / SOFTNESS, dim=-1), no_name])
    to_image = F.softmax((alike[:, :count] - 1) / SOFTNESS, dim=-1)
    loss_text = -(to_text * F.log_softmax(to_texts, dim=-1)).sum(-1).mean()
    loss_image = -(to_image * F.log_softmax(to_images, dim=-1)[:, :count]).sum(-1).mean()
    return (loss_text + loss_image) / 2


def best_fit(image: Tensor, bridge: Bridge, sentences: Tensor) -> Tensor:
    """How well pictures fit the names that fit them best; what an attack on nothing raises."""
    with torch.no_grad():
        text = bridge(sentences)
    fits = bridge.scale().detach() * F.normalize(image.float(), dim=-1) @ text.T
    return fits.logsumexp(dim=-1).mean()


def project_l2(change: Tensor, radius: float) -> Tensor:
    """Shorten each picture's change to at most `radius`."""
    norm = change.flatten(1).norm(dim=1).clamp(min=1e-12)
    return change * (radius / norm).clamp(max=1)[:, None, None, None]


def attack(
    pictures: Tensor, loss_of: Callable[[Tensor], Tensor], radius: float, steps: int = 1
) -> Tensor:
    """Worst pictures found within an L2 ball (Madry et al. 2018), from a random start.

    One step of 1.25 radii for training (Wong et al. 2020); several shorter ones for a test.
    """
    length = 1.25 * radius if steps == 1 else 2.5 * radius / steps
    noise = torch.randn_like(pictures)
    start = torch.rand(len(pictures), 1, 1, 1, dtype=pictures.dtype, device=pictures.device)
    change = project_l2(noise * 1e6, radius) * start
    for _ in range(steps):
        moved = (pictures + change).clamp(0, 1).requires_grad_(True)
        (slope,) = torch.autograd.grad(loss_of(moved), moved)
        norm = slope.flatten(1).norm(dim=1).clamp(min=1e-12)[:, None, None, None]
        change = project_l2(change + length * slope / norm, radius)
    return (pictures + change).clamp(0, 1).detach()
