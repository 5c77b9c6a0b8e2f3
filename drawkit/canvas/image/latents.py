"""What canvases share whose pixels a network makes, of latents that are learned."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.canvas import Changes, ParamGroup, Rgb
from drawkit.canvas.image.picture import RasterCanvas
from drawkit.config.limits import Limits, Rate, check_limits
from drawkit.errors import ConfigError

__all__ = [
    "LatentCanvas",
    "LatentConfig",
    "NetworkConfig",
    "clamped",
    "fit_",
    "fit_by_steps_",
    "on_ground",
    "opaque",
    "square_of",
]


@dataclass(frozen=True)
class NetworkConfig:
    """Where the network is, and how fast what is learned of it moves."""

    section: ClassVar[str] = "network"
    asks: ClassVar[str]
    """What weights to give."""

    weights: str = field(default="", metadata={"file": True})
    """File or folder of the network's weights."""
    lr: Rate = 0.1
    """Learning rate of the latents."""
    fit_steps: Annotated[int, Limits(1, 10_000)] = 50
    """Steps in which it learns a start picture, where the network has no encoder."""

    def __post_init__(self) -> None:
        """Refuse numbers out of their ranges."""
        check_limits(self, self.section)

    def given_weights(self) -> str:
        """The file; ConfigError where none is given."""
        if not self.weights:
            raise ConfigError(
                f"--canvas {self.section} needs --weights: {self.asks};"
                " published ones: drawkit models list"
            )
        return self.weights


@dataclass(frozen=True)
class LatentConfig(NetworkConfig):
    """Where the network is, and how its latents move."""

    section = "latents"

    ema: Annotated[float, Limits(0, 0.9999)] = 0.0
    """What is shown and kept is a mean over steps, of which each step leaves this share; 0: the
    latents as they are."""


class LatentCanvas(RasterCanvas):
    """An opaque picture that a network makes, cut to its size.

    A canvas of this kind says what picture its latents make, `made`, and how to begin with one,
    `encode_`; at the end of its `__init__` it calls `begin_`.
    """

    steps: Tensor

    @torch.no_grad()
    def begin_(self) -> None:
        """Take the latents as they are for those that the run begins with."""
        for at, latents in self._numbered():
            self.register_buffer(f"begun_{at}", latents.detach().clone(), persistent=False)
            if self.config.ema:
                self.register_buffer(f"mean_{at}", latents.detach().clone())
        if self.config.ema:
            self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    def values(self) -> Tensor:
        """[N] all latents."""
        return torch.cat([latents.flatten() for _, latents in self._numbered()])

    def moved(self) -> Tensor:
        """[N] how far each of the latents is from where it began."""
        return torch.cat([(p - self._buffer("begun", at)).flatten() for at, p in self._numbered()])

    @abstractmethod
    def made(self) -> Tensor:
        """The picture [1, 3, at least H, at least W], 0..1 but for what may be `clamped`."""

    @abstractmethod
    def encode_(self, picture: Tensor) -> None:
        """Take on latents that make about this picture [1, 3, H, W], 0..1."""

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, opaque.

        Where gradients are not wanted it is that of the latents' mean, if there is one.
        """
        meant = self.config.ema > 0 and not torch.is_grad_enabled()
        with self._averaged() if meant else nullcontext():
            made = self.made()
        return opaque(made[..., : self.height, : self.width])

    @torch.no_grad()
    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor | None:
        """Show this picture on the paper, middle grey where there is none, as near as it can."""
        self.encode_(on_ground(picture, self.background))
        self.begin_()
        shown: Tensor = self()
        return shown.detach()

    @torch.no_grad()
    def advance_(self, progress: float, generator: torch.Generator) -> Changes:
        """Take the new latents into their mean, in which what came before the run has no share."""
        share = self.config.ema
        if share:
            self.steps += 1
            rate = (1 - share) / (1 - share ** int(self.steps))
            for at, latents in self._numbered():
                self._buffer("mean", at).lerp_(latents, rate)
        return Changes()

    @contextmanager
    def _averaged(self) -> Iterator[None]:
        """With the mean in the latents' place."""
        kept = [latents.data for _, latents in self._numbered()]
        try:
            for at, latents in self._numbered():
                latents.data = self._buffer("mean", at)
            yield
        finally:
            for (_, latents), data in zip(self._numbered(), kept, strict=True):
                latents.data = data

    def _numbered(self) -> Iterator[tuple[int, nn.Parameter]]:
        return enumerate(self.parameters())

    def _buffer(self, name: str, at: int) -> Tensor:
        return self.get_buffer(f"{name}_{at}")


def square_of(width: int, height: int, picture: Tensor) -> Tensor:
    """The middle of a square picture [1, 3, S, S], scaled to the longer side: [1, 3, H, W]."""
    side = max(width, height)
    if side != picture.shape[-1]:
        picture = F.interpolate(picture, (side, side), mode="bilinear", antialias=True)
    top, left = (side - height) // 2, (side - width) // 2
    return picture[..., top : top + height, left : left + width]


def opaque(picture: Tensor) -> Tensor:
    """RGBA [1, 4, H, W], 0..1, of colours [1, 3, H, W] that may be beyond that."""
    rgb = clamped(picture)
    return torch.cat([rgb, torch.ones_like(rgb[:, :1])], dim=1)


def on_ground(picture: Tensor, background: Rgb | None) -> Tensor:
    """Premultiplied RGBA [1, 4, H, W] on its paper, middle grey where there is none: RGB."""
    paper = (0.5, 0.5, 0.5) if background is None else background
    ground = picture.new_tensor(paper).view(1, 3, 1, 1)
    return picture[:, :3] + (1 - picture[:, 3:]) * ground


def clamped(picture: Tensor) -> Tensor:
    """0..1; what lies outside gets a gradient only where that leads back."""
    if not picture.requires_grad:
        return picture.clamp(0, 1)
    beyond = (picture - picture.clamp(0, 1)).detach()
    held = picture - beyond
    held.register_hook(lambda slope: slope * (slope * beyond >= 0))  # type: ignore[no-untyped-call]
    return held


def fit_by_steps_(canvas: LatentCanvas, wanted: Tensor) -> None:
    """Learn a picture [1, 3, H, W] by gradient descent on the latents."""
    groups = canvas.param_groups(0.5)  # at whole rates, where these rise and fall
    fit_(groups, lambda: canvas()[:, :3], wanted, canvas.config.fit_steps, canvas.project_)


def fit_(
    groups: Sequence[ParamGroup],
    made: Callable[[], Tensor],
    wanted: Tensor,
    steps: int,
    project_: Callable[[], None] = lambda: None,
) -> None:
    """Move what is in the groups until about this picture [1, 3, H, W] is made of it."""
    optimizer = torch.optim.Adam([{"params": list(g.params), "lr": g.lr} for g in groups])
    own = [parameter for group in groups for parameter in group.params]
    with torch.enable_grad():
        for _ in range(steps):
            off = F.mse_loss(made(), wanted)
            for parameter, slope in zip(own, torch.autograd.grad(off, own), strict=True):
                parameter.grad = slope
            optimizer.step()
            project_()
    optimizer.zero_grad()
