"""Pictures that a VQGAN decodes of codes, as VQGAN+CLIP and PyTTI made them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.canvas import CanvasSpec, ParamGroup, canvases
from drawkit.canvas.image.latents import LatentCanvas, LatentConfig, fit_by_steps_
from drawkit.generators.vqgan import load_vqgan

__all__ = ["VqganCanvas", "VqganConfig"]


@dataclass(frozen=True)
class VqganConfig(LatentConfig):
    """Where the VQGAN is, and how fast its latents move."""

    section = "vqgan"
    asks = "a checkpoint of taming-transformers, or a VQModel folder of diffusers"


@canvases.register("vqgan", config=VqganConfig)
class VqganCanvas(LatentCanvas):
    """A picture that a VQGAN decodes, each of its latents the nearest code (as VQGAN+CLIP).

    Parameters: latents [1, C, h, w], a code for each square of f x f pixels; a side that is no
    multiple of f is cut.
    """

    config: VqganConfig
    least: Tensor
    most: Tensor

    def __init__(self, config: VqganConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        self.net = load_vqgan(config.given_weights())
        rows, columns = (-(-side // self.net.factor) for side in (self.height, self.width))
        self.latents = nn.Parameter(self.net.drawn(rows, columns, spec.generator).clone())
        book = self.net.codebook
        self.register_buffer("least", book.amin(0).view(1, -1, 1, 1), persistent=False)
        self.register_buffer("most", book.amax(0).view(1, -1, 1, 1), persistent=False)
        self.begin_()

    def made(self) -> Tensor:
        """The picture of the nearest codes."""
        return (self.net.decode(self.net.quantized(self.latents)) + 1) / 2

    def encode_(self, picture: Tensor) -> None:
        """By the encoder, else learned by steps."""
        if not self.net.has_encoder:
            fit_by_steps_(self, picture)
            return
        factor = self.net.factor
        more = (0, -self.width % factor, 0, -self.height % factor)
        whole = F.pad(picture, more, mode="replicate")
        self.latents.copy_(self.net.encode(2 * whole - 1))
        self.project_()

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """The latents."""
        return [ParamGroup("latents", [self.latents], self.config.lr)]

    @torch.no_grad()
    def project_(self) -> None:
        """Within the range of the codebook, each channel for itself."""
        self.latents.copy_(torch.maximum(torch.minimum(self.latents, self.most), self.least))
