"""The command line: flags in, files and progress out; the only place that prints."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from types import MappingProxyType
from typing import Annotated, Any

import typer
from pydantic import ValidationError

import drawkit
from drawkit.cli.console import complain, notices, tell
from drawkit.cli.later import LaterGroup, command, family
from drawkit.errors import DrawkitError

__all__ = ["app"]

_EPOCH = "SOURCE_DATE_EPOCH"
_LONGEST_EPOCH = 11
"""Digits of the seconds up to the year 5138."""
FAILED = 2
"""Exit code of everything that drawkit refuses or cannot do."""


_DRAW, _PIXELS = "flags:DrawCommand", "pixeldraw:PixelCommand"
_DREAM = "dream:DreamCommand"
_BATCH = "filling:BatchCommand"

_CONFIG = {"show": command("settings:show", _DRAW)}
_STYLES = {
    "list": command("styles:list_styles"),
    "show": command("styles:show_style"),
    "new": command("styles:new_style"),
    "modifiers": command("styles:list_modifiers"),
    "explore": command("explore:explore_styles"),
    "preview": command("explore:preview_style"),
}
_MODELS = {
    "list": command("catalog:list_models"),
    "info": command("catalog:model_info"),
    "pull": command("catalog:pull_model"),
    "convert": command("catalog:convert_weights"),
    "nearest": command("catalog:nearest_concepts"),
}
_PALETTES = {
    "list": command("palettes:list_palettes"),
    "show": command("palettes:show_palette"),
    "convert": command("palettes:convert_palette"),
    "extract": command("palettes:extract_from_picture"),
}
_INKSCAPE = {
    "install": command("inkscape:install_extension"),
    "uninstall": command("inkscape:uninstall_extension"),
}
_BENCH = {
    "raster": command("bench:raster"),
    "step": command("bench:step"),
    "start": command("bench:start"),
    "quality": command("quality_bench:quality"),
    "silhouettes": command("silhouettes_bench:silhouettes"),
    "svg": command("bench:svg"),
    "edit": command("edit_bench:edit"),
    "trace": command("trace_bench:trace"),
    "batch": command("batch_bench:batch"),
    "import": command("bench:importing"),
    "pixels": command("bench:pixels"),
    "pictures": command("bench:pictures"),
    "film": command("bench:film"),
    "story": command("story_bench:story"),
    "animate": command("animate_bench:animate"),
    "style": command("bench:style"),
    "styles": command("bench:each_style"),
}
COMMANDS = MappingProxyType(
    {
        "clipdraw": command("clipdraw:clipdraw", _DRAW),
        "pixeldraw": command("pixeldraw:pixeldraw", _PIXELS),
        "dream": command("dream:dream_picture", _DREAM),
        "sweep": command("sweep:sweep_settings", _BATCH),
        "batch": command("batch:draw_batch", _BATCH),
        "animate": command("animate:animate_sprite", _PIXELS),
        "pixelate": command("pixelate:pixelate_picture"),
        "sketch": command("sketch:sketch_picture", "sketch:SketchCommand"),
        "trace": command("trace:trace_picture"),
        "import": command("importing:import_svg"),
        "resume": command("resume:resume_drawing"),
        "restyle": command("restyle:restyle_drawing", "restyle:RestyleCommand"),
        "rank": command("rank:rank_pictures"),
        "describe": command("describe:describe_picture"),
        "film": command("film:film_drawing"),
        "morph": command("morph:morph_drawings"),
        "story": command("story:tell_story", "story:StoryCommand"),
        "insert": command("insert:insert_drawing"),
        "sheet": command("sheet:sprite_sheet"),
        "tileset": command("tileset:tileset", "tileset:TilesetCommand"),
        "studio": command("studio:open_studio"),
        "config": family("Settings: what can be set, and what would run.", _CONFIG),
        "styles": family("Styles: ready-made settings for --style.", _STYLES),
        "models": family(
            "Perceptors, which --model takes, and generators, which --weights takes.", _MODELS
        ),
        "palettes": family("Palettes: built in, in files, or out of pictures.", _PALETTES),
        "inkscape": family("drawkit in Inkscape's menu, under Extensions.", _INKSCAPE),
        "bench": family("How fast drawkit is on this machine, and how exact.", _BENCH),
    }
)
"""Every command, in the order of the help."""


class OneLineErrors(LaterGroup):
    """The top command: whatever goes wrong on purpose becomes one line on stderr."""

    later = COMMANDS

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
    context_settings={"help_option_names": ["--help", "-h"]},
    pretty_exceptions_enable=False,
)


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
