"""The flags of the drawing commands, each written once.

What a flag sets stands in `SHORT_NAMES`, its default in the dataclass there.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import typer
from typer.core import TyperCommand

from drawkit.cli.completion import values_for
from drawkit.cli.defaults import default_values
from drawkit.config import SHORT_NAMES, Given, Raw, from_assignments, read_prompts
from drawkit.config.layers import PROMPTS
from drawkit.errors import InputError, brief
from drawkit.styles import folder_layer, refuse_style, styles_layer

log = logging.getLogger("drawkit")

__all__ = [
    "DRAW_FLAGS",
    "PIXEL_FLAGS",
    "STROKE_FLAGS",
    "AsJson",
    "Assign",
    "DrawCommand",
    "FilmPaths",
    "Flag",
    "Outputs",
    "Overwrite",
    "Preview",
    "Quiet",
    "RunDir",
    "StatePath",
    "Words",
    "gather",
    "with_flags",
]

F = TypeVar("F", bound=Callable[..., Any])

_TYPES: Mapping[str, Any] = {"one": str | None, "many": list[str] | None, "switch": bool | None}
"""Numbers come in as text too: the settings' own check speaks plainer than Typer's."""


Words = Annotated[
    list[str] | None,
    typer.Argument(
        help="What to draw; | between several, :WEIGHT behind one, @PICTURE for what it shows.",
        metavar="PROMPT",
        show_default=False,
    ),
]
"""As they were typed, with quotes around them or without; `gather` makes one text of them."""
Outputs = Annotated[
    list[str] | None,  # no Path, which would lose the slash at the end of a folder's name
    typer.Option(
        "-o",
        "--output",
        help="File to write; the suffix decides the format; may be repeated. "
        "FOLDER/ writes there, - the SVG to standard output. Without it: an SVG and a PNG.",
        metavar="FILE",
        rich_help_panel="Files",
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace existing files.", rich_help_panel="Files")
]
Assign = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Any other setting; see 'drawkit config show'.",
        metavar="SECTION.KEY=VALUE",
    ),
]
StatePath = Annotated[
    str | None,
    typer.Option(
        "--state",
        help="Go on from this file, if it is there; write it with every save and at the end.",
        metavar="FILE",
        rich_help_panel="Files",
        show_default=False,
    ),
]
RunDir = Annotated[
    str | None,
    typer.Option(
        "--run-dir",
        help="Keep the run in this folder: settings, log, state, pictures, drawing; go on there.",
        metavar="FOLDER",
        rich_help_panel="Files",
        show_default=False,
    ),
]
FilmPaths = Annotated[
    list[str] | None,
    typer.Option(
        "--film",
        help="Film how it is drawn: .mp4 .webm .gif .webp .apng .anim.svg .json (Lottie),"
        " or NAME-%03d.png; may be repeated.",
        metavar="FILE",
        rich_help_panel="Files",
        show_default=False,
    ),
]
Preview = Annotated[
    bool,
    typer.Option("--preview", help="Show the drawing on the terminal as it grows."),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON.", rich_help_panel="Files")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]


@dataclass(frozen=True)
class Flag:
    """A flag that sets the setting which `SHORT_NAMES` files under its name."""

    name: str
    help: str
    metavar: str | None = None
    panel: str = "Drawing"
    kind: Literal["one", "many", "switch"] = "one"

    @property
    def spelling(self) -> str:
        """`max_width` -> `--max-width`; a switch has its opposite too."""
        word = self.name.replace("_", "-")
        return f"--{word}/--no-{word}" if self.kind == "switch" else f"--{word}"


STROKE_FLAGS = (
    Flag("strokes", "How many strokes.", "N", "Strokes"),
    Flag("segments", "Curve segments of a stroke: a number or a range.", "N|A-B", "Strokes"),
    Flag("shapes", "How many filled shapes, below the strokes.", "N", "Strokes"),
    Flag("min_width", "Thinnest stroke, in px of a 224 px drawing.", "PX", "Strokes"),
    Flag("max_width", "Widest stroke, in px of a 224 px drawing.", "PX", "Strokes"),
    Flag("ink", "One colour for all strokes.", "COLOR", "Strokes"),
    Flag("reseed", "Start strokes anew that became invisible.", None, "Strokes", "switch"),
    Flag("rasterizer", "Who turns strokes into pixels.", "NAME", "Strokes"),
)

PIXEL_FLAGS = (
    Flag(
        "palette",
        "Hold to these: a name, a file, @PICTURE:16 or #f00,black.",
        "NAME|FILE",
        "Pixels",
    ),
    Flag("colors", "Colours at most; without a palette they are learned.", "N", "Pixels"),
    Flag("shades", "Tones of one hue at most.", "N", "Pixels"),
    Flag("cell", "rect, hex, tri, diamond, knit or rectshift.", "SHAPE", "Pixels"),
    Flag("symmetry", "none, x (left mirrors right), y, xy or rot4; exact.", "NAME", "Pixels"),
    Flag("outline", "A line around the figure: a colour, or auto.", "COLOR", "Pixels"),
    Flag("outline_side", "outside or inside of the figure.", "SIDE", "Pixels"),
    Flag("dither", "none, bayer or blue.", "NAME", "Pixels"),
    Flag("despeckle", "Groups of so many cells or fewer vanish.", "N", "Pixels"),
    Flag("freeze", "Cells under the light parts of a picture stay.", "MASK", "Pixels"),
    Flag("freeze_edits", "Cells that you changed since this picture stay.", "PICTURE", "Pixels"),
    Flag("scale", "Pixels of a cell in the PNG.", "N", "Files"),
)

DRAW_FLAGS = (
    Flag("prompt", "More words; a negative weight keeps away.", "TEXT[:WEIGHT]", kind="many"),
    Flag("prompts_file", "More words, a prompt a line.", "FILE"),
    Flag("size", "Width and height, in px or cells.", "N|WxH"),
    Flag("init", "A picture to start from.", "PICTURE"),
    Flag("keep", "How much of it stays where words are imagined into it.", "0..1"),
    Flag("target", "Picture to follow: imagine, or generate by a diffusion model.", "NAME"),
    Flag("target_weights", "File or folder of the model of --target generate.", "FILE"),
    Flag("tile", "Go on seamlessly at the sides: none, x, y or xy.", "NAME"),
    Flag("quality", "draft, normal or best: steps, cutouts and size at once.", "NAME"),
    Flag("steps", "Updates of the drawing.", "N"),
    Flag("time", "As many as this time allows, in place of --steps: 90, 90s, 2m.", "TIME"),
    Flag("patience", "Stop when the score has not grown for N steps.", "N"),
    Flag("seed", "A number, a word, or random.", "SEED"),
    Flag("background", "A colour, or transparent.", "COLOR"),
    Flag("style", "Style by name or path; may be repeated.", "NAME[:SHARE]", kind="many"),
    Flag("modifiers", "Words to add; see 'drawkit styles modifiers'.", "NAME,..."),
    Flag("style_image", "Draw as this picture is made.", "PICTURE[:WEIGHT]", kind="many"),
    Flag("model", "Perceptor, with its share where several.", "NAME[:SHARE]", "Judge", kind="many"),
    Flag("imagine", "Small pictures of the words, the best to draw after; 0: none.", "N", "Judge"),
    Flag("precision", "fp32, bf16, or auto: what is faster here.", "NAME", "Judge"),
    Flag("device", "auto, cpu, cuda or mps.", "NAME", "Judge"),
    Flag("cutouts", "Views of the drawing that the perceptor gets a step.", "N", "Judge"),
    Flag("threads", "CPU threads.", "N", "Judge"),
    Flag("png_size", "Longer side of the PNG.", "PX", "Files"),
    Flag("layers", "Layers of the SVG: own, none, role, color, part or size.", "NAME", "Files"),
    Flag("page", "Paper of SVG and PDF: A4, A4-landscape, 210x297mm.", "PAPER", "Files"),
    Flag("margin", "Free space around the drawing on its page.", "10mm", "Files"),
    Flag("simplify", "Fewest nodes that keep the picture.", None, "Files", "switch"),
    Flag("plotter", "Write the SVG for a pen plotter.", None, "Files", "switch"),
    Flag("pens", "Colours of a plot, a layer each.", "N", "Files"),
    Flag("hatch", "Distance of the lines that fill shapes of a plot, in mm.", "MM", "Files"),
    Flag("hatch_angle", "Direction of those lines.", "DEGREES", "Files"),
    Flag(
        "metadata", "What the files say of how they were made: short, full, none.", "NAME", "Files"
    ),
    Flag("save_every", "Write the drawing so far every N steps.", "N", "Files"),
)


def with_flags(flags: Sequence[Flag]) -> Callable[[F], F]:
    """Decorator: the command's `**flags` become these options, all None where not given."""

    def decorate(function: F) -> F:
        signature = inspect.signature(function, eval_str=True)
        named = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        signature = signature.replace(parameters=[*named, *map(_parameter, flags)])
        function.__signature__ = signature  # type: ignore[attr-defined]
        return function

    return decorate


