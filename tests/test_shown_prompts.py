"""The README and `--help` show only prompts whose drawings were looked at and recognised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from drawkit.cli.explore import _PREVIEW
from drawkit.config import parse_prompts
from drawkit.perceptor.clip import open_perceptor

ROOT = Path(__file__).parent.parent
UNKNOWN = {"epistemology", "a wizard"}
"""Shown for what is said about them."""
TAKES_WORDS = r"(?:clipdraw|pixeldraw|dream|animate|tileset|styles\s+explore|models\s+nearest)"
SHOWN = re.compile(
    rf'drawkit\s+{TAKES_WORDS}((?:\s+"[^"]*")+)|'
    r'--(?:prompt|frame|ground)\s+("[^"]*")|draw\(("[^"]*")'
)


def shown_in(text: str) -> set[str]:
    """The prompts to draw in the commands and calls of a text."""
    found = set()
    for match in SHOWN.finditer(text):
        for words in re.findall(r'"([^"]*)"', match[0]):
            if words != "...":
                prompts = [prompt for prompt in parse_prompts(words) if prompt.picture is None]
                found |= {prompt.text for prompt in prompts if prompt.weight > 0}
    return found


def approved() -> set[str]:
    lines = (ROOT / "examples" / "prompts.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert all(len(row) == 2 and row[1] for row in rows)
    return {row[0] for row in rows}


def sources() -> list[Path]:
    docs = sorted((ROOT / "docs").rglob("*.md"))
    return [ROOT / "README.md", *docs, *sorted((ROOT / "drawkit" / "cli").glob("*.py"))]


def test_prompts_are_found() -> None:
    text = 'drawkit clipdraw "a b:2 | c:-1" or drawkit styles explore "d" "e"'
    text += ' and --prompt\n "f" and draw("g")'
    assert shown_in(text) == {"a b", "d", "e", "f", "g"}
    every = set().union(*(shown_in(path.read_text(encoding="utf-8")) for path in sources()))
    assert {"a cat", "a heart", "green grass", "blue water", "a crying face"} <= every


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.name)
def test_only_what_is_recognised_is_shown(path: Path) -> None:
    assert shown_in(path.read_text(encoding="utf-8")) <= approved() | UNKNOWN


def test_defaults_and_the_gallery_are_recognised_too() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("\n|---")[0].splitlines()[-1]
    assert {cell.strip() for cell in table.strip("|").split("|")} <= approved()
    assert _PREVIEW in approved()


def test_what_is_shown_is_known_to_the_perceptor() -> None:
    perceptor = open_perceptor("builtin", precision="fp32", device="cpu")

    def doubted(words: str) -> bool:
        return perceptor.doubt(words) is not None

    assert not {words for words in approved() if doubted(words)}
    assert {words for words in UNKNOWN if doubted(words)} == UNKNOWN
