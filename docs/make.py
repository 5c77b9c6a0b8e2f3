"""Build the documentation: `python docs/make.py [FOLDER]`, into `site/` if no folder is named.

The reference pages are written from the code each time. Every warning is an error: a link, an
anchor or a picture that is not there, or a page that is in no menu.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli_pages import cli_page
from python_pages import python_page
from settings_pages import settings_page

ROOT = Path(__file__).parents[1]
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)")


def lay_out(folder: Path) -> None:
    """Lay config, hand-written pages and reference pages into an empty folder."""
    shutil.copy(ROOT / "zensical.toml", folder)
    pages = folder / "docs"
    shutil.copytree(ROOT / "docs", pages, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    reference = pages / "reference"
    reference.mkdir()
    for name, page in (("cli", cli_page), ("settings", settings_page), ("api", python_page)):
        (reference / f"{name}.md").write_text(page(), encoding="utf-8")


def faults(folder: Path) -> Iterator[str]:
    """What the generator does not look for: pictures that are not there, pages in no menu."""
    menu = (folder / "zensical.toml").read_text(encoding="utf-8")
    for page in sorted((folder / "docs").rglob("*.md")):
        name = page.relative_to(folder / "docs").as_posix()
        if f'"{name}"' not in menu:
            yield f"{name} is in no menu of zensical.toml"
        for picture in IMAGE.findall(page.read_text(encoding="utf-8")):
            if not (page.parent / picture).is_file():
                yield f"{name} shows {picture}, which is not there"


def build(site: Path) -> int:
    """Build into `site`, which is replaced; the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder)
        if wrong := list(faults(folder)):
            print("\n".join(wrong), file=sys.stderr)
            return 1
        command = [sys.executable, "-m", "zensical", "build", "--strict"]
        done = subprocess.run(command, cwd=folder, check=False)
        if done.returncode == 0:
            shutil.rmtree(site, ignore_errors=True)
            shutil.move(folder / "site", site)
        return done.returncode


if __name__ == "__main__":
    sys.exit(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"))
