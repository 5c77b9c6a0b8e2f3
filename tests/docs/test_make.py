"""The documentation is built strictly, and its reference pages hold all that there is."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypedDict

import pytest
from cli_pages import cli_page, commands
from make import faults, lay_out
from python_pages import _entry, prose, python_page
from settings_pages import cell, settings_page, takes

import drawkit
from drawkit.config.limits import Limits
from drawkit.engine import sections

ROOT = Path(__file__).parents[2]


def built(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_strict_build_has_nothing_to_say(tmp_path: Path) -> None:
    pytest.importorskip("zensical", reason="pip install -e '.[docs]'")
    lay_out(tmp_path)
    assert not list(faults(tmp_path))
    done = built(tmp_path)
    assert done.returncode == 0, done.stderr
    for page in (tmp_path / "docs").rglob("*.md"):
        written = tmp_path / "site" / page.relative_to(tmp_path / "docs").with_suffix(".html")
        assert "<h1" in written.read_text(encoding="utf-8"), page
    page = (tmp_path / "site" / "quickstart.html").read_text(encoding="utf-8")
    assert "fonts.googleapis" not in page, "pages are read without a network"


def test_a_broken_link_ends_the_build(tmp_path: Path) -> None:
    pytest.importorskip("zensical", reason="pip install -e '.[docs]'")
    lay_out(tmp_path)
    index = tmp_path / "docs" / "index.md"
    index.write_text(index.read_text(encoding="utf-8") + "\n[x](nowhere.md)\n", encoding="utf-8")
    assert built(tmp_path).returncode != 0


def test_what_the_generator_does_not_look_for(tmp_path: Path) -> None:
    lay_out(tmp_path)
    (tmp_path / "docs" / "lone.md").write_text("# Lone\n\n![a](pictures/none.png)\n")
    assert list(faults(tmp_path)) == [
        "lone.md is in no menu of zensical.toml",
        "lone.md shows pictures/none.png, which is not there",
    ]


def test_at_least_eight_pages_are_written_by_hand() -> None:
    assert len(list((ROOT / "docs").rglob("*.md"))) >= 8


def test_every_command_and_option_is_there() -> None:
    page = cli_page()
    names = dict(commands())
    assert {"clipdraw", "sheet", "styles new", "bench raster", "palettes"} <= set(names)
    for name, command in names.items():
        _, found, rest = page.partition(f"# drawkit {name}\n")
        assert found
        own = rest.partition("\n## ")[0].partition("\n### ")[0]
        for parameter in getattr(command, "params", []):
            for spelling in parameter.opts if parameter.param_type_name == "option" else ():
                assert f"`{spelling}`" in own or spelling == "--help", (name, spelling)


def test_options_say_what_they_take_and_their_default() -> None:
    page = cli_page()
    row = "| `--max-width` | `PX` | `100` | Widest stroke, in px of a 224 px drawing. |"
    assert page.count(row) == 6  # clipdraw, dream, sweep, batch, story, config show
    assert "| `--shapes` | `N` | `0` |" in page
    assert "| `--size` | <code>N&#124;WxH</code> | `32x32` |" in page  # pixeldraw
    assert "`drawkit sheet [OPTIONS] SET.toml`" in page


def test_every_setting_is_there() -> None:
    page = settings_page()
    for section, cls in sections().items():
        _, found, rest = page.partition(f"## {section}\n")
        assert found
        own = rest.partition("\n## ")[0]
        for field in fields(cls):
            (row,) = (line for line in own.splitlines() if line.startswith(f"| `{field.name}` |"))
            assert len(row.replace("\\|", "").split("|")) == 7
            assert row.replace("\\|", "").split("|")[4].strip(), f"{section}.{field.name}"


def test_settings_say_limits_defaults_and_flags() -> None:
    page = settings_page()
    assert (
        "| `max_width` | number above 0 to 1000 | `100` | Widest stroke, px. | `--max-width` |"
    ) in page
    assert "`250`" in page.partition("## optimize")[2].partition("## losses")[0]


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Annotated[int, Limits(1, 64)] | None, "whole number 1 to 64 or none"),
        (tuple[str, ...], "list of text"),
        (tuple[Annotated[float, Limits(0, 1)], bool], "[number 0 to 1, true or false]"),
        (Literal["x", "y"], "x, y"),
    ],
)
def test_types_in_words(hint: Any, words: str) -> None:
    assert takes(hint) == words


class Keywords(TypedDict, total=False):
    """What may be said."""

    size: int | None
    cell: Literal["rect", "hex"]


class Bends(Protocol):
    """What bends."""

    def bend(self, by: float) -> None:
        """Bend it."""


def test_keywords_and_protocols_are_told_by_what_they_hold() -> None:
    entry = _entry("Keywords", Keywords)
    assert "class Keywords(TypedDict):\n    cell: Literal" in entry
    assert "    size: int | None\n" in entry
    entry = _entry("Bends", Bends)
    assert "class Bends(Protocol)\n" in entry
    assert "`bend(by: float) -> None`" in entry


def test_docstrings_are_plain_words() -> None:
    assert prose("a < b, [N, 3] and `*c*`") == "a &lt; b, \\[N, 3\\] and `*c*`"
    assert prose("draw(1)") == "    draw(1)"
    assert cell("`a|b` or c|d") == "<code>a&#124;b</code> or c\\|d"
    assert prose("Say:\n\n    draw(x)\n\nthen") == "Say:\n\n    draw(x)\n\nthen"


def test_every_public_name_is_there() -> None:
    page = python_page()
    for name in set(drawkit.__all__) - {"__version__"}:
        assert f"\n### {name}\n" in page
    assert "def draw(\n    prompt: str | Sequence[str] = (),\n    *,\n" in page
    assert "Every error on the way" in page
