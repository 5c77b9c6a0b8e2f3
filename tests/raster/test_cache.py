"""Compiled kernels are kept, found again, and never used when they are not of this source."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from drawkit.raster.cpu.jit import cache_folder

PACKAGE = Path(__file__).parents[2] / "drawkit"

DRAW = """
import logging, time
logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO)
import numpy as np, torch
from drawkit.raster import Paths, rasterize
no, yes = torch.tensor([False]), torch.tensor([True])
points = torch.tensor([(2.0, 2), (6, 9), (10, 1), (14, 8)]).requires_grad_()
rgba = torch.tensor([[0.0, 0, 0, 1]])
paths = Paths(points, torch.tensor([1]), no, torch.tensor([1.0]), rgba, rgba, yes, yes, no)
began = time.perf_counter()
rasterize(paths, 16, 10).sum().backward()
print(f"{time.perf_counter() - began:.2f} {float(points.grad.norm()):.6f}")
"""


def draw(
    cache: Path | str, root: Path = PACKAGE.parent, script: str = DRAW
) -> tuple[float, str, str]:
    """Draw one path in a new process: seconds, the gradient's norm, and what was logged."""
    environment = {**os.environ, "DRAWKIT_CACHE_DIR": str(cache), "PYTHONPATH": str(root)}
    environment["NUMBA_NUM_THREADS"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    seconds, norm = done.stdout.split()
    return float(seconds), norm, done.stderr


def files(folder: Path) -> dict[str, int]:
    """Every file below, and when it was written."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in found}


@pytest.mark.slow
def test_kernels_are_written_once_and_loaded_after(tmp_path: Path) -> None:
    cache = tmp_path / "new" / "folder"
    slow, norm, log = draw(cache)
    assert "compiling" in log
    (versioned,) = cache.iterdir()
    assert numba.__version__ in versioned.name
    written = files(cache)
    assert any(name.endswith(".nbc") for name in written)

    fast, again, log = draw(cache)
    assert (again, log) == (norm, "")
    assert files(cache) == written  # nothing new, nothing written anew
    assert fast < slow / 4


@pytest.mark.slow
@pytest.mark.long
def test_an_edited_constant_shows_with_the_old_kernels_lying_ready(tmp_path: Path) -> None:
    """The tests below in full: it compiles all of them twice, for minutes."""
    cache, root = tmp_path / "cache", tmp_path / "edited"
    _, norm, _ = draw(cache)
    written = files(cache)
    shutil.copytree(
        PACKAGE, root / "drawkit", ignore=shutil.ignore_patterns("__pycache__", "builtin")
    )
    maths = root / "drawkit" / "raster" / "maths.py"
    source = maths.read_text(encoding="utf-8")
    assert "TINY = np.float32(1e-6)" in source
    maths.write_text(source.replace("TINY = np.float32(1e-6)", "TINY = np.float32(0.9)"), "utf-8")
    _, other, log = draw(cache, root)
    assert "compiling" in log
    assert other != norm
    after = files(cache)
    assert {name: after[name] for name in written} == written
    assert len(list(cache.iterdir())) == 2


TWO_KERNELS = """
import logging
logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO)
from drawkit.raster.cpu.jit import kernel

@kernel
def double(number):
    return 2 * number

@kernel
def triple(number):
    return 3 * number

print(1.0, double(1.5) + triple(2.0))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "script", [TWO_KERNELS, pytest.param(DRAW, marks=pytest.mark.long)], ids=["two", "all"]
)
def test_an_unwritable_folder_compiles_uncached_and_says_so_once(
    script: str, tmp_path: Path
) -> None:
    below = tmp_path / "file"
    below.write_text("")
    _, told, log = draw(below / "cache", script=script)
    assert script is DRAW or told == "9.0"
    warnings = [line for line in log.splitlines() if line.startswith("WARNING")]
    assert len(warnings) == 1
    assert str(below) in warnings[0]
    assert "uncached" in warnings[0]
    assert below.read_text() == ""


def test_the_folder_is_named_by_source_and_numba(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAWKIT_CACHE_DIR", str(tmp_path))
    folder = cache_folder()
    assert folder.parent == tmp_path
    assert folder == cache_folder()
    with monkeypatch.context() as patch:
        patch.setattr(numba, "__version__", "0.0.1")
        assert cache_folder().name.endswith("numba0.0.1")
        assert cache_folder() != folder
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda path: path.name.encode())
        assert cache_folder() != folder


LOADED = """
import sys
from drawkit.raster.cpu import jit, kernels
kernels.kernels()
ours = [module for name, module in sys.modules.items() if name.startswith("drawkit.raster")]
print(*(module.__file__ for module in ours))
print(*jit.sources())
"""


def test_every_kernel_file_counts() -> None:
    """A file that kernels are made of, left out of the hash, would leave stale kernels in use."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )
    loaded, counted = (set(line.split()) for line in done.stdout.splitlines())
    raster = PACKAGE / "raster"
    idle = ("__init__.py", "paths.py", "cpu/__init__.py", "cpu/kernels.py")
    assert loaded - counted == {str(raster / name) for name in idle}
    assert {str(raster / "maths.py"), str(raster / "cpu" / "tiles_back.py")} < counted


FIRST_CALL = """
import sys
import numba, numpy as np
import drawkit.files
seen = []
sys.addaudithook(lambda event, given: seen.append((event, given)) if event == "os.mkdir" else None)
from drawkit.raster.cpu import bins, jit, lines, pieces, tiles, tiles_back
assert not seen, seen
points, index = np.zeros((4, 2), np.float32), np.arange(4, dtype=np.int32)
lines.count_lines(points, index[None], index[:2], np.zeros(1, np.int32))
assert seen
"""


def test_importing_the_kernels_touches_no_file(tmp_path: Path) -> None:
    """Only the first call of one does."""
    cache = tmp_path / "cache"
    environment = {**os.environ, "DRAWKIT_CACHE_DIR": str(cache)}
    subprocess.run([sys.executable, "-c", FIRST_CALL], env=environment, check=True)
    assert any(cache.rglob("lines.count_lines-*.nbc"))


def test_the_usual_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DRAWKIT_CACHE_DIR", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder().parent == tmp_path / "drawkit"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder().parent == Path.home() / ".cache" / "drawkit"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert cache_folder().parent == tmp_path / "local" / "drawkit"
