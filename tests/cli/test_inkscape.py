"""`drawkit inkscape`: files in Inkscape's folder, and the script as Inkscape runs it, by itself."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from drawkit.cli.inkscape_files import NAMES, extensions_folder

Run = Callable[..., Any]
SPACE = "{http://www.inkscape.org/namespace/inkscape/extension}"


def program(path: Path, *lines: str) -> Path:
    """A program of the shell in place of drawkit."""
    path.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


COPIES = (
    'printf "%s\\n" "$@" > said.txt',
    'env > environment.txt; test "$2" = -q && cp page.svg "$4"',
)


@pytest.fixture
def place(folder: Path) -> Path:
    (folder / "page.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return folder / "extensions"


def script(place: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What Inkscape does: its Python, in the folder of the extension, the page behind all."""
    page = str(place.parent / "page.svg")
    known = {**os.environ, "DOCUMENT_PATH": page, "PYTHONPATH": str(place), **environment}
    return subprocess.run(
        [sys.executable, "-I", "-S", "drawkit_script.py", *words, page],
        cwd=place,
        env=known,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_it_is_installed_in_one_line_and_taken_away(run: Run, place: Path) -> None:
    done = run("inkscape", "install", "--to", "extensions")
    assert (done.code, done.err) == (0, "")
    assert done.out == "Extensions > drawkit is in 'extensions'; start Inkscape anew\n"
    assert sorted(path.name for path in place.iterdir()) == sorted(NAMES)
    assert run("inkscape", "install", "--to", "extensions").code == 0  # a newer one over an older
    gone = run("inkscape", "uninstall", "--to", "extensions")
    assert gone.out == "Extensions > drawkit is gone from 'extensions'\n"
    assert list(place.iterdir()) == []
    again = run("inkscape", "uninstall", "--to", "extensions")
    assert again.code == 2
    assert again.err == "drawkit: there is nothing of drawkit's in 'extensions'\n"


def test_the_menu_is_what_inkscape_reads(run: Run, place: Path) -> None:
    assert run("inkscape", "install", "--to", "extensions").code == 0
    ids = set()
    for file in place.glob("*.inx"):
        root = etree.parse(str(file)).getroot()
        assert root.tag == f"{SPACE}inkscape-extension"
        ids.add(root.findtext(f"{SPACE}id"))
        assert root.find(f".//{SPACE}submenu").get("name") == "drawkit"
        assert root.findtext(f".//{SPACE}command") in NAMES
        styles = [e.text for e in root.iter(f"{SPACE}option")]
        assert ("crayon" in styles) == ("strokes" in styles)
    assert ids == {"org.drawkit.draw", "org.drawkit.resume"}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_ours_stays(run: Run, place: Path, name: str) -> None:
    place.mkdir()
    (place / name).write_text("mine")
    done = run("inkscape", "install", "--to", "extensions")
    assert done.code == 2
    assert (
        done.err
        == f"drawkit: 'extensions/{name}' is not drawkit's, and stays; move it away first\n"
    )
    assert [path.name for path in place.iterdir()] == [name]
    assert run("inkscape", "uninstall", "--to", "extensions").code == 2
    assert (place / name).read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "page.svg"), "cannot make the folder 'page.svg'"),
        (("--to", "extensions", "--program", "page.svg"), "--program is 'page.svg', which is no"),
        (("--to", "extensions", "--program", "no"), "--program is 'no', which is no program"),
    ],
)
def test_trouble_is_one_line(run: Run, place: Path, words: tuple[str, ...], said: str) -> None:
    done = run("inkscape", "install", *words)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert said in done.err


