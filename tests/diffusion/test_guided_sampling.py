"""Guided sampling: a Gaussian whose pictures are known, and the formulas of a guide."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from gaussian_model import MEAN, SPREAD, gaussian_model
from torch import Tensor

from drawkit.diffusion.denoisers import Denoiser, linear_schedule
from drawkit.diffusion.guided_sampling import Guided, sample_guided
from drawkit.diffusion.told_sampling import sample_told
from drawkit.errors import InputError

FREE = Guided(
    steps=100, eta=0.0, guidance=0.0, smoothness=0.0, range=0.0, saturation=0.0, clamp=0.0
)


def dice(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("kind", ["epsilon", "v_prediction", "sample"])
@pytest.mark.parametrize("eta", [0.0, 1.0])
def test_without_a_guide_it_gives_the_models_pictures(kind: str, eta: float) -> None:
    how = Guided(**{**vars(FREE), "eta": eta, "steps": 250})
    picture = sample_guided(gaussian_model(kind), (64, 48), how, None, dice())
    assert picture.shape == (1, 3, 48, 64)
    values = 2 * picture - 1
    assert float(values.mean()) == pytest.approx(MEAN, abs=0.01)
    assert float(values.std()) == pytest.approx(SPREAD, rel=0.06)


def test_a_guide_moves_the_picture_as_the_formula_says() -> None:
    """All is linear here, so numbers tell how a picture of one grey comes out."""
    wanted, pull, steps = 0.9, 3.0, 20
    how = Guided(**{**vars(FREE), "steps": steps, "guidance": pull})
    seen: list[float] = []

    def guide(picture: Tensor, progress: float) -> Tensor:
        seen.append(progress)
        return (2 * picture - 1 - wanted).square().sum() / 2

    found = sample_guided(gaussian_model(), (8, 8), how, guide, dice(4))
    x = torch.randn(1, 3, 8, 8, generator=dice(4)).double()
    kept = [
        math.prod(1 - 1e-4 - k * (0.02 - 1e-4) / 999 for k in range(t + 1)) for t in range(1000)
    ]
    times = [round(k * 999 / (steps - 1)) for k in reversed(range(steps))]
    for at, time in enumerate(times):
        a = kept[time]
        after = kept[times[at + 1]] if at + 1 < steps else 1.0
        gain = math.sqrt(a) * SPREAD**2 / (a * SPREAD**2 + 1 - a)
        clean = MEAN + gain * (x - math.sqrt(a) * MEAN)
        share = math.sqrt(1 - a)
        blend = share * clean + (1 - share) * x
        slope = pull * (blend - wanted) * (share * gain + 1 - share)
        noise = (x - math.sqrt(a) * clean) / share + share * slope
        clean = (x - share * noise) / math.sqrt(a)
        x = math.sqrt(after) * clean + math.sqrt(1 - after) * noise
    torch.testing.assert_close(found, ((x + 1) / 2).clamp(0, 1).float(), atol=2e-4, rtol=0)
    assert float((2 * found - 1).mean()) > MEAN + 0.2
    assert seen == sorted(seen)
    assert 0 <= seen[0] < 0.01 < 0.99 < seen[-1] <= 1


def test_the_slope_is_limited_and_other_losses_count() -> None:
    def guide(picture: Tensor, _: float) -> Tensor:
        return picture.sum() * 1e6

    def mean(**changed: float) -> float:
        how = Guided(**{**vars(FREE), "steps": 20, **changed})
        return float(sample_guided(gaussian_model(), (8, 8), how, guide, dice()).mean())

    free = mean()
    limited = mean(guidance=1.0, clamp=0.05)
    assert free - 0.5 < limited < free - 0.005
    assert mean(guidance=1.0, clamp=0.5) < limited

    def rough(**changed: float) -> float:
        how = Guided(**{**vars(FREE), "steps": 20, **changed})
        return float(sample_guided(gaussian_model(), (8, 8), how, guide, dice()).std())

    assert rough(smoothness=500.0) < 0.9 * rough()

    def lost(picture: Tensor, _: float) -> Tensor:
        return (picture * math.inf).sum()

    how = Guided(**{**vars(FREE), "steps": 5, "guidance": 1.0})
    kept = sample_guided(gaussian_model(), (8, 8), how, lost, dice())
    assert torch.equal(kept, sample_guided(gaussian_model(), (8, 8), how, None, dice()))


def test_a_start_stays_as_far_as_it_is_kept() -> None:
    start = torch.zeros(1, 3, 8, 8)
    start[..., :4] = 1
    told: list[tuple[int, int]] = []

    def found(keep: float) -> Tensor:
        told.clear()
        return sample_guided(
            gaussian_model(),
            (8, 8),
            Guided(**{**vars(FREE), "steps": 20}),
            None,
            dice(),
            start=start,
            keep=keep,
            on_step=lambda at, total: told.append((at, total)),
        )

    apart = [float((found(keep) - start).abs().mean()) for keep in (0.0, 0.5, 0.95)]
    assert told == [(1, 1)]
    assert apart[0] > apart[1] > apart[2]
    found(0.5)
    assert told[-1] == (10, 10)
    same = found(0.3)
    assert torch.equal(same, found(0.3))


def test_range_and_saturation_keep_colours() -> None:
    """A model whose pictures are too bright is led back into the range."""
    bright = Denoiser(
        lambda noisy, _: torch.full_like(noisy, 1.6), linear_schedule(), kind="sample"
    )

    def above(**changed: float) -> float:
        seen: list[float] = []

        def guide(picture: Tensor, _: float) -> Tensor:
            seen.append(float((picture.detach() - 1).clamp(min=0).mean()))
            return picture.sum() * 0

        how = Guided(**{**vars(FREE), "steps": 20, "guidance": 1.0, **changed})
        sample_guided(bright, (8, 8), how, guide, dice())
        return seen[-2]

    assert above(saturation=2000.0) < 0.9 * above()


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_a_model_that_gives_no_numbers_is_told_at_once(broken: float) -> None:
    asked: list[int] = []

    def predict(noisy: Tensor, _times: Tensor) -> Tensor:
        return torch.full_like(noisy, broken) if len(asked) == 2 else noisy

    model = Denoiser(predict, linear_schedule())
    with pytest.raises(InputError, match="gives NaN or infinity at step 2 of 100"):
        sample_guided(
            model, (8, 8), FREE, None, dice(), on_step=lambda at, _total: asked.append(at)
        )


def test_a_pipeline_that_gives_no_numbers_is_told_at_once() -> None:
    class Pipeline:
        def __call__(self, prompt: str, callback_on_step_end: Callable[..., object]) -> None:
            callback_on_step_end(self, 0, 999, {"latents": torch.ones(1, 4, 2, 2)})
            callback_on_step_end(self, 1, 800, {"latents": torch.full((1, 4, 2, 2), math.nan)})
            raise AssertionError(f"went on with {prompt}")

    with pytest.raises(InputError, match="gives NaN or infinity at step 2 of 5"):
        sample_told(
            Pipeline(),
            *("a cat", "", (8, 8), dice()),
            steps=5,
            guidance=1,
            on_step=lambda _at, _total: None,
        )
