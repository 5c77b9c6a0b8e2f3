"""Godot: SpriteFrames resources with an AtlasTexture per frame, in the text forms of 4 and 3.

The picture is named without a folder, which Godot takes as lying beside the resource.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from drawkit.games.sprites import Animation, Region, Sheet, SheetFormat, sheet_formats

__all__ = ["Godot3Frames", "Godot4Frames", "GodotConfig", "quoted"]

_SHORTEST_BEAT = 10
"""ms. Godot 3 repeats a frame to make it last; shorter beats would repeat it hundreds of times."""


@dataclass(frozen=True)
class GodotConfig:
    """loop: whether animations begin again at their end."""

    loop: bool = True


class _Frames(SheetFormat):
    """What both editions of the resource are built from."""

    def __init__(self, config: GodotConfig = GodotConfig()) -> None:
        self._config = config


@sheet_formats.register("godot4", config=GodotConfig)
class Godot4Frames(_Frames):
    """Godot 4 SpriteFrames resource (.tres), exact durations."""

    suffix: ClassVar[str] = ".tres"

    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file."""
        parts = [
            f'[gd_resource type="SpriteFrames" load_steps={len(sheet.regions) + 2} format=3]\n',
            f'[ext_resource type="Texture2D" path={quoted(image)} id="1"]\n',
        ]
        for number, region in enumerate(sheet.regions):
            parts.append(
                f'[sub_resource type="AtlasTexture" id="frame_{number}"]\n'
                f'atlas = ExtResource("1")\n'
                f"region = Rect2({region.x}, {region.y}, {region.width}, {region.height})\n"
                + _margin(region, "Rect2({})")
            )
        animations = ", ".join(self._animation(a, sheet) for a in sheet.animations)
        return "\n".join((*parts, f"[resource]\nanimations = [{animations}]\n"))

    def _animation(self, animation: Animation, sheet: Sheet) -> str:
        """The beat is the longest time of which all durations are multiples."""
        played = animation.played()
        durations = [sheet.regions[i].duration_ms for i in played]
        beat = math.gcd(*durations)
        frames = ", ".join(
            f'{{\n"duration": {duration / beat:.1f},\n"texture": SubResource("frame_{i}")\n}}'
            for i, duration in zip(played, durations, strict=True)
        )
        return (
            f'{{\n"frames": [{frames}],\n"loop": {_bool(self._config.loop)},\n'
            f'"name": &{quoted(animation.name)},\n"speed": {_float(1000 / beat)}\n}}'
        )


@sheet_formats.register("godot3", config=GodotConfig)
class Godot3Frames(_Frames):
    """Godot 3 SpriteFrames resource (.tres); longer frames are repeated."""

    suffix: ClassVar[str] = ".godot3.tres"

    def text(self, sheet: Sheet, image: str) -> str:
        """The whole file."""
        parts = [
            f'[gd_resource type="SpriteFrames" load_steps={len(sheet.regions) + 2} format=2]\n',
            f'[ext_resource path={quoted(image)} type="Texture" id=1]\n',
        ]
        for number, region in enumerate(sheet.regions, start=1):
            parts.append(
                f'[sub_resource type="AtlasTexture" id={number}]\n'
                f"atlas = ExtResource( 1 )\n"
                f"region = Rect2( {region.x}, {region.y}, {region.width}, {region.height} )\n"
                + _margin(region, "Rect2( {} )")
            )
        animations = ", ".join(self._animation(a, sheet) for a in sheet.animations)
        return "\n".join((*parts, f"[resource]\nanimations = [ {animations} ]\n"))

    def _animation(self, animation: Animation, sheet: Sheet) -> str:
        played = animation.played()
        durations = [sheet.regions[i].duration_ms for i in played]
        beat = max(math.gcd(*durations), min(_SHORTEST_BEAT, *durations))
        frames = ", ".join(
            f"SubResource( {i + 1} )"
            for i, duration in zip(played, durations, strict=True)
            for _ in range(max(round(duration / beat), 1))
        )
        return (
            f'{{\n"frames": [ {frames} ],\n"loop": {_bool(self._config.loop)},\n'
            f'"name": {quoted(animation.name)},\n"speed": {_float(1000 / beat)}\n}}'
        )


def quoted(text: str) -> str:
    """A string as Godot's text resources hold it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _margin(region: Region, form: str) -> str:
    """What trimming took: the offset of the pixels, and how much larger the frame is than they."""
    if not region.trimmed:
        return ""
    more = (region.source_width - region.width, region.source_height - region.height)
    return f"margin = {form.format(_joined((region.left, region.top, *more)))}\n"


def _joined(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _float(value: float) -> str:
    """A number that Godot reads as a float: with a point, and no more digits than it needs."""
    text = f"{value:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text
