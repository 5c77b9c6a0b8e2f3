"""The parts put together: `draw`, the steps on the way, and what the drawing knows of itself."""

from __future__ import annotations

import hashlib
import io
import pickle
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
import torch
from fakes import FakePerceptor
from PIL import Image

import drawkit
from drawkit import Drawing, draw
from drawkit.config import Given, from_assignments, from_sections, read_toml, resolve
from drawkit.engine import (
    DrawingDiverged,
    Run,
    Step,
    sections,
    settings_for,
)
from drawkit.engine.loop import Loop
from drawkit.engine.threads import cpu_threads
from drawkit.errors import ConfigError, DrawkitError, InputError
from drawkit.losses import losses
from drawkit.perceptor import Imagined
from drawkit.perceptor.defaults import defaults_for
from drawkit.scene import Background, Scene

SMALL: dict[str, Any] = {"strokes": 6, "size": 32, "steps": 5, "cutouts": 2}


class Named(FakePerceptor):
    def __init__(self, model: str, *, precision: str = "auto", device: str = "auto") -> None:
        super().__init__()
        self.name = model


@pytest.fixture(autouse=True)
def _fake_perceptor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Named)


def small_run(**given: Any) -> Run:
    layer = from_sections(
        {
            "draw": {"prompts": ["a cat"], "size": 32},
            "strokes": {"strokes": 6},
            "optimize": {"steps": 5, "score_every": 2},
        },
        "test",
    )
    return Run(settings_for({**layer, **from_assignments([f"{k}={v}" for k, v in given.items()])}))


def test_a_drawing_of_one_ink_is_what_a_pen_draws() -> None:
    run = small_run(**{"strokes.ink": "black", "strokes.strokes": 40, "strokes.init_width": 8})
    for _ in run:
        pass
    with torch.no_grad():
        run._loop.canvas.opacity[::2] = 0.1
    run._loop.reset_best()
    drawing = run.drawing()
    assert 0 < sum(1 for _ in drawing.scene.paths()) <= 20
    assert all(path.stroke == (0.0, 0.0, 0.0, 1.0) for path in drawing.scene.paths())
    assert "opacity" not in drawing.svg()


def test_paths_that_show_nothing_are_not_written() -> None:
    run = small_run(**{"strokes.strokes": 30, "strokes.init_opacity": "[1.0, 1.0]"})
    for _ in run:
        pass
    canvas = run._loop.canvas
    with torch.no_grad():
        canvas.opacity[3:] = 0.0
        canvas.opacity[:3] = 1.0
        canvas.points[canvas.owner == 0] = 8.0
        canvas.points[canvas.owner == 1] = 8.0
        canvas.widths[1] = 12.0
    run._loop.reset_best()
    written = list(run.drawing().scene.paths())
    assert len(written) == 2
    assert written[0].stroke_width == pytest.approx(12.0)


def test_strokes_of_one_ink_are_re_seeded_too() -> None:
    """Nothing is left of their colours to optimize, so there is no state of it to reset."""
    run = small_run(**{"strokes.ink": "black", "strokes.init_opacity": "[0.01, 0.01]"})
    assert [step.index for step in run][-1] == 5
    assert all(path.stroke[:3] == (0.0, 0.0, 0.0) for path in run.drawing().scene.paths())


def test_words_in_drawing_out(tmp_path: Path) -> None:
    drawing = draw("a cat", **SMALL, seed="tom")
    assert isinstance(drawing, Drawing)
    assert sum(1 for _ in drawing.scene.paths()) == 6
    path = drawing.save(tmp_path / "cat.svg")
    assert path.read_text() == drawing.svg() == drawing._repr_svg_()
    assert Image.open(io.BytesIO(drawing.png(50))).size == (50, 50)
    assert drawing.save(str(tmp_path / "cat.png")).exists()


def test_the_drawing_says_how_it_was_made() -> None:
    drawing = draw(["a cat", "a dog:-0.5"], **SMALL, seed="tom", background="navy", metadata="full")
    facts = drawing.scene.metadata
    assert facts.title == "a cat"
    assert facts.prompts == (("a cat", 1.0), ("a dog", -0.5))
    assert facts.steps == 5
    assert facts.score == drawing.score
    assert facts.score is not None
    assert facts.config["draw"]["seed"] == "tom"
    assert facts.config["strokes"]["strokes"] == 6
    assert facts.versions["drawkit"] == drawkit.__version__
    assert {"torch", "open_clip_torch", "numba", "threads", "perceptor"} <= set(facts.versions)
    assert drawing.scene.background == Background((0.0, 0.0, 128 / 255), painted=True)


def test_a_models_own_file_is_recorded_by_its_hash(tmp_path: Path) -> None:
    weights = tmp_path / "open_clip_model.safetensors"
    weights.write_bytes(b"weights")
    expected = hashlib.sha256(b"weights").hexdigest()
    for model in (f"local-dir:{tmp_path}", str(weights)):
        versions = draw("a cat", **SMALL, model=model, metadata="full").scene.metadata.versions
        assert versions["perceptor weights"] == expected
        short = draw("a cat", **SMALL, model=model).scene.metadata.versions
        assert short["perceptor weights"] == expected[:16]
        assert str(tmp_path) not in "".join(versions.values())
    named = draw("a cat", **SMALL, model="RN50/openai").scene.metadata.versions
    assert "perceptor weights" not in named


