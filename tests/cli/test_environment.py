"""The environment of others ends in no traceback; threads stay within the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest
from tiny_model import SMALL

from drawkit.engine.threads import affordable, processors
from drawkit.files import cache_home, config_home, expanded, home

Run = Callable[..., Any]


@pytest.mark.parametrize("given", ["abc", "-1", "1e99", "9999999999999", "", "nan", "\u0663"])
def test_a_broken_epoch(
    run: Run, folder: Path, given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    done = run("styles", "show", "ink")
    assert done.code == 0
    (line,) = done.err.splitlines()
    assert line.startswith("drawkit: SOURCE_DATE_EPOCH=")
    assert "SOURCE_DATE_EPOCH" not in os.environ


@pytest.mark.parametrize("given", ["0", "1700000000"])
def test_a_sound_epoch(run: Run, folder: Path, given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", given)
    assert run("styles", "show", "ink").err == ""
    assert os.environ["SOURCE_DATE_EPOCH"] == given


def test_numba_that_is_told_nonsense(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_NUM_THREADS", "-1")
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")

    def refuse(*_: object, **__: object) -> None:
        numba.typed.List(0)  # raises within numba

    monkeypatch.setattr("drawkit.engine.Run.__init__", refuse)
    done = run("clipdraw", "a cat", *SMALL)
    assert done.code == 2
    (line,) = done.err.splitlines()
    assert line.startswith("drawkit: numba does not work with NUMBA_NUM_THREADS=-1")


def test_mistakes_of_our_own_are_still_raised(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setenv("NUMBA_NUM_THREADS", "-1")
    monkeypatch.setattr("drawkit.engine.Run.__init__", fail)
    with pytest.raises(ZeroDivisionError):
        run("clipdraw", "a cat", *SMALL)


def test_threads_beyond_the_machine(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drawkit.engine.threads.processors", lambda: 1)
    done = run("clipdraw", "a cat", *SMALL, "--quiet", "--threads", "1000")
    assert done.code == 0
    assert done.err == "drawkit: draw.threads is 1000, and this machine has 1 processor: using 1\n"
    assert run("clipdraw", "a cat", *SMALL, "--quiet", "--threads", "1").err == ""
    for given in ("0", "-1", "1025", "1e308", "nan"):
        assert len(run("clipdraw", "a cat", *SMALL, "--threads", given).err.splitlines()) == 1


def test_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1 <= processors() <= (os.cpu_count() or 1)
    assert affordable(None) is None
    assert affordable(1) == 1


def test_folders_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DRAWKIT_CACHE_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, found in (("XDG_CACHE_HOME", cache_home), ("XDG_CONFIG_HOME", config_home)):
        monkeypatch.setenv(name, str(tmp_path / "own"))
        assert found() == tmp_path / "own" / "drawkit"
        for useless in ("relative", "", "./x"):
            monkeypatch.setenv(name, useless)
            assert found().parent.parent == tmp_path
    monkeypatch.setenv("HOME", "relative")
    assert home().is_absolute()
    assert expanded("~nobody-of-this-name/x.png") == Path("~nobody-of-this-name/x.png")


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        {"NUMBA_NUM_THREADS": "-1"},
        {"NUMBA_THREADING_LAYER": "bogus"},
        {"SOURCE_DATE_EPOCH": "abc", "COLUMNS": "abc", "LINES": "x", "TERM": ""},
        {"PYTHONIOENCODING": "ascii", "LANG": "C", "LC_ALL": "C", "TMPDIR": "/nowhere"},
    ],
    ids=str,
)
def test_whole_processes(folder: Path, tiny_model: Path, given: dict[str, str]) -> None:
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-m", "drawkit", "clipdraw", "a cat", *SMALL, "--model", str(tiny_model)],
        env={**os.environ, "PYTHONPATH": root, **given},
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr
