"""The judge: a frozen CLIP model that says how well a picture fits the words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drawkit.config.prompts import Prompt
from drawkit.errors import BackendError
from drawkit.registry import Registry

if TYPE_CHECKING:  # names in annotations only: `prompt` and `defaults` load without torch
    import torch
    from torch import Tensor

    from drawkit.imagination.guided import WordsGuide

__all__ = ["Imagined", "Perceptor", "perceptors"]

perceptors = Registry("perceptor", None, "drawkit.perceptors")
"""Perceptors under names of their own; OpenCLIP's have theirs, see `drawkit.perceptor.names`."""


@dataclass(frozen=True)
class Imagined:
    """A `picture` [1, 4, h, w] premultiplied RGBA 0..1.

    after: the openly licensed drawings that it was drawn after, if any, as `owl (noto-emoji, ...)`.
    fills: whether it fills the sheet, as a photo does, without a margin around a figure.
    """

    picture: Tensor
    after: tuple[str, ...] = ()
    fills: bool = False


class Perceptor(ABC):
    """A frozen CLIP. Images go in as RGB 0..1 at `input_size`; normalization is inside."""

    name: str
    """What it was opened as, with its weights' tag: enough to open it again."""
    input_size: int
    """Side of the square pictures that it sees, in pixels."""
    device: torch.device
    """Where `cutouts` must lie."""
    precision: str = "fp32"
    """What the image tower computes in: `fp32` or `bf16`."""

    def encode_text(self, prompts: Sequence[str]) -> Tensor:
        """[P, D] float32 unit vectors, one a prompt; no gradient.

        Raises BackendError for a perceptor without a text tower.
        """
        raise BackendError(f"the perceptor {self.name} reads no words; give a picture: @photo.png")

    def embed(self, prompts: Sequence[Prompt]) -> Tensor:
        """[P, D] float32 unit vectors of prompts, words or pictures; no gradient."""
        import torch

        texts = [prompt.text for prompt in prompts if prompt.picture is None]
        words = iter(self.encode_text(texts) if texts else ())
        rows = [
            next(words) if prompt.picture is None else self._embed_picture(prompt.picture)
            for prompt in prompts
        ]
        return torch.stack(rows) if rows else torch.zeros(0, 1)

    def _embed_picture(self, path: str) -> Tensor:
        """[D] what it sees of a picture file, whole and on white."""
        import torch

        from drawkit.perceptor.cutouts.warp import view_whole
        from drawkit.pictures import premultiplied, read_picture
        from drawkit.pictures.over import over_paper

        values = torch.from_numpy(premultiplied(read_picture(path))).permute(2, 0, 1)[None]
        on_white = over_paper(values).to(self.device)
        paper = torch.ones(1, 3, 1, 1, device=self.device)
        with torch.no_grad():
            return self.encode_image(view_whole(on_white, paper, self.input_size))[0]

    def doubt(self, prompt: str) -> str | None:
        """One line where `prompt` is strange to it, else None."""
        return None

    def vocabulary(self) -> tuple[tuple[str, ...], Tensor] | None:
        """Names of what it has seen, and their places [N, D], unit vectors; None: unknown."""
        return None

    def drop_text_tower(self) -> None:
        """Free what only `encode_text` needs; the prompts cannot change after that."""
        return None

    @abstractmethod
    def encode_image(self, cutouts: Tensor) -> Tensor:
        """[N, 3, S, S] RGB 0..1 -> [N, D] float32 unit vectors, differentiable."""

    @property
    def imagines(self) -> bool:
        """Whether it has an imagination."""
        return False

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
        recall: bool = True,
        lead: float = 0.0,
    ) -> Imagined | None:
        """The best of `count` small pictures of what `text` [P, D] says; None without imagination.

        weights: [P], a negative one counts against. near: a square picture [1, 4, h, w], to
        change; keep: how much of it stays, 0 to less than 1. recall: begin from remembered
        pictures of what the words say, if it has any. lead: how far it leads each of the others on
        the way from noise, beside choosing the best. size:
        width and height of the sheet; where the prompts `texts` say what lies all over a wide or
        tall one, the picture has its shape, else it is square.
        """
        return None

    def edit(
        self,
        picture: Tensor,
        old: Tensor,
        new: Tensor,
        strength: float,
        generator: torch.Generator,
    ) -> Tensor | None:
        """A picture changed as its words change, from `old` [D] to `new` [D]; None: it cannot.

        picture: [1, 4, H, W] premultiplied RGBA 0..1, as what comes out; strength: 0 (a hint) to 1
        (a new picture).
        """
        return None

    def expect(self, text: Tensor) -> tuple[Tensor, Tensor] | None:
        """What its last stage shows of pictures of `text` [P, D]; None: it has not learned that.

        Several ways that each may look, [P, J, F], and a center [F]: the features of a picture, as
        `losses.expected` takes them, less the center, lie in the direction of one of the ways, a
        unit vector.
        """
        return None

    def guide(self, text: Tensor, weights: Sequence[float]) -> WordsGuide | None:
        """What its imagination knows of pictures of `text` [P, D], to pull drawings; None: nothing.

        weights: [P]; what has a negative one is kept away from.
        """
        return None

    @abstractmethod
    def stages(self, cutouts: Tensor) -> tuple[Tensor, ...]:
        """Intermediate features of the image tower, each [N, C, h, w], differentiable."""