@pytest.mark.parametrize(
    ("given", "background"),
    [
        ("paper", Background((1.0, 1.0, 1.0), painted=False)),
        ("white", Background((1.0, 1.0, 1.0), painted=True)),
        ("transparent", Background(None, painted=True)),
    ],
)
def test_backgrounds(given: str, background: Background) -> None:
    assert draw("a cat", **SMALL, background=given).scene.background.color == background.color
    text = draw("a cat", **SMALL, background=given).svg()
    assert ("<rect" in text) == (given == "white")


def test_on_step_gets_every_step_and_the_drawing_so_far() -> None:
    seen: list[Step] = []
    sizes: list[int] = []

    def look(step: Step) -> None:
        seen.append(step)
        sizes.append(len(step.drawing().svg()))
        assert step.drawing().scene.metadata.steps == step.index

    draw("a cat", **SMALL, on_step=look)
    assert [step.index for step in seen] == [1, 2, 3, 4, 5]
    assert {step.total for step in seen} == {5}
    assert set(seen[0].losses) >= {"text"}
    assert min(sizes) > 0


def test_same_seed_same_bytes_other_seed_others() -> None:
    first, again, other = (draw("a cat", **SMALL, seed=s).svg() for s in (3, 3, 4))
    assert first == again != other


def test_nothing_global_is_left_changed() -> None:
    numba.get_num_threads()  # asked for the first time, it gives torch its own number
    before = (torch.get_num_threads(), numba.get_num_threads(), torch.get_rng_state())
    default = torch.get_default_dtype(), torch.is_grad_enabled()
    draw("a cat", **SMALL, threads=1)
    assert torch.equal(before[2], torch.get_rng_state())
    assert before[:2] == (torch.get_num_threads(), numba.get_num_threads())
    assert default == (torch.get_default_dtype(), torch.is_grad_enabled())


def test_threads_are_set_inside_and_put_back_after_an_error() -> None:
    before = torch.get_num_threads()
    with pytest.raises(ZeroDivisionError), cpu_threads(3):  # noqa: PT012
        assert torch.get_num_threads() == 3
        raise ZeroDivisionError
    assert torch.get_num_threads() == before


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="one processor")
def test_left_to_itself_it_takes_the_threads_that_torch_has() -> None:
    for given in (1, 2):
        with cpu_threads(given), cpu_threads(None):
            assert (torch.get_num_threads(), numba.get_num_threads()) == (given, given)


def test_a_run_may_be_left_and_gone_on_with() -> None:
    whole = small_run()
    for _ in whole:
        pass
    run = small_run()
    for step in run:
        if step.index == 3:
            break
    assert run.drawing().scene.metadata.steps == 3
    assert [step.index for step in run] == [4, 5]
    assert run.drawing().svg() == whole.drawing().svg()


def test_nan_hands_over_the_last_good_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    encode = Named.encode_image
    calls: list[int] = []

    def nan_later(self: Named, cutouts: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        return encode(self, cutouts) * (float("nan") if len(calls) == 3 else 1.0)

    monkeypatch.setattr(Named, "encode_image", nan_later)
    with pytest.raises(DrawingDiverged, match="not a number at step 3") as caught:
        draw("a cat", **SMALL)
    drawing = caught.value.drawing
    assert drawing.scene.metadata.steps == 2
    assert "nan" not in drawing.svg().lower()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"stroke": 3}, "unknown setting 'stroke'; did you mean 'strokes'?"),
        ({"strokes": -3}, "strokes: strokes.strokes is -3"),
        ({"strokes": "many"}, "strokes: strokes.strokes takes a whole number, got 'many'"),
        ({"settings": {"strokes.lr": 1}}, "unknown setting 'strokes.lr'"),
        ({"style": "nope"}, "unknown style 'nope'"),
    ],
)
def test_bad_keywords(given: dict[str, Any], words: str) -> None:
    with pytest.raises(DrawkitError) as caught:
        draw("a cat", **given)
    assert words in str(caught.value)


@pytest.mark.parametrize("prompt", ["", "   ", [], "a\x07cat"])
def test_bad_prompts(prompt: Any) -> None:
    with pytest.raises(InputError):
        draw(prompt, **SMALL)


def test_keywords_styles_and_settings_in_their_order(tmp_path: Path) -> None:
    style = tmp_path / "mine.toml"
    style.write_text("[strokes]\nstrokes = 2\nshapes = 3\nmin_width = 4\n")
    drawing = draw(
        "a cat", **SMALL, style=str(style), shapes=1, settings={"strokes.min_width": 5.0}
    )
    strokes = drawing.scene.metadata.config["strokes"]
    assert (strokes["strokes"], strokes["shapes"], strokes["min_width"]) == (6, 1, 5.0)
    assert drawing.scene.metadata.config["draw"]["style"] == ["mine.toml"]


