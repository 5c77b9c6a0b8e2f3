"""The command line: flags in, files and progress out; the only place that prints."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

import drawkit
from drawkit.cli.animate import animate_sprite
from drawkit.cli.bench import each_style, pictures, pixels, raster, start, step, style, svg
from drawkit.cli.catalog import list_models, model_info, nearest_concepts, pull_model
from drawkit.cli.clipdraw import clipdraw
from drawkit.cli.console import complain, notices, tell
from drawkit.cli.explore import explore_styles, preview_style
from drawkit.cli.flags import DrawCommand
from drawkit.cli.palettes import (
    convert_palette,
    extract_from_picture,
    list_palettes,
    show_palette,
)
from drawkit.cli.pixelate import pixelate_picture
from drawkit.cli.pixeldraw import PixelCommand, pixeldraw
from drawkit.cli.settings import show
from drawkit.cli.sheet import sprite_sheet
from drawkit.cli.styles import list_modifiers, list_styles, new_style, show_style
from drawkit.cli.tileset import TilesetCommand, tileset
from drawkit.errors import DrawkitError

__all__ = ["app"]

_EPOCH = "SOURCE_DATE_EPOCH"
_LONGEST_EPOCH = 11
"""Digits of the seconds up to the year 5138."""
FAILED = 2
"""Exit code of everything that drawkit refuses or cannot do."""


class OneLineErrors(TyperGroup):
    """The top command: whatever goes wrong on purpose becomes one line on stderr."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command and leave with its exit code."""
        _leave_out_a_broken_epoch()
        if not sys.warnoptions:  # what the libraries deprecate is not the user's business
            warnings.simplefilter("ignore")
        try:
            with notices():
                code = super().main(
                    args=args,
                    prog_name="drawkit",
                    complete_var=complete_var,
                    standalone_mode=False,
                    windows_expand_args=windows_expand_args,
                    **extra,
                )
        except typer.TyperException as error:  # a flag or command that does not exist
            _fail(_usage_line(error))
        except DrawkitError as error:
            _fail(str(error))
        except OSError as error:
            where = f" '{error.filename}'" if error.filename else ""
            _fail(f"the system refused{where}: {error.strerror or error}")
        except UnicodeEncodeError as error:
            _fail(f"the output cannot hold {error.object[error.start]!a}; use UTF-8")
        except Exception as error:
            if _is_out_of_memory(error):
                _fail("not enough memory; try a smaller --size, fewer --strokes or fewer --cutouts")
            if (given := _said_to_numba()) and _is_of_numba(error):
                _fail(f"numba does not work with {given}: {error}")
            raise
        sys.exit(code if isinstance(code, int) else 0)


app = typer.Typer(
    name="drawkit",
    help="Words in, editable drawing out.",
    cls=OneLineErrors,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command(cls=DrawCommand)(clipdraw)
app.command(cls=PixelCommand)(pixeldraw)
app.command("animate", cls=PixelCommand)(animate_sprite)
app.command("pixelate")(pixelate_picture)
app.command("sheet")(sprite_sheet)
app.command(cls=TilesetCommand)(tileset)


def _family(name: str, summary: str) -> typer.Typer:
    """A group of commands under one word."""
    family = typer.Typer(help=summary, no_args_is_help=True)
    app.add_typer(family, name=name)
    return family


config_app = _family("config", "Settings: what can be set, and what would run.")
config_app.command(cls=DrawCommand)(show)
styles_app = _family("styles", "Styles: ready-made settings for --style.")
styles_app.command("list")(list_styles)
styles_app.command("show")(show_style)
styles_app.command("new")(new_style)
styles_app.command("modifiers")(list_modifiers)
styles_app.command("explore")(explore_styles)
styles_app.command("preview")(preview_style)
models_app = _family("models", "Perceptors: the judges that --model takes.")
models_app.command("list")(list_models)
models_app.command("info")(model_info)
models_app.command("pull")(pull_model)
models_app.command("nearest")(nearest_concepts)
palettes_app = _family("palettes", "Palettes: built in, in files, or out of pictures.")
palettes_app.command("list")(list_palettes)
palettes_app.command("show")(show_palette)
palettes_app.command("convert")(convert_palette)
palettes_app.command("extract")(extract_from_picture)
bench_app = _family("bench", "How fast drawkit is on this machine, and how exact.")
bench_app.command()(raster)
bench_app.command()(step)
bench_app.command()(start)
bench_app.command()(svg)
bench_app.command()(pixels)
bench_app.command()(pictures)
bench_app.command()(style)
bench_app.command("styles")(each_style)


def _print_version(wanted: bool) -> None:
    if wanted:
        tell(f"drawkit {drawkit.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Words in, editable drawing out."""


def _fail(message: str) -> None:
    """One line on stderr, whatever the message holds, and exit code 2."""
    if message:
        with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
            complain(message)
    sys.exit(FAILED)


def _usage_line(error: typer.TyperException) -> str:
    """Typer's own complaint, and where to look it up; empty where the help itself was shown."""
    message = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
    context = getattr(error, "ctx", None)
    if not message or context is None:
        return message
    if isinstance(error.__cause__, ValidationError):  # typer's words do not say what was given
        message += f", got {error.__cause__.errors()[0]['input']!r}"
    return f"{message}; see '{context.command_path} --help'"


def _leave_out_a_broken_epoch() -> None:
    """SOURCE_DATE_EPOCH is for builds; numpy cannot be imported where it is no time."""
    given = os.environ.get(_EPOCH, "0")
    if not given.isdecimal() or not given.isascii() or len(given) > _LONGEST_EPOCH:
        del os.environ[_EPOCH]
        complain(f"{_EPOCH}='{given}' is no number of seconds, and is left out")


def _is_out_of_memory(error: BaseException) -> bool:
    text = str(error).lower()
    said = "out of memory" in text or "allocate memory" in text
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and said)


def _said_to_numba() -> str:
    """What the environment sets of numba, `NUMBA_OPT=9`."""
    return ", ".join(f"{k}={v}" for k, v in os.environ.items() if k.startswith("NUMBA_"))


def _is_of_numba(error: BaseException) -> bool:
    """Whether it was raised within numba."""
    frames = traceback.walk_tb(error.__traceback__)
    return any(f.f_globals.get("__name__", "").startswith("numba.") for f, _ in frames)