def gather(
    words: Sequence[str] | None,
    flags: Mapping[str, Any],
    assignments: Sequence[str],
    folder: Path | None = Path(),
) -> dict[str, Given]:
    """The user's own layers as one: `drawkit.toml`, then `--style`, then flags and `--set`.

    words: what was typed, in quotes or not, is one text. A `--style` takes the place of the styles
    that `drawkit.toml` names; its settings stay. folder: of that file; None: there is none. Raises
    `InputError` where one of several words is a file's name: it would be drawn, not written.
    """
    known = {flag.name: flag for flag in (*STROKE_FLAGS, *PIXEL_FLAGS, *DRAW_FLAGS)}
    given = {
        SHORT_NAMES[name]: Given(
            Raw(value) if isinstance(value, str) else value, known[name].spelling.partition("/")[0]
        )
        for name, value in flags.items()
        if value is not None and value != []
    }
    if words:
        if len(words) > 1:
            _refuse_files(words)
            if any(" " in word.strip() for word in words):
                both = brief(" ".join(words)), brief(" | ".join(words))
                log.warning("'%s' is read as one prompt; several would be '%s'", *both)
        said = read_prompts([" ".join(words), *(flags.get("prompt") or [])])
        given[PROMPTS] = Given(said, "PROMPT")
    styles = flags.get("style") or []
    base = {} if folder is None else folder_layer(folder, styled=not styles)
    single = from_assignments(list(assignments))
    refuse_style(single, "--style")
    return {**base, **styles_layer(styles, folder or Path()), **given, **single}