def test_a_style_among_single_settings_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"draw\.style is no single setting; name a style with"):
        draw("a cat", **SMALL, settings={"draw.style": ["ink"]})


def test_what_suits_the_perceptor_lies_under_everything() -> None:
    suited = defaults_for("builtin")
    settings = settings_for({})
    for section, keys in suited.items():
        for key, value in keys.items():
            assert getattr(settings.sections[section], key) == value
            assert settings.sources[f"{section}.{key}"] == "perceptor auto"
    other = settings_for(from_assignments(["perceptor.models=RN50"]))
    assert "perceptor auto" not in other.sources.values()
    assert settings_for(from_assignments(["optimize.steps=7"])).as_dict()["optimize"]["steps"] == 7


def test_every_default_can_be_said_in_toml(tmp_path: Path) -> None:
    settings = resolve(sections(), {})
    path = tmp_path / "all.toml"
    path.write_text(settings.to_toml())
    layer = {key: Given(value, "file") for key, value in read_toml(path).values.items()}
    assert resolve(sections(), layer).sections == settings.sections
    assert len(layer) > 30


def test_settings_show_what_is_in_use_only() -> None:
    shown = set(settings_for({}).as_dict())
    recipes = {name for name in shown if name.startswith("cutouts.")}
    assert recipes == {"cutouts.whole"}
    with pytest.raises(ConfigError, match=r"cutouts\.clipdraw"):
        settings_for(from_assignments(["cutouts.clipdraw.nope=1"]))


def test_a_run_without_a_loss_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Loop, "__init__", lambda *a, **k: pytest.fail("must not be reached"))
    with pytest.raises(ConfigError, match="every loss"):
        small_run(**{f"losses.{name}.weight": 0 for name in losses.names()})


def test_a_diverged_drawing_comes_back_whole_from_a_worker() -> None:
    error = DrawingDiverged("the loss is not a number", Drawing(Scene(4, 4)))
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is DrawingDiverged
    assert str(again) == str(error)
    assert again.drawing.scene.width == 4


def test_words_are_imagined_into_a_start_picture_as_far_as_it_may_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[tuple[int, ...], float]] = []

    class Imagining(Named):
        def imagine(self, *given: Any, near: torch.Tensor, keep: float, **_: Any) -> Imagined:
            asked.append((tuple(near.shape), keep))
            left = torch.zeros(1, 4, 8, 8)
            left[..., :4] = 1
            return Imagined(left)

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Imagining)
    black = np.zeros((16, 16, 4), np.uint8)
    black[..., 3] = 255
    layer = from_sections(
        {
            "draw": {"prompts": ["a cat"], "size": "48x32", "canvas": "pixels"},
            "pixels": {"side": 32},
            "perceptor": {"imagine": 2, "keep": 0.25},
            "losses.target": {"weight": 1.0},
        },
        "test",
    )
    grid = Run(settings_for(layer), black).drawing().scene.grid
    assert asked == [((1, 4, 48, 48), 0.25)]
    assert grid is not None
    shades = np.array(grid.palette)[grid.indices].mean(axis=2)
    assert shades.shape == (32, 48)
    assert shades[:, 10:20].mean() > 200  # white on the left of the square, which is cut to 48x32
    whole = from_sections({"perceptor": {"imagine": 2}}, "test")
    still = Run(settings_for({**layer, **whole, "perceptor.keep": Given(1.0, "test")}), black)
    assert len(asked) == 1
    seen = still.drawing().scene.grid
    assert seen is not None
    assert np.array(seen.palette)[seen.indices][:, 20:28].mean() < 50


def test_an_outline_has_room_around_what_is_imagined_not_around_ones_own_sprite(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Imagining(Named):
        def imagine(self, *_: Any, **__: Any) -> Imagined:
            box = torch.tensor([1.0, 0.0, 0.0, 1.0]).view(1, 4, 1, 1)
            return Imagined(box.expand(1, 4, 32, 32))

    monkeypatch.setattr("drawkit.engine.session.open_perceptor", Imagining)
    layer = from_sections(
        {
            "draw": {
                "prompts": ["a box"],
                "size": 16,
                "canvas": "pixels",
                "background": "transparent",
            },
            "pixels": {"side": 32, "palette": "pico-8"},
            "perceptor": {"imagine": 2},
        },
        "test",
    )
    outlined = {**layer, "pixels.outline": Given("black", "test")}
    red = np.zeros((16, 16, 4), np.uint8)
    red[..., 0] = red[..., 3] = 255
    for given, start, most in ((outlined, None, 14), (layer, None, 0), (outlined, red, 0)):
        grid = Run(settings_for(given), start).drawing().scene.grid
        assert grid is not None
        black = (grid.rgba() == (0, 0, 0, 255)).all(axis=-1)
        for side in (black[0], black[-1], black[:, 0], black[:, -1]):
            assert max(0, most - 4) <= side.sum() <= most
