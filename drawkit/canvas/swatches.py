"""The colours of pixel art: a fixed palette, or one that is learned; which of them are in use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from drawkit.canvas.oklab import eight_bits, oklab_to_srgb, srgb_to_oklab, to_gamut_
from drawkit.palettes import extract_swatches

__all__ = ["Swatches"]

ALIKE = 0.15
"""A rare colour gives way only to one that is no further away (OKLab)."""
GRAY = 0.04
"""Below this chroma a colour has no hue."""
ONE_HUE = 0.45
"""Angle between tones of one hue at most, radians."""
SAMPLE = 4096
"""Cells that decide which colours of a palette to use; more would say the same."""

_Floats = npt.NDArray[np.float64]


class Swatches(nn.Module):
    """Colours [P, 3]: learned ones first, then given ones that never change.

    given: sRGB colours 0..1. learned: how many more are learned. kept: rows that stay in use
    whatever happens.
    """

    given: Tensor
    given_lab: Tensor
    active: Tensor
    kept: Tensor

    def __init__(
        self,
        given: Sequence[Sequence[float]],
        learned: int,
        kept: Sequence[int],
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        colors = torch.tensor([list(color) for color in given], dtype=torch.float32).view(-1, 3)
        self.register_buffer("given", colors)
        self.register_buffer("given_lab", srgb_to_oklab(colors))
        start = torch.rand(learned, 3, generator=generator)
        self.learned = nn.Parameter(srgb_to_oklab(start))
        self.register_buffer("active", torch.ones(learned + len(colors), dtype=torch.bool))
        self.register_buffer("kept", torch.zeros(learned + len(colors), dtype=torch.bool))
        self.kept[list(kept)] = True

    def __len__(self) -> int:
        return len(self.learned) + len(self.given)

    @property
    def fixed(self) -> bool:
        """Whether nothing is learned: the palette is the user's."""
        return not len(self.learned)

    def lab(self) -> Tensor:
        """OKLab [P, 3], without gradient: nearness moves cells, not colours."""
        return torch.cat([self.learned.detach(), self.given_lab])

    def rgb(self) -> Tensor:
        """SRGB [P, 3] as files will hold it: rounded to 8 bits."""
        return torch.cat([eight_bits(oklab_to_srgb(self.learned)), self.given])

    def spacing(self) -> float:
        """The usual distance from a colour in use to the next: what dithering has to bridge."""
        lab = self.lab()[self.active]
        if len(lab) < 2:
            return 0.0
        apart = torch.cdist(lab, lab) + 9 * torch.eye(len(lab))
        return float(apart.min(dim=1).values.median())

    def darkest(self) -> int:
        """The row of the darkest colour in use."""
        return int(self.lab()[:, 0].masked_fill(~self.active, 9.0).argmin())

    def nearest_given(self, rgb: Sequence[float]) -> int:
        """The row of the given colour that is nearest to an sRGB colour."""
        lab = srgb_to_oklab(torch.tensor(list(rgb), dtype=torch.float32))
        return len(self.learned) + int((self.given_lab - lab).norm(dim=1).argmin())

    @torch.no_grad()
    def choose_(self, rgb: Tensor, most: int, gain: float) -> None:
        """Take the colours that stand best for cells [N, 3] in sRGB, `most` in all.

        Candidates are the palette's or, where it is learned, those of k-means in OKLab; taken
        are those that bring the mean cell nearer by at least `gain` each.
        """
        if not len(rgb):
            return
        learned = self.learned
        if not self.fixed:
            pixels = torch.cat([rgb, torch.ones(len(rgb), 1)], dim=1).numpy()
            levels = np.rint(pixels * 255).astype(np.uint8)[None]
            found = np.array(extract_swatches(levels, len(learned)), np.float32) / 255
            learned[: len(found)] = srgb_to_oklab(torch.from_numpy(found))
            learned[len(found) :] = learned[0]  # of two alike one is never taken
        self._choose_few_(rgb, most, gain)

    def _choose_few_(self, rgb: Tensor, most: int, gain: float) -> None:
        """One after the other the colour that brings the cells nearest, while that is worth it."""
        cells = rgb[:: -(-len(rgb) // SAMPLE)]
        apart = torch.cdist(srgb_to_oklab(cells), self.lab())  # [N, P]
        chosen = self.kept.clone()
        best = apart[:, chosen].amin(dim=1) if chosen.any() else torch.full((len(cells),), 1.0)
        while int(chosen.sum()) < most:
            gains = (best[:, None] - apart).clamp(min=0).mean(dim=0).masked_fill(chosen, -1.0)
            next_one = int(gains.argmax())
            if gains[next_one] < gain and chosen.any():
                break
            chosen[next_one] = True
            best = torch.minimum(best, apart[:, next_one])
        self.active.copy_(chosen)

    @torch.no_grad()
    def thin_(self, used: Tensor, rare: float, shades: int | None) -> None:
        """Put colours out of use: rare ones that have a like, and tones of a hue beyond `shades`.

        used: [P] cells of each. rare: a share of all cells.
        """
        lab = self.lab()
        for row in used.argsort(stable=True).tolist():
            if not self.active[row] or self.kept[row]:
                continue
            apart = (lab - lab[row]).norm(dim=1).masked_fill(~self.active, 9.0)
            apart[row] = 9.0
            if used[row] == 0 and self.fixed:
                continue  # it costs nothing, and may be wanted yet
            if used[row] < rare * used.sum() and apart.min() < ALIKE:
                self.active[row] = False
        if shades is not None:
            self._thin_shades_(used, shades)

    def _thin_shades_(self, used: Tensor, shades: int) -> None:
        """Keep the `shades` most used tones of every hue; greys are one hue."""
        leaders: list[float | None] = []
        counts: list[int] = []
        lab = self.lab()
        hues = torch.atan2(lab[:, 2], lab[:, 1])
        gray = lab[:, 1:].norm(dim=1) < GRAY
        order = (used + len(used) * used.sum() * self.kept).argsort(descending=True, stable=True)
        for row in order.tolist():
            if not self.active[row]:
                continue
            hue = None if gray[row] else float(hues[row])
            group = next((at for at, other in enumerate(leaders) if _one_hue(hue, other)), None)
            if group is None:
                leaders.append(hue)
                counts.append(1)
            elif counts[group] < shades or self.kept[row]:
                counts[group] += 1
            else:
                self.active[row] = False

    @torch.no_grad()
    def project_(self) -> None:
        """Bring the learned colours back to what sRGB can show."""
        to_gamut_(self.learned)


def _one_hue(one: float | None, other: float | None) -> bool:
    """Whether two hues (None: grey) count as one."""
    if one is None or other is None:
        return one is other
    turn = abs(one - other) % (2 * np.pi)
    return min(turn, 2 * np.pi - turn) < ONE_HUE
