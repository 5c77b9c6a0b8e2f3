"""The judge: a frozen CLIP model that says how well a picture fits the words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # names in annotations only: `prompt` and `defaults` load without torch
    import torch
    from torch import Tensor

__all__ = ["Perceptor"]


class Perceptor(ABC):
    """A frozen CLIP. Images go in as RGB 0..1 at `input_size`; normalization is inside."""

    name: str
    """What it was opened as, with its weights' tag: enough to open it again."""
    input_size: int
    """Side of the square pictures that it sees, in pixels."""
    device: torch.device
    """Where `cutouts` must lie."""

    @abstractmethod
    def encode_text(self, prompts: Sequence[str]) -> Tensor:
        """[P, D] float32 unit vectors, one a prompt; no gradient."""

    def doubt(self, prompt: str) -> str | None:
        """One line where `prompt` is strange to it, else None."""
        return None

    def drop_text_tower(self) -> None:
        """Free what only `encode_text` needs; the prompts cannot change after that."""
        return None

    @abstractmethod
    def encode_image(self, cutouts: Tensor) -> Tensor:
        """[N, 3, S, S] RGB 0..1 -> [N, D] float32 unit vectors, differentiable."""

    def imagine(
        self,
        text: Tensor,
        weights: Sequence[float],
        count: int,
        generator: torch.Generator,
        *,
        near: Tensor | None = None,
        keep: float = 0.0,
        size: tuple[int, int] = (1, 1),
        texts: Sequence[str] = (),
    ) -> Tensor | None:
        """The best of `count` small pictures of what `text` [P, D] says; None without imagination.

        [1, 4, h, w] premultiplied RGBA 0..1. weights: [P], a negative one counts against. near: a
        square picture likewise, to change; keep: how much of it stays, 0 to less than 1. size:
        width and height of the sheet; where the prompts `texts` say what lies all over a wide or
        tall one, the picture has its shape, else it is square.
        """
        return None

    @abstractmethod
    def stages(self, cutouts: Tensor) -> tuple[Tensor, ...]:
        """Intermediate features of the image tower, each [N, C, h, w], differentiable."""
