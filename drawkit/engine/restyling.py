"""Restyling: what there is, an SVG, a sprite or a picture, changed as its words change.

The imagination changes the picture from the old words to the new ones (`Perceptor.edit`); the
drawing follows that, and losses of direction let perceptors carry it on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from drawkit.canvas.start import start_picture
from drawkit.config import DrawConfig, Given, RestyleOptions, Settings, parse_prompts
from drawkit.config.layers import PROMPTS, PROMPTS_FILE
from drawkit.config.restyle import RESTYLED, SHAPES_OF_PICTURE, STRENGTH
from drawkit.engine.call import drawn
from drawkit.engine.drawing import Drawing
from drawkit.engine.loop import mix_seed
from drawkit.engine.options import Style, options_layer
from drawkit.engine.prompt_words import worded
from drawkit.engine.resuming import Resumed, record_words, resumed
from drawkit.engine.run import Step
from drawkit.engine.session import Session
from drawkit.engine.settings import settings_for
from drawkit.engine.tracing import is_pixel_art
from drawkit.errors import ConfigError, InputError, suggestion
from drawkit.files import expanded
from drawkit.losses.directional import said
from drawkit.perceptor.config import PerceptorConfig
from drawkit.pictures import Picture, as_pixels
from drawkit.pictures.svg import read_svg_file
from drawkit.pictures.vector import is_svg_file, scene_pixels

__all__ = ["restyle", "restyled"]

EDIT = -4
"""Its number among a run's random draws; the loop's steps have 0, 1, 2, ..."""
_SIDE = 256
"""Px of the longer side at which a picture is drawn, and a drawing is changed by words."""
_LIGHT = 128
_SMALL = 64
"""Px of the longer side up to which a pixel is taken for a cell."""
_OF_SPRITES = ("pixels.palette", "pixels.colors")
_WORDS = ("losses.directional.words", "losses.patches.words")
_Pixels = npt.NDArray[np.uint8]


def restyle(
    picture: Picture,
    prompt: str | Sequence[str],
    *,
    from_: str | None = None,
    strength: float = STRENGTH,
    lock: Sequence[str | PathLike[str]] = (),
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[RestyleOptions],
) -> Drawing:
    """Change what there is into what words say: `restyle("cat.svg", "a black cat").save("b.svg")`.

    picture: an SVG, whose paths are kept; a sprite, which stays pixel art; or any other picture,
    as a file, a PIL picture or an array, which becomes filled shapes. from_: what it shows, where
    its own record does not say. strength: above 0 (a hint) to 1 (a new drawing). lock: ids or
    labels of an SVG that stay, or for a sprite a picture under whose light parts cells stay.
    options: those of `drawkit restyle`. Raises InputError for what cannot be restyled; `on_step`,
    `session` and errors on the way are those of `draw`.
    """
    for name in options:
        if name not in RestyleOptions.__annotations__:
            hint = suggestion(name, RestyleOptions.__annotations__)
            raise ConfigError(f"restyle has no setting '{name}'{hint}")
    layer = options_layer(prompt, style, settings, options)
    names = [fspath(name) for name in ([lock] if isinstance(lock, str | PathLike) else lock)]
    begun = restyled(picture, layer, was=from_, strength=strength, lock=names, session=session)
    return drawn(begun.run(settings_for(begun.layer)), on_step)


def restyled(
    picture: Picture,
    layer: Mapping[str, Given],
    *,
    was: str | None = None,
    strength: float = STRENGTH,
    lock: Sequence[str] = (),
    session: Session | None = None,
) -> Resumed:
    """What a run begins with that restyles. layer: what the user sets; the rest as of `restyle`.

    Raises InputError where nothing says what the picture shows, or what it shall show.
    """
    _check_strength(strength)
    if PROMPTS not in layer and PROMPTS_FILE not in layer:
        raise InputError("say what it shall become: words behind its name")
    session = Session() if session is None else session
    whole = {**_losses(strength), **layer}
    if isinstance(picture, str | PathLike) and is_svg_file(fspath(picture)):
        path = expanded(fspath(picture))
        scene = read_svg_file(path).scene
        whole |= _old(was or record_words(scene.metadata), str(path))
        if scene.grid is None:
            _refuse(layer, _OF_SPRITES, "is for sprites; this SVG has paths")
            begun = resumed(path, whole, freeze=lock)
            settings = settings_for(begun.layer)
            changed = _edited(begun.pixels, settings, session, strength)
            return replace(begun, pixels=changed, session=session)
        square = scene.grid.cell == "rect"
        pixels = scene.grid.rgba() if square else scene_pixels(scene)
        whole = {"pixels.cell": Given(scene.grid.cell, str(path)), **whole}
        size = scene.grid.size
    else:
        pixels = as_pixels(picture)
        name = fspath(picture) if isinstance(picture, str | PathLike) else "the picture"
        whole |= _old(was, name)
        small = _cells(pixels)
        if not is_pixel_art(small):
            return _shapes(picture, pixels, whole, lock, session, strength)
        pixels = small
        size = small.shape[1], small.shape[0]
    return _sprite(picture, pixels, size, whole, lock, session, strength)


def _check_strength(strength: float) -> None:
    if not (isinstance(strength, int | float) and 0 < strength <= 1):
        raise InputError(f"strength is {strength!r}; allowed: above 0 to 1")


def _refuse(layer: Mapping[str, Given], keys: Sequence[str], why: str) -> None:
    """Refuse settings of the user that are for something else; a folder's are for all of it."""
    for key in keys:
        if key in layer and not layer[key].source.startswith("drawkit.toml"):
            raise InputError(f"{layer[key].source} {why}")


