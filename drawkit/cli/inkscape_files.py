"""The files of the extension for Inkscape: two entries of its menu, and the script behind them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from drawkit.errors import FileError, InputError

__all__ = ["MARK", "NAMES", "command_of", "extension_files", "extensions_folder", "is_ours"]

MARK = "Written by 'drawkit inkscape install'"
"""What every file of ours says; others of the same name are somebody's."""
NAMES = ("drawkit_insert.inx", "drawkit_resume.inx", "drawkit_script.py")
_COMMAND = "COMMAND: tuple[str, ...] = "
_SECONDS = 30
_FIRST_BYTES = 4096

_MENU = """<?xml version="1.0" encoding="UTF-8"?>
<!-- {mark} -->
<inkscape-extension xmlns="http://www.inkscape.org/namespace/inkscape/extension">
  <name>{name}</name>
  <id>org.drawkit.{end}</id>
  <param name="work" type="string" gui-hidden="true">{work}</param>
{fields}
  <effect needs-live-preview="false">
    <object-type>all</object-type>
    <effects-menu><submenu name="drawkit"/></effects-menu>
  </effect>
  <script><command location="inx" interpreter="python">drawkit_script.py</command></script>
</inkscape-extension>
"""
_WORDS = '  <param name="words" type="string" gui-text="{text}"></param>'
_NUMBER = (
    '  <param name="{name}" type="int" min="{low}" max="{high}" gui-text="{text}">{usual}</param>'
)
_CHOICE = '  <param name="{name}" type="optiongroup" appearance="combo" gui-text="{text}">'
_HINT = "  <label>{text}</label>"


def extension_files(command: Sequence[str], styles: Sequence[str]) -> dict[str, bytes]:
    """Name -> contents of each file. command: what starts drawkit; styles: to choose from."""
    script = (Path(__file__).parent / "inkscape_script.py").read_text(encoding="utf-8")
    start = script.index(_COMMAND)
    end = script.index("\n", start)
    written = f"{script[:start]}{_COMMAND}{tuple(command)!r}{script[end:]}"
    draw = [
        _WORDS.format(text="Words:"),
        *_choice("kind", "Made of:", ["strokes", "shapes"]),
        _NUMBER.format(name="count", low=1, high=10_000, text="How many:", usual=256),
        _NUMBER.format(name="steps", low=1, high=100_000, text="Steps:", usual=150),
        _NUMBER.format(name="seed", low=0, high=999_999_999, text="Seed:", usual=0),
        *_choice("style", "Style:", ["none", *styles]),
        _HINT.format(text="Draws where the selection is, on its colour; without one on the page."),
    ]
    resume = [
        _WORDS.format(text="Other words (may stay empty):"),
        _NUMBER.format(name="steps", low=1, high=100_000, text="Steps:", usual=150),
        _NUMBER.format(name="more", low=0, high=10_000, text="New strokes on top:", usual=0),
        _HINT.format(text="Changes the paths that are selected; all else stays as it is."),
    ]
    menus = {
        NAMES[0]: _menu("insert", "draw", "Draw words here", draw),
        NAMES[1]: _menu("resume", "resume", "Go on with the selection", resume),
    }
    return {
        **{name: text.encode() for name, text in menus.items()},
        NAMES[2]: f"# {MARK}\n{written}".encode(),
    }


def _menu(work: str, end: str, name: str, fields: Sequence[str]) -> str:
    """One entry. work: the command that it calls; end: of its id."""
    return _MENU.format(mark=MARK, name=name, work=work, end=end, fields="\n".join(fields))


def _choice(name: str, text: str, options: Sequence[str]) -> list[str]:
    lines = [f"    <option value={quoteattr(one)}>{escape(one)}</option>" for one in options]
    return [_CHOICE.format(name=name, text=text), *lines, "  </param>"]


def command_of(program: Path | None) -> list[str]:
    """What starts drawkit: the given program, or else this one. Raises InputError."""
    if program is not None:
        place = program.expanduser().absolute()
        if not place.is_file() or not os.access(place, os.X_OK):
            raise InputError(f"--program is '{program}', which is no program that can be run")
        return [str(place)]
    name = "drawkit.exe" if os.name == "nt" else "drawkit"
    script = Path(sysconfig.get_path("scripts")) / name
    return [str(script)] if script.is_file() else [sys.executable, "-m", "drawkit"]


def extensions_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's folder of extensions, as Inkscape says, or else where it keeps it by default.

    Raises FileError where there is no Inkscape.
    """
    program = shutil.which("inkscape", path=environment.get("PATH"))
    told = _told_by(program) if program is not None else None
    profile = told if told is not None else _usual_profile(environment)
    if told is None and not profile.is_dir():
        raise FileError(
            f"there is no Inkscape, and no folder of it at '{profile}'; name one: --to FOLDER"
        )
    return profile / "extensions"


def _told_by(program: str) -> Path | None:
    command = [program, "--user-data-directory"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    folder = Path(lines[-1]) if lines and done.returncode == 0 else Path()
    return folder if folder.is_absolute() else None


def _usual_profile(environment: Mapping[str, str]) -> Path:
    """Where Inkscape keeps it on this system: wiki.inkscape.org/wiki/Preferences_subsystem."""
    if given := environment.get("INKSCAPE_PROFILE_DIR"):
        return Path(given)
    if sys.platform == "win32":
        return (
            Path(
                environment.get("APPDATA") or Path(os.path.expanduser("~")) / "AppData" / "Roaming"
            )
            / "inkscape"
        )
    if sys.platform == "darwin":
        own = "Library/Application Support/org.inkscape.Inkscape/config/inkscape"
        return Path(os.path.expanduser("~")) / own
    return (
        Path(environment.get("XDG_CONFIG_HOME") or Path(os.path.expanduser("~")) / ".config")
        / "inkscape"
    )


def is_ours(path: Path) -> bool:
    """Whether `install` wrote the file; what cannot be read is not ours."""
    try:
        with path.open("rb") as file:
            return MARK.encode() in file.read(_FIRST_BYTES)
    except OSError:
        return False
