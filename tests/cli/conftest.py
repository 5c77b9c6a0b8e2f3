"""Runs of the command line in an empty folder: in this process with a fake perceptor, or whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from fakes import FakePerceptor
from forked import start_drawkit
from tiny_model import SMALL, save_tiny_model
from typer.testing import CliRunner

from drawkit import draw
from drawkit.cli import app


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def files(self) -> list[Path]:
        return [Path(line) for line in self.out.splitlines()]


class Opened(FakePerceptor):
    """The fake perceptor, which remembers how it was asked for."""

    asked: ClassVar[list[dict[str, Any]]] = []

    def __init__(self, model: str, *, precision: str = "auto", device: str = "auto") -> None:
        super().__init__()
        self.name = model
        self.precision = precision
        Opened.asked.append({"model": model, "precision": precision, "device": device})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, away from the user's own settings."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return work


def invoke(*args: object) -> Outcome:
    """Run the command line in this process; what it does not catch is raised."""
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """`run("clipdraw", "a cat", ...)` in this process, judged by the fake perceptor."""
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Opened)
    return invoke


@pytest.fixture
def run_real(folder: Path) -> Callable[..., Outcome]:
    """`run_real("clipdraw", "a cat", ...)` in this process, which opens what `--model` names."""
    return invoke


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """How `run` asked for its perceptors."""
    asked: ClassVar[list[dict[str, Any]]] = []
    monkeypatch.setattr(Opened, "asked", asked)
    return asked


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The small drawing without further flags: its folder, and what `--json` printed."""
    folder = tmp_path_factory.mktemp("plain")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setattr("drawkit.engine.session.open_perceptor", Opened)
        done = invoke("clipdraw", "a cat", *SMALL, "--json")
    assert done.code == 0, done.err
    return folder, done.out


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a real OpenCLIP model with random weights."""
    return save_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def compiled(tiny_model: Path) -> None:
    """The kernels lie in their folder: no program says first that it compiles them."""
    draw("a cat", model=str(tiny_model), steps=1, size=32, strokes=2, shapes=2)


@pytest.fixture
def start(folder: Path, tiny_model: Path, compiled: None) -> Callable[..., Any]:
    """`start("clipdraw", "a cat", ...)` as a process of its own, judged by the tiny model.

    anew: whether Python starts for it, which takes ten seconds on a slow core.
    """

    def call(*args: object, anew: bool = False) -> Any:
        words = (*args, *(("--model", tiny_model) if "clipdraw" in args else ()))
        return start_drawkit(*words, anew=anew)

    return call
