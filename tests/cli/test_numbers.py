"""Every flag that takes a number refuses what no number of its kind is, before it draws."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from drawkit.cli import app

NEEDS = {
    "animate": ["a cat"],
    "batch": ["jobs.jsonl"],
    "clipdraw": ["a cat"],
    "dream": ["a temple"],
    "sweep": ["a cat", "--vary", "seed=1,2"],
    "pixeldraw": ["a cat"],
    "sheet": ["set.toml"],
    "story": ["story.txt"],
    "styles explore": ["a cat"],
    "describe": ["picture.png"],
    "models nearest": ["a cat"],
    "palettes extract": ["picture.png", "-o", "colours.gpl"],
    "bench batch": [],
    "bench pixels": [],
    "bench silhouettes": [],
    "bench story": [],
    "bench import": ["picture.png"],
    "bench trace": ["picture.png"],
    "bench styles": [],
}
"""What a command needs beside the flag."""


def numeric(annotation: Any) -> bool:
    """Whether it is a number, or one or none."""
    return annotation in (int, float) or any(map(numeric, typing.get_args(annotation)))


def flags(command: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Command and flag, of every command below this one."""
    if hasattr(command, "list_commands"):
        for below in command.list_commands(None):
            yield from flags(command.get_command(None, below), f"{name} {below}".strip())
    for flag in command.params:
        if numeric(flag.type_descriptor.annotation):
            yield name, flag.opts[0]


FLAGS = sorted(flags(typer.main.get_command(app)))


def test_all_commands_are_known() -> None:
    assert {command for command, _ in FLAGS} == set(NEEDS)


@pytest.mark.parametrize("value", ["1e308", "nan", "-inf", "-1", "9" * 5000, "", "٣e", "0x10"])
@pytest.mark.parametrize(("command", "flag"), FLAGS)
def test_it_is_refused_in_one_line(
    command: str,
    flag: str,
    value: str,
    run: Callable[..., Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("drawkit.engine.Run", None)  # nothing may come so far
    (tmp_path / "set.toml").write_text('[[sprite]]\nprompt = "a cat"\n')
    (tmp_path / "jobs.jsonl").write_text('{"prompt": "a cat"}')
    (tmp_path / "picture.png").write_bytes(b"")
    (tmp_path / "story.txt").write_text("a cat")
    done = run(*command.split(), *NEEDS[command], f"{flag}={value}")
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1, done.err
    assert len(done.err) < 600
    assert any(word in done.err for word in (flag.strip("-"), "colours", "steps"))
    assert value[:20] in done.err
