"""A package from outside brings a canvas, a loss, a perceptor and an exporter, and draws with them.

They are found by entry points, as pip writes them; the core knows none of their names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
OUTSIDE = ROOT / "tests" / "outside"

SCRIPT = """
import json, logging, sys
from pathlib import Path
import numpy as np
from drawkit import draw
from drawkit.engine import Run, settings_for
from drawkit.config import Given
from drawkit.errors import DrawkitError

def told(problem):
    try:
        problem()
    except DrawkitError as error:
        return str(error)

small = {"size": 48, "threads": 1}
start = np.asarray(__import__("PIL.Image").Image.open("start.png").convert("RGB"))

# nobody looks: a canvas that learns an image follows a picture, and is written by its exporter
plain = draw(init="start.png", model="none", steps=80, settings={"draw.canvas": "picture"}, **small)
for name in ("plain.pam", "plain.png", "plain.svg"):
    plain.save(name)
(layer,) = plain.scene.layers
off = float(np.abs(layer.pixels[..., :3].astype(int) - start).mean())

# a canvas that grows, led by a perceptor that reads no words
sizes = []
grown = draw("@start.png", steps=12, model="eye", settings={"draw.canvas": "growing"},
             on_step=lambda step: sizes.append(len(list(step.drawing().scene.paths()))), **small)

def state_of(steps):
    layer = {"draw.prompts": ["@start.png"], "draw.canvas": "growing", "perceptor.models": ["eye"],
             "optimize.steps": 12, "draw.size": "48", "draw.threads": 1, "optimize.score_every": 12}
    return Run(settings_for({key: Given(value, "t") for key, value in layer.items()}))

whole, first, second = state_of(12), state_of(12), state_of(12)
for step in whole: pass
for step in first:
    if step.index == 7: break
second.restore_(first.state())
for step in second: pass
points_of = lambda scene: [path.control_points.tolist() for path in scene.paths()]
points = [points_of(run.drawing().scene) for run in (whole, second)]

texture = {"losses.texture.weight": 1.0}
few = {"strokes": 8, "settings": texture, **small}
textured = [draw("a cat", steps=3, seed=seed, **few) for seed in (0, 0, 1)]
steps = []
draw("a cat", steps=2, on_step=steps.append, **few)
print(json.dumps({
    "off": off, "sizes": sizes, "alike": points[0] == points[1], "grown": len(points[0]),
    "prompts": grown.scene.metadata.prompts, "title": grown.scene.metadata.title,
    "score": plain.scene.metadata.score,
    "texture": [step.losses["texture"] for step in steps],
    "same": [points_of(drawing.scene) for drawing in textured],
    "words": told(lambda: draw("a cat", model="eye", steps=1, **small)),
    "nothing": told(lambda: draw("a cat", model="none", steps=1, **small)),
    "needs": told(lambda: draw("@start.png", model="eye", steps=1, settings={
        "draw.canvas": "picture", "losses.strokes_like.weight": 1.0,
        "losses.strokes_like.images": ["start.png"]}, **small)),
    "listed": told(lambda: draw("a cat", settings={"draw.canvas": "nowhere"})),
    "asked": told(lambda: draw(
        init="start.png", model="none", settings={"losses.text.weight": 1.0})),
}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like `site-packages` after `pip install tests/outside`."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "drawkit_extras").symlink_to(OUTSIDE / "drawkit_extras")
    project = tomllib.loads((OUTSIDE / "pyproject.toml").read_text())["project"]
    info = folder / f"drawkit_extras-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {place}" for name, place in entries.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return folder


def python(site: Path, folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder where the package from outside is installed."""
    picture = np.full((48, 48, 3), 240, np.uint8)
    picture[12:36, 8:40] = (200, 40, 30)
    Image.fromarray(picture).save(folder / "start.png")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(site)))}
    return subprocess.run(
        [sys.executable, *args], cwd=folder, env=environment, capture_output=True, text=True
    )


def test_plug_ins_from_outside_draw(site: Path, tmp_path: Path) -> None:
    done = python(site, tmp_path, "-c", SCRIPT)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["off"] < 3  # of 255: the picture has been learned
    assert told["score"] is None
    size = Image.open(tmp_path / "plain.png").size
    assert (tmp_path / "plain.pam").read_bytes().startswith(b"P7\nWIDTH 48\nHEIGHT 48\n")
    assert size[0] == size[1] >= 48
    assert "<image" in (tmp_path / "plain.svg").read_text()

    assert (min(told["sizes"]), max(told["sizes"])) == (1, 6)
    assert told["grown"] == 6
    assert told["alike"], "a canvas that has grown goes on from its state to the same drawing"
    assert (told["prompts"], told["title"]) == ([["@start.png", 1.0]], "start")

    assert len(set(told["texture"])) == 2
    assert told["same"][0] == told["same"][1] != told["same"][2]

    assert "reads no words; give a picture" in told["words"]
    assert "without a perceptor there must be a picture" in told["nothing"]
    assert told["needs"].endswith("needs a canvas that has paths; the canvas 'picture' has none")
    allowed = told["listed"].partition("allowed: ")[2].split(", ")
    assert {"growing", "picture", "pixels", "strokes"} <= set(allowed)
    assert "losses.text needs a perceptor" in told["asked"]


def test_the_command_line_knows_them_too(site: Path, tmp_path: Path) -> None:
    shown = python(site, tmp_path, "-m", "drawkit", "config", "show", "--json")
    small = ("--size", "48", "--steps", "2", "--quiet")
    args = ("clipdraw", "--init", "start.png", "--model", "none", "--set", "draw.canvas=picture")
    done = python(site, tmp_path, "-m", "drawkit", *args, *small, "-o", "out.pam")
    assert done.returncode == 0, done.stderr + shown.stderr
    assert (tmp_path / "out.pam").stat().st_size > 48 * 48 * 4


def test_one_that_cannot_be_loaded_is_left_out_with_a_line(tmp_path: Path) -> None:
    info = tmp_path / "lame-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: lame\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[drawkit.losses]\nlame = nowhere_to_be_found\n")
    code = (
        "import logging; logging.basicConfig(); from drawkit.losses import losses; losses.names()"
    )
    done = python(tmp_path, tmp_path, "-c", code)
    assert done.returncode == 0
    assert "the loss plug-in 'lame' (nowhere_to_be_found) is left out" in done.stderr


@pytest.mark.parametrize("file", sorted((OUTSIDE / "drawkit_extras").glob("*.py")), ids=str)
def test_none_is_long(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 60
