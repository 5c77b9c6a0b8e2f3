"""What the rasterizer refuses, in one line, and what it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from raster.builder import CLEAR, VALUES, Item, build

from drawkit.errors import DrawkitError, InputError
from drawkit.raster import RASTERIZERS, Paths, rasterize

INK = (0.1, 0.2, 0.3, 0.8)
TWO = build(
    Item([(2, 2), (6, 9), (10, 1), (14, 8)], radius=1.0, stroke=INK, fill=INK),
    Item([(2, 2), (6, 9), (10, 1)], True, 1.0, INK, INK),
)


def refused(paths: Paths, *more: Any, **named: Any) -> str:
    for name in RASTERIZERS:
        with pytest.raises(InputError) as caught:
            rasterize(paths, *(more or (8, 8)), **{"rasterizer": name, **named})
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf"), 2e9])
def test_numbers_that_are_none(name: str, bad: float) -> None:
    value = getattr(TWO, name).clone()
    value.view(-1)[-1] = bad
    assert name in refused(replace(TWO, **{name: value}))


def test_negative_radius() -> None:
    assert "-0.5" in refused(replace(TWO, radius=torch.tensor([1.0, -0.5])))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("points", torch.zeros(8, 2)),
        ("points", torch.zeros(7, 3)),
        ("points", torch.zeros(14)),
        ("radius", torch.ones(2, 1)),
        ("radius", torch.tensor(1.0)),
        ("stroke", torch.ones(2, 3)),
        ("fill", torch.ones(1, 4)),
        ("closed", torch.tensor([False])),
        ("stroked", torch.tensor([True])),
        ("filled", torch.tensor([True] * 3)),
        ("even_odd", torch.zeros(2, 1, dtype=torch.bool)),
        ("segments", torch.tensor(1)),
        ("segments", torch.tensor([2, 1])),
        ("segments", torch.tensor([0, 1])),
        ("segments", torch.tensor([-1, 1])),
    ],
)
def test_wrong_shapes(name: str, value: torch.Tensor) -> None:
    refused(replace(TWO, **{name: value}))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("points", torch.int64),
        ("stroke", torch.uint8),
        ("segments", torch.int32),
        ("segments", torch.float32),
        ("closed", torch.uint8),
        ("stroked", torch.float32),
        ("filled", torch.int64),
        ("even_odd", torch.int64),
    ],
)
def test_wrong_types(name: str, kind: torch.dtype) -> None:
    assert name in refused(replace(TWO, **{name: getattr(TWO, name).to(kind)}))


@pytest.mark.parametrize("size", [(0, 8), (8, 0), (-3, 8)])
def test_sizes(size: tuple[int, int]) -> None:
    assert str(size[0]) in refused(TWO, *size)


@pytest.mark.parametrize(
    "ground", [(1, 1, 1), (float("nan"), 0, 0, 1), (0, 0, 0, 1.5), (0, 0, -0.1, 1), (255, 0, 0, 1)]
)
def test_backgrounds(ground: Any) -> None:
    assert "background" in refused(TWO, background=ground)


def test_unknown_rasterizer() -> None:
    with pytest.raises(InputError, match="'numba'"):
        rasterize(TWO, 8, 8, rasterizer="nunba")


def test_errors_are_drawkits() -> None:
    assert issubclass(InputError, DrawkitError)


@pytest.mark.parametrize("rasterizer", ["numba", "reference"])
def test_no_paths_give_the_background(rasterizer: str) -> None:
    glass = (0.25, 0.5, 0.75, 0.5)
    picture = rasterize(build(), 5, 3, glass, rasterizer=rasterizer)
    assert picture.shape == (3, 5, 4)
    assert torch.equal(picture, torch.tensor(glass).expand(3, 5, 4))
    assert torch.equal(rasterize(build(), 5, 3, CLEAR, rasterizer=rasterizer), torch.zeros(3, 5, 4))


@pytest.mark.parametrize("rasterizer", ["numba", "reference"])
def test_a_path_that_is_neither_stroked_nor_filled_paints_nothing(rasterizer: str) -> None:
    nothing = torch.zeros(2, dtype=torch.bool)
    paths = replace(TWO, stroked=nothing, filled=nothing)
    assert (rasterize(paths, 16, 10, rasterizer=rasterizer) == 1).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.float64])
def test_any_float_type_in_any_layout(dtype: torch.dtype) -> None:
    values = {name: getattr(TWO, name).to(dtype) for name in VALUES}
    values["points"] = values["points"].T.contiguous().T
    values["stroke"] = values["stroke"].repeat(1, 2)[:, :4]
    plain = rasterize(TWO, 16, 10)
    room = 2e-3 if dtype == torch.float16 else 1e-6
    assert (rasterize(replace(TWO, **values), 16, 10) - plain).abs().max() < room
