"""Pixel art: a grid of cells over a small palette, seen by the perceptor as it will be saved."""

from __future__ import annotations

import logging
import math
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from drawkit.canvas import Canvas, CanvasSpec, Changes, ParamGroup, canvases
from drawkit.canvas.finish import Finish
from drawkit.canvas.forms import by_lightness
from drawkit.canvas.freezing import frozen_cells
from drawkit.canvas.oklab import srgb_to_oklab, to_gamut_
from drawkit.canvas.pixel_palette import pixel_palette
from drawkit.canvas.pixels_config import PixelsConfig
from drawkit.canvas.repeats import cut_calmly
from drawkit.canvas.start import picture_tensor, ruling_cells
from drawkit.canvas.symmetry import representatives
from drawkit.canvas.traits import paper_of
from drawkit.errors import ConfigError
from drawkit.pictures.seamless import Tile
from drawkit.pictures.streamlines import Lines
from drawkit.pixelart.dither import Dither, thresholds, undithered
from drawkit.raster import straight
from drawkit.scene import Background, CellLayer, Scene
from drawkit.scene.cells import SIZES, cell_map, cell_size
from drawkit.scene.grid import Cell, Grid, untileable

__all__ = ["PixelsCanvas", "PixelsConfig"]

log = logging.getLogger("drawkit")

SHAPED_SCALE = 8
"""Pixels of a cell at least that is no square; below, its shape would be lost."""
START_SIDE = 32
"""Pixels of a start picture's shorter side: what perceptors imagine."""
SMALL = 8
"""Cells of the shorter side below which none is left free around a figure."""
SHOWN = 0.5
"""Opacity from which on a cell is shown."""
ALPHA_SOFTNESS = 0.15
THIN_AT = (0.3, 0.55, 0.8)
"""Progress at which colours that are hardly used go out of use."""


