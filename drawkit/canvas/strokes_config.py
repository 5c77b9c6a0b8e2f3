"""The settings of the strokes canvas, and how its learning rates change over a run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

from drawkit.color import parse_color
from drawkit.config.limits import Limits, Share, check_limits
from drawkit.errors import ConfigError, InputError

__all__ = ["AUTO", "FORMS", "FormName", "StrokesConfig", "palette_rgb", "rates", "segment_range"]

FormName = Literal["curved", "straight", "boxes"]
FORMS: tuple[str, ...] = get_args(FormName)

MOST_SEGMENTS = 100
Paths = Annotated[int, Limits(0, 100_000)]
Segments = Annotated[int, Limits(1, MOST_SEGMENTS)]
Length = Annotated[float, Limits(0, 1000)]
"""In px of a drawing of 224 px: more than four times its side."""
Width = Annotated[float, Limits(0, 1000, above=True)]
AUTO = "auto"
Reach = Annotated[float, Limits(0, 2)]
"""As a share of a side."""


@dataclass(frozen=True)
class StrokesConfig:
    """How many strokes and shapes, how wide, how they start, how fast they move.

    Pixel values are for a drawing whose shorter side is 224 px and scale with it. The defaults
    are CLIPDraw's (arXiv 2106.14843); its widths are radii, these are full widths.
    """

    strokes: Paths = 256
    """Open painted paths."""
    segments: Segments | str = "1-3"
    """Cubic segments of a stroke: a number, or a range that each stroke draws from."""
    shapes: Paths = 0
    """Closed filled paths, painted below the strokes."""
    shape_segments: Segments | str = AUTO
    """Cubic segments of a shape: a number, a range, or auto: as many as the area needs that a shape
    is cut out as, and no more shapes than there are areas; 4 of shapes that start anywhere."""
    min_width: Width = 2.0
    """Thinnest stroke, px."""
    max_width: Width = 100.0
    """Widest stroke, px."""
    ink: str | None = None
    """Colour that all strokes are held to; none: every stroke has its own."""
    opaque: bool | None = None
    """Draw each stroke whole or not at all, as a pen does, a picture's parts always whole; none:
    where strokes have one ink, or start as parts on coloured or white paper, of opacity 1."""
    palette: tuple[str, ...] = field(default=(), metadata={"file": True})
    """Colours that paths are held to: colours, or palettes by name, file or @PICTURE:16."""
    by_lightness: bool = False
    """Start after a picture by its lightness alone, stretched over the palette's."""
    form: FormName = "curved"
    """curved; straight: edges are lines; boxes: shapes are upright boxes, strokes straight."""
    grid: Length = 0.0
    """Distance in px of lines on which corners of straight paths and boxes lie; 0: anywhere."""
    shape_line: str | None = None
    """Colour of a line around every shape; none: no line."""
    shape_line_width: Length = 3.0
    """Width of that line, px."""
    min_opacity: Share = 0.0
    """Least opacity of a path; 1: all paths are opaque."""
    max_opacity: Share = 1.0
    """Most opacity of a path; below 1, what is under it always shows through."""
    init_width: Length = 2.0
    """Width of a new stroke, px."""
    init_color: str | None = None
    """Colour of new paths; none: every one its own, at random."""
    init_opacity: tuple[Share, Share] = (0.0, 1.0)
    """Opacity of a new path, drawn between the two."""
    init_reach: Reach = 0.1
    """How far a new stroke's next control point lies, as a share of the drawing's sides."""
    init_vary: Share = 0.0
    """How much new paths' colours differ from the picture that they start after: 0 to 1."""
    init_shade: Share = 0.0
    """How much lighter or darker new paths are than that picture: 0 to 1."""
    init_angle: Annotated[float, Limits(-360, 360)] | None = None
    """Direction of new strokes, which then start straight, in degrees; none: any, and bent."""
    init_follow: bool = False
    """Start strokes straight along the picture's lines where they start."""
    init_along: bool = False
    """Start strokes along the lines of that picture, from end to end, as a pen travels."""
    init_paint: bool | None = None
    """Start as that picture's marks, shapes as its areas; none: where strokes have one ink."""
    init_longest: Length = 60.0
    """Longest stroke that is so laid, px."""
    init_radius: Reach = 0.1
    """Radius of a new shape, as a share of the shorter side."""
    spread: Reach = 1.0
    """Share of the drawing's sides, about its middle, in which new paths start."""
    lr_points: Length = 1.0
    """Learning rate of the control points, px a step."""
    lr_width: Length = 0.2
    """Learning rate of the widths, px a step."""
    lr_color: Length = 0.01
    """Learning rate of colours and opacities."""
    lr_painted: Share = 1.0
    """Share of these rates for paths that start as a picture's parts: they are nearly there."""
    schedule: Literal["clipdraw", "constant", "cosine"] = "clipdraw"
    """Rates over the run; clipdraw: points 1, then 0.4 from 50 % and 0.1 from 75 %."""
    reseed: bool = True
    """Start paths anew that became invisible, in the first half of the run."""
    rasterizer: str = "numba"
    """Who turns paths into pixels."""

    def __post_init__(self) -> None:
        """Refuse numbers that no drawing can be made of; settle how paths start."""
        if self.init_paint is None:
            object.__setattr__(self, "init_paint", self.ink is not None and not self.init_along)
        if self.opaque is None and (self.ink is not None or self.init_opacity != (1, 1)):
            object.__setattr__(self, "opaque", self.ink is not None and self.max_opacity == 1)
        check_limits(self, "strokes")
        if self.strokes + self.shapes == 0:
            raise ConfigError("0 strokes and 0 shapes draw nothing; allowed: 1 or more of either")
        segment_range("segments", self.segments, 1)
        if self.shape_segments != AUTO:
            segment_range("shape_segments", self.shape_segments, 2)
        if self.min_width > self.max_width:
            raise ConfigError(
                f"strokes.min_width is {self.min_width:g} and max_width {self.max_width:g}; "
                "allowed: min_width <= max_width"
            )
        if not self.min_opacity <= self.max_opacity or not self.max_opacity:
            raise ConfigError(
                f"strokes.min_opacity is {self.min_opacity:g} and max_opacity "
                f"{self.max_opacity:g}; allowed: min_opacity <= max_opacity, above 0"
            )
        if self.opaque and self.max_opacity < 1:
            raise ConfigError(
                f"strokes.max_opacity is {self.max_opacity:g}; allowed with opaque strokes: 1"
            )
        if self.form not in FORMS:
            raise ConfigError(f"strokes.form is '{self.form}'; allowed: {', '.join(FORMS)}")
        if self.form == "curved" and self.grid:
            raise ConfigError("strokes.grid is for form straight or boxes; form is 'curved'")
        if self.form == "boxes" and self.shapes and str(self.shape_segments) not in ("4", AUTO):
            raise ConfigError(
                f"strokes.shape_segments is '{self.shape_segments}' with form boxes; allowed: 4"
            )
        if not palette_rgb(self.palette) and self.by_lightness:
            raise ConfigError("strokes.by_lightness needs strokes.palette; it is empty")
        if self.schedule not in ("clipdraw", "constant", "cosine"):
            raise ConfigError(
                f"strokes.schedule is '{self.schedule}'; allowed: clipdraw, constant, cosine"
            )
        for key, color in (
            ("ink", self.ink),
            ("init_color", self.init_color),
            ("shape_line", self.shape_line),
        ):
            if color is not None and _alpha(key, color) != 1:
                raise ConfigError(f"strokes.{key} is '{color}'; allowed: an opaque colour")

    def is_opaque(self, painted: bool) -> bool:
        """Whether strokes are drawn whole or not at all; painted: as a picture's parts, on paper.

        On none they have to fade: where many lie in one place, hiding one only shows another.
        """
        return (painted and self.max_opacity == 1) if self.opaque is None else self.opaque

    @property
    def cuts_areas(self) -> bool:
        """Whether shapes are as many as a picture's areas, with outlines as those have."""
        return self.shapes > 0 and self.form == "curved" and self.shape_segments == AUTO


