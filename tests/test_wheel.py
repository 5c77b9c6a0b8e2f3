"""The wheel as users get it: built, installed in an empty environment, and made to draw."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from tiny_model import save_tiny_model

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
LITTLE = ("--strokes", "4", "--steps", "2", "--cutouts", "2", "--size", "48", "--json")


def run(*command: object, cwd: Path) -> str:
    """Standard output of a command that knows neither this checkout nor a network."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    environment["HF_HUB_OFFLINE"] = "1"
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=ROOT)
    (built,) = folder.glob("drawkit-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a fresh environment that holds the wheel.

    Its dependencies are this environment's, by a .pth line, as torch alone weighs gigabytes. The
    checkout stays out of reach: .pth files of a folder added that way are not read.
    """
    home = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    here = sysconfig.get_paths()["purelib"]
    there = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    (there / "dependencies.pth").write_text(here + "\n")
    python = home / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", wheel, cwd=home)
    return home / "bin"


def test_what_is_inside(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    files = [path.relative_to(ROOT / "styles") for path in (ROOT / "styles").rglob("*.toml")]
    styles = {f"drawkit/_styles/{path.as_posix()}" for path in files}
    assert "drawkit/_styles/words/modifiers.toml" in styles
    assert styles <= set(names)
    assert styles
    builtin = (ROOT / "drawkit" / "palettes" / "builtin").glob("*.gpl")
    palettes = {f"drawkit/palettes/builtin/{path.name}" for path in builtin}
    assert palettes <= set(names)
    assert palettes
    assert "drawkit/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    foreign = [n for n in names if not n.startswith(("drawkit/", "drawkit-"))]
    assert not foreign
    assert wheel.stat().st_size < 40 << 20


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    code = "import drawkit; print(drawkit.__file__)"
    place = run(installed / "python", "-c", code, cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(installed.parent)


def test_styles_are_found(installed: Path, tmp_path: Path) -> None:
    listed = run(installed / "drawkit", "styles", "list", cwd=tmp_path)
    for style in (ROOT / "styles").glob("*.toml"):
        assert style.stem in listed


def test_it_draws_with_a_given_model(installed: Path, tmp_path: Path) -> None:
    model = save_tiny_model(tmp_path / "model")
    out = run(installed / "drawkit", "clipdraw", "a cat", *LITTLE, "--model", model, cwd=tmp_path)
    paths = json.loads(out)["paths"]
    assert [Path(path).name for path in paths] == ["a-cat.svg", "a-cat.png"]
    assert (tmp_path / "a-cat.svg").read_text().count("<path ") == 4


def test_it_draws_with_the_built_in_model(installed: Path, tmp_path: Path) -> None:
    run(installed / "drawkit", "clipdraw", "a cat", *LITTLE, cwd=tmp_path)
    assert (tmp_path / "a-cat.svg").is_file()
    assert (tmp_path / "a-cat.png").is_file()