@canvases.register("pixels", config=PixelsConfig)
class PixelsCanvas(Canvas):
    """A grid of cells in the colours of a palette, each shown or not: pixel art.

    Parameters: color [M, 3] in OKLab and alpha [M], one a cell that is not another's mirror
    image, and the palette's learned colours. What is painted is always the final look; how far
    each cell is from the other colours passes the gradient on.
    """

    config: PixelsConfig
    sides: ClassVar[tuple[int, int]] = (1, 512)
    unit: ClassVar[str] = "cells"

    source: Tensor
    pixels: Tensor
    _threshold: Tensor
    _frozen: Tensor
    _rim: Tensor

    def __init__(self, config: PixelsConfig, spec: CanvasSpec) -> None:
        super().__init__(config, spec)
        width, height, tile, generator = spec.width, spec.height, spec.tile, spec.generator
        background = spec.background
        self.columns, self.rows = width, height
        _check_tile(config.cell, config.dither, height, width, tile)
        # A material fills its tile: a hole would show paper that no game has.
        self._full = all(tile) and background is not None
        if self._full and config.outline is not None:
            log.warning("a tile on paper is filled to its sides: there is no figure to outline")
        first = representatives(config.symmetry, config.cell, self.rows, self.columns)
        cells, source = np.unique(first, return_inverse=True)
        self._cells = cells  # [M] the numbers of the cells that have parameters
        self.register_buffer("source", torch.from_numpy(source))
        self._set_scale()
        self._finish = Finish(config, self.rows, self.columns, tile)
        self.swatches, self._roles = pixel_palette(
            config, None if self._full else background, generator, full=self._full
        )
        if self._roles.paper is not None:
            red, green, blue = self.swatches.rgb()[self._roles.paper].tolist()
            self.background = (red, green, blue)
        count = len(cells)
        gray = torch.tensor([0.6, 0.0, 0.0]) + 0.05 * torch.randn(count, 3, generator=generator)
        self.color = nn.Parameter(gray)
        self.alpha = nn.Parameter(SHOWN + 0.1 * torch.randn(count, generator=generator))
        threshold = thresholds(config.dither, self.rows, self.columns, tile).ravel()[cells]
        self._hold("_threshold", torch.from_numpy(threshold).float())
        self._spacing = self.swatches.spacing()
        self._hold("_frozen", torch.zeros(count, dtype=torch.bool))
        self._hold("_rim", torch.zeros(count, dtype=torch.bool))
        self._start: tuple[Tensor, ...] = ()
        self._progress = 0.0
        self._painted = False
        self.project_()

    def _hold(self, name: str, tensor: Tensor) -> None:
        """Keep a tensor that goes with the canvas to its device, but into no state."""
        self.register_buffer(name, tensor, persistent=False)

    @property
    def start_size(self) -> tuple[int, int]:
        """A pixel for each cell, or more where there are few: what rules in a cell is chosen."""
        if self.config.cell not in ("rect", "knit"):
            return self.width, self.height
        times = max(1, START_SIDE // min(self.columns, self.rows))
        return self.columns * times, self.rows * times

    @property
    def start_margin(self) -> int:
        """A cell where an outline lies around the figure: it must not be cut off."""
        config = self.config
        around = config.outline is not None and config.outline_side == "outside"
        if not around or any(self.tile) or min(self.columns, self.rows) < SMALL:
            return 0
        return max(1, self.start_size[0] // self.columns)

    def forward(self) -> Tensor:
        """The picture: RGBA [1, 4, H, W], 0..1, alpha premultiplied; opaque on a background."""
        rows, shown, line = self._decode()
        apart, colors = self._apart(), self.swatches.rgb()
        hard = F.one_hot(rows, len(colors)).float()
        soft = (-apart / self._softness()).softmax(dim=1)
        wish = torch.sigmoid((self.alpha - SHOWN) / ALPHA_SOFTNESS)
        more = (wish - wish.detach())[self.source, None]  # 0, with the slope of being shown
        drawn = line.float()[:, None]
        mixed = hard + (soft - soft.detach())[self.source] * (1 - drawn)
        # Around an outlined figure, a cell that leaves it does not vanish but becomes outline.
        outlined = self.config.outline is not None and self.config.outline_side == "outside"
        stays = shown.float()[:, None] * outlined
        alpha = shown.float()[:, None] + more * (1 - stays)
        own = colors.detach()[apart.argmin(dim=1)[self.source]]
        rgb = (mixed @ colors) * alpha + stays * more * (own - colors[self._line].detach())
        if self.background is not None:
            rgb = rgb + (1 - alpha) * rgb.new_tensor(self.background)
            alpha = torch.ones_like(alpha)
        picture = torch.cat([rgb, alpha], dim=1)[self.pixels]
        return picture.view(1, self.height, self.width, 4).permute(0, 3, 1, 2)

    def param_groups(self, progress: float) -> list[ParamGroup]:
        """Colours, opacities and the learned palette, slower toward the end."""
        config = self.config
        factor = 0.1 + 0.9 * (0.5 + 0.5 * math.cos(math.pi * progress))
        cells = factor * (config.lr_painted if self._painted else 1.0)
        groups = [
            ("color", self.color, config.lr_color * cells),
            ("alpha", self.alpha, config.lr_alpha * cells),
            ("palette", self.swatches.learned, config.lr_palette * factor),
        ]
        return [ParamGroup(name, [tensor], rate) for name, tensor, rate in groups if tensor.numel()]

    @torch.no_grad()
    def project_(self) -> None:
        """Keep opacities in 0..1, colours visible, and frozen cells as they started."""
        self.alpha.clamp_(float(self._full), 1)
        self.alpha[self._rim] = 0
        to_gamut_(self.color)
        self.swatches.project_()
        if self._frozen.any():
            color, alpha, learned = self._start
            self.color[self._frozen] = color[self._frozen]
            self.alpha[self._frozen] = alpha[self._frozen]
            kept = self.swatches.kept[: len(learned)]
            self.swatches.learned[kept] = learned[kept]

    @classmethod
    def settings_for_traits(cls, traits: Lines) -> dict[str, dict[str, Any]]:
        """Such paper."""
        return paper_of(traits)

    @torch.no_grad()
    def start_from_(self, picture: Tensor, generator: torch.Generator) -> Tensor:
        """Give every cell the colour that rules in it; learn or choose the palette from those."""
        if self.config.by_lightness:
            picture = by_lightness(picture, self.swatches.given, self.background)
        cells = self._means(picture)
        alpha, rgb = cells[:, 3], straight(cells)[:, :3].clamp(0, 1)
        shown = alpha > SHOWN
        self._rim = self._free_rim(shown)
        config = self.config
        most = len(self.swatches) if config.colors is None else config.colors
        self.swatches.choose_(rgb[shown], most, config.economy)
        if shown.any():  # a cell that comes to be shown begins with a colour of the figure
            rgb = torch.where(shown[:, None], rgb, rgb[shown].mean(dim=0))
        self.color.copy_(srgb_to_oklab(rgb))
        self.alpha.copy_(alpha)
        self._painted = True
        self._thin_()
        self._freeze_(cells)
        self.project_()
        # Held against the picture itself, cells would waver between the two nearest colours.
        seen: Tensor = self()
        return seen

    @torch.no_grad()
    def advance_(self, progress: float, generator: torch.Generator) -> Changes:
        """Harden the choice of colours; now and then drop those that are hardly used."""
        before, self._progress = self._progress, progress
        if any(before < mark <= progress for mark in THIN_AT):
            self._thin_()
        return Changes()

    def get_extra_state(self) -> dict[str, float]:
        """What a `state_dict` holds beside the tensors."""
        return {"progress": self._progress, "spacing": self._spacing}

    def set_extra_state(self, state: dict[str, float]) -> None:
        """Take it back."""
        self._progress, self._spacing = state["progress"], state["spacing"]

    def to_scene(self) -> Scene:
        """The drawing as plain data: a grid in exactly the palette's colours."""
        rows, shown, _ = (tensor.numpy() for tensor in self._decode())
        levels = (self.swatches.rgb().detach() * 255).round().int().numpy()
        transparent, paper = None, self._roles.paper
        if paper is not None:
            rows = np.where(shown, rows, paper)
        if not self.swatches.fixed:  # of learned colours only those that are there, each once
            used = np.unique(rows if paper is not None else rows[shown])
            levels, places = np.unique(levels[used], axis=0, return_inverse=True)
            table = np.zeros(len(self.swatches), np.intp)
            table[used] = places.ravel()
            rows = table[rows]
        palette = levels.tolist()
        if paper is None and not self._full:
            transparent, palette = len(palette), [*palette, [0, 0, 0]]
            rows = np.where(shown, rows, transparent)
        shape = (self.rows, self.columns)
        cell = self.config.cell
        grid = Grid.still(rows.reshape(shape), palette, transparent, cell, self.tile)
        if self.config.symmetry == "none" and not self._frozen.any():  # those have their places
            grid = cut_calmly(grid)
        layers = (CellLayer("cells", grid),)
        return Scene(self.width, self.height, layers, Background(self.background))

    def _free_rim(self, shown: Tensor) -> Tensor:
        """[M] the outermost cells where an outline needs them and a start leaves all of them free.

        shown: [M] what the start shows.
        """
        row, column = np.divmod(self._cells, self.columns)
        last = np.minimum(self.rows - 1 - row, self.columns - 1 - column)
        rim = torch.from_numpy(np.minimum(np.minimum(row, column), last) == 0)
        return rim & (self.start_margin > 0) & ~(rim & shown).any()

    def _set_scale(self) -> None:
        """The size of the picture, and which cell each of its pixels belongs to."""
        cell = self.config.cell
        across, down = SIZES[cell]
        shorter = min(self.columns * across, self.rows * down)
        scale = max(math.ceil(self.config.side / shorter), 1 if cell == "rect" else SHAPED_SCALE)
        self.pitch = size = cell_size(cell, scale)
        self.width, self.height = self.columns * size[0], self.rows * size[1]
        row, column = cell_map(cell, self.rows, self.columns, size, self.tile)
        at = np.broadcast_to(row * self.columns + column, (self.height, self.width))
        self.register_buffer("pixels", torch.from_numpy(at.flatten()))

    def _thin_(self) -> None:
        """Drop colours that are hardly used, and tones of a hue beyond those allowed."""
        rows, shown, _ = self._decode()
        used = rows[shown].bincount(minlength=len(self.swatches))
        self.swatches.thin_(used, self.config.rare, self.config.shades)
        self._spacing = self.swatches.spacing()

    def _softness(self) -> float:
        """How far colours pull at this point of the run; it falls evenly in its logarithm."""
        start, end = self.config.softness
        return float(start ** (1 - self._progress) * end**self._progress)

    def _apart(self) -> Tensor:
        """Squared distances [M, P] of the cells to the colours; far to those out of use."""
        bias = self._threshold * self._spacing * ~self._frozen
        color = torch.cat([self.color[:, :1] + bias[:, None], self.color[:, 1:]], dim=1)
        apart = (color[:, None] - self.swatches.lab()).square().sum(dim=2)
        return apart.masked_fill(~self.swatches.active, 1e4)

    @torch.no_grad()
    def _decode(self) -> tuple[Tensor, Tensor, Tensor]:
        """[cells] the row of each cell's colour, whether it is shown, whether it is outline."""
        source = self.source.cpu().numpy()
        found = self._finish(
            self._apart().cpu().numpy()[source],
            self.alpha.cpu().numpy()[source],
            self.swatches.lab().double().cpu().numpy(),
            self._frozen.cpu().numpy()[source],
            self._line,
        )
        # Ties are broken by place, so mirror images take what their first one got.
        same = self._cells[source]
        rows, shown, line = (torch.from_numpy(array[same]).to(self.alpha.device) for array in found)
        return rows, shown, line

    @property
    def _line(self) -> int:
        """The row of the outline's colour."""
        return self.swatches.darkest() if self._roles.line is None else self._roles.line

    def _freeze_(self, cells: Tensor) -> None:
        """Hold what must not change at the colours that it starts with."""

        def cells_of(path: str) -> Tensor:
            return self._means(picture_tensor(path, *self.start_size))

        self._frozen = frozen_cells(self.config, cells, cells_of)
        shown = self._frozen & (self.alpha > SHOWN)
        rows = self._apart()[shown].argmin(dim=1)
        self.swatches.kept[rows] = True
        self.color[shown] = self.swatches.lab()[rows]
        self._start = tuple(p.detach().clone() for p in self._moving)

    @property
    def _moving(self) -> tuple[nn.Parameter, nn.Parameter, nn.Parameter]:
        return self.color, self.alpha, self.swatches.learned

    def _means(self, picture: Tensor) -> Tensor:
        """[M, 4] premultiplied RGBA of the cells of a start picture [1, 4, H, W]."""
        height, width = picture.shape[-2:]
        if (width, height) == (self.columns, self.rows):
            cells = picture[0].flatten(1).T
        else:
            size = height // self.rows, width // self.columns
            shape = self.config.cell, self.rows, self.columns
            cells = ruling_cells(picture, *shape, size, self.tile)
        return cells[torch.from_numpy(self._cells)]


def _check_tile(cell: Cell, dither: Dither, rows: int, columns: int, tile: Tile) -> None:
    """Refuse a tile whose cells or dither would not meet at its sides."""
    for what, needed in (
        (f"{cell} cells", untileable(cell, rows, columns, tile)),
        (f"{dither} dither", undithered(dither, rows, columns, tile)),
    ):
        if needed:
            raise ConfigError(f"a tile of {what} needs {needed}, got {columns}x{rows}")
