"""`drawkit tileset`: words into tiles that join, with the files that game engines read."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from drawkit.cli.completion import one_of
from drawkit.cli.display import Display
from drawkit.cli.flags import (
    DRAW_FLAGS,
    PIXEL_FLAGS,
    AsJson,
    Assign,
    Overwrite,
    Quiet,
    Words,
    gather,
    with_flags,
)
from drawkit.cli.materials import MaterialPress
from drawkit.cli.pixeldraw import PixelCommand
from drawkit.cli.results import print_result
from drawkit.cli.stop import INTERRUPTED, Stop
from drawkit.config import Given
from drawkit.files.filesets import plan_files, save_files
from drawkit.games.tilesets import TILE_SIZE
from drawkit.games.tilesets.bundle import FILES, tileset_files
from drawkit.games.tilesets.joins import mismatches
from drawkit.games.tilesets.masks import KINDS, parse_kind

if TYPE_CHECKING:
    from drawkit.games.terrain import Order, Terrain
    from drawkit.games.tilesets import Tileset

__all__ = ["TilesetCommand", "tileset"]

_TAKEN = {"palette", "colors", "shades", "size", "steps", "seed", "prompt", "style", "model"}
_TAKEN |= {"prompts_file"}
_TAKEN |= {"precision", "device", "cutouts", "threads", "scale", "metadata"}


class TilesetCommand(PixelCommand):
    """A command about tiles, whose help shows their size."""

    def own(self) -> Mapping[str, Given]:
        """The size of a tile."""
        return {"draw.size": Given(TILE_SIZE, "tileset")}


@with_flags([flag for flag in (*PIXEL_FLAGS, *DRAW_FLAGS) if flag.name in _TAKEN])
def tileset(
    words: Words = None,
    terrain: Annotated[
        str,
        typer.Option(
            help="blob47 for areas, edge16 for paths, walls and fences.",
            metavar="KIND",
            autocompletion=one_of(lambda: KINDS),
        ),
    ] = KINDS[0],
    ground: Annotated[
        str,
        typer.Option(help="What lies around it: words, a colour or transparent."),
    ] = "transparent",
    material: Annotated[
        Path | None,
        typer.Option(help="A seamless picture, instead of drawing one.", metavar="PICTURE"),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", help="A name for the files, or FOLDER/.", metavar="NAME"),
    ] = None,
    overwrite: Overwrite = False,
    assign: Assign = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    **flags: Any,
) -> None:
    """Draw a seamless material and all tiles of its terrain, checked to join.

    drawkit tileset "green grass" --ground "blue water" --palette db32 -o grass

    Writes a PNG, a Tiled tileset (.tsj) with an example map (.tmj), and Godot 4 and 3 TileSets.
    """
    began = time.monotonic()
    kind = parse_kind(terrain)
    text = " ".join(words) if words else None
    with Stop() as stop:
        with Display(quiet=quiet):  # what reading settings and pictures has to say
            layer = gather(words, flags, assign or [])
            from drawkit.games.terrain import Order, make_terrain, rehearse

            order = Order.read(layer, text, kind, ground, material)
            plan = plan_files(output, order.title, FILES, overwrite=overwrite)
            rehearse(order)
        press = MaterialPress(stop, quiet=quiet)
        made = make_terrain(order, press.draw)
        tiles, sheet = made.tiles, made.sheet
        stop.drawing = True  # from here on a stop finds them saved
        paths, notes = save_files(plan, lambda stem: tileset_files(tiles, sheet, stem, order.seed))
        seconds = time.monotonic() - began
        with Display(quiet=quiet) as display:
            for note in notes:
                display.warn(note)
            display.say(_summary(tiles, seconds, order.seed))
            if press.ending == "stopped":
                display.warn("stopped; kept the tiles of the best drawing so far")
        _print_result(paths, made, order, press.ending, seconds, as_json=as_json)
        if press.failure is not None:
            raise press.failure
        if stop.requested:
            raise typer.Exit(INTERRUPTED)


def _summary(tiles: Tileset, seconds: float, seed: int) -> str:
    """`47 tiles of 16x16 cells in 14 colours, all pairs join; 9 s, seed 0`."""
    width, height = tiles.size
    colors = f"{len(_colors(tiles))} colours"
    return (
        f"{len(tiles.tiles)} tiles of {width}x{height} cells in {colors}, all pairs join;"
        f" {seconds:.0f} s, seed {seed}"
    )


def _colors(tiles: Tileset) -> set[int]:
    """Palette indices that some tile shows."""
    grids = [*tiles.tiles, *([tiles.ground] if tiles.ground is not None else [])]
    found = {index for grid in grids for index in set(grid.indices.ravel().tolist())}
    return found - {tiles.tiles[0].transparent}


def _print_result(
    paths: tuple[Path, ...],
    made: Terrain,
    order: Order,
    ending: str,
    seconds: float,
    *,
    as_json: bool,
) -> None:
    """Where the files are, or for scripts also how good the tiles are."""
    from drawkit.pictures.seamless import grid_seam  # loads torch, which the help has no need of

    if not as_json:
        print_result(paths)
        return
    tiles = made.tiles
    facts = [drawing.scene.metadata for drawing in made.drawings]
    record = {
        "paths": [str(path) for path in paths],
        "ending": ending,
        "terrain": tiles.kind,
        "size": list(tiles.size),
        "tiles": len(tiles.tiles),
        "colors": len(_colors(tiles)),
        "seam": round(grid_seam(made.material), 4),
        "mismatches": len(mismatches(tiles)),
        "seed": order.seed,
        "seconds": round(seconds, 3),
        "materials": [
            {"prompt": fact.title, "score": fact.score, "steps": fact.steps} for fact in facts
        ],
        "config": facts[0].config if facts else {},
    }
    print_result(paths, record)
