from __future__ import annotations

import pytest
import torch
from torch import Tensor

from training.muon import Muon, orthogonal

HOW = (3.4445, -4.7750, 2.0315)  # torch's
SHAPES = ((24, 8), (8, 24), (8, 8))
MOST = {"lr": 2e-3, "weight_decay": 0.02}


def stepped(make: object, steps: int = 4) -> tuple[list[Tensor], dict[str, object]]:
    """Matrices after a few steps of an optimizer with the same gradients, and what it keeps."""
    dice = torch.Generator().manual_seed(0)
    params = [torch.randn(shape, generator=dice).requires_grad_() for shape in SHAPES]
    optimizer = make(params)  # type: ignore[operator]
    for _ in range(steps):
        for param in params:
            param.grad = torch.randn(param.shape, generator=dice)
        optimizer.step()
    return [param.detach() for param in params], optimizer.state_dict()


def published(params: list[Tensor]) -> torch.optim.Optimizer:
    return torch.optim.Muon(params, adjust_lr_fn="match_rms_adamw", **MOST)


def test_in_bf16_it_is_torchs_to_the_last_bit() -> None:
    one, kept = stepped(lambda params: Muon(params, torch.bfloat16, **MOST))
    two, known = stepped(published)
    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    assert kept["param_groups"] == known["param_groups"]
    for row in range(len(SHAPES)):
        a, b = (state["state"][row]["momentum_buffer"] for state in (kept, known))
        assert torch.equal(a, b)


def test_in_fp32_it_is_the_same_but_for_the_rounding_of_bf16() -> None:
    """A step is 0.2 lr sqrt(24) a direction, so a hundredth of it is 2e-5."""
    one, _ = stepped(lambda params: Muon(params, torch.float32, **MOST))
    two, _ = stepped(published)
    start, _ = stepped(published, steps=0)
    for a, b, before in zip(one, two, start, strict=True):
        assert 0 < float((a - b).norm()) < 0.02 * float((b - before).norm())


@pytest.mark.parametrize("shape", SHAPES)
def test_directions_become_even(shape: tuple[int, int]) -> None:
    dice = torch.Generator().manual_seed(1)
    left, _, right = torch.linalg.svd(torch.randn(shape, generator=dice), full_matrices=False)
    uneven = left @ torch.diag(torch.linspace(1, 0.05, 8)) @ right
    sizes = torch.linalg.svdvals(orthogonal(uneven, torch.float32, HOW, 5, 1e-7))
    assert float(sizes.min()) > 0.6
    assert float(sizes.max()) < 1.3


def test_matrices_without_a_gradient_stay() -> None:
    param = torch.ones(3, 4, requires_grad=True)
    Muon([param], torch.float32, **MOST).step()
    assert torch.equal(param, torch.ones(3, 4))
