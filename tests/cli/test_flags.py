"""Every flag is shown in the help, sets its setting, and changes what comes out."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from tiny_model import SMALL
from tiny_unet import save_tiny_unet

from drawkit.cli.flags import DRAW_FLAGS, PIXEL_FLAGS, STROKE_FLAGS
from drawkit.config import SHORT_NAMES

RUN = "{urn:drawkit:run:1}run"
PATH = "{http://www.w3.org/2000/svg}path"
TINY = Path(tempfile.gettempdir()) / f"drawkit-tests-{os.getpid()}.safetensors"
"""A small diffusion model."""
APPLE = Path(__file__).parents[2] / "examples" / "gallery" / "a-red-apple.png"
WORDS = Path(__file__).parents[1] / "golden" / "prompts.txt"


class Drawn:
    """What a run left behind, in the terms that flags are about."""

    def __init__(self, text: str, folder: Path) -> None:
        self.result = json.loads(text)
        files = {Path(p).suffix: folder / p for p in self.result["paths"]}
        self.root = etree.parse(files[".svg"]).getroot()
        self.size = Image.open(files[".png"]).size
        self.paths = self.root.findall(f".//{PATH}")

    @property
    def groups(self) -> list[Any]:
        return self.root.findall("{*}g")

    @property
    def strokes(self) -> list[Any]:
        return [p for p in self.paths if p.get("stroke")]

    @property
    def shapes(self) -> list[Any]:
        return [p for p in self.paths if p.get("fill") != "none"]

    @property
    def widths(self) -> list[float]:
        return [float(p.get("stroke-width")) for p in self.strokes]

    @property
    def geometry(self) -> list[str]:
        return [p.get("d") for p in self.paths]

    @property
    def curves(self) -> list[int]:
        return [p.get("d").count("C") for p in self.strokes]

    @property
    def facts(self) -> dict[str, Any]:
        """The record in the file, all the settings beside it."""
        facts: dict[str, Any] = json.loads(self.root.find(f".//{RUN}").text)
        return facts | {"config": self.result["config"]}


Check = Callable[[Drawn, Drawn], bool]

GENERATE = ["--target-weights", str(TINY), "--set", "target.generate.steps=2"]
GENERATE += ["--set", "target.generate.side=16", "--set", "target.generate.views=1"]

# flag -> (what is given, what then differs between the plain drawing and this one)
CASES: dict[str, tuple[list[str], Check]] = {
    "strokes": (["--strokes", "9"], lambda a, b: len(a.strokes) == 6 and len(b.strokes) == 9),
    "segments": (["--segments", "5"], lambda a, b: max(a.curves) <= 3 and set(b.curves) == {5}),
    "shapes": (["--shapes", "3"], lambda a, b: len(a.shapes) == 0 and len(b.shapes) == 3),
    "min_width": (["--min-width", "30"], lambda a, b: min(a.widths) < 4 < min(b.widths)),
    "max_width": (
        ["--min-width", "1", "--max-width", "1"],
        lambda a, b: set(b.widths) == {0.14} != set(a.widths),
    ),
    "ink": (["--ink", "#102030"], lambda a, b: {p.get("stroke") for p in b.strokes} == {"#102030"}),
    "reseed": (
        ["--no-reseed"],  # its effect has a test of its own
        lambda a, b: b.facts["config"]["strokes"]["reseed"] is False,
    ),
    "rasterizer": (  # the two agree too well to tell them apart here; it has a test of its own
        ["--rasterizer", "reference"],
        lambda a, b: b.facts["config"]["strokes"]["rasterizer"] == "reference",
    ),
    "prompt": (["--prompt", "a dog:-0.5"], lambda a, b: a.geometry != b.geometry),
    "prompts_file": (["--prompts-file", str(WORDS)], lambda a, b: a.geometry != b.geometry),
    "size": (["--size", "48x32"], lambda a, b: b.root.get("viewBox") == "0 0 48 32"),
    "steps": (["--steps", "7"], lambda a, b: (a.facts["steps"], b.facts["steps"]) == (4, 7)),
    "seed": (["--seed", "tom"], lambda a, b: a.geometry != b.geometry),
    "background": (
        ["--background", "navy"],
        lambda a, b: "#000080" in etree.tostring(b.root).decode() and b.facts != a.facts,
    ),
    "init": (["--init", str(APPLE)], lambda a, b: a.geometry != b.geometry),
    "keep": (  # what it does to a start picture stands in engine/test_engine_run.py
        ["--keep", "0.5"],
        lambda a, b: b.facts["config"]["perceptor"]["keep"] == 0.5 and a.geometry == b.geometry,
    ),
    "quality": (  # what it sets stands in test_quality.py
        ["--quality", "draft"],
        lambda a, b: b.facts["config"]["draw"]["quality"] == "draft",
    ),
    "time": (  # how it counts stands in test_pace.py
        ["--time", "0.001s"],
        lambda a, b: b.facts["config"]["optimize"]["steps"] == b.facts["steps"] == 1,
    ),
    "patience": (
        ["--patience", "9"],
        lambda a, b: b.facts["config"]["optimize"]["patience"] == 9 and a.geometry == b.geometry,
    ),
    "target": (["--target", "generate", *GENERATE], lambda a, b: a.geometry != b.geometry),
    "target_weights": (
        ["--target-weights", str(TINY), "--target", "generate", *GENERATE[2:]],
        lambda a, b: b.facts["config"]["target.generate"]["weights"] == str(TINY),
    ),
    "tile": (["--tile", "x"], lambda a, b: a.geometry != b.geometry),
    "style": (["--style", "ink"], lambda a, b: {p.get("stroke") for p in b.strokes} == {"#000000"}),
    "modifiers": (["--modifiers", "mosaic"], lambda a, b: a.geometry != b.geometry),
    "style_image": (["--style-image", str(APPLE)], lambda a, b: a.geometry != b.geometry),
    "model": (
        ["--model", "other"],
        lambda a, b: b.facts["versions"]["perceptor"].startswith("other"),
    ),
    "imagine": (  # who imagines for whom stands in engine/test_imaginer.py
        ["--imagine", "3"],
        lambda a, b: b.facts["config"]["perceptor"]["imagine"] == 3,
    ),
    "precision": (
        ["--precision", "bf16"],
        lambda a, b: b.facts["versions"]["perceptor"].endswith("bf16"),
    ),
    "device": (["--device", "cpu"], lambda a, b: b.facts["config"]["perceptor"]["device"] == "cpu"),
    "cutouts": (["--cutouts", "3"], lambda a, b: a.geometry != b.geometry),
    "threads": (["--threads", "7"], lambda a, b: b.facts["versions"]["threads"] == "7"),
    "png_size": (["--png-size", "77"], lambda a, b: (max(a.size), max(b.size)) == (1024, 77)),
    "layers": (["--layers", "none"], lambda a, b: a.groups and not b.groups),
    "page": (
        ["--page", "A4"],
        lambda a, b: b.root.get("width") == "210mm" != a.root.get("width") and a.size == b.size,
    ),
    "margin": (  # what it does to the drawing stands in export/test_page.py
        ["--page", "210x297mm", "--margin", "1cm"],
        lambda a, b: b.root.get("viewBox") != a.root.get("viewBox") == "0 0 32 32",
    ),
    "simplify": (  # what it does stands in export/test_simplify.py
        ["--simplify"],
        lambda a, b: b.facts["config"]["export.svg"]["simplify"] and len(b.paths) <= len(a.paths),
    ),
    "plotter": (
        ["--plotter"],
        lambda a, b: set(b.widths) == {0.4} and {p.get("stroke") for p in b.strokes} == {"#000000"},
    ),
    "pens": (  # what they do stands in export/test_plotter.py
        ["--plotter", "--pens", "2"],
        lambda a, b: len({p.get("stroke") for p in b.strokes}) == 2 != len(a.strokes),
    ),
    "hatch": (
        ["--hatch", "3"],
        lambda a, b: b.facts["config"]["export.svg"]["hatch"] == 3,
    ),
    "hatch_angle": (
        ["--hatch-angle", "-30"],
        lambda a, b: b.facts["config"]["export.svg"]["hatch_angle"] == -30,
    ),
    "metadata": (  # what it leaves out stands in test_record.py
        ["--metadata", "none"],
        lambda a, b: (
            a.root.find("{*}metadata") is not None
            and b.root.find("{*}metadata") is None
            and a.geometry == b.geometry
        ),
    ),
    "save_every": (  # what it writes on the way stands in test_run.py
        ["--save-every", "2"],
        lambda a, b: b.facts["config"]["draw"]["save_every"] == 2 and a.geometry == b.geometry,
    ),
}
FLAGS = [*STROKE_FLAGS, *DRAW_FLAGS]


@pytest.fixture(scope="module", autouse=True)
def _tiny() -> Iterator[None]:
    save_tiny_unet(TINY)
    yield
    TINY.unlink()


def test_every_flag_has_its_case() -> None:
    assert {flag.name for flag in FLAGS} == set(CASES)
    # Each command has a canvas of its own.
    assert {flag.name for flag in PIXEL_FLAGS} | set(CASES) == set(SHORT_NAMES) - {"canvas"}


@pytest.mark.parametrize("name", CASES)
def test_a_flag_changes_the_drawing(
    name: str,
    plain: tuple[Path, str],
    run: Callable[..., Any],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("drawkit.engine.threads.processors", lambda: 8)
    given, differs = CASES[name]
    other = run("clipdraw", "a cat", *SMALL, *given, "--json")
    assert other.code == 0, other.err
    assert differs(Drawn(plain[1], plain[0]), Drawn(other.out, folder))


def test_without_the_flag_nothing_changes(
    plain: tuple[Path, str], run: Callable[..., Any], folder: Path
) -> None:
    """So that the table above can fail."""
    again = run("clipdraw", "a cat", *SMALL, "--json")
    assert (folder / "a-cat.svg").read_bytes() == (plain[0] / "a-cat.svg").read_bytes()
    pair = Drawn(plain[1], plain[0]), Drawn(again.out, folder)
    assert [name for name, (_, differs) in CASES.items() if differs(*pair)] == []


def test_no_reseed_leaves_invisible_strokes_alone(run: Callable[..., Any], folder: Path) -> None:
    given = ("clipdraw", "a cat", *SMALL, "--steps", "40", "--json")
    given += ("--set", "strokes.init_opacity=[0.02, 0.02]", "--set", "strokes.lr_color=0")
    renewed, left = (Drawn(run(*given, *more).out, folder) for more in ([], ["--no-reseed"]))
    assert renewed.geometry != left.geometry


@pytest.mark.parametrize("name", CASES)
def test_a_flag_sets_its_setting_and_says_so(name: str, run: Callable[..., Any]) -> None:
    given, _ = CASES[name]
    plain, other = (json.loads(run("config", "show", *args, "--json").out) for args in ([], given))
    section, _, key = SHORT_NAMES[name].rpartition(".")
    flag = next(flag for flag in FLAGS if flag.name == name)
    assert other["sources"][SHORT_NAMES[name]] == flag.spelling.partition("/")[0]
    if name != "device":  # auto and cpu are the same here, but not the same setting
        assert plain["config"][section][key] != other["config"][section][key]


def test_the_rasterizer_asked_for_is_the_one_that_paints(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from drawkit.raster import reference

    paint, calls = reference.rasterize_reference, []

    def spy(*args: Any) -> Any:
        calls.append(1)
        return paint(*args)

    monkeypatch.setattr(reference, "rasterize_reference", spy)
    run("clipdraw", "a cat", *SMALL)
    assert calls == []
    run("clipdraw", "a cat", *SMALL, "--rasterizer", "reference")
    assert len(calls) >= 4


def test_help_shows_every_flag_with_the_default_in_force(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    settings = json.loads(run("config", "show", "--json").out)["config"]
    text = run("clipdraw", "--help").out
    for flag in FLAGS:
        assert flag.spelling.partition("/")[0] in text
    assert f"(default: {settings['strokes']['strokes']})" in text
    assert f"(default: {settings['optimize']['steps']})" in text
    assert f"(default: {settings['cutouts']['count']})" in text
    assert "(default: 224x224)" in text


def test_set_reaches_everything_and_beats_flags(run: Callable[..., Any]) -> None:
    done = run(
        *("config", "show", "--json", "--strokes", "9", "--set", "strokes.strokes=10"),
        *("--set", "losses.ink_coverage.weight=0.5", "--set", "export.svg.decimals=3"),
    )
    found = json.loads(done.out)
    assert found["config"]["strokes"]["strokes"] == 10
    assert found["config"]["losses.ink_coverage"]["weight"] == 0.5
    assert found["config"]["export.svg"]["decimals"] == 3
    assert found["sources"]["strokes.strokes"] == "--set"


def test_output_overwrite_and_quiet(run: Callable[..., Any], folder: Path) -> None:
    args = ("clipdraw", "a cat", *SMALL, "-o", "x.svg", "--output", "sub/y.png")
    (folder / "sub").mkdir()
    first = run(*args)
    assert (first.code, first.out.split()) == (0, ["x.svg", "sub/y.png"])
    assert "step 4/4" in first.err
    refused = run(*args, "--seed", "1")
    assert refused.code == 2
    assert "x.svg" in refused.err
    before = (folder / "x.svg").read_bytes()
    again = run(*args, "--seed", "1", "--overwrite", "--quiet")
    assert (again.code, again.err) == (0, "")
    assert (folder / "x.svg").read_bytes() != before
    assert sorted(p.name for p in folder.rglob("*")) == ["sub", "x.svg", "y.png"]


def test_layers_from_the_lowest_to_the_highest(run: Callable[..., Any], folder: Path) -> None:
    """Defaults < drawkit.toml with the style it names < --style < flags < --set."""

    def strokes(*args: str) -> tuple[int, str]:
        found = json.loads(run("config", "show", "--json", *args).out)
        return found["config"]["strokes"]["strokes"], found["sources"]["strokes.strokes"]

    (folder / "styles").mkdir()
    assert strokes() == (256, "default")
    for name, count in (("low", 11), ("high", 13)):
        (folder / "styles" / f"{name}.toml").write_text(f"[strokes]\nstrokes = {count}\n")
    settings = folder / "drawkit.toml"
    settings.write_text('style = "low"\n')
    assert strokes() == (11, "styles/low.toml:2")
    settings.write_text('style = "low"\n\n[strokes]\nstrokes = 12\n')
    assert strokes() == (12, "drawkit.toml:4")
    assert strokes("--style", "high") == (13, "styles/high.toml:2")
    assert strokes("--style", "high", "--strokes", "14") == (14, "--strokes")
    assert strokes("--strokes", "14", "--set", "strokes.strokes=15") == (15, "--set")


def test_a_style_takes_the_place_of_the_folders(run: Callable[..., Any], folder: Path) -> None:
    """Nothing of that one is left; what the file itself sets stays, under the new style."""
    (folder / "styles").mkdir()
    (folder / "styles" / "old.toml").write_text("[strokes]\nstrokes = 11\nshapes = 5\n")
    (folder / "styles" / "new.toml").write_text("[strokes]\nstrokes = 13\n")
    own = "[optimize]\nsteps = 7\n"

    def shown(*args: str) -> tuple[Any, ...]:
        config = json.loads(run("config", "show", "--json", *args).out)["config"]
        counts = config["strokes"]["strokes"], config["strokes"]["shapes"]
        return config["draw"]["style"], counts, config["optimize"]["steps"]

    for text in (f'style = "old"\n{own}', f"{own}[draw]\nstyle = ['old']\n"):
        (folder / "drawkit.toml").write_text(text)
        assert shown() == (["old"], (11, 5), 7)
        assert shown("--style", "new") == (["new"], (13, 0), 7)
        assert shown("--style", "old", "--style", "new") == (["old", "new"], (13, 5), 7)


def test_the_folder_may_hold_the_prompt(run: Callable[..., Any], folder: Path) -> None:
    (folder / "drawkit.toml").write_text('[draw]\nprompts = ["a fish", "a net:-1"]\n')
    done = run("clipdraw", *SMALL, "--json")
    assert [p["text"] for p in json.loads(done.out)["prompts"]] == ["a fish", "a net"]
    done = run("clipdraw", "a dog", *SMALL, "--json")
    assert [p["text"] for p in json.loads(done.out)["prompts"]] == ["a dog"]


def test_what_config_show_prints_runs_the_same(run: Callable[..., Any], folder: Path) -> None:
    given = ["a cat", "--prompt", 'the "sea":-0.5', "--seed", "random", "--ink", "#012", *SMALL]
    given += ["--style", "ink", "--set", "strokes.lr_points=0.5", "--set", "draw.threads=none"]
    text = run("config", "show", *given).out
    (folder / "drawkit.toml").write_text(text)
    again = run("config", "show").out

    def plain(shown: str) -> list[str]:
        return [line.partition("  # ")[0].rstrip() for line in shown.splitlines()]

    assert plain(again) == plain(text)
    assert "drawkit.toml:" in again


def test_every_perceptor_is_opened_as_asked(
    run: Callable[..., Any], opened: list[dict[str, Any]]
) -> None:
    done = run("clipdraw", "a cat", *SMALL, "--model", "a", "--model", "b:0.5", "--device", "cpu")
    assert done.code == 0
    assert [asked["model"] for asked in opened] == ["a", "b:0.5"]
    assert {asked["device"] for asked in opened} == {"cpu"}
