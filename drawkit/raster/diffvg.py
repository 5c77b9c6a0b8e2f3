"""Draws with diffvg where `pydiffvg` is installed; gradients are diffvg's own.

Written from the source of BachiLi/diffvg (85802a7). drawkit's tests check every call against a
stand-in; they do not run the real package, which has no wheel. What diffvg does its own way:

- It divides each sample's colour by that sample's alpha before it averages the samples. Colours
  are therefore only ever drawn over an opaque ground; alpha comes from a render without one.
- In a group it paints the fill over the stroke: here each is a shape and group of its own. Groups
  stand in the order of their shapes, as diffvg looks up a shape's share of the boundary samples
  by the group's place.
- It leaves an open path open when it fills it: here a straight segment closes it.
- It fails where all paths have no length (BackendError), gives a dot's points no gradient, and
  holds at most 256 layers over one sample.
"""

from __future__ import annotations

import threading
from typing import Any

import torch
from torch import Tensor

from drawkit.errors import BackendError
from drawkit.raster.paths import Paths

__all__ = ["SAMPLES", "rasterize_diffvg"]

SAMPLES = 4
"""Random samples a pixel side. CLIPDraw's 2 leave three times the noise."""

SEED = 0
BLACK = (0.0, 0.0, 0.0, 1.0)
LAUNCH = threading.Lock()  # pydiffvg keeps its device in a global


def rasterize_diffvg(
    paths: Paths, width: int, height: int, background: tuple[float, float, float, float]
) -> Tensor:  # [H, W, 4]
    """Premultiplied RGBA of `paths` over `background` (straight RGBA).

    Raises BackendError where pydiffvg is not installed or refuses the scene.
    """
    library = _library()
    red, green, blue, alpha = background
    shapes, groups = _shapes_and_groups(library, paths)
    if not shapes:  # diffvg cannot draw nothing
        ground = torch.tensor([red * alpha, green * alpha, blue * alpha, alpha])
        return ground.expand(height, width, 4).clone()
    if alpha == 1:
        color = _render(library, shapes, groups, width, height, background)[..., :3]
        return torch.cat([color, torch.ones_like(color[..., :1])], 2)
    color = _render(library, shapes, groups, width, height, BLACK)[..., :3]
    cover = _render(library, shapes, groups, width, height, None)[..., 3:]
    below = (1 - cover) * alpha
    return torch.cat([color + below * torch.tensor([red, green, blue]), cover + below], 2)


def _library() -> Any:
    try:
        import pydiffvg
    except ImportError as error:
        raise BackendError(
            f"the rasterizer 'diffvg' needs pydiffvg, built from github.com/BachiLi/diffvg"
            f" ({error}); 'numba' is built in and needs nothing"
        ) from error
    return pydiffvg


def _shapes_and_groups(library: Any, paths: Paths) -> tuple[list[Any], list[Any]]:
    """One shape and one group for each fill and each stroke, in paint order."""
    starts = paths.starts().tolist()
    points, radius, stroke, fill = (
        value.float().cpu().contiguous()
        for value in (paths.points, paths.radius, paths.stroke, paths.fill)
    )
    shapes: list[Any] = []
    groups: list[Any] = []

    def add(path: int, fill_color: Tensor | None, stroke_color: Tensor | None) -> None:
        closed = bool(paths.closed[path])
        controls = [2] * int(paths.segments[path])
        if fill_color is not None and not closed:
            controls.append(0)  # a straight segment back to the first point
        shapes.append(
            library.Path(
                num_control_points=torch.tensor(controls, dtype=torch.int32),
                points=points[starts[path] : starts[path + 1]],
                is_closed=closed or fill_color is not None,
                stroke_width=radius[path],  # diffvg's stroke_width is the radius
            )
        )
        groups.append(
            library.ShapeGroup(
                shape_ids=torch.tensor([len(groups)], dtype=torch.int32),
                fill_color=fill_color,
                use_even_odd_rule=bool(paths.even_odd[path]),
                stroke_color=stroke_color,
            )
        )

    for path in range(len(paths.segments)):
        if paths.filled[path]:
            add(path, fill[path], None)
        if paths.stroked[path]:
            add(path, None, stroke[path])
    return shapes, groups


def _render(
    library: Any,
    shapes: list[Any],
    groups: list[Any],
    width: int,
    height: int,
    background: tuple[float, float, float, float] | None,
) -> Tensor:  # [H, W, 4]
    """What diffvg makes of the shapes over one colour, or over nothing."""
    ground = None
    if background is not None:
        ground = torch.tensor(background).expand(height, width, 4).contiguous()
    with LAUNCH:
        before = library.get_device()
        library.set_use_gpu(False)
        try:
            render = library.RenderFunction
            scene = render.serialize_scene(width, height, shapes, groups)
            picture: Tensor = render.apply(width, height, SAMPLES, SAMPLES, SEED, ground, *scene)
        except (AssertionError, RuntimeError) as error:
            raise BackendError(f"diffvg cannot draw this: {error}") from error
        finally:
            library.set_device(before)
    return picture