def _old(words: str | None, name: str) -> dict[str, Given]:
    """What the picture shows, for the losses that go from there."""
    if words is None or not words.strip():
        raise InputError(f"'{name}' does not say what it shows; say it: --from WORDS")
    return {key: Given(words, "--from") for key in _WORDS}


def _losses(strength: float) -> dict[str, Given]:
    """The settings of a strength, below the user's."""
    chosen = {**RESTYLED, "strokes.lr_points": round(strength, 4)}
    return {key: Given(value, "restyle") for key, value in chosen.items()}


def _shapes(
    picture: Picture,
    pixels: _Pixels,
    layer: Mapping[str, Given],
    lock: Sequence[str],
    session: Session,
    strength: float,
) -> Resumed:
    """A picture that becomes filled shapes: cut out of what it has become."""
    if lock:
        raise InputError("--lock is for parts of an SVG and cells of a sprite; this is a picture")
    _refuse(layer, _OF_SPRITES, "is for sprites; this is no pixel art")
    rows, columns = pixels.shape[:2]
    scale = _SIDE / max(rows, columns)
    size = tuple(max(1, round(side * scale)) for side in (columns, rows))
    below: dict[str, Any] = {
        "draw.size": size,
        "strokes.shapes": SHAPES_OF_PICTURE,
        "strokes.strokes": 0,
    }
    if (pixels[..., 3] < _LIGHT).any():
        below["draw.background"] = "transparent"
    above: dict[str, Any] = {"draw.canvas": "strokes"}
    if isinstance(picture, str | PathLike):
        above["draw.init"] = fspath(picture)
    whole = _laid(below, layer, above)
    changed = _edited(pixels, settings_for(whole), session, strength)
    return Resumed(whole, None, (), changed, before=pixels, session=session)


def _sprite(
    picture: Picture,
    pixels: _Pixels,
    size: tuple[int, int],
    layer: Mapping[str, Given],
    lock: Sequence[str],
    session: Session,
    strength: float,
) -> Resumed:
    """A sprite that stays one: so many cells, no more colours than it had."""
    _refuse(layer, ("strokes.shapes",), "is for pictures; this is pixel art")
    if len(lock) > 1:
        raise InputError(f"--lock takes one picture for a sprite, got {len(lock)}")
    colors = len(np.unique(pixels.reshape(-1, 4)[pixels[..., 3].ravel() >= _LIGHT], axis=0))
    below: dict[str, Any] = {"pixels.economy": 0.0}
    if "pixels.palette" not in layer:
        below["pixels.colors"] = min(max(2, colors), 256)
    if (pixels[..., 3] < _LIGHT).any():
        below["draw.background"] = "transparent"
    above: dict[str, Any] = {"draw.canvas": "pixels", "draw.size": size}
    if isinstance(picture, str | PathLike):
        above["draw.init"] = fspath(picture)
    if lock:
        above["pixels.freeze"] = lock[0]
    whole = _laid(below, layer, above)
    changed = _edited(pixels, settings_for(whole), session, strength)
    if lock:
        stays = _fitted(as_pixels(Path(lock[0])), pixels.shape[1], pixels.shape[0])
        changed = np.where(stays, pixels, changed)
    return Resumed(whole, None, (), changed, before=pixels, session=session)


def _laid(
    below: Mapping[str, Any], layer: Mapping[str, Given], above: Mapping[str, Any]
) -> dict[str, Given]:
    low, high = (
        {key: Given(value, "restyle") for key, value in part.items()} for part in (below, above)
    )
    return {**low, **layer, **high}


def _fitted(mask: _Pixels, width: int, height: int) -> npt.NDArray[np.bool_]:
    """[H, W, 1] where a mask is light."""
    light = start_picture(mask, width, height)[0, :3].mean(dim=0) > 0.5
    return light.numpy()[..., None]


def _cells(pixels: _Pixels) -> _Pixels:
    """A picture of whole squares of one colour, each as one pixel; small ones as they are."""
    if max(pixels.shape[:2]) <= _SMALL:
        return pixels
    step = 0
    for axis in (0, 1):
        other = tuple(at for at in range(3) if at != axis)
        changes = np.flatnonzero((np.diff(pixels, axis=axis) != 0).any(axis=other)) + 1
        step = math.gcd(step, pixels.shape[axis], *changes.tolist())
    return pixels[::step, ::step] if step > 1 else pixels


def _edited(pixels: _Pixels, settings: Settings, session: Session, strength: float) -> _Pixels:
    """Straight RGBA [H, W, 4] changed from the old words to the new ones, if somebody can."""
    eyes, config = settings.get("perceptor", PerceptorConfig), settings.get("draw", DrawConfig)
    if not eyes.imagine:
        return pixels
    wordless = settings.wordless()
    new = worded(settings.prompts.read, wordless, eyes.models)
    words = settings.sections["losses.directional"].words
    old = worded(parse_prompts(words), wordless, eyes.models)
    seeing = session.perceptors(eyes)
    lender = session.imaginer(eyes)
    height, width = pixels.shape[:2]
    scale = min(1.0, _SIDE / max(height, width))
    shape = max(1, round(width * scale)), max(1, round(height * scale))
    picture = start_picture(pixels, *shape)
    for perceptor in [*seeing, *([] if lender is None else [lender])]:
        generator = torch.Generator().manual_seed(mix_seed(config.seed_number, EDIT))
        ways = [
            said(perceptor.embed(prompts), torch.tensor([prompt.weight for prompt in prompts]))
            for prompts in (old, new)
        ]
        changed = perceptor.edit(picture, ways[0], ways[1], strength, generator)
        if changed is not None:
            return _straight(changed)
    return pixels


def _straight(picture: Tensor) -> _Pixels:
    """Premultiplied [1, 4, H, W] -> straight RGBA [H, W, 4], 0..255."""
    alpha = picture[:, 3:]
    rgb = torch.where(alpha > 0, picture[:, :3] / alpha.clamp(min=1 / 255), 0.0)
    levels = torch.cat([rgb, alpha], dim=1).clamp(0, 1)[0].permute(1, 2, 0)
    found: _Pixels = levels.mul(255).round().to(torch.uint8).numpy()
    return found
