"""Lottie 1.0.1, the JSON that apps and web pages play: paths with keyframes, no picture in it.

Specification: https://lottie.github.io/lottie-spec/1.0.1/. What is as players take it anyway is
left out, and places are whole numbers on a page of its own size, so that files stay small.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Annotated, Any, ClassVar

from drawkit.config.limits import Limits, check_limits
from drawkit.export import Exporter, exporters
from drawkit.export import _provenance as provenance
from drawkit.export._lottie_shapes import Page, ShapeWriter, number, paper_shapes, still
from drawkit.export._motions import motion_of
from drawkit.export._poses import layer_poses, runs_of
from drawkit.export._writing import write_whole
from drawkit.scene import Scene
from drawkit.scene.film import Film
from drawkit.scene.motion import Motion, MovingLayer

__all__ = ["LottieConfig", "LottieExporter", "lottie_text"]

_VERSION = 10001  # 1.0.1


@dataclass(frozen=True)
class LottieConfig:
    """How finely time and places are told."""

    fps: Annotated[float, Limits(1, 120)] = 24.0
    """Frames a second that it says it has; players draw as many as they like."""
    side: Annotated[int, Limits(64, 16384, unit="px")] = 1024
    """Longer side of its page, on which places are whole numbers; it is shown at any size."""

    def __post_init__(self) -> None:
        check_limits(self, "export.lottie")


@exporters.register("lottie", config=LottieConfig)
class LottieExporter(Exporter):
    """Lottie animation of paths, as apps play it."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    def __init__(self, config: LottieConfig = LottieConfig()) -> None:
        self._config = config

    def write(self, scene: Scene, path: FilePath) -> None:
        """Write the frames of pixel art; any other scene stands still."""
        self.write_film(Film.of(scene), path)

    def write_film(self, film: Film, path: FilePath) -> None:
        """Write what moves in `film`."""
        text = lottie_text(motion_of(film, "lottie"), self._config)
        write_whole(path, text.encode("utf-8"))


def lottie_text(motion: Motion, config: LottieConfig = LottieConfig()) -> str:
    """The whole file. Raises `InputError` for numbers that are not finite."""
    page = Page.of(motion, config.side)
    writer = ShapeWriter(page, config.fps, motion.seconds)
    layers: list[dict[str, Any]] = []
    seen: list[dict[str, Any]] = []
    for poses, found in runs_of(motion.layers, layer_poses):
        if poses:
            camera = {"ty": 3, "nm": "camera", "ind": len(seen) + 1, **writer.span(0, None)}
            seen.append({**camera, "ks": writer.seen(poses)})
        hangs = {"parent": len(seen)} if poses else {}
        layers += [{**_layer(layer, writer), **hangs} for layer in found if layer.tracks]
    if motion.background.color is not None:
        shapes = paper_shapes(page, motion.background.color)
        paper = {"ty": 4, "nm": "paper", **writer.span(0, None), "ks": {}, "shapes": shapes}
        layers.insert(0, paper)
    told = provenance.told(motion.metadata)
    whole: dict[str, Any] = {
        "v": "5.7.0",  # what players of before the standard look for
        "ver": _VERSION,
        "fr": number(config.fps, 4),
        **writer.span(0, None, start_too=False),
        "w": page.width,
        "h": page.height,
        "nm": told.title or "film",
        "layers": [*seen, *layers[::-1]],
        "assets": [],
    }
    if told.description:
        whole["metadata"] = {"description": told.description, "generator": told.software}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)


def _layer(layer: MovingLayer, writer: ShapeWriter) -> dict[str, Any]:
    """A layer, there as long as anything in it is."""
    start = min(track.keys[0].at for track in layer.tracks)
    ends = [track.until for track in layer.tracks]
    known = [end for end in ends if end is not None]
    until = max(known) if len(known) == len(ends) else None
    return {
        "ty": 4,
        "nm": layer.name,
        **writer.span(start, until),
        "ks": {} if layer.opacity == 1 else {"o": still(number(100 * layer.opacity, 1))},
        "shapes": writer.layer(layer, start, until),
    }
