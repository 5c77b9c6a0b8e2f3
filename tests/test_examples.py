"""The examples run and leave the files that they name: all in small, the first ones as they are."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from small import drawn_small
from tables import first_of

from drawkit.canvas import canvases
from drawkit.losses import losses

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("[0-9]*.py"))
NOTEBOOKS = sorted((ROOT / "examples").glob("[0-9]*.ipynb"))
WHOLE = EXAMPLES[:3]
"""Also run at their full length, which takes minutes."""


def code_of(path: Path) -> str:
    """The program, or the cells of a notebook one after the other."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def files_of(code: str) -> list[str]:
    return re.findall(r'save\("([\w.-]+)"\)', code)


def test_there_are_examples() -> None:
    numbers = [int(path.name[:2]) for path in sorted(EXAMPLES + NOTEBOOKS)]
    assert numbers == list(range(1, len(numbers) + 1))
    topics = {path.stem[3:] for path in EXAMPLES + NOTEBOOKS}
    assert {"pixels", "animation", "style_picture", "palette"} <= topics
    assert {"own_loss", "own_canvas", "notebook"} <= topics
    assert all(files_of(code_of(path)) for path in EXAMPLES + NOTEBOOKS)


@pytest.mark.parametrize("path", EXAMPLES + NOTEBOOKS, ids=lambda path: path.name)
def test_an_example_runs_in_small(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [str(path)])
    drawn_small(monkeypatch)
    for registry in (canvases, losses):  # what an example adds ends with it
        registry.names()
        monkeypatch.setattr(registry, "_plugins", dict(registry._plugins))
    code = code_of(path)
    names = {"__name__": "__main__", "__file__": str(path)}
    exec(compile(code, path, "exec", dont_inherit=True), names)
    for name in files_of(code):
        assert (tmp_path / name).stat().st_size > 0


@pytest.mark.slow
def test_a_notebook_runs_in_jupyter(tmp_path: Path) -> None:
    """In a kernel of its own, in small; its drawings show themselves as they grow."""
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    tests = str(ROOT / "tests")
    small = f"import sys; sys.path[:0] = [{tests!r}, {str(ROOT)!r}]\n"
    small += "import pytest, small; small.drawn_small(pytest.MonkeyPatch())"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(small))
    run = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources=run).execute()
    pages = [
        output["data"].get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output["output_type"] == "display_data"
    ]
    assert sum("5 of 5 steps" in page and "data:image/png" in page for page in pages) == 5
    assert not any("<progress" in page for page in pages)
    results = [o for c in notebook.cells for o in c.get("outputs", []) if "data" in o]
    assert sum("image/svg+xml" in result["data"] for result in results) == 2
    assert (tmp_path / "fish.svg").stat().st_size > 0


def test_notebooks_are_kept_without_output() -> None:
    for path in NOTEBOOKS:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert notebook["nbformat"] == 4
        for cell in notebook["cells"]:
            assert not cell.get("outputs"), path
            assert cell.get("execution_count") is None


@pytest.mark.slow
@pytest.mark.parametrize("script", first_of(WHOLE), ids=lambda path: path.name)
def test_an_example_runs(script: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    for name in files_of(script.read_text(encoding="utf-8")):
        assert (tmp_path / name).stat().st_size > 0
