"""`sketch`: a picture into few strokes, from Python."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from fakes import FakePerceptor
from PIL import Image, ImageDraw

from drawkit import DrawingInterrupted, Session, draw, resume, sketch
from drawkit.engine.sketching import Sketch, sketch_layer
from drawkit.errors import ConfigError, DrawkitError, InputError

LITTLE: dict[str, Any] = {"steps": 3, "cutouts": 2, "tries": 1}


def face() -> Image.Image:
    """A yellow face with two eyes and a mouth, on nothing."""
    picture = Image.new("RGBA", (300, 200))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((80, 20, 240, 180), fill="#fc3")
    for x in (130, 190):
        pen.ellipse((x - 9, 75, x + 9, 93), fill="black")
    pen.arc((120, 90, 200, 150), 20, 160, fill="#622", width=6)
    return picture


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    face().save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


@pytest.fixture(autouse=True)
def fake_eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "drawkit.engine.session.open_perceptor", lambda model, **how: FakePerceptor()
    )


def test_a_face_has_its_outline_its_eyes_and_its_mouth(photo: Path) -> None:
    drawing = sketch(photo, **LITTLE)
    paths = list(drawing.scene.paths())
    assert 4 <= len(paths) <= 7
    assert {path.stroke for path in paths} == {(0.0, 0.0, 0.0, 1.0)}
    assert {round(path.stroke_width, 4) for path in paths} == {3.2}
    assert all(path.fill is None for path in paths)
    assert max(drawing.scene.width, drawing.scene.height) == 384
    around = [np.ptp(path.control_points, axis=0).max() for path in paths]
    assert max(around) > 330
    assert sum(path.closed and size < 75 for path, size in zip(paths, around, strict=True)) >= 2
    assert drawing.scene.background.color == (1.0, 1.0, 1.0)


def test_pictures_are_taken_as_callers_have_them(photo: Path) -> None:
    of_file = sketch(photo, **LITTLE)
    of_image = sketch(face(), **LITTLE)
    of_array = sketch(np.asarray(face()), **LITTLE)
    assert of_image.svg() == of_array.svg()
    for one, other in zip(of_file.scene.paths(), of_image.scene.paths(), strict=True):
        assert np.allclose(one.control_points, other.control_points)
    assert "photo.png" in of_file.scene.metadata.inputs
    assert not of_image.scene.metadata.inputs


def test_the_same_seed_gives_the_same_bytes_and_the_kept_one_is_told(photo: Path) -> None:
    three = {**LITTLE, "tries": 3}
    one, same = sketch(photo, seed=4, **three), sketch(photo, seed=4, **three)
    assert one.svg() == same.svg()
    kept = one.scene.metadata.seed
    assert kept in (4, 5, 6)
    alone = sketch(photo, seed=kept, **LITTLE)
    for path, again in zip(one.scene.paths(), alone.scene.paths(), strict=True):
        assert (path.control_points == again.control_points).all()


def test_the_try_with_the_least_loss_is_kept(photo: Path) -> None:
    seen: list[float] = []
    run = Sketch(
        sketch_layer(str(photo), _layer(steps=4, tries=3)), np.asarray(face()), session=Session()
    )
    for step in run:
        seen.append(0.5 * step.losses["likeness"])
        assert step.total == 12
    assert run.steps == 12
    last = [seen[3], seen[7], seen[11]]
    assert run.drawing().scene.metadata.seed == int(np.argmin(last))
    assert f"kept try {int(np.argmin(last)) + 1} of 3" in run.outcome


def _layer(**values: int) -> dict[str, Any]:
    from drawkit.config import Given

    names = {"steps": "optimize.steps", "tries": "sketch.tries"}
    return {names[key]: Given(value, key) for key, value in values.items()}


def test_steps_bring_it_nearer_and_go_on_where_it_stops(photo: Path) -> None:
    losses: list[float] = []
    sketch(
        photo,
        steps=25,
        tries=1,
        settings={"losses.along_edges.weight": 0.0, "losses.likeness.weight": 1.0},
        on_step=lambda step: losses.append(step.loss),
    )
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
    stopped = sketch(photo, on_step=lambda step: step.index < 2)
    assert list(stopped.scene.paths())

    def interrupt(step: Any) -> None:
        if step.index == 2:
            raise KeyboardInterrupt

    with pytest.raises(DrawingInterrupted) as caught:
        sketch(photo, on_step=interrupt)
    assert list(caught.value.drawing.scene.paths())


def test_color_width_and_count_are_what_is_asked_for(photo: Path) -> None:
    drawing = sketch(photo, strokes=3, segments=2, width=5, color="#0000ff", **LITTLE)
    paths = list(drawing.scene.paths())
    assert len(paths) == 3
    assert {path.stroke for path in paths} == {(0.0, 0.0, 1.0, 1.0)}
    assert {path.stroke_width for path in paths} == {5.0}
    assert max(path.segments for path in paths) <= 2
    config = drawing.scene.metadata.config["sketch"]
    assert (config["strokes"], config["segments"], config["color"]) == (3, 2, "#0000ff")


def test_words_count_where_there_are_any(photo: Path) -> None:
    drawing = sketch(photo, "a face", **LITTLE)
    assert drawing.scene.metadata.prompts == (("a face", 1.0),)
    assert drawing.score is not None
    assert sketch(photo, **LITTLE).score is None


def test_it_needs_no_perceptor(photo: Path) -> None:
    drawing = sketch(photo, model="none", steps=2, tries=2)
    assert len(list(drawing.scene.paths())) >= 4


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"strokes": 0}, "sketch.strokes is 0; allowed: 1 to 1000"),
        ({"strokes": 100_000}, "sketch.strokes is 100000; allowed: 1 to 1000"),
        ({"strokes": "many"}, "strokes"),
        ({"segments": 0}, "sketch.segments is 0"),
        ({"width": 0}, "sketch.width is 0"),
        ({"width": float("nan")}, "width"),
        ({"tries": 0}, "sketch.tries is 0"),
        ({"color": "blau"}, "sketch.color: 'blau'"),
        ({"color": "transparent"}, "allowed: an opaque colour"),
        ({"settings": {"draw.size": 64}}, "draw.size is not for a sketch"),
        ({"settings": {"strokes.ink": "red"}}, "strokes.ink is not for a sketch"),
        ({"shapes": 3}, "shapes is not for a sketch"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(photo: Path, given: dict[str, Any], words: str) -> None:
    with pytest.raises((ConfigError, InputError)) as caught:
        sketch(photo, **given)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_there_must_be_something_to_sketch() -> None:
    for picture in (np.zeros((9, 9, 4), np.uint8), np.full((1, 1, 3), 255, np.uint8)):
        with pytest.raises(InputError, match="nothing to sketch"):
            sketch(picture)


def test_a_drawing_without_words_is_still_refused() -> None:
    with pytest.raises(DrawkitError, match="there must be a picture"):
        draw(settings={"losses.text.weight": 0.0, "losses.ink_coverage.weight": 1.0}, steps=1)
    with pytest.raises(InputError, match="there is no prompt"):
        draw(steps=1)


def test_resume_goes_on_toward_the_same_picture(
    photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = photo.with_name("sketch.svg")
    sketch(photo, **LITTLE).save(file)
    seen: list[dict[str, float]] = []
    better = resume(file, steps=4, on_step=lambda step: seen.append(step.losses))
    assert len(list(better.scene.paths())) == len(list(sketch(photo, **LITTLE).scene.paths()))
    assert seen[0]["likeness"] > 1e-3  # it is held to the photo, not to itself
    photo.write_bytes(photo.read_bytes() + b"\0")
    with pytest.raises(InputError, match="is another file by now"):
        resume(file, steps=1)
    photo.unlink()
    with pytest.raises(InputError, match=r"'photo\.png' of .* is not in"):
        resume(file, steps=1)


def test_perceptors_get_the_picture_in_the_views_of_the_drawing(photo: Path) -> None:
    run = Sketch(sketch_layer(str(photo), _layer(steps=1, tries=1)), np.asarray(face()))
    next(iter(run))
    assert run._current is not None
    loop = run._current._loop
    context = loop._context(0, 0.0)
    (output,) = context.outputs
    assert torch.equal(output.alike(context.on_paper), output.cutouts)
    assert not torch.equal(output.alike(1 - context.on_paper), output.cutouts)
