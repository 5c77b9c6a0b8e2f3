"""`drawkit palettes`: what colours there are, and taking them from file to file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.style import Style
from rich.text import Text

from drawkit.cli.completion import values_for
from drawkit.cli.console import tell, tell_json
from drawkit.cli.display import Display
from drawkit.cli.results import print_result
from drawkit.errors import printable
from drawkit.files.places import file_or_folder
from drawkit.files.slugs import file_slug
from drawkit.palettes import (
    MAX_SWATCHES,
    Palette,
    builtin_names,
    builtin_palette,
    extract_palette,
    readable_suffixes,
    resolve_palette,
    writable_suffixes,
    write_palette,
    writer_for,
)

__all__ = ["convert_palette", "extract_from_picture", "list_palettes", "show_palette"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Given = Annotated[
    str,
    typer.Argument(
        help=f"A built-in palette, a file ({', '.join(readable_suffixes())}), @PICTURE:16 or "
        "colours: '#f00,#0f0,black'.",
        metavar="NAME|FILE|COLORS",
        autocompletion=values_for("palette"),
    ),
]
Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        help=f"File to write: {', '.join(writable_suffixes())}; FOLDER/ for a .gpl there.",
        metavar="FILE",
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the file if it exists.")]


def list_palettes(as_json: AsJson = False) -> None:
    """List the palettes that are built in."""
    palettes = {name: builtin_palette(name) for name in builtin_names()}
    if as_json:
        tell_json([_facts(name, p) for name, p in palettes.items()])
        return
    width = max(map(len, palettes))
    for name, palette in palettes.items():
        author = f", {palette.author}" if palette.author else ""
        tell(f"{name.ljust(width)}  {_count(palette):>11}  {palette.name}{author}")


def show_palette(given: Given, as_json: AsJson = False) -> None:
    """Show the colours of a palette with their codes and names."""
    with Display():
        palette = resolve_palette(given)
    if as_json:
        tell_json(_facts(given, palette))
    else:
        _print_swatches(palette)


def convert_palette(given: Given, output: Output, overwrite: Overwrite = False) -> None:
    """Write a palette in the format that the suffix of the new file names."""
    place = _place(output, Path(given).stem)  # before anything is read
    with Display():
        write_palette(resolve_palette(given), place, overwrite=overwrite)
    print_result([place])


def extract_from_picture(
    picture: Annotated[Path, typer.Argument(help="Any picture.", metavar="PICTURE")],
    output: Output,
    colors: Annotated[
        int, typer.Option("--colors", help=f"How many, 1 to {MAX_SWATCHES}.", metavar="N")
    ] = 16,
    overwrite: Overwrite = False,
) -> None:
    """Write the few colours that stand best for a picture as a palette.

    A picture that has no more colours than that gives exactly its own.
    """
    place = _place(output, picture.stem)
    with Display():
        write_palette(extract_palette(picture, colors), place, overwrite=overwrite)
    print_result([place])


def _place(output: str, title: str) -> Path:
    """The file that `-o` means; refused where no palette can be written under its name."""
    path, is_folder = file_or_folder(output)
    place = path / f"{file_slug(title)}.gpl" if is_folder else path
    writer_for(place)
    return place


def _facts(name: str, palette: Palette) -> dict[str, Any]:
    """One palette as JSON; name: what `--palette` takes for it."""
    return {
        "name": name,
        "title": palette.name,
        "author": palette.author,
        "source": palette.source,
        "colors": palette.codes,
        "color_names": palette.swatch_names,
    }


def _count(palette: Palette) -> str:
    return "1 colour" if len(palette) == 1 else f"{len(palette)} colours"


def _print_swatches(palette: Palette) -> None:
    """A block of each colour on a terminal, then its code and name; plain lines elsewhere."""
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    for line in (palette.name, palette.author, palette.source, _count(palette)):
        if line:
            console.print(Text(printable(line)))
    names = palette.swatch_names or ("",) * len(palette)
    for code, name in zip(palette.codes, names, strict=True):
        line = printable(f"{code}  {name}").rstrip()
        if console.is_terminal:
            console.print(Text.assemble(("      ", Style(bgcolor=code)), f"  {line}"))
        else:
            console.print(Text(printable(line)))
