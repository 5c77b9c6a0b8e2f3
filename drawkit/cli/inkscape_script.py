"""drawkit in Inkscape: hands page and selection to the drawkit program, and takes back the page.

`drawkit inkscape install` writes this file, with the program's place in it, into Inkscape's folder
of extensions. It runs in Inkscape's own Python, of which it needs the standard library alone.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile

__all__ = ["main"]

COMMAND: tuple[str, ...] = ()
_AGAIN = "run 'drawkit inkscape install' again"
_OF_INKSCAPE = ("PYTHONPATH", "PYTHONHOME")
_OF_BUNDLES = ("LD_LIBRARY_PATH", "LD_PRELOAD")
_MARK = "drawkit: "


def main() -> int:
    """Print the new document; or one line on stderr, which Inkscape shows, and exit code 1."""
    given = _given(sys.argv[1:])
    if not COMMAND or not os.access(COMMAND[0], os.X_OK):
        return _refused(f"there is no drawkit at '{''.join(COMMAND[:1])}' any more; {_AGAIN}")
    if given.work == "resume" and not given.id:
        return _refused("select the paths or groups to go on with")
    if given.work == "insert" and not given.words.strip():
        return _refused("say in a few words what to draw")
    with tempfile.TemporaryDirectory(prefix="drawkit-") as folder:
        made = os.path.join(folder, "made.svg")
        return _ran([*COMMAND, *_arguments(given, made)], given.document, made)


def _given(words: list[str]) -> argparse.Namespace:
    """What Inkscape says: the fields of the dialog, the ids that are selected, the document."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--work", default="insert")
    parser.add_argument("--id", action="append", default=[])
    for name, usual in (("words", ""), ("kind", "strokes"), ("style", "none"), ("seed", "0")):
        parser.add_argument("--" + name, default=usual)
    for name, usual in (("count", "256"), ("steps", "150"), ("more", "0")):
        parser.add_argument("--" + name, default=usual)
    parser.add_argument("document")
    return parser.parse_known_args(words)[0]


def _arguments(given: argparse.Namespace, made: str) -> list[str]:
    """The words of the command line; made: the file to write."""
    found = [given.work, "-q", "-o", made, "--steps", given.steps]
    if given.work == "resume":
        for name in given.id:
            found += ["--only", name]
        if given.more != "0":
            found += ["--strokes", "+" + given.more]
        beside = _folder()
        found += ["--inputs", beside] if beside else []
    else:
        for name in given.id:
            found += ["--at", name]
        shapes = given.kind == "shapes"
        found += ["--shapes", given.count, "--strokes", "0"] if shapes else []
        found += [] if shapes else ["--strokes", given.count]
        found += ["--seed", given.seed]
        found += ["--style", given.style] if given.style != "none" else []
    return [*found, "--", given.document, *([given.words] if given.words.strip() else [])]


def _ran(command: list[str], document: str, made: str) -> int:
    """Run the program to its end, and print what it made."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=_folder() or os.path.expanduser("~"),
        env=_environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )

    def stop(*_: object) -> None:
        process.kill()
        sys.exit(1)

    signal.signal(signal.SIGTERM, stop)
    said = process.communicate()[1].decode("utf-8", "replace").replace(document, "the document")
    told = [line[len(_MARK) :] for line in said.splitlines() if line.startswith(_MARK)]
    if process.returncode or not os.path.isfile(made):
        last = [line for line in said.splitlines() if line.strip()][-1:]
        return _refused((told or last or ["it ended without a word"])[-1])
    for line in told:
        if "the document" not in line:  # what stays as it is in it is no news here
            sys.stderr.write(f"drawkit: {line}\n")
    with open(made, "rb") as file:
        sys.stdout.buffer.write(file.read())
    return 0


def _folder() -> str:
    """Where the user's document lies: palettes and settings beside it count."""
    folder = os.path.dirname(os.environ.get("DOCUMENT_PATH", ""))
    return folder if os.path.isabs(folder) and os.path.isdir(folder) else ""


def _environment() -> dict[str, str]:
    """The user's own: what Inkscape sets for its Python and its libraries is not for another."""
    bundled = "APPDIR" in os.environ or "SNAP" in os.environ
    dropped = (*_OF_INKSCAPE, *(_OF_BUNDLES if bundled else ()))
    return {**{k: v for k, v in os.environ.items() if k not in dropped}, "PYTHONUTF8": "1"}


def _refused(line: str) -> int:
    sys.stderr.write(f"drawkit: {line}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
