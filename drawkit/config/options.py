"""The keywords of the library's calls with their types: short names, as the commands' flags.

A test holds them to `SHORT_NAMES` and to the fields that these lead to. None is as if left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import Literal, TypedDict

__all__ = ["DrawOptions", "PixelateOptions", "RestyleOptions", "SketchOptions", "TraceOptions"]

File = str | PathLike[str]
Names = str | PathLike[str] | Sequence[str | PathLike[str]]


class SketchOptions(TypedDict, total=False):
    """Keywords of `sketch`: the judge, the steps, the files."""

    background: str | None
    cutouts: int | None
    device: Literal["auto", "cpu", "cuda", "mps"] | None
    hatch: float | None
    hatch_angle: float | None
    layers: Literal["own", "none", "role", "color", "part", "size"] | None
    margin: str | None
    metadata: Literal["short", "full", "none"] | None
    model: Names | None
    page: str | None
    pens: int | None
    plotter: bool | None
    png_size: int | None
    precision: Literal["auto", "fp32", "bf16"] | None
    save_every: int | None
    seed: int | str | None
    simplify: bool | None
    steps: int | None
    threads: int | None


class PixelateOptions(TypedDict, total=False):
    """Keywords of `pixelate`, and so of all that draws: colours, cells, files, and the judge."""

    cell: Literal["rect", "hex", "tri", "diamond", "knit", "rectshift"] | None
    colors: int | None
    cutouts: int | None
    despeckle: int | None
    device: Literal["auto", "cpu", "cuda", "mps"] | None
    dither: Literal["none", "bayer", "blue"] | None
    metadata: Literal["short", "full", "none"] | None
    model: Names | None
    modifiers: str | Sequence[str] | None
    palette: File | None
    precision: Literal["auto", "fp32", "bf16"] | None
    save_every: int | None
    scale: int | None
    seed: int | str | None
    steps: int | None
    threads: int | None


class RestyleOptions(TypedDict, total=False):
    """Keywords of `restyle`: judge, steps, shapes of pictures, colours of sprites, files."""

    background: str | None
    colors: int | None
    cutouts: int | None
    device: Literal["auto", "cpu", "cuda", "mps"] | None
    imagine: int
    metadata: Literal["short", "full", "none"] | None
    model: Names | None
    palette: File | None
    png_size: int | None
    precision: Literal["auto", "fp32", "bf16"] | None
    save_every: int | None
    scale: int | None
    seed: int | str | None
    shapes: int | None
    steps: int | None
    threads: int | None


class TraceOptions(TypedDict, total=False):
    """Keywords of `trace`: the long flags of the command, `_` for `-`."""

    background: str | None
    hatch: float | None
    hatch_angle: float | None
    layers: Literal["own", "none", "role", "color", "part", "size"] | None
    margin: str | None
    metadata: Literal["short", "full", "none"] | None
    page: str | None
    pens: int | None
    plotter: bool | None
    png_size: int | None
    save_every: int | None
    seed: int | str | None
    simplify: bool | None
    size: int | str | tuple[int, int] | None
    steps: int | None
    threads: int | None


class DrawOptions(PixelateOptions, total=False):
    """Keywords of `draw`, `animate` and `tileset`: the long flags of the commands, `_` for `-`."""

    background: str | None
    canvas: str | None
    freeze: File | None
    freeze_edits: File | None
    hatch: float | None
    hatch_angle: float | None
    init: File | None
    imagine: int
    ink: str | None
    keep: float | None
    layers: Literal["own", "none", "role", "color", "part", "size"] | None
    margin: str | None
    max_width: float | None
    min_width: float | None
    outline: str | None
    outline_side: Literal["inside", "outside"] | None
    page: str | None
    patience: int | None
    pens: int | None
    plotter: bool | None
    prompts_file: File | None
    png_size: int | None
    quality: Literal["draft", "normal", "best"] | None
    rasterizer: str | None
    reseed: bool | None
    segments: int | str | None
    shades: int | None
    shapes: int | None
    simplify: bool | None
    size: int | str | tuple[int, int] | None
    strokes: int | None
    style_image: Names | None
    symmetry: Literal["none", "x", "y", "xy", "rot4"] | None
    target: Literal["imagine", "generate"] | None
    target_weights: File | None
    tile: Literal["none", "x", "y", "xy"] | None
    time: float | str | None
    transparent: bool | None
