"""Pictures out of noise by a model without words, led by whoever sees what they should show.

CLIP-guided diffusion (Crowson 2021), with the schedule and the limits of Disco diffusion. At each
step of DDIM (arXiv 2010.02502) the model says which picture x0 it sees in the noisy x. A guide says
how far a picture is from what is wanted: it looks at a blend of x0 and x, the more of x0 the more
noise there is. The slope g of that loss in x goes into the noise, e' = e + sqrt(1 - a) g, where a
is the share of the picture in the variance (classifier guidance, arXiv 2105.05233, eq. 14).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit import InputError
from drawkit.diffusion.denoisers import Denoiser

__all__ = ["Guided", "PictureLoss", "sample_guided"]

PictureLoss = Callable[[Tensor, float], Tensor]
"""RGB [1, 3, H, W], about 0..1, and how far the sampling is, 0..1, to what it lacks: one number."""


@dataclass(frozen=True)
class Guided:
    """How far to follow the guide, beside the model.

    steps: of the whole way from noise to picture. eta: 0 no new noise on the way, 1 as much as the
    model was trained with. guidance: factor of the guide's loss; smoothness, range, saturation: of
    losses that want few edges, and colours within their range, of what is seen in the noise and of
    what the guide looks at. clamp: largest root mean square of the slope; 0: any.
    """

    steps: int
    eta: float
    guidance: float
    smoothness: float
    range: float
    saturation: float
    clamp: float


def sample_guided(
    model: Denoiser,
    size: tuple[int, int],
    how: Guided,
    guide: PictureLoss | None,
    generator: torch.Generator,
    *,
    start: Tensor | None = None,
    keep: float = 0.0,
    on_step: Callable[[int, int], object] | None = None,
) -> Tensor:
    """A picture [1, 3, H, W], 0..1, of width and height `size`.

    guide: None follows the model alone. start: a picture like the result to begin with, as if
    `keep` of the steps were behind it. on_step: told each step and how many there are. All noise
    comes from `generator`, on the CPU. Raises InputError where the model gives NaN or infinity.
    """
    width, height = size
    there = model.device
    x = torch.randn(1, 3, height, width, generator=generator).to(there)
    times = _times(len(model.kept), how.steps)
    if start is not None:
        times = times[min(round(keep * len(times)), len(times) - 1) :]
        first = model.kept[times[0]]
        x = (first.sqrt() * (2 * start.to(x) - 1) + (1 - first).sqrt() * x).to(x)
    for at, time in enumerate(times):
        if on_step is not None:
            on_step(at + 1, len(times))
        here = model.kept[time]
        after = model.kept[times[at + 1]] if at + 1 < len(times) else torch.ones_like(here)
        away = float((1 - here).sqrt())
        clean, slope = _looked(model, x, time, how, guide, 1 - time / len(model.kept))
        if not bool(clean.isfinite().all()):
            raise InputError(
                f"the diffusion model gives NaN or infinity at step {at + 1} of {len(times)};"
                " its weights are broken, or of another kind of model"
            )
        noise = (x - float(here.sqrt()) * clean) / away + away * slope
        clean = (x - away * noise) / float(here.sqrt())
        fresh = how.eta * ((1 - after) / (1 - here) * (1 - here / after)).sqrt()
        x = float(after.sqrt()) * clean + float((1 - after - fresh**2).clamp(min=0).sqrt()) * noise
        if fresh > 0:
            x = x + float(fresh) * torch.randn(x.shape, generator=generator).to(x)
    return ((x.float().cpu() + 1) / 2).clamp(0, 1)


def _times(total: int, steps: int) -> list[int]:
    """Times of the model from noise to picture, evenly."""
    chosen = torch.linspace(0, total - 1, min(steps, total), dtype=torch.float64).round().int()
    return sorted(set(chosen.tolist()), reverse=True)


def _looked(
    model: Denoiser,
    noisy: Tensor,
    time: int,
    how: Guided,
    guide: PictureLoss | None,
    progress: float,
) -> tuple[Tensor, Tensor]:
    """What the model sees, and the slope of what it lacks in the noisy picture."""
    if guide is None:
        with torch.no_grad():
            return model.clean(noisy, time), torch.zeros_like(noisy)
    with torch.enable_grad():
        noisy = noisy.detach().requires_grad_()
        clean = model.clean(noisy, time)
        share = float(model.away(time).sqrt())
        seen = share * clean + (1 - share) * noisy
        loss = how.guidance * guide((seen + 1) / 2, progress).to(seen)
        loss = loss + how.smoothness * _variation(seen)
        loss = loss + how.range * (clean - clean.clamp(-1, 1)).square().mean()
        loss = loss + how.saturation * (seen - seen.clamp(-1, 1)).abs().mean()
        (slope,) = torch.autograd.grad(loss, noisy)
    return clean.detach(), _limited(slope, how.clamp)


def _variation(picture: Tensor) -> Tensor:
    """Mean squared differences of neighbours, across and down."""
    right = F.pad(picture, (0, 1, 0, 1), mode="replicate")
    across = right[..., :-1, 1:] - picture
    down = right[..., 1:, :-1] - picture
    return (across.square() + down.square()).mean()


def _limited(slope: Tensor, most: float) -> Tensor:
    """Its root mean square at most `most`; none where it is no number."""
    if not bool(slope.isfinite().all()):
        return torch.zeros_like(slope)
    length = float(slope.square().mean().sqrt())
    return slope * (most / length) if most and length > most else slope