def test_it_finds_the_folder_that_inkscape_names(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = folder / "bin"
    own.mkdir()
    program(own / "inkscape", f"echo '{folder}/profile'; echo warning >&2")
    monkeypatch.setenv("PATH", f"{own}:{os.environ['PATH']}")
    assert extensions_folder() == folder / "profile" / "extensions"
    program(own / "inkscape", "exit 1")
    monkeypatch.setenv("INKSCAPE_PROFILE_DIR", str(folder / "other"))
    done = run("inkscape", "install")
    assert done.code == 2
    assert done.err.startswith("drawkit: there is no Inkscape, and no folder of it at")
    (folder / "other").mkdir()
    assert run("inkscape", "install").code == 0
    assert (folder / "other" / "extensions" / NAMES[0]).is_file()


def test_the_script_says_what_the_dialog_says(run: Run, place: Path) -> None:
    drawkit = program(place.parent / "my drawkit", *COPIES)
    assert run("inkscape", "install", "--to", place, "--program", drawkit).code == 0
    fields = ("--words=-a cat", "--kind=shapes", "--count=9", "--steps=5", "--seed=7")
    done = script(place, "--id=r1", "--id=r2", "--work=insert", *fields, "--style=ink")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (place.parent / "page.svg").read_text()
    said = (place.parent / "said.txt").read_text().splitlines()
    assert said[:3] == ["insert", "-q", "-o"]
    page = str(place.parent / "page.svg")
    rest = ["--steps", "5", "--at", "r1", "--at", "r2", "--shapes", "9", "--strokes", "0"]
    assert said[4:] == [*rest, "--seed", "7", "--style", "ink", "--", page, "-a cat"]
    known = (place.parent / "environment.txt").read_text()
    assert "PYTHONPATH" not in known
    assert not Path(said[3]).exists()

    done = script(place, "--work=resume", "--id=a", "--words=", "--steps=5", "--more=3")
    assert done.returncode == 0, done.stderr
    said = (place.parent / "said.txt").read_text().splitlines()
    assert said[4:] == [
        *("--steps", "5", "--only", "a", "--strokes", "+3"),
        *("--inputs", str(place.parent), "--", page),
    ]


def test_the_script_says_in_one_line_what_is_wrong(run: Run, place: Path) -> None:
    lines = ("echo 'step 1' >&2", 'echo "drawkit: no $6 in ${12}" >&2', "exit 2")
    drawkit = program(place.parent / "drawkit", *lines)
    assert run("inkscape", "install", "--to", place, "--program", drawkit).code == 0
    cases = [
        (("--words= ",), "say in a few words what to draw"),
        (("--work=resume",), "select the paths or groups to go on with"),
        (("--words=a cat", "--steps=5"), "no 5 in the document"),
    ]
    for words, said in cases:
        done = script(place, *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"drawkit: {said}\n"
    program(drawkit, "echo Traceback >&2; echo 'OSError: of ours' >&2; exit 1")
    assert script(place, "--words=a cat").stderr == "drawkit: OSError: of ours\n"
    program(drawkit, "exit 0")
    assert script(place, "--words=a cat").stderr == "drawkit: it ended without a word\n"
    drawkit.unlink()
    gone = script(place, "--words=a cat")
    assert gone.returncode == 1
    lost = f"there is no drawkit at '{drawkit}' any more; run 'drawkit inkscape install' again"
    assert gone.stderr == f"drawkit: {lost}\n"


def test_what_the_words_are_taken_for_is_told(run: Run, place: Path) -> None:
    news = (
        "echo \"drawkit: 'wug' is strange to me\" >&2",
        'echo "drawkit: in $HOME/page.svg: 1 text" >&2',
    )
    drawkit = program(place.parent / "drawkit", *COPIES, *news)
    assert run("inkscape", "install", "--to", place, "--program", drawkit).code == 0
    done = script(place, "--words=a wug", HOME=str(place.parent))
    assert done.returncode == 0
    assert done.stderr == "drawkit: 'wug' is strange to me\n"


def test_this_drawkit_is_called_where_none_is_named(run: Run, place: Path) -> None:
    assert run("inkscape", "install", "--to", place).code == 0
    (line,) = (
        line
        for line in (place / "drawkit_script.py").read_text().splitlines()
        if line.startswith("COMMAND: ")
    )
    command = eval(line.partition(" = ")[2])
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("drawkit ")
