"""The scenes of a story, drawn into a folder, or found there from before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drawkit.engine.many.batch import Batch, Filled
from drawkit.engine.many.orders import Order
from drawkit.engine.many.sheet import named_sheet
from drawkit.engine.stories.cells import blocks_of
from drawkit.engine.stories.plan import StoryPlan
from drawkit.errors import DrawkitError
from drawkit.export.png import PngConfig, png_bytes
from drawkit.pictures import read_picture
from drawkit.pictures.records import read_record
from drawkit.pictures.svg import read_svg
from drawkit.scene import RasterLayer, Scene

__all__ = ["DrawnScene", "StoryScenes", "storyboard"]

_SIDE = 256
"""px of a picture of the storyboard."""
_COLUMNS = 4


@dataclass(frozen=True, eq=False)
class DrawnScene:
    """A scene that is drawn. at: its place in the story; moving: its paths, as they move best."""

    at: int
    words: str
    scene: Scene
    moving: Scene
    score: float | None
    path: Path


class StoryScenes:
    """The drawings of a plan in a folder: `with StoryScenes(plan, folder) as scenes: ...`.

    What is there with the same settings stays; the same words with the same settings are drawn
    once. Raises as `Batch` does.
    """

    def __init__(self, plan: StoryPlan, folder: Path) -> None:
        self._plan = plan
        self._places: dict[str, list[int]] = {}
        orders: list[Order] = []
        for at, scene in enumerate(plan.scenes):
            sign = scene.order.sign
            if sign not in self._places:
                orders.append(scene.order)
            self._places.setdefault(sign, []).append(at)
        self._batch = Batch(orders, folder)

    def __enter__(self) -> StoryScenes:
        self._batch.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._batch.__exit__(*error)

    @property
    def count(self) -> int:
        """How many drawings there are in all; the same scene again is one."""
        return len(self._places)

    @property
    def waiting(self) -> int:
        """How many are to be drawn."""
        return self._batch.waiting

    def draw(
        self, workers: int | None, stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[Filled]:
        """Draw what is not there; they come as they get done. workers: as of `batch`."""
        return self._batch.fill(workers=workers, threads=self._plan.all_of.threads, stopped=stopped)

    def drawn(self) -> tuple[DrawnScene, ...]:
        """What there is by now, in the order of the story."""
        found = []
        for one in self._batch.report().filled:
            if one.status not in ("drawn", "there"):
                continue
            path = next(path for path in one.paths if path.suffix == ".svg")
            if one.order.dreamt:
                scene = moving = _picture(path.with_suffix(".png"))
            else:
                scene = moving = read_svg(path)
            if _square_cells(one.order):
                moving = blocks_of(scene, path.with_suffix(".png"))
            for at in self._places[one.order.sign]:
                words = self._plan.scenes[at].order.title
                found.append(DrawnScene(at, words, scene, moving, one.score, path))
        return tuple(sorted(found, key=lambda one: one.at))

    def failure(self) -> DrawkitError | None:
        """What is wrong with the first scene that could not be drawn."""
        for one in self._batch.report().failed:
            return DrawkitError(f"{one.order.place}: {one.error}")
        return None


def _picture(path: Path) -> Scene:
    """The picture of a scene of free pixels."""
    pixels = read_picture(path)
    return Scene(
        pixels.shape[1],
        pixels.shape[0],
        (RasterLayer("picture", pixels),),
        metadata=read_record(path),
    )


def _square_cells(order: Order) -> bool:
    """Whether it is pixel art whose cells are squares."""
    cell = order.layer.get("pixels.cell")
    return order.canvas == "pixels" and (cell is None or str(cell.value) == "rect")


def storyboard(scenes: Sequence[DrawnScene]) -> bytes:
    """A PNG with all scenes and their words."""
    pictures = [(one.words, png_bytes(one.scene, PngConfig(size=_SIDE))) for one in scenes]
    return named_sheet(pictures, min(_COLUMNS, len(pictures)), _SIDE)
