"""Settings of a drawing that can carry lines such as those of a style picture."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from drawkit.pictures.streamlines import SIDE, Lines

__all__ = ["paper_of", "settings_for_lines"]

_PER_REACH = 336.0
"""Px that a stroke of two segments is long for each unit of `strokes.init_reach`."""
_RATES = {"lr_color": 0.004, "lr_points": 0.15, "lr_width": 0.1}
"""Strokes start as the marks of the picture to follow, and hardly leave them: more makes blots."""
_FINE, _BROAD = 1.5, 8.0
"""Px of the strokes that a drawing starts with."""
_FEWEST, _MOST = 256, 600
"""Strokes of a drawing that follows a style picture."""
_HATCHING = 0.3
"""Weight of `losses.strokes_like` where a picture is made of strokes."""
_AREAS = {
    "strokes": 0,
    "shapes": 64,
    "shape_segments": 8,
    "init_paint": True,
    "lr_painted": 1.0,
    "init_radius": 0.09,
    "init_opacity": [1.0, 1.0],
    "min_opacity": 1.0,
    "lr_points": 0.3,
    "lr_color": 0.002,
}
"""Strokes cannot be as flat as a screen print: filled shapes in full colour are."""


def paper_of(lines: Lines) -> dict[str, dict[str, Any]]:
    """The paper of such lines as a setting."""
    color = bytes((255 * lines.paper).round().int().tolist()).hex()
    return {"draw": {"background": f"#{color}"}}


def settings_for_lines(lines: Lines) -> dict[str, dict[str, Any]]:
    """Settings for a drawing that can carry such lines: its paper, its strokes or shapes.

    As many strokes as would cover what lines cover there, within what a step can afford. Widths
    and lengths are those of most lines, not of those that take most of the sheet.
    """
    like = {"losses.strokes_like": {"weight": _HATCHING if lines.hatched else 0.0}}
    if lines.flat:
        return {**paper_of(lines), **like, "strokes": dict(_AREAS)}
    many = 1 / (lines.widths * lines.lengths).clamp(min=1)
    low, few, high = (_quantile(lines.widths, many, at) for at in (0.1, 0.5, 0.9))
    usual = min(max((few * float(lines.widths.median())) ** 0.5, _FINE), _BROAD)
    length = _quantile(lines.lengths, many, 0.5)
    count = round(lines.share * SIDE**2 / (usual * length))
    return {
        **paper_of(lines),
        **like,
        "strokes": {
            "strokes": min(max(count, _FEWEST), _MOST),
            "min_width": round(min(max(low, 1.0), 2.0), 1),
            "max_width": round(max(high, 4.0), 1),
            "init_width": round(usual, 1),
            "init_reach": round(min(max(length / _PER_REACH, 0.02), 0.1), 3),
            "init_follow": True,
            "init_paint": True,
            "lr_painted": 1.0,
            "init_longest": round(min(max(_quantile(lines.lengths, many, 0.9), 6.0), 100.0)),
            **_RATES,
        },
    }


def _quantile(values: Tensor, weights: Tensor, share: float) -> float:
    """The value below which `share` of all weights lie."""
    order = values.argsort()
    sums = weights[order].cumsum(0)
    return float(values[order[int((sums < share * sums[-1]).sum())]])
