"""What a run wants of its prompts beside their words: how much, up to which score, when, where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from drawkit.errors import InputError
from drawkit.export.regions import Place, in_regions
from drawkit.pictures import read_picture
from drawkit.pictures.of_scene import picture_of
from drawkit.scene import Scene

if TYPE_CHECKING:
    from drawkit.config import DrawConfig, Prompt
    from drawkit.config.prompt import During, Region

__all__ = ["Aims", "Area", "aims_of"]

_LIGHT = 0.5
"""A mask's pixels that are lighter are inside."""
_COMPARED, _SEEN, _FEW = 224, 0.1, 0.01
"""Pixels of the longer side at which drawings are compared, the difference of a channel that is
seen, and the share of pixels that may have one for the sake of a layer each."""
_REST = "around"
"""What is called so: paths that lie in no area, where no prompt is about the whole sheet."""
_LEAST = 2
"""Pixels of a region's shorter side that a perceptor can see anything in."""


@dataclass(frozen=True, eq=False)
class Area:
    """A part of the sheet. box: left, top, right, bottom as shares of it.

    mask: [1, 1, H, W] of the whole sheet, 0 to 1, 1 what belongs to it; None: all of the box.
    """

    box: tuple[float, float, float, float]
    mask: Tensor | None = None

    def sides(self, size: tuple[int, int]) -> tuple[int, int]:
        """Its width and height on a sheet of width and height, 1 at least."""
        wide, high = self.box[2] - self.box[0], self.box[3] - self.box[1]
        return max(1, round(wide * size[0])), max(1, round(high * size[1]))

    def cut(self, picture: Tensor, paper: Tensor) -> Tensor:
        """Its part of a picture [1, 3, H, W], paper [1, 3, 1, 1] where it is not of the area."""
        height, width = picture.shape[-2:]
        left, right = round(self.box[0] * width), round(self.box[2] * width)
        top, bottom = round(self.box[1] * height), round(self.box[3] * height)
        if self.mask is not None:
            inside = F.interpolate(self.mask.to(picture), size=(height, width), mode="bilinear")
            picture = paper + (picture - paper) * inside
        return picture[..., top : max(bottom, top + 1), left : max(right, left + 1)]


def aims_of(prompts: Sequence[Prompt], config: DrawConfig, steps: int) -> Aims:
    """What the prompts want of a drawing.

    Raises InputError for a region that is too small to see anything in, for a mask without light
    parts, for any on a sheet that goes on at its sides, and for a prompt that counts at no step;
    FileError for a mask that cannot be read.
    """
    areas: dict[Region | None, Area | None] = {None: None}
    for prompt in prompts:
        if prompt.region not in areas and prompt.region is not None:
            areas[prompt.region] = _area_of(prompt.region, config)
    for time in (prompt.during for prompt in prompts):
        if time is not None and not any(time.holds(index, steps) for index in range(steps)):
            raise InputError(f"the time @{time} holds none of the {steps} steps of the run")
    return Aims(
        [prompt.weight for prompt in prompts],
        [prompt.stop for prompt in prompts],
        [prompt.during for prompt in prompts],
        [areas[prompt.region] for prompt in prompts],
    )


def _area_of(region: Region, config: DrawConfig) -> Area:
    size = config.size
    if config.tile != "none":
        raise InputError(f"the place @{region} is none on a sheet that goes on: tile is not none")
    box, mask, what = region.box, None, f"the box {region}"
    if region.mask is not None:
        pixels = torch.from_numpy(read_picture(region.mask)).float() / 255
        inside = (pixels[..., :3].mean(2) * pixels[..., 3] > _LIGHT).float()
        rows, columns = inside.any(1).nonzero().flatten(), inside.any(0).nonzero().flatten()
        if not len(rows):
            raise InputError(f"the mask '{region.mask}' has no light part, where its prompt counts")
        high, wide = inside.shape
        box = (int(columns[0]) / wide, int(rows[0]) / high, 0.0, 0.0)
        box = (*box[:2], (int(columns[-1]) + 1) / wide, (int(rows[-1]) + 1) / high)
        mask, what = inside[None, None], f"the mask '{region.mask}'"
    sides = (box[2] - box[0]) * size[0], (box[3] - box[1]) * size[1]
    if min(sides) < min(_LEAST, *size):
        raise InputError(
            f"{what} is {sides[0]:.3g} x {sides[1]:.3g} px of the drawing; allowed: {_LEAST} px a "
            "side or more"
        )
    return Area(box, mask)