def _alpha(key: str, color: str) -> float:
    """The opacity of a colour; ConfigError where it is none."""
    try:
        return parse_color(color)[3]
    except InputError as error:
        raise ConfigError(f"strokes.{key}: {error}") from error


def palette_rgb(named: Sequence[str]) -> list[tuple[float, ...]]:
    """Colours and palettes as users name them -> sRGB, 0..1, one of each kind."""
    rgb: list[Sequence[float]] = []
    for name in named:
        try:
            color = parse_color(name)
        except InputError:
            from drawkit.palettes import resolve_palette  # the help has no need of its formats

            rgb += resolve_palette(name).to_srgb().tolist()
            continue
        if color[3] != 1:
            raise ConfigError(f"strokes.palette holds '{name}'; allowed: opaque colours, palettes")
        rgb.append(color[:3])
    return list(dict.fromkeys(tuple(color) for color in rgb))


def segment_range(key: str, given: int | str, fewest: int) -> tuple[int, int]:
    """`3` or `"1-3"` -> fewest and most segments of a path."""
    first, dash, last = str(given).partition("-")
    try:
        low, high = int(first), int(last if dash else first)
    except ValueError:
        low = high = 0
    if not fewest <= low <= high <= MOST_SEGMENTS:
        raise ConfigError(
            f"strokes.{key} is '{given}'; allowed: {fewest} to {MOST_SEGMENTS}, or a range like 1-3"
        )
    return low, high


def rates(schedule: str, progress: float) -> tuple[float, float]:
    """Factors of the points' and of the other learning rates at `progress` 0..1 of the run."""
    if schedule == "clipdraw":
        return (1.0 if progress < 0.5 else 0.4 if progress < 0.75 else 0.1), 1.0
    if schedule == "cosine":
        factor = 0.05 + 0.95 * (0.5 + 0.5 * math.cos(math.pi * progress))
        return factor, factor
    return 1.0, 1.0
