"""Strokes that can carry a style picture's lines: as fine, as long and as many."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from drawkit.canvas.traits import settings_for_lines
from drawkit.pictures.streamlines import Lines


def lines(*widths: float, length: float = 40.0, share: float = 0.3) -> Lines:
    """Lines of these widths on a paper like parchment."""
    count = len(widths)
    return Lines(
        widths=torch.tensor(widths),
        lengths=torch.full((count,), length),
        turns=torch.zeros(count),
        directions=torch.ones(count, 2),
        paper=torch.tensor([1.0, 0.8, 0.6]),
        share=share,
    )


def strokes(found: Lines) -> dict[str, Any]:
    return settings_for_lines(found)["strokes"]


def test_paper_is_the_pictures() -> None:
    assert settings_for_lines(lines(2.0))["draw"] == {"background": "#ffcc99"}


@pytest.mark.parametrize(
    ("width", "start", "widest"), [(0.5, 1.5, 4.0), (3.0, 3.0, 4.0), (30.0, 8.0, 30.0)]
)
def test_strokes_are_as_wide_within_reason(width: float, start: float, widest: float) -> None:
    found = strokes(lines(width, width))
    assert (found["init_width"], found["max_width"]) == (start, widest)


def test_widths_are_those_of_most_lines() -> None:
    """A broad area takes most of the sheet and is one line among many."""
    found = strokes(lines(*[2.0] * 30, 50.0))
    assert found["init_width"] == 2
    assert found["max_width"] == 4


def test_strokes_are_as_long() -> None:
    short, long = (strokes(lines(2.0, length=length)) for length in (10.0, 30.0))
    assert long["init_reach"] == pytest.approx(3 * short["init_reach"], abs=0.002)


@pytest.mark.parametrize(("share", "count"), [(0.0, 256), (0.5, 418), (1.0, 600)])
def test_as_many_strokes_as_cover_the_same(share: float, count: int) -> None:
    """418 lines of 2 by 30 px are half of 224 x 224; fewer and more than is sensible are not."""
    assert strokes(lines(2.0, length=30.0, share=share))["strokes"] == count


def test_flat_pictures_are_drawn_in_filled_shapes() -> None:
    """A screen print has areas in full colour; its outlines' widths say nothing."""
    found = strokes(replace(lines(60.0, 3.0), even=0.9, directions=torch.zeros(2, 2)))
    assert (found["strokes"], found["shapes"], found["min_opacity"]) == (0, 64, 1.0)