class Aims:
    """The weights of prompts with their stops, times and areas, in the order of the prompts.

    weights: one a prompt. stops: the score past which it is not pushed, or None. times, areas:
    when and where it counts, None always and everywhere; alike areas are one object. All but the
    weights may be left out.
    """

    def __init__(
        self,
        weights: Sequence[float],
        stops: Sequence[float | None] = (),
        times: Sequence[During | None] = (),
        areas: Sequence[Area | None] = (),
    ) -> None:
        count = len(weights)
        self.weights = torch.tensor(list(weights), dtype=torch.float32)
        self.stops: Tensor | None = None
        if any(stop is not None for stop in stops):
            # A stop of its own that no score reaches, whichever way it is pushed.
            never = (math.copysign(math.inf, weight) for weight in weights)
            given = zip(stops, never, strict=True)
            self.stops = torch.tensor([free if stop is None else stop for stop, free in given])
        self._times = tuple(times) if any(times) else (None,) * count
        areas = tuple(areas) if any(areas) else (None,) * count
        kinds = dict.fromkeys(areas) if areas else {None: None}
        self.areas: tuple[tuple[Area | None, Tensor], ...] = tuple(
            (kind, torch.tensor([area is kind for area in areas], dtype=torch.float32))
            for kind in kinds
        )
        """Each area, None for the whole sheet, with 1 for its prompts, 0 for the others: [P]."""

    @property
    def divided(self) -> bool:
        """Whether a prompt counts in an area alone."""
        return any(area is not None for area, _ in self.areas)

    def holding(self, index: int, total: int) -> list[bool]:
        """Whether each prompt counts at update `index`, 0 to total - 1."""
        return [time is None or time.holds(index, total) for time in self._times]

    def at(self, index: int, total: int) -> Tensor:
        """The weights [P] at an update, 0 for those that do not count then."""
        if not any(self._times):
            return self.weights
        return self.weights * torch.tensor(self.holding(index, total), dtype=torch.float32)

    def sides(self, area: Area | None, size: tuple[int, int]) -> tuple[int, int]:
        """Width and height of an area, None the whole sheet, on a sheet of width and height."""
        return size if area is None else area.sides(size)

    def parts(
        self, prompts: Sequence[int], *, divided: bool
    ) -> list[tuple[Area | None, list[int]]]:
        """Each area with the places of those prompts that say what is in it.

        What is to be kept away from the whole sheet is kept away from every area. divided: whether
        areas count, else all of them are the whole sheet.
        """
        if not divided or not self.divided:
            return [(None, list(prompts))]
        found = []
        whole = next((rows for area, rows in self.areas if area is None), None)
        away = [] if whole is None else [at for at in prompts if whole[at] and self.weights[at] < 0]
        for area, rows in sorted(self.areas, key=lambda one: one[0] is not None):
            own = [at for at in prompts if rows[at] or at in away]
            if any(self.weights[at] > 0 for at in own):
                found.append((area, own))
        return found

    def grouped(self, scene: Scene, names: Sequence[str]) -> Scene:
        """The scene with a layer for each area, named after what is drawn there.

        names: one a prompt. Where paths of two areas touch so that the order of the layers would be
        seen, an area has several.
        """
        if not self.divided or scene.source is not None:
            return scene
        places, rest = self._places(names)
        single = in_regions(scene, places, rest, single=True)
        scale = _COMPARED / max(scene.width, scene.height)
        sides = (max(1, round(side * scale)) for side in (scene.width, scene.height))
        width, height = sides
        before, after = (picture_of(one, width, height) for one in (scene, single))
        changed = (np.abs(after - before).max(axis=2) > _SEEN).mean()
        return single if changed < _FEW else in_regions(scene, places, rest, single=False)

    def _places(self, names: Sequence[str]) -> tuple[list[Place], str]:
        places, rest = [], _REST
        for area, rows in self.areas:
            wanted = [at for at in range(len(names)) if rows[at] and self.weights[at] > 0]
            if not wanted:
                continue
            name = names[wanted[0]]
            if area is None:
                rest = name
            else:
                mask = None if area.mask is None else area.mask[0, 0].numpy() > _LIGHT
                places.append(Place(name, area.box, mask))
        return places, rest

    def changes(self, total: int) -> Iterator[int]:
        """Updates at which other prompts count than before; the first one is 0."""
        yield 0
        for index in range(1, total if any(self._times) else 1):
            if self.holding(index, total) != self.holding(index - 1, total):
                yield index