def _refuse_files(words: Sequence[str]) -> None:
    from drawkit.export import suffixes  # loads every writer

    for word in words:
        if word.lower().endswith(suffixes()) and "@" not in word:
            raise InputError(f"'{word}' is no word to draw; to write it, type -o {word}")


class DrawCommand(TyperCommand):
    """A command whose help shows the defaults in force, read from the dataclasses."""

    canvas: ClassVar[str] = "strokes"
    """What the command draws with."""

    def own(self) -> Mapping[str, Given]:
        """Settings that it lays under the user's."""
        return {}

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Show each flag's default behind its help."""
        defaults = default_values(self.canvas, self.own())
        parameters: list[Any] = self.params
        for parameter in parameters:
            value = defaults.get(SHORT_NAMES.get(parameter.name or "", ""))
            text = _shown(value)
            if text and parameter.help:
                parameter.help = f"{parameter.help} (default: {text})"
        super().format_help(ctx, formatter)


def _parameter(flag: Flag) -> inspect.Parameter:
    option = typer.Option(
        flag.spelling,
        help=flag.help,
        metavar=flag.metavar,
        rich_help_panel=flag.panel,
        autocompletion=values_for(flag.name),
    )
    return inspect.Parameter(
        flag.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[_TYPES[flag.kind], option],
    )


def _shown(value: Any) -> str:
    """A default as the flag would take it; empty where there is none to show."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        joint = "x" if all(isinstance(item, int) for item in value) else ", "
        return joint.join(str(item) for item in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
