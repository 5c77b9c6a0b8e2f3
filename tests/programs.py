"""The real programs that read what drawkit writes, where they are installed (`.ci/programs`).

Each is run without a screen, in the folder of the files, and must end well.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = [
    "chromium",
    "godot3",
    "inkscape",
    "inkscape_window",
    "needs",
    "shot",
    "tiled",
    "tmxrasterizer",
]

_SECONDS = 120
"""More than any of them takes on a busy machine."""


def needs(program: str) -> pytest.MarkDecorator:
    """Skip the tests where the command `program` is not there."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def _run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def inkscape(folder: Path, *arguments: str) -> str:
    """What Inkscape prints."""
    return _run(folder, "inkscape", *arguments).stdout


def inkscape_window(folder: Path, profile: Path, *arguments: str) -> str:
    """What Inkscape prints that shows its window, on a screen that nobody sees: it has a menu then.

    profile: the folder of its settings and extensions.
    """
    command = ("xvfb-run", "-a", "inkscape", "--batch-process", "--with-gui", *arguments)
    return _run(folder, *command, INKSCAPE_PROFILE_DIR=str(profile)).stdout


def tmxrasterizer(folder: Path, file: str, picture: str) -> None:
    """Have Tiled draw a map, a pixel of the tiles for a pixel."""
    arguments = ("--no-smoothing", "--scale", "1", file, picture)
    _run(folder, "tmxrasterizer", *arguments, QT_QPA_PLATFORM="offscreen")


def tiled(folder: Path, *arguments: str) -> None:
    """Tiled itself, which reads files and writes them as its own."""
    _run(folder, "tiled", *arguments, QT_QPA_PLATFORM="offscreen")


def godot3(folder: Path, script: str) -> str:
    """What Godot 3 prints when it runs `script` in a project of the folder's files.

    Without a screen it puts an 8 x 8 stand-in for every picture.
    """
    (folder / "project.godot").write_text('config_version=4\n[application]\nconfig/name="t"\n')
    (folder / "test.gd").write_text(script)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    done = _run(folder, "godot3-server", "--path", ".", "-s", "test.gd", **home)
    # Its own sound and display back ends may complain; of our files nothing may be wrong.
    wrong = [line for line in (done.stdout + done.stderr).splitlines() if "ERROR" in line]
    assert not [line for line in wrong if "res://" in line or "parse" in line.lower()], wrong
    return done.stdout


def chromium(folder: Path, page: str, size: tuple[int, int], *flags: str) -> Path:
    """The screenshot of a page of `size` in px that stands in the folder; clear where it is.

    flags: more of Chromium's own.
    """
    width, height = size
    # A window has a least width, and a strip of the browser's own below.
    window = f"--window-size={max(width, 500)},{height + 200}"
    command = ("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
    looks = ("--default-background-color=00000000", "--force-device-scale-factor=1", window)
    _run(folder, *command, *looks, *flags, "--screenshot=shot.png", page)
    return folder / "shot.png"


def shot(folder: Path, body: str, size: tuple[int, int], head: str = "", *flags: str) -> Path:
    """The screenshot of a page with `body` in it, without a margin."""
    page = f'<!doctype html><meta charset="utf-8">{head}<body style="margin:0">{body}'
    (folder / "page.html").write_text(page, encoding="utf-8")
    return chromium(folder, "page.html", size, *flags)
