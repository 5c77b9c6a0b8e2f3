"""`drawkit studio` where its packages are missing, and its help, which needs none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from drawkit.cli import app


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["studio", "--no-open"])
    assert done.exit_code == 2
    assert (
        done.stderr
        == "drawkit: drawkit studio needs more packages: pip install 'drawkit[studio]'\n"
    )


def test_a_folder_that_is_none_gets_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(app, ["studio", "--no-open", "--folder", str(tmp_path / "file")])
    assert done.exit_code == 2
    assert done.stderr.startswith("drawkit: cannot keep drawings in ")
    assert done.stderr.count("\n") == 1


def test_help_loads_no_server() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from drawkit.cli import app\n"
        "done = CliRunner().invoke(app, ['studio', '--help']); assert done.exit_code == 0\n"
        "print(sorted({'nicegui', 'fastapi', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
