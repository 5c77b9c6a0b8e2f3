"""What `drawkit animate`, `sheet` and `tileset` do, in one call each and with the same names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from drawkit.config import DrawConfig, DrawOptions, Given, coerce
from drawkit.engine import Session, Step, settings_for
from drawkit.engine.drawing import Drawing
from drawkit.engine.many.processes import crew_size
from drawkit.engine.options import Style, options_layer
from drawkit.engine.stopped import says_stop
from drawkit.errors import ConfigError, DrawkitError
from drawkit.games.animate import Watch, moved_sprite
from drawkit.games.animate import animate as animate_layer
from drawkit.games.animation import AnimateConfig, Direction, Looks
from drawkit.games.sets.pack import PackedSet, pack_set
from drawkit.games.sets.plan import read_set
from drawkit.games.sets.work import Made, make_sprites, to_draw
from drawkit.games.terrain import Order, Terrain, make_terrain, rehearse
from drawkit.games.tilesets.masks import KINDS, parse_kind

__all__ = ["animate", "sheet", "tileset"]


def animate(
    prompt: str | Sequence[str] = (),
    *,
    motion: str = AnimateConfig.motion,
    frames: int = AnimateConfig.frames,
    frame: str | Sequence[str] = (),
    duration: int | Sequence[int] = AnimateConfig.durations,
    tag: str = AnimateConfig.tag,
    direction: Direction = AnimateConfig.direction,
    facings: int = AnimateConfig.facings,
    looks: Looks = AnimateConfig.looks,
    ramp: str | Sequence[str] = (),
    opaque: bool = False,
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[DrawOptions],
) -> Drawing:
    """Draw words as a sprite that moves: `animate("a knight", motion="hop").save("knight.gif")`.

    motion: by whole cells; several with commas between, a loop each. frame: what each further
    frame shows; without it there are `frames`. duration: milliseconds of a frame, or of each.
    tag: the loop's name. direction: how it is played. facings: from 1, 2, 4 or 8 sides. looks:
    where it looks as it is drawn: down, left or right. ramp: `red=blue`: a material in other
    colours. opaque: on paper, else nothing is around the figure. Without a prompt the sprite in
    the picture `init` moves as it is. All else is as in `draw`. Raises `InputError` for what
    cannot be animated; on the way what `draw` raises, with all frames so far as `drawing`.
    """
    config = AnimateConfig(
        _typed("frames", frames, int),
        _typed("motion", motion, str),
        _typed("frame", frame, tuple[str, ...]),
        _typed("duration", duration, tuple[int, ...]),
        _typed("tag", tag, str),
        _typed("direction", direction, str),
        _typed("facings", facings, int),
        _typed("looks", looks, str),
        _typed("ramp", ramp, tuple[str, ...]),
    )
    layer = {
        "draw.canvas": Given("pixels", "animate"),
        **options_layer(prompt, style, settings, options),
    }
    if not _typed("opaque", opaque, bool):
        layer = {"draw.background": Given("transparent", "animate"), **layer}
    found = settings_for(layer)
    draw = found.get("draw", DrawConfig)
    if draw.canvas != "pixels":
        raise ConfigError(f"an animation is pixel art; its canvas is '{draw.canvas}'")
    if draw.init is not None and not found.prompts.texts:
        return moved_sprite(found, config)
    return animate_layer(layer, config, _watch(on_step), session)


def tileset(
    prompt: str | Sequence[str] = (),
    *,
    terrain: str = KINDS[0],
    ground: str = "transparent",
    material: str | Path | None = None,
    on_step: Callable[[Step], object] | None = None,
    style: Style = (),
    settings: Mapping[str, Any] | None = None,
    session: Session | None = None,
    **options: Unpack[DrawOptions],
) -> Terrain:
    """Draw a material and the tiles of its terrain: `tileset("grass", ground="sea").save("grass")`.

    terrain: blob47 for areas, edge16 for paths, walls and fences. ground: what lies around it:
    words, a colour or transparent. material: a seamless picture in place of a drawing; `prompt`
    then is its name, or left out. All else is as in `draw`. Raises `InputError` for tiles that
    cannot be; an error on the way has the tiles so far as its attribute `terrain`.
    """
    prompts = _typed("prompt", prompt, tuple[str, ...])
    layer = options_layer(prompts, style, settings, options)
    kind = parse_kind(_typed("terrain", terrain, str))
    picture = None if material is None else Path(material)
    words = prompts[0] if prompts else None
    order = Order.read(layer, words, kind, _typed("ground", ground, str), picture)
    rehearse(order)
    return make_terrain(order, watch=_watch(on_step), session=session)


def sheet(
    file: str | Path,
    *,
    sprites: str | Path | None = None,
    workers: int = 1,
    on_sprite: Callable[[Made], object] | None = None,
) -> PackedSet:
    """Draw the set of sprites in a TOML file and pack them: `sheet("game.toml").save("game.png")`.

    sprites: the folder that keeps the single sprites, `game-sprites` here if left out; what is in
    it already, or edited there, is taken as it is. workers: sprites at a time; several need a
    program that guards its start by `if __name__ == "__main__"`. on_sprite: called after each;
    where it returns False, the rest is left, and the sheet is without it.

    Raises `ConfigError` for mistakes in the file, before anything is drawn, and `DrawkitError`
    where there is no sprite; the sheet's `lost` has the errors of those that could not be drawn.
    """
    path = Path(file)
    plan = read_set(path)
    folder = Path(f"{path.stem}-sprites" if sprites is None else sprites)
    count = crew_size(_typed("workers", workers, int), "workers")
    todo = to_draw(plan, folder).missing
    lost = {one.name: "it was not drawn" for one in todo}
    for made in make_sprites(todo, folder, count, lambda: False):
        del lost[made.plan.name]
        if made.error is not None:
            lost[made.plan.name] = made.error
        if on_sprite is not None and says_stop(on_sprite(made)):
            break
    kept = tuple(one for one in plan.sprites if one.name not in lost)
    if not kept:
        raise DrawkitError(f"no sprite could be drawn: {next(iter(lost.values()))}")
    packed = pack_set(replace(plan, sprites=kept), folder)
    return replace(packed, lost={**lost, **packed.lost})


def _typed(name: str, value: object, kind: Any) -> Any:
    """The value as this type. Raises `ConfigError`."""
    try:
        return coerce(value, kind)
    except ValueError as error:
        raise ConfigError(f"{name} {error}") from error


def _watch(on_step: Callable[[Step], object] | None) -> Watch:
    return lambda step: on_step is None or not says_stop(on_step(step))
