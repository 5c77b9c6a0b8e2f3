"""An SVG that draws itself, stroke by stroke, by CSS alone: no script, so `<img>` plays it too.

Every stroke is one dash as long as itself, measured by `pathLength`, that is moved into view; fills
and pictures fade in. Who has asked for reduced motion sees the finished drawing, and so does every
program that knows no animations.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from types import MappingProxyType
from typing import Annotated, Any, ClassVar
from xml.etree import ElementTree

import numpy as np

from drawkit.config.limits import Limits, check_limits
from drawkit.export import Exporter, exporters
from drawkit.export._motions import motion_of
from drawkit.export._smil import add_motion
from drawkit.export._text import plain_number
from drawkit.export._writing import write_whole
from drawkit.export.svg import SvgConfig, prepared, svg_root, xml_of
from drawkit.scene import Background, Scene
from drawkit.scene.film import Film

__all__ = ["AnimConfig", "AnimExporter", "anim_text", "film_text"]

# The dash is a little longer than the stroke, so that no rounding leaves its end open.
_RULES = (
    "@media (prefers-reduced-motion:no-preference){"
    "@keyframes draw{from{stroke-dashoffset:1.02;visibility:hidden}to{stroke-dashoffset:0}}"
    "@keyframes fill{from{fill-opacity:0}}"
    "@keyframes show{from{opacity:0}}"
    ".draw{stroke-dasharray:1.02;animation:draw 1s linear both}"
    ".fill{animation:fill 1s ease-out both}"
    ".fill.draw{animation:draw 1s linear both,fill 1s ease-out both}"
    ".show{animation:show 1s ease-out both}}"
)
_ROUND_AND_STRAIGHT: Mapping[str, Callable[[Mapping[str, float]], float]] = MappingProxyType(
    {
        "line": lambda at: math.hypot(at["x2"] - at["x1"], at["y2"] - at["y1"]),
        "rect": lambda at: 2 * (at["width"] + at["height"]),
        "circle": lambda at: 2 * math.pi * at["r"],
        "ellipse": lambda at: math.pi * (at["rx"] + at["ry"]),
    }
)
"""How long the lines are that paths are not written as."""
_SHAPES = ("path", "image", "line", "circle", "ellipse", "rect")
_LEAST = 0.02
"""Share of the longest stroke that even a dot takes: a hand has to be put down."""


@dataclass(frozen=True)
class AnimConfig:
    """How fast; all else is as in the SVG."""

    seconds: Annotated[float, Limits(0.1, 3600, unit="s")] = 8.0
    """How long the whole drawing takes."""

    def __post_init__(self) -> None:
        check_limits(self, "export.anim")


@exporters.register("anim", config=AnimConfig)
class AnimExporter(Exporter):
    """SVG that draws itself stroke by stroke, in web pages too."""

    suffixes: ClassVar[tuple[str, ...]] = (".anim.svg",)
    through: ClassVar[tuple[type[Any], ...]] = (SvgConfig,)

    def __init__(self, config: AnimConfig = AnimConfig(), svg: SvgConfig = SvgConfig()) -> None:
        self._config = config
        self._svg = svg

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write `scene` as UTF-8 SVG with its animation."""
        write_whole(path, anim_text(scene, self._config, self._svg).encode("utf-8"))

    def write_film(self, film: Film, path: FilePath) -> None:
        """Write what moves in `film`, in its own time."""
        write_whole(path, film_text(film, self._svg).encode("utf-8"))


def anim_text(scene: Scene, config: AnimConfig = AnimConfig(), svg: SvgConfig = SvgConfig()) -> str:
    """The whole document; the order of painting is that of drawing. Paper is there at once."""
    if svg.reworks:
        scene, svg, _ = prepared(scene, svg)
    root = svg_root(scene, svg)
    drawn = [element for group in root for element in _drawn(group)]
    lengths = np.array([_length(element) for element in drawn])
    least = _LEAST * lengths.max(initial=1.0)
    shares = np.maximum(lengths, least)
    ends = np.cumsum(shares) / max(shares.sum(), 1e-9) * config.seconds
    for element, start, end in zip(drawn, [0.0, *ends.tolist()], ends.tolist(), strict=False):
        _animate(element, start, end - start)
    if drawn:
        style = ElementTree.Element("style")
        style.text = _RULES
        first = next(at for at, child in enumerate(root) if child.tag in ("g", "path", "rect"))
        root.insert(first, style)
    return xml_of(root)


def film_text(film: Film, svg: SvgConfig = SvgConfig()) -> str:
    """The whole document of paths that move: see `_smil.py`. `InputError` for pictures of pixels.

    Of the settings of SVG only `decimals` counts.
    """
    motion = motion_of(film, "anim.svg")
    page = Scene(motion.width, motion.height, (), Background(None), motion.metadata)
    root = svg_root(page, SvgConfig(decimals=svg.decimals))
    add_motion(root, motion, svg.decimals)
    return xml_of(root)


def _drawn(element: ElementTree.Element) -> list[ElementTree.Element]:
    """The paths and pictures in an element, in paint order; those of clips and paper are none."""
    if element.tag in ("defs", "metadata"):
        return []
    return [e for e in element.iter() if e.tag in _SHAPES and e.get("id") != "paper"]


def _length(element: ElementTree.Element) -> float:
    """About how long the line of a path is: along its control points."""
    data = element.get("d", "")
    if element.get("stroke") is None or re.search("[a-yHV]", data):
        return 0.0
    if element.tag in _ROUND_AND_STRAIGHT:
        return _ROUND_AND_STRAIGHT[element.tag](
            {
                key: float(element.get(key, "0"))
                for key in ["x1", "y1", "x2", "y2", "width", "height", "r", "rx", "ry"]
            }
        )
    points = np.array(re.findall(r"-?\d+(?:\.\d+)?", data), float).reshape(-1, 2)
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def _animate(element: ElementTree.Element, start: float, seconds: float) -> None:
    """Have an element appear at `start`, in so many seconds."""
    lined, filled = element.get("stroke") is not None, element.get("fill", "none") != "none"
    if lined:
        element.set("pathLength", "1")
    names = [name for name, there in (("draw", lined), ("fill", filled)) if there]
    element.set("class", " ".join(names) if names else "show")
    timing = f"animation-delay:{plain_number(start, 3)}s;"
    timing += f"animation-duration:{plain_number(max(seconds, 0.01), 3)}s"
    element.set("style", timing)
