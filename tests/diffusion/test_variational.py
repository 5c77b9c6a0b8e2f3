"""Variational score distillation: the gradient of its paper, what its weights learn and keep."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from drawkit import draw
from drawkit.diffusion.guide import DiffusionGuide, open_guide
from drawkit.diffusion.predictions import clean_from, truth_of
from drawkit.diffusion.variational import Variational
from drawkit.losses.distill import noise_weight, pulled

pytestmark = [
    pytest.mark.slow,  # diffusers takes seconds to load
    pytest.mark.skipif(find_spec("peft") is None, reason="needs the extra `diffusion`"),
]

SHARES = torch.tensor([0.3, 0.7])


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    import tiny_diffusion

    return str(tiny_diffusion.sd(tmp_path_factory.mktemp("sd")))


def looked(guide: DiffusionGuide, guidance: float = 1.0, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Of one picture: what is seen, and how far it leads from there."""
    rgb = torch.rand(1, 3, 16, 16, generator=dice(3))
    rgba, paper = torch.ones(1, 4, 16, 16), torch.ones(1, 3, 1, 1)
    seen, clean = guide.look(rgb, rgba, paper, SHARES, guidance=guidance, generator=dice(seed))
    return seen, clean - seen


def test_what_a_perfect_model_predicts_leads_back() -> None:
    x, n = (torch.randn(2, 4, 3, 3, generator=dice(k), dtype=torch.float64) for k in (1, 2))
    s = torch.full((1, 1, 1, 1), 0.6, dtype=torch.float64)
    for kind in ("epsilon", "v_prediction", "sample", "flow"):
        a = 1 - s if kind == "flow" else (1 - s**2).sqrt()
        told = truth_of(x, n, a, s, kind)
        torch.testing.assert_close(clean_from(told, a * x + s * n, a, s, kind), x)


def test_the_gradient_is_the_difference_of_the_scores(folder: str) -> None:
    """w (n_model - n_own), of networks asked by hand; where both agree there is none."""
    how = Variational(rank=2, rate=0.05, seed=1)
    guide = open_guide(folder, ["a cat"], variational=how)
    assert looked(guide)[1].abs().max() < 1e-5  # at first its weights change nothing
    for seed in range(3):
        looked(guide, seed=seed)  # and now they do
    rgb = torch.rand(1, 3, 16, 16, generator=dice(3))
    x = guide._encoded(rgb).detach().requires_grad_()
    a, s = (one.view(-1, 1, 1, 1) for one in guide.levels(SHARES))
    noisy = (a * x + s * torch.randn(2, *x.shape[1:], generator=dice(5))).detach()
    times = guide._clock.times(SHARES)
    with torch.no_grad():
        told = guide._network.predict(noisy, times, 3.0)
        assert guide._adapter is not None
        with guide._adapter.on():
            own = guide._network.predict(noisy, times, 1.0)
    assert not torch.allclose(own, told)
    wanted = (s**2 * (told - own)).mean(dim=0, keepdim=True)
    lead = looked(guide, guidance=3.0, seed=5)[1]
    value = pulled(x, x.detach() + lead, noise_weight("noise", *guide.levels(SHARES)))
    (gradient,) = torch.autograd.grad(value, x)
    torch.testing.assert_close(gradient * x.numel() / 2, wanted, atol=1e-5, rtol=1e-3)


def test_its_weights_learn_the_drawing_and_leave_the_model(folder: str) -> None:
    plain = open_guide(folder, ["a cat"])
    guide = open_guide(folder, ["a cat"], variational=Variational(rank=4, rate=0.1, seed=1))
    clean = sum(looked(plain))

    def own() -> Tensor:
        seen, lead = looked(guide)
        return clean - lead - seen  # how far its weights' picture is from the drawing

    before = own().square().mean()
    for seed in range(12):
        looked(guide, seed=seed)
    assert own().square().mean() < 0.97 * before  # attention counts for little in a tiny network
    guide._adapter = None
    torch.testing.assert_close(sum(looked(guide)), clean, rtol=0, atol=0)


def test_low_rank_weights_of_the_user_count_all_the_while(folder: str, tmp_path: Path) -> None:
    import tiny_diffusion

    how = Variational(rank=2, rate=0.05, seed=1)
    file = [str(tiny_diffusion.lora(tmp_path, folder))]
    plain = looked(open_guide(folder, ["a cat"], loras=file), 3.0)[1]
    guide = open_guide(folder, ["a cat"], loras=file, variational=how)
    assert looked(guide)[1].abs().max() < 1e-5
    looked(guide, seed=1)
    guide._adapter = None
    torch.testing.assert_close(looked(guide, 3.0)[1], plain, rtol=0, atol=0)


def test_what_was_learned_is_gone_on_with(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that was stopped and gone on with ends as one that was not."""
    from fakes import FakePerceptor

    class Opened(FakePerceptor):
        def __init__(self, model: str, **_: object) -> None:
            super().__init__()

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    how = {"weight": 1000, "model": folder, "kind": "vsd", "vsd_rate": 0.05, "guidance": 2.0}
    settings = {f"losses.distill.{name}": value for name, value in how.items()}
    some: dict[str, Any] = {"strokes": 6, "size": 32, "steps": 4, "cutouts": 2}
    whole = draw("a cat", settings=settings, **some)
    state = tmp_path / "cat.state"

    def stop(step: Any) -> None:
        if step.index == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        draw("a cat", settings=settings, state=state, on_step=stop, **some)
    assert draw("a cat", settings=settings, state=state, **some).svg() == whole.svg()
    monkeypatch.setattr(DiffusionGuide, "restore_", lambda *_: None)
    state.unlink()
    with pytest.raises(KeyboardInterrupt):
        draw("a cat", settings=settings, state=state, on_step=stop, **some)
    assert draw("a cat", settings=settings, state=state, **some).svg() != whole.svg()
